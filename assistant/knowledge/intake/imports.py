"""Bring articles in: files and web pages become documents, passages and vectors, in a job that may be repeated."""

from __future__ import annotations

import tempfile
from uuid import UUID

from assistant.foundation.clock import now
from assistant.foundation.egress import gate
from assistant.foundation.errors import BadInput
from assistant.foundation.outbox.jobs import JobRun, enqueue
from assistant.foundation.outbox.models import Job
from assistant.foundation.people import Tenant
from assistant.foundation.tenancy import required, tenant_scope
from assistant.knowledge.importers import importers
from assistant.knowledge.index import learn_names
from assistant.knowledge.intake.crawl import Crawler, Known, Site, Visit, reading_of
from assistant.knowledge.intake.parsing import parse_file
from assistant.knowledge.intake.problems import Problem
from assistant.knowledge.intake.reading import read_plain
from assistant.knowledge.intake.runs import Book, Ended, begin, finish, fitted
from assistant.knowledge.models import CrawledPage, Document, KnowledgeSource, SourceRun, Upload

KIND = "knowledge.import"
MAX_BODY_BYTES = 20_000_000


def start_import(*, source: str, importer: str, body: str, replaces: bool = False) -> Job:
    """Keep the raw articles and queue their import. Raises BadInput, also for the first malformed article."""
    plain = sorted(name for name, found in importers().items() if found.is_plain)
    if importer not in plain:
        raise BadInput(f"Importers are {', '.join(plain)}.")
    content = body.encode("utf-8", "replace")
    if len(content) > MAX_BODY_BYTES:
        raise BadInput(f"At most {MAX_BODY_BYTES} bytes at once.")
    for item in read_plain(importer, body):
        if isinstance(item, Problem) and not item.is_note:
            raise BadInput("There is no article in it." if _is_nothing(item) else _sentence(item))
    found, _ = KnowledgeSource.objects.get_or_create(name=source)
    if found.kind == KnowledgeSource.Kind.WEBSITE:
        raise BadInput("This source is a web site; it takes no files.")
    run = SourceRun.objects.create(source=found)
    name = f"text{importers()[importer].suffixes[0]}"
    Upload.objects.create(source=found, run=run, name=name, body=content, replaces=replaces)
    return queue(run)


def queue(run: SourceRun) -> Job:
    """Let a worker carry a run out."""
    lock(run.source)
    job = enqueue(KIND, run=run.id)
    SourceRun.objects.filter(id=run.id).update(job=job.id)
    return job


def lock(source: KnowledgeSource) -> None:
    """Until the end of the transaction nobody else begins to read it, or changes who may see it."""
    list(KnowledgeSource.objects.select_for_update(no_key=True).filter(id=source.id))


def run_import(job: JobRun) -> None:
    """The job. What did not change is passed over; each batch of articles is one transaction."""
    book = begin(job)
    if book is None:  # finished by an earlier attempt that died before saying so, cancelled, or deleted
        return
    try:
        is_site = book.run.source.kind == KnowledgeSource.Kind.WEBSITE
        finish(book, _read_site(book) if is_site else _read_uploads(book))
    except Ended:
        return
    if book.changed or book.removed:
        learn_names()
    job.report(articles=book.changed + book.unchanged, changed=book.changed)


def _read_uploads(book: Book) -> SourceRun.State:
    with tenant_scope(required()):
        waiting = list(book.run.uploads.order_by("created_at", "id").values_list("id", "name", "replaces"))
    for upload, name, _ in waiting:
        with tempfile.TemporaryFile() as content:
            with tenant_scope(required()):
                content.write(Upload.objects.values_list("body", flat=True).get(id=upload))
            for item in parse_file(content, name, beat=book.beat):
                book.take(item)
    book.flush()
    if any(replaces for _, _, replaces in waiting):
        book.remove_others()
    return _state_of(book)


def _read_site(book: Book) -> SourceRun.State:
    """Read a web site. Pages that vanished go at the end of a complete crawl; pages with errors stay as they were."""
    source = book.run.source
    with tenant_scope(required()):
        tenant = Tenant.objects.get(id=required())
        known = {page.url: _known(page) for page in CrawledPage.objects.filter(source=source)}
        documents = set(Document.objects.filter(source=source).values_list("external_id", flat=True))
    crawler = Crawler(
        site=Site(
            url=source.url, max_depth=source.max_depth, max_pages=source.max_pages, reading=reading_of(source.audience)
        ),
        gate=gate(tenant.slug),
        known={url: page for url, page in known.items() if not page.external_id or page.external_id in documents},
        beat=book.beat,
    )
    gone: set[str] = set()
    for visit in crawler.visits():
        book.total = crawler.expected
        _take_visit(book, visit)
        if visit.is_gone and (page := known.get(visit.url)):
            gone.add(page.external_id)
    book.flush()
    if crawler.is_complete:
        book.remove(gone - {""})
    return _state_of(book)


def _take_visit(book: Book, visit: Visit) -> None:
    for item in visit.items:
        book.take(item)
    if visit.is_unchanged and visit.external_id:
        book.keep(visit.external_id)
    if visit.is_worth_keeping:
        book.afterwards(lambda: _remember(book.run.source, visit))
    book.beat()


def _remember(source: KnowledgeSource, visit: Visit) -> None:
    """What the site said of the page, for the next time."""
    with tenant_scope(required()):
        CrawledPage.objects.update_or_create(
            source=source,
            url_hash=visit.url_hash,
            defaults={
                "url": visit.url,
                "external_id": fitted(visit.external_id),
                "depth": visit.depth,
                "etag": visit.etag,
                "last_modified": visit.last_modified,
                "content_hash": visit.content_hash,
            },
        )


def _known(page: CrawledPage) -> Known:
    return Known(
        depth=page.depth,
        external_id=page.external_id,
        etag=page.etag,
        last_modified=page.last_modified,
        content_hash=page.content_hash,
    )


def _state_of(book: Book) -> SourceRun.State:
    """A run of which nothing was right has failed."""
    return SourceRun.State.FAILED if book.failed and not book.seen else SourceRun.State.DONE


def _is_nothing(problem: Problem) -> bool:
    return problem.code == "empty" and not problem.message


def _sentence(problem: Problem) -> str:
    return f"{problem.place}: {problem.sentence}".removeprefix(": ").capitalize()


def public_document(document_id: UUID, *, was_told: bool = False) -> Document | None:
    """An article that a customer may open; one for some contacts only, or out of date, only if they were told of it."""
    document = Document.objects.filter(id=document_id, audience="public", archived_at=None).first()
    if document is None or was_told:
        return document
    today = now().date()
    holds = (document.valid_from or today) <= today <= (document.valid_until or today)
    return document if holds and not document.segments else None
