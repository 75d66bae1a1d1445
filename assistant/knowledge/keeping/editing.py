"""Articles as people write them on the desk: write, edit, restore, split by audience, archive, delete.

A change is one transaction that writes the version and a job; the article is made searchable at once afterwards, and
the job makes that certain. Nothing here may run inside a transaction: vectors are made in between.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import structlog
from django.db.models import Q
from django.utils.text import slugify

from assistant.foundation.audit import record
from assistant.foundation.clock import now
from assistant.foundation.errors import BadInput, Conflict, NotFound
from assistant.foundation.ids import uuid7
from assistant.foundation.outbox.jobs import JobRun, enqueue
from assistant.foundation.tenancy import required, tenant_scope
from assistant.foundation.texts import language_of
from assistant.knowledge.importers import Article
from assistant.knowledge.index import index_articles, learn_names
from assistant.knowledge.keeping.versions import Why, add_version, find_version, last_import
from assistant.knowledge.models import Audience, Document, DocumentVersion, KnowledgeSource, Passage
from assistant.knowledge.text.sections import divide, sections_of
from inference.contract import EngineUnavailable

SOURCE = "Desk"
"""The source of what people write here."""
BODY_LENGTH_MAX = 200_000
TITLE_LENGTH_MAX = 300
SEARCHABLE_TRIES = 5

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """The first and the last day on which an article answers, in UTC; None: no limit."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDraft:
    """An article as people write it; `body` is Markdown."""

    title: str
    body: str
    audience: str = Audience.PUBLIC
    segments: tuple[str, ...] | None = None
    """Groups of contacts that may see it, none: all. None: as they are."""
    language: str = ""
    """Empty: as the title is written."""
    product: str = ""
    validity: Validity | None = None
    """None: as it is."""


class StaleEdit(Conflict):
    """Somebody else changed the article since it was opened; both texts are kept."""

    code = "stale_edit"
    public_message = "Somebody changed this article meanwhile. Look at their version, then save yours again."


# --- changes --------------------------------------------------------------------------------------------------------


def write_article(draft: ArticleDraft, *, by: str) -> Document:
    """Write a new article; customers get answers from it at once. Raises BadInput."""
    with tenant_scope(required()):
        document = _create(draft, why=Why.EDIT, by=by)
    return make_searchable(document.id)


def edit_article(document_id: UUID, draft: ArticleDraft, *, by: str, version: int) -> Document:
    """Replace what an article says. Raises NotFound, BadInput, and StaleEdit when it is no longer at `version`."""
    with tenant_scope(required()):
        _change(_locked(document_id, version), draft, why=Why.EDIT, by=by)
    return make_searchable(document_id)


def restore_version(document_id: UUID, number: int, *, by: str, version: int) -> Document:
    """Let an article say again what it said in one of its versions. Raises NotFound and StaleEdit.

    After restoring what the source said last, later imports flow in again; so a conflict is decided for the source.
    """
    with tenant_scope(required()):
        document = _locked(document_id, version)
        old = find_version(document, number)
        draft = ArticleDraft(
            title=old.title,
            body=old.body,
            audience=old.audience,
            segments=tuple(old.segments),
            language=document.language,
            product=old.product,
        )
        document.is_edited = number != last_import(document)
        _change(document, draft, why=Why.RESTORE, by=by)
    return make_searchable(document_id)


def keep_ours(document_id: UUID, *, by: str, version: int) -> Document:
    """Decide a conflict for what people wrote; what the import brought stays among the versions."""
    with tenant_scope(required()):
        document = _locked(document_id, version)
        document.conflict = None
        document.save(update_fields=["conflict"])
        record("article.kept", actor=by, subject=document.id)
    return document


def split_article(
    document_id: UUID, chosen: Collection[int], *, by: str, version: int, title: str = ""
) -> tuple[Document, Document]:
    """Move sections to an internal article of their own; the rest stays as it is. Returns (rest, internal one).

    From the same instant on no customer gets an answer from what moved. Raises NotFound, BadInput, StaleEdit.
    """
    with tenant_scope(required()):
        document = _locked(document_id, version)
        stays, moves = _divided(document, chosen)
        own = ArticleDraft(
            title=document.title,
            body=stays,
            audience=document.audience,
            language=document.language,
            product=document.product,
            validity=Validity(first=document.valid_from, last=document.valid_until),
        )
        internal = replace(own, title=title or f"{document.title} (internal)", body=moves, audience=Audience.INTERNAL)
        Passage.objects.filter(document=document).delete()
        _change(document, own, why=Why.SPLIT, by=by)
        other = _create(internal, why=Why.SPLIT, by=by)
    return make_searchable(document_id), make_searchable(other.id)


def set_archived(document_id: UUID, is_archived: bool, *, by: str, version: int) -> Document:
    """Take an article out of every answer, or let it answer again; its versions stay. Raises NotFound, StaleEdit."""
    with tenant_scope(required()):
        document = _locked(document_id, version)
        _keep_first(document)
        document.archived_at = now() if is_archived else None
        document.is_edited = True
        document.content_hash = ""
        document.save(update_fields=["version", "archived_at", "is_edited", "content_hash"])
        if is_archived:
            Passage.objects.filter(document=document).delete()
        record("article.archived" if is_archived else "article.unarchived", actor=by, subject=document.id)
        enqueue("knowledge.searchable", document=document.id)
    return make_searchable(document_id)


