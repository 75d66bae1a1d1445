"""The tenant's articles as comparisons read them: their vectors, their sentences, the product that each is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from assistant.knowledge.models import DIMENSIONS, Document, Passage
from assistant.knowledge.search.shelf import names_now
from assistant.knowledge.text.names import Names

MOST_COMPARED = 5_000
"""Articles of one comparison: the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A stored article; `product` is empty where it is about none, or about several."""

    id: UUID
    external_id: str
    title: str
    audience: str
    language: str
    product: str


def current_articles() -> list[Article]:
    """The bound tenant's articles, newest first."""
    names = names_now()
    rows = Document.objects.filter(archived_at=None).order_by("-updated_at", "id")
    fields = rows.values_list("id", "external_id", "title", "audience", "language", "about")[:MOST_COMPARED]
    return [
        Article(
            id=row[0],
            external_id=row[1],
            title=row[2],
            audience=row[3],
            language=row[4],
            product=row[5] or _named_in(row[2], row[1], names),
        )
        for row in fields
    ]


def sentences_of(articles: Sequence[Article]) -> Iterator[tuple[Article, str, NDArray[np.float32]]]:
    """(article, sentence, its vector [384]) of what may be quoted and holds a value."""
    of = {article.id: article for article in articles}
    rows = Passage.objects.filter(document__in=list(of)).order_by("document_id", "number")
    for document, stored, packed in rows.values_list("document_id", "sentences", "sentence_vectors").iterator():
        vectors = np.frombuffer(bytes(packed), dtype=np.float16).reshape(-1, DIMENSIONS)[1:].astype(np.float32)
        for place, sentence in enumerate(stored):
            if sentence["v"] and not sentence["m"]:
                yield of[document], sentence["t"], vectors[place]


def _named_in(title: str, external_id: str, names: Names) -> str:
    """The one product that a title or the name at the source tells: articles of other families speak of it too."""
    for text in (title, re.sub(r"[\W_]+", " ", external_id)):
        named = {product for mention in names.mentions(text) for product in mention.products}
        if len(named) == 1:
            return named.pop()
    return ""
