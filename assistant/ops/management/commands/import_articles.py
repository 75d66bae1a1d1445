"""`manage.py import_articles`: Markdown and JSON Lines files into a tenant's knowledge, as a job with progress."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistant.foundation.errors import DesksideError
from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.outbox.models import Job
from assistant.foundation.people import Tenant
from assistant.foundation.tenancy import tenant_scope
from assistant.knowledge.importers import importer_for
from assistant.knowledge.importers.markdown import SEPARATOR
from assistant.knowledge.imports import start_import


class Command(BaseCommand):
    """Runs the job here unless a worker takes it first."""

    help = "Import articles from files or folders."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, from where."""
        parser.add_argument("--tenant", required=True, help="Slug of the tenant.")
        parser.add_argument("--source", default="Files", help="Name of the knowledge source.")
        parser.add_argument("--replaces", action="store_true", help="Remove the source's articles that are not given.")
        parser.add_argument("paths", nargs="+", type=Path, help="Files (.md, .jsonl) or folders of them.")

    def handle(self, *args: Any, **options: Any) -> None:
        """(Any: Django's own signature.)"""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"there is no tenant {options['tenant']!r}")
        try:
            for importer, body in sorted(_bodies(options["paths"]).items()):
                with tenant_scope(tenant.id):
                    job = start_import(
                        source=options["source"], importer=importer, body=body, replaces=options["replaces"]
                    )
                run_job(tenant.id, job.id)
                self.stdout.write(f"{importer}: {_wait(tenant, job)}")
        except DesksideError as problem:
            raise CommandError(problem.public_message) from problem


def _bodies(paths: list[Path]) -> dict[str, str]:
    """The files' texts by importer. Raises BadInput for a kind that cannot be imported."""
    files = [file for path in paths for file in (sorted(path.rglob("*.*")) if path.is_dir() else [path])]
    texts: dict[str, list[str]] = {}
    for file in files:
        if not file.is_file():
            raise CommandError(f"there is no file {file}")
        texts.setdefault(importer_for(file.suffix).name, []).append(file.read_text())
    return {name: (SEPARATOR if name == "markdown" else "\n").join(parts) for name, parts in texts.items()}


def _wait(tenant: Tenant, job: Job) -> str:
    """Until the job ends, here or at a worker."""
    while True:
        with tenant_scope(tenant.id):
            row = Job.objects.get(id=job.id)
        if row.state == Job.DONE:
            return f"{row.report['articles']} articles, {row.report['changed']} changed"
        if row.state == Job.DEAD:
            raise CommandError(row.error)
        time.sleep(0.5)
