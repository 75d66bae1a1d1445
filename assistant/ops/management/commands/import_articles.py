"""`manage.py import_articles`: files of any supported kind into a tenant's knowledge, as a job with progress."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistant.foundation.errors import DesksideError
from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.outbox.models import Job
from assistant.foundation.people import Tenant
from assistant.foundation.tenancy import tenant_scope
from assistant.knowledge.intake.sources import File, add_files
from assistant.knowledge.models import KnowledgeSource, SourceRun


class Command(BaseCommand):
    """Runs the job here unless a worker takes it first."""

    help = "Import articles from files or folders."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, from where."""
        parser.add_argument("--tenant", required=True, help="Slug of the tenant.")
        parser.add_argument("--source", default="Files", help="Name of the knowledge source.")
        parser.add_argument("--replaces", action="store_true", help="Remove the source's articles that are not given.")
        parser.add_argument(
            "paths",
            nargs="+",
            type=Path,
            help="Files (.md, .html, .pdf, .docx, .csv, .jsonl, .zip) or folders of them.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """(Any: Django's own signature.)"""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"there is no tenant {options['tenant']!r}")
        try:
            with tenant_scope(tenant.id):
                source, _ = KnowledgeSource.objects.get_or_create(name=options["source"])
                run = add_files(source, _files(options["paths"]), replaces=options["replaces"])
            assert run.job is not None
            run_job(tenant.id, run.job)
            self.stdout.write(_wait(tenant, run, run.job))
        except DesksideError as problem:
            raise CommandError(problem.public_message) from problem


def _files(paths: list[Path]) -> list[File]:
    """The files as one archive: there may be more of them than one upload takes."""
    files = {
        file: str(file.relative_to(path)) if path.is_dir() else file.name
        for path in paths
        for file in (sorted(path.rglob("*.*")) if path.is_dir() else [path])
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, name in files.items():
            if not file.is_file():
                raise CommandError(f"there is no file {file}")
            archive.write(file, name)
    size = content.tell()
    content.seek(0)
    return [File(name="files.zip", size=size, content=content)]


def _wait(tenant: Tenant, run: SourceRun, job: UUID) -> str:
    """Until the import ends, here or at a worker; then what became of it, a line for each problem."""
    while True:
        with tenant_scope(tenant.id):
            run.refresh_from_db()
            problems = [f"  {row.place}: {row.message} ({row.code})" for row in run.problems.order_by("id")]
            is_dead = Job.objects.filter(id=job, state=Job.DEAD).exists()
        if is_dead:
            raise CommandError("the import failed; the worker's log has the reason")
        if run.state not in SourceRun.ALIVE:
            counts = f"{run.changed} changed, {run.unchanged} unchanged, {run.removed} removed, {run.failed} failed"
            return "\n".join([f"{run.state}: {counts}", *problems])
        time.sleep(0.5)
