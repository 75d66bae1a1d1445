"""Bring articles in: an upload becomes documents, passages and vectors, in a job that may be repeated."""

from __future__ import annotations

from uuid import UUID

import structlog

from assistant.foundation.errors import BadInput
from assistant.foundation.outbox.jobs import JobRun, enqueue
from assistant.foundation.outbox.models import Job
from assistant.foundation.tenancy import required, tenant_scope
from assistant.knowledge.importers import importers
from assistant.knowledge.index import index_articles
from assistant.knowledge.models import Document, KnowledgeSource, Upload

AT_ONCE = 16
"""Articles indexed between two reports of progress."""
MAX_BODY_BYTES = 20_000_000

log = structlog.get_logger(__name__)


def start_import(*, source: str, importer: str, body: str, replaces: bool = False) -> Job:
    """Keep the raw articles and queue their import. Raises BadInput, also for the first malformed article."""
    if importer not in importers():
        raise BadInput(f"Importers are {', '.join(sorted(importers()))}.")
    if len(body.encode()) > MAX_BODY_BYTES:
        raise BadInput(f"At most {MAX_BODY_BYTES} bytes at once.")
    if not sum(1 for _ in importers()[importer].read(body)):
        raise BadInput("There is no article in it.")
    found, _ = KnowledgeSource.objects.get_or_create(name=source)
    upload = Upload.objects.create(source=found, importer=importer, body=body, replaces=replaces)
    return enqueue("knowledge.import", upload=upload.id)


def run_import(run: JobRun) -> None:
    """The job. Articles whose content did not change are passed over; each article is one transaction."""
    with tenant_scope(required()):
        upload = Upload.objects.select_related("source").filter(id=run.ids["upload"]).first()
    if upload is None:  # finished by an earlier attempt that died before saying so
        return
    articles = list(importers()[upload.importer].read(upload.body))
    changed = 0
    for start in range(0, len(articles), AT_ONCE):
        batch = articles[start : start + AT_ONCE]
        changed += index_articles(upload.source, batch)
        run.progress(start + len(batch), len(articles))
    with tenant_scope(required()):
        if upload.replaces:
            gone = Document.objects.filter(source=upload.source, is_edited=False)
            gone.exclude(external_id__in=[article.external_id for article in articles]).delete()
        Upload.objects.filter(id=upload.id).delete()
    run.report(articles=len(articles), changed=changed)
    log.info("knowledge.imported", articles=len(articles), changed=changed)


def public_document(document_id: UUID) -> Document | None:
    """An article that a customer may open."""
    return Document.objects.filter(id=document_id, audience="public", archived_at=None).first()
