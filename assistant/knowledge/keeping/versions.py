"""What articles said before: a version for each change, and an import that never overwrites what people wrote."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Max

from assistant.foundation.errors import NotFound
from assistant.knowledge.importers import Article
from assistant.knowledge.models import Document, DocumentVersion, KnowledgeSource

Why = DocumentVersion.Why
SAID = ("title", "body", "audience", "segments", "product")
"""What makes a version another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """A line of one version or of both."""

    op: Literal["same", "added", "removed"]
    text: str


def diff_lines(old: str, new: str) -> list[DiffLine]:
    """Every line of both texts in reading order; what was removed stands before what took its place."""
    before, after = old.splitlines(), new.splitlines()
    lines: list[DiffLine] = []
    for tag, start, end, new_start, new_end in difflib.SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            lines += [DiffLine(op="same", text=line) for line in before[start:end]]
        else:
            lines += [DiffLine(op="removed", text=line) for line in before[start:end]]
            lines += [DiffLine(op="added", text=line) for line in after[new_start:new_end]]
    return lines


def find_version(document: Document, number: int) -> DocumentVersion:
    """One version of an article. Raises NotFound."""
    version = DocumentVersion.objects.filter(document=document, number=number).first()
    if version is None:
        raise NotFound
    return version


def add_version(document: Document, *, why: Why, by: str = "") -> int:
    """Keep what the article says now as its newest version; returns the number. The caller makes it the current one."""
    return _store(document, {name: getattr(document, name) for name in SAID}, why=why, by=by)


def last_import(document: Document) -> int:
    """The number of the version that the source brought last; 0 for an article that was written here."""
    imports = DocumentVersion.objects.filter(document=document, why=Why.IMPORT)
    return imports.aggregate(top=Max("number"))["top"] or 0


def note_import(document: Document) -> None:
    """An import stored this article: keep it as a version, unless it says what the current one says.

    When somebody edited it between the import's look and its write, their version stays the current one.
    """
    current = DocumentVersion.objects.filter(document=document, number=document.version).first()
    if current is not None and all(getattr(current, name) == getattr(document, name) for name in SAID):
        return
    number = add_version(document, why=Why.IMPORT)
    changed = {"conflict": number} if document.is_edited else {"version": number}
    Document.objects.filter(id=document.id).update(**changed)


def without_edited(source: KnowledgeSource, articles: Sequence[Article]) -> list[Article]:
    """The articles that an import may store: those that people edited or archived stay as people left them.

    One whose original changed since gets the new text as a version and the mark `conflict`: a person decides.
    """
    names = [article.external_id for article in articles]
    rows = Document.objects.select_for_update(no_key=True).filter(source=source, external_id__in=names, is_edited=True)
    edited = {document.external_id: document for document in rows.order_by("id")}
    for article in articles:
        if (document := edited.get(article.external_id)) is not None:
            _keep_beside(document, article)
    return [article for article in articles if article.external_id not in edited]


def _keep_beside(document: Document, article: Article) -> None:
    said = {
        "title": article.title[:300],
        "body": article.body,
        "audience": article.audience,
        "segments": list(article.segments),
        "product": (article.product or document.product)[:120],
    }
    known = DocumentVersion.objects.filter(document=document, why=Why.IMPORT).order_by("-number").first()
    if known is not None and all(getattr(known, name) == said[name] for name in SAID if name != "product"):
        return
    Document.objects.filter(id=document.id).update(conflict=_store(document, said, why=Why.IMPORT))


def _store(document: Document, said: dict[str, Any], *, why: Why, by: str = "") -> int:  # Any: values of fields
    top = DocumentVersion.objects.filter(document=document).aggregate(top=Max("number"))["top"] or 0
    return DocumentVersion.objects.create(document=document, number=top + 1, why=why, by=by, **said).number