def delete_article(document_id: UUID, *, by: str) -> None:
    """Destroy an article with its passages, vectors and versions; there is no way back. Raises NotFound."""
    with tenant_scope(required()):
        deleted, _ = Document.objects.filter(id=document_id).delete()
        if not deleted:
            raise NotFound
        record("article.deleted", actor=by, subject=document_id)
        enqueue("knowledge.names")


# --- searchable -----------------------------------------------------------------------------------------------------


def run_searchable(run: JobRun) -> None:
    """The job: what an article says now is what is searched, also when the process that changed it died."""
    with tenant_scope(required()):
        is_there = Document.objects.filter(id=run.ids["document"]).exists()
    if is_there:
        _index(UUID(run.ids["document"]))
        learn_names()


def make_searchable(document_id: UUID) -> Document:
    """Index an article now; while the embedder is away its job does it later."""
    try:
        _index(document_id)
    except EngineUnavailable:
        log.warning("article.not_searchable_yet", document=str(document_id))
    with tenant_scope(required()):
        return Document.objects.select_related("source").get(id=document_id)


def _index(document_id: UUID) -> None:
    """Two who save at once may index in the wrong order, so look again until nothing changed meanwhile."""
    for _ in range(SEARCHABLE_TRIES):
        with tenant_scope(required()):
            document = Document.objects.select_related("source").get(id=document_id)
            if document.archived_at is not None:
                Passage.objects.filter(document=document).delete()
                return
            current = find_version(document, document.version)
        article = Article(
            external_id=document.external_id,
            title=current.title,
            body=current.body,
            audience=document.audience,  # a source that changes its readers writes no version
            segments=tuple(document.segments),
            language=document.language,
            product=current.product,
            kind=document.kind,
            url=document.url,
            place=document.place,
            valid_from=document.valid_from,
            valid_until=document.valid_until,
        )
        index_articles(document.source, [article], is_import=False)
        with tenant_scope(required()):
            changed = Q(version=document.version, archived_at=None)
            if Document.objects.filter(changed, id=document_id).exists():
                return


# --- parts ----------------------------------------------------------------------------------------------------------


def _locked(document_id: UUID, version: int) -> Document:
    rows = Document.objects.select_for_update(no_key=True, of=("self",)).select_related("source")
    document = rows.filter(id=document_id).first()
    if document is None:
        raise NotFound
    if document.version != version:
        raise StaleEdit
    return document


def _create(draft: ArticleDraft, *, why: Why, by: str) -> Document:
    _check(draft)
    source, _ = KnowledgeSource.objects.get_or_create(name=SOURCE)
    name = slugify(draft.title, allow_unicode=True)[:80]
    document = Document(source=source, external_id=f"{name}-{uuid7().hex[-8:]}")
    document.is_edited = True
    _say(document, draft)
    document.save(force_insert=True)
    _finish(document, why=why, by=by)
    return document


def _change(document: Document, draft: ArticleDraft, *, why: Why, by: str) -> None:
    """Write the version; passages for other readers go at once, the others serve until the new ones are made."""
    _check(draft)
    _keep_first(document)
    document.is_edited = document.is_edited if why == Why.RESTORE else True
    document.conflict = None
    _say(document, draft)
    Passage.objects.filter(document=document).exclude(audience=document.audience, segments=document.segments).delete()
    _finish(document, why=why, by=by)


def _say(document: Document, draft: ArticleDraft) -> None:
    document.title = draft.title.strip()
    document.body = draft.body
    document.audience = draft.audience
    document.segments = document.segments if draft.segments is None else list(draft.segments)
    document.language = (draft.language or language_of(draft.title, "en"))[:8]
    document.product = draft.product.strip()[:120]
    if draft.validity is not None:
        document.valid_from, document.valid_until = draft.validity.first, draft.validity.last
    document.content_hash = ""
    document.updated_at = now()


def _finish(document: Document, *, why: Why, by: str) -> None:
    document.version = add_version(document, why=why, by=by)
    document.save()
    record(f"article.{why}", actor=by, subject=document.id, version=document.version)
    enqueue("knowledge.searchable", document=document.id)


def _keep_first(document: Document) -> None:
    """An article that was imported before there were versions keeps what it said until now."""
    if not DocumentVersion.objects.filter(document=document).exists():
        document.version = add_version(document, why=Why.IMPORT)


def _check(draft: ArticleDraft) -> None:
    if not draft.title.strip() or len(draft.title) > TITLE_LENGTH_MAX:
        raise BadInput(f"Field 'title': 1 to {TITLE_LENGTH_MAX} characters.")
    if not draft.body.strip() or len(draft.body) > BODY_LENGTH_MAX:
        raise BadInput(f"Field 'body': 1 to {BODY_LENGTH_MAX} characters.")
    valid = draft.validity or Validity()
    if valid.first and valid.last and valid.last < valid.first:
        raise BadInput("Field 'valid_until': not before 'valid_from'.", field="valid_until")


def _divided(document: Document, chosen: Collection[int]) -> tuple[str, str]:
    known = {section.number for section in sections_of(document.body)}
    if document.audience == Audience.INTERNAL:
        raise BadInput("This article is internal already.")
    if not chosen or not set(chosen) <= known:
        raise BadInput("Field 'sections': numbers of sections of this article.")
    stays, moves = divide(document.body, chosen)
    if not stays or not moves:
        raise BadInput("Something has to move, and something has to stay.")
    return stays, moves
