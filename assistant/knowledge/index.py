"""Make articles searchable: each becomes a document, its passages and their vectors; unchanged ones cost nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.db.models.expressions import CombinedExpression

from assistant.foundation.clock import now
from assistant.foundation.conf import provider
from assistant.foundation.tenancy import required, tenant_scope
from assistant.foundation.texts import language_of
from assistant.knowledge.importers import Article
from assistant.knowledge.models import Document, KnowledgeSource, Passage
from assistant.knowledge.passages import Piece, cut
from assistant.knowledge.versions import note_import, without_edited
from assistant.knowledge.words import words_of
from inference.contract import Embedder

EMBED_AT_ONCE = 64
MOST_WORDS_OF_A_NAME = 6
CUT = "2"
"""Raise it when `passages` or `words` change: the next import makes passages again."""


def index_articles(source: KnowledgeSource, articles: Sequence[Article], *, is_import: bool = True) -> int:
    """Index those that changed; says how many. Vectors are made before the transaction: no model inside one.

    An import writes versions, and leaves articles alone that people edited.
    """
    with tenant_scope(required()):
        articles = without_edited(source, articles) if is_import else articles
        known = dict(Document.objects.filter(source=source).values_list("external_id", "content_hash"))
    changed = [article for article in articles if known.get(article.external_id) != content_hash(article)]
    pieces = [(article, cut(article.title, article.body)) for article in changed]
    texts = [f"{piece.heading}\n{piece.text}" for _, parts in pieces for piece in parts]
    embedder: Embedder = provider(Embedder)
    vectors = [
        vector for i in range(0, len(texts), EMBED_AT_ONCE) for vector in embedder.embed(texts[i : i + EMBED_AT_ONCE])
    ]
    with tenant_scope(required()):
        for article, parts in pieces:
            document = _store_document(source, article)
            if is_import:
                note_import(document)
            own, vectors = vectors[: len(parts)], vectors[len(parts) :]
            Passage.objects.filter(document=document).delete()
            Passage.objects.bulk_create(
                Passage(
                    document=document,
                    number=number,
                    heading=piece.heading[:300],
                    text=piece.text,
                    audience=document.audience,
                    language=document.language,
                    words=_searchable(article, piece),
                    vector=vector,
                )
                for number, (piece, vector) in enumerate(zip(parts, own, strict=True))
            )
    return len(changed)


def _searchable(article: Article, piece: Piece) -> CombinedExpression:
    """Names weigh as A, text as D. The name at the source counts too: some titles leave the product out."""
    name = " ".join(words_of(f"{piece.heading} {article.product} {re.sub(r'[_./-]', ' ', article.external_id)}"))
    text = " ".join(words_of(piece.text))
    return SearchVector(Value(name), config="simple", weight="A") + SearchVector(
        Value(text), config="simple", weight="D"
    )


def _store_document(source: KnowledgeSource, article: Article) -> Document:
    language = article.language or language_of(article.title, "en")
    document, _ = Document.objects.update_or_create(
        source=source,
        external_id=article.external_id,
        defaults={
            "title": article.title[:300],
            "body": article.body,
            "audience": article.audience,
            "language": language,
            "product": (article.product or product_of(article.title))[:120],
            "content_hash": content_hash(article),
            "updated_at": now(),
        },
    )
    return document


def product_of(title: str) -> str:
    """The product that titles such as `Light Blue Account: Card limits` are about; empty when there is none."""
    name, colon, _ = title.partition(":")
    is_name = bool(colon) and 1 < len(name.split()) <= MOST_WORDS_OF_A_NAME and name[0].isupper() and "?" not in name
    return name.strip() if is_name else ""


def content_hash(article: Article) -> str:
    """Changes when anything that is shown or searched changes, also the way in which articles are cut."""
    parts = (CUT, article.title, article.body, article.audience, article.language, article.product)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
