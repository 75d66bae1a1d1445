"""Knowledge sources: made, changed, paused, read and deleted. What is deleted is gone with everything made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import IO
from uuid import UUID

from django.db.models import Count, QuerySet

from assistant.conversations.access import Actor
from assistant.foundation.audit import record
from assistant.foundation.clock import now
from assistant.foundation.conf import conf
from assistant.foundation.egress import gate
from assistant.foundation.errors import AddressRefused, BadInput, NameTaken, NotFound, SourceBusy, TooLarge
from assistant.foundation.outbox.jobs import enqueue
from assistant.foundation.outbox.models import Job
from assistant.foundation.people import Tenant
from assistant.foundation.permissions import May
from assistant.foundation.tenancy import required, tenant_scope
from assistant.knowledge.intake.imports import lock, queue
from assistant.knowledge.intake.problems import PROBLEMS
from assistant.knowledge.intake.runs import LONGEST_NAME, forget_raw
from assistant.knowledge.models import Audience, Document, KnowledgeSource, Passage, SourceProblem, SourceRun, Upload
from assistant.knowledge.text.visible import visible

MEGABYTE = 1_000_000
MOST_FILES = 100
"""Of one upload."""
MOST_PAGES = 5_000
DEEPEST = 20
LONGEST_PAUSE_H = 24 * 365


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it was sent."""

    name: str
    size: int
    content: IO[bytes]


# --- reading ----------------------------------------------------------------------------------------------------------


def access_source(actor: Actor, source_id: UUID, *, to: May = May.SEE_KNOWLEDGE) -> KnowledgeSource:
    """Raises NotFound, or NotAllowed when it may be seen but not that be done."""
    actor.require(May.SEE_KNOWLEDGE)
    source = list_sources().filter(id=source_id).first()
    if source is None:
        raise NotFound
    actor.require(to)
    return source


def access_run(actor: Actor, run_id: UUID, *, to: May = May.SEE_KNOWLEDGE) -> SourceRun:
    """Raises NotFound, or NotAllowed when it may be seen but not that be done."""
    actor.require(May.SEE_KNOWLEDGE)
    run = SourceRun.objects.filter(id=run_id).first()
    if run is None:
        raise NotFound
    actor.require(to)
    return run


def list_sources() -> QuerySet[KnowledgeSource]:
    """Every source with its number of documents, by name."""
    return KnowledgeSource.objects.annotate(documents_count=Count("documents")).order_by("name")


def newest_runs(sources: Iterable[KnowledgeSource]) -> dict[UUID, SourceRun]:
    """Source -> its newest run."""
    ids = [source.id for source in sources]
    runs = SourceRun.objects.filter(source_id__in=ids).order_by("source_id", "-created_at").distinct("source_id")
    return {run.source_id: run for run in runs}


def progress_of(runs: Iterable[SourceRun]) -> dict[UUID, tuple[int, int]]:
    """Run -> (documents dealt with, documents expected as far as is known)."""
    jobs = {run.job: run.id for run in runs if run.job}
    rows = Job.objects.filter(id__in=jobs).values_list("id", "progress", "total")
    return {jobs[job]: (done, total) for job, done, total in rows}


# --- changing ---------------------------------------------------------------------------------------------------------


def create_source(*, by: str, name: str, kind: str, **fields: object) -> KnowledgeSource:
    """A new source; a scheduled web site is read soon. Raises BadInput, NameTaken."""
    source = KnowledgeSource(name=visible(name).strip(), kind=kind)
    _change(source, fields)
    if source.every_hours:
        source.next_run_at = now()
    source.save(force_insert=True)
    record("source.created", actor=by, subject=source.id)
    return source


def edit_source(source: KnowledgeSource, *, by: str, **fields: object) -> KnowledgeSource:
    """Change a source. Raises BadInput, NameTaken, SourceBusy.

    Who may not see its articles any more does not from now on; who newly may, from the next import on. While it is
    being read, readers stay as they are: what is on its way would be stored for the old ones.
    """
    lock(source)
    source.refresh_from_db()
    audience, every_hours, segments = source.audience, source.every_hours, source.segments
    _change(source, fields)
    if (source.audience, source.segments) != (audience, segments) and _is_read(source):
        raise SourceBusy
    if source.every_hours != every_hours:
        source.next_run_at = now() + timedelta(hours=source.every_hours) if source.every_hours else None
    source.save(force_update=True)
    if audience == Audience.PUBLIC and source.audience == Audience.INTERNAL:
        _hide(Document.objects.filter(source=source))
    _narrow(source, segments)
    record("source.changed", actor=by, subject=source.id, fields=sorted(fields))
    return source


def _narrow(source: KnowledgeSource, before: list[str]) -> None:
    """Articles that were for the source's segments are for no others. Which named them itself can not be told, so
    none becomes visible to anybody here.
    """
    left = sorted({*before} & {*source.segments}) if before else source.segments
    if not source.segments or left == before:
        return
    documents = Document.objects.filter(source=source, segments=before)
    if left:
        Passage.objects.filter(document__in=documents).update(segments=left)
        documents.update(segments=left)
    else:
        _hide(documents)


def _hide(documents: QuerySet[Document]) -> None:
    """Not shown to customers from now on. The next import looks at every one again."""
    Passage.objects.filter(document__in=documents).update(audience=Audience.INTERNAL)
    documents.update(audience=Audience.INTERNAL, content_hash="")


def delete_source(source: KnowledgeSource, *, by: str) -> int:
    """Delete a source and everything made of it; says how many documents. A run that is under way notices and ends."""
    documents = Document.objects.filter(source=source).count()
    KnowledgeSource.objects.filter(id=source.id).delete()
    record("source.deleted", actor=by, subject=source.id, documents=documents)
    enqueue("knowledge.names")
    return documents


def _change(source: KnowledgeSource, fields: dict[str, object]) -> None:
    for name, value in fields.items():
        setattr(source, name, value)
    taken = KnowledgeSource.objects.filter(name=source.name).exclude(id=source.id)
    if not source.name:
        raise BadInput("Field 'name': a source needs one.")
    if taken.exists():
        raise NameTaken
    if source.kind == KnowledgeSource.Kind.UPLOAD and (source.url or source.every_hours):
        raise BadInput("Files are uploaded: they have neither an address nor a schedule.")
    if source.kind == KnowledgeSource.Kind.WEBSITE:
        source.url = _checked(source.url)


def _checked(url: str) -> str:
    """The address in its one form. Raises BadInput."""
    try:
        return gate(Tenant.objects.get(id=required()).slug).check(url).url
    except AddressRefused as problem:
        raise BadInput(f"Field 'url': {problem.public_message}") from problem


# --- imports ----------------------------------------------------------------------------------------------------------


def start_run(source: KnowledgeSource) -> SourceRun:
    """Read a web site now. Raises SourceBusy while it is being read, BadInput for a source of files."""
    if source.kind != KnowledgeSource.Kind.WEBSITE:
        raise BadInput("Files are uploaded; there is nothing to fetch.")
    lock(source)
    if _is_read(source):
        raise SourceBusy
    run = SourceRun.objects.create(source=source)
    return _queued(run)


def add_files(source: KnowledgeSource, files: list[File], *, replaces: bool = False) -> SourceRun:
    """Keep raw files and queue their import as one run. Raises BadInput, TooLarge."""
    if source.kind != KnowledgeSource.Kind.UPLOAD:
        raise BadInput("This source is a web site; it takes no files.")
    if not 1 <= len(files) <= MOST_FILES:
        raise BadInput(f"Field 'files': 1 to {MOST_FILES} files at once.")
    for file in files:
        if file.size > conf().upload_max_mb * MEGABYTE:
            raise TooLarge(f"{file_name(file.name)}: a file has at most {conf().upload_max_mb} MB.")
    run = SourceRun.objects.create(source=source)
    for file in files:
        body = file.content.read()
        Upload.objects.create(source=source, run=run, name=file_name(file.name), body=body, replaces=replaces)
    return _queued(run)


def file_name(name: str) -> str:
    """The last part of a name as a browser sends it, readable and short; its ending stays."""
    bare = PurePosixPath(visible(name).replace("\\", "/")).name.strip() or "file"
    ending = PurePosixPath(bare).suffix[:10]
    return bare if len(bare) <= LONGEST_NAME else bare[: LONGEST_NAME - len(ending)] + ending


def cancel_run(run: SourceRun) -> SourceRun:
    """Stop an import; what it imported stays. One that has ended stays as it is."""
    alive = SourceRun.objects.filter(id=run.id, state__in=SourceRun.ALIVE)
    if alive.update(state=SourceRun.State.CANCELLED, finished_at=now()):
        forget_raw(run.id)
    run.refresh_from_db()
    return run


def queue_due_sources() -> None:
    """Start the runs that are due for the bound tenant, each once, however many sweepers ask; end abandoned ones."""
    with tenant_scope(required()):
        _end_abandoned()
        due = KnowledgeSource.objects.filter(is_paused=False, every_hours__gt=0, next_run_at__lte=now())
        for source in due:
            following = now() + timedelta(hours=source.every_hours)
            mine = KnowledgeSource.objects.filter(id=source.id, next_run_at=source.next_run_at)
            if mine.update(next_run_at=following) and not _is_read(source):
                start_run(source)


def _is_read(source: KnowledgeSource) -> bool:
    return SourceRun.objects.filter(source=source, state__in=SourceRun.ALIVE).exists()


def _end_abandoned() -> None:
    """A run whose job failed for good has failed."""
    alive = SourceRun.objects.filter(state__in=SourceRun.ALIVE)
    dead = set(Job.objects.filter(id__in=alive.values("job"), state=Job.DEAD).values_list("id", flat=True))
    for run in alive.filter(job__in=dead):
        SourceRun.objects.filter(id=run.id).update(state=SourceRun.State.FAILED, finished_at=now())
        SourceProblem.objects.create(run=run, code="internal", message=PROBLEMS["internal"])
        forget_raw(run.id)


def _queued(run: SourceRun) -> SourceRun:
    run.job = queue(run).id
    return run
