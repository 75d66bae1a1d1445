"""Find what answers a question: full text and vectors over the tenant's passages, fused into one score.

The audience is part of the SQL, so that an internal passage is never even a candidate for a customer. With a tenant's
passages in heap order an exact scan takes 1-2 ms per 1,000 passages, so there is no vector index yet (recall is 1).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from pgvector import HalfVector

from assistant.foundation.ids import PassageId
from assistant.foundation.tenancy import in_tenant, required
from assistant.foundation.texts import language_of
from assistant.knowledge.key_sentences import KeySentence, Ranked, find_sentences
from assistant.knowledge.words import has_han, query_words, stem, words_of
from assistant.privacy.text import Redacted
from assistant.privacy.topic import topic_of
from inference.contract import Embedder, EngineUnavailable

CANDIDATES = 200
"""Of each ranking; both scores are known for nearly all that can win."""
KEPT = 40
SHOWN = 10
MOST_WORDS = 24
NAME_WEIGHT = 1.0
"""A word of the question in an article's name counts this much more: on near-identical articles the name decides."""
COSINE_WEIGHT = 2.0
PRODUCT_WEIGHT = 0.1
"""For each word of a product whose whole name is in the question: among near-identical products the named one wins."""
GENERIC = frozenset(stem(word) for word in ["account", "card", "the", "of", "for", "and", "a"])
OTHER_LANGUAGE = 0.3
"""Of two passages that say the same, the one in the question's language goes first."""
UNSEEN_COSINE = 0.25
"""Assumed for a passage that only the words found; just below the last ones that vectors find."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What retrieval returned, best first, and the sentences in it that matter, in the order of their source."""

    question: Redacted
    passages: tuple[Ranked, ...]
    sentences: tuple[KeySentence, ...]
    took_ms: float

    @property
    def documents(self) -> list[str]:
        """External ids of the articles, best first, once each."""
        return list(dict.fromkeys(passage.external_id for passage in self.passages))


async def find_evidence(tenant: UUID, question: Redacted, *, audience: str, embedder: Embedder) -> Evidence:
    """Rank passages for a question and find the sentences that matter. Without the embedder words alone decide."""
    started = time.perf_counter()
    vector: list[float] | None = None
    topic = topic_of(question)
    try:
        (vector,) = await embedder.embed_now([topic])
    except EngineUnavailable:
        log.warning("embedder.unavailable")
    passages = await in_tenant(tenant, rank, topic, vector, audience=audience)
    sentences = await find_sentences(topic, vector, passages, embedder=embedder)
    took_ms = (time.perf_counter() - started) * 1_000
    return Evidence(question=question, passages=passages, sentences=sentences, took_ms=took_ms)


def rank(question: Redacted, vector: list[float] | None, *, audience: str) -> tuple[Ranked, ...]:
    """The best passages of the bound tenant, best first; equal scores by id, so the result is deterministic."""
    by_words = _by_words(query_words(question)[:MOST_WORDS], audience)
    by_vector = _by_vector(vector, audience) if vector is not None else {}
    scores = {
        passage: by_words.get(passage, NOT_HELD).words + COSINE_WEIGHT * by_vector.get(passage, UNSEEN_COSINE)
        for passage in by_words.keys() | by_vector.keys()
    }
    facets = _facets(sorted(scores, key=lambda passage: -scores[passage])[:CANDIDATES])
    asked = set(words_of(question))
    scores = {
        passage: scores[passage] + PRODUCT_WEIGHT * named(product, asked) for passage, (product, _) in facets.items()
    }
    language = language_of(question, "en")
    order = {
        passage: scores[passage] - (0.0 if own == language else OTHER_LANGUAGE) for passage, (_, own) in facets.items()
    }
    best = sorted(order, key=lambda passage: (-order[passage], passage))[:KEPT]
    rows = _read(best)
    return tuple(
        Ranked(
            **rows[passage],
            words=by_words.get(passage, NOT_HELD).words,
            names=by_words.get(passage, NOT_HELD).names,
            cosine=by_vector.get(passage, 0.0),
            score=scores[passage],
        )
        for passage in best
    )


def named(product: str, asked: set[str]) -> int:
    """How many words of the product's name the question holds; 0 unless all: `Blue` does not name the Light Blue."""
    words = [word for word in words_of(product) if word not in GENERIC]
    return len(words) if words and all(word in asked for word in words) else 0


@dataclass(frozen=True, slots=True)
class _Held:
    """Shares of the question's word weight."""

    words: float
    names: float


NOT_HELD = _Held(0.0, 0.0)


def _by_words(words: list[str], audience: str) -> dict[PassageId, _Held]:
    """Passages by inverse document frequency of the question's words, names of articles weighing more.

    PostgreSQL's own ranking knows no document frequency, so one statement marks which passage holds which word,
    counts, and weighs. Words are bound parameters; only their number shapes the statement.
    """
    if not words:
        return {}
    marks = ", ".join(
        f"(p.words @@ %s::tsquery)::int AS w{i}, (p.words @@ %s::tsquery)::int AS a{i}" for i in range(len(words))
    )
    counts = ", ".join(f"greatest(sum(w{i}), 1) AS d{i}, sum(w{i}) > 0 AS found{i}" for i in range(len(words)))
    idf = [f"ln(1 + total.n / c.d{i})" for i in range(len(words))]
    # A Latin word that no article holds tells that the question is about something else. A Chinese pair tells nothing
    # where articles are English, so it does not count as missing.
    whole = " + ".join(
        f"CASE WHEN c.found{i} THEN {idf[i]} ELSE 0 END" if has_han(word) else idf[i] for i, word in enumerate(words)
    )
    held = " + ".join(f"{idf[i]} * m.w{i}" for i in range(len(words)))
    names = " + ".join(f"{idf[i]} * m.a{i}" for i in range(len(words)))
    statement = (
        "WITH total AS (SELECT count(*)::float AS n FROM knowledge_passage WHERE tenant_id = %s AND audience = %s), "  # noqa: S608
        f"m AS MATERIALIZED (SELECT p.id, {marks} FROM knowledge_passage p "
        "WHERE p.tenant_id = %s AND p.audience = %s AND p.words @@ %s::tsquery), "
        f"c AS (SELECT {counts} FROM m), "
        f"s AS (SELECT m.id, {held} AS held, {names} AS names, {whole} AS whole FROM m, c, total) "
        "SELECT id, held / whole, names / whole FROM s ORDER BY held + %s * names DESC, id LIMIT %s"
    )
    tenant = required()
    quoted = [_quoted(word) for word in words]
    lexemes = [part for word in quoted for part in (word, f"{word}:A")]
    parameters: list[Any] = [
        *(tenant, audience),
        *lexemes,
        *(tenant, audience, " | ".join(quoted)),
        *(NAME_WEIGHT, CANDIDATES),
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return {
            PassageId(row[0]): _Held(float(row[1]) + NAME_WEIGHT * float(row[2]), float(row[2]))
            for row in cursor.fetchall()
        }


def _by_vector(vector: list[float], audience: str) -> dict[PassageId, float]:
    """Passages by cosine with the question, exactly."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, 1 - (vector <=> %s::halfvec) AS cosine FROM knowledge_passage "
            "WHERE tenant_id = %s AND audience = %s AND vector IS NOT NULL ORDER BY vector <=> %s::halfvec LIMIT %s",
            [HalfVector(vector).to_text(), required(), audience, HalfVector(vector).to_text(), CANDIDATES],
        )
        return {PassageId(row[0]): float(row[1]) for row in cursor.fetchall()}


def _facets(passages: list[PassageId]) -> dict[PassageId, tuple[str, str]]:
    """(product, language) of each candidate; their texts would be a hundred times as much."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, d.product, p.language FROM knowledge_passage p "
            "JOIN knowledge_document d ON d.tenant_id = p.tenant_id AND d.id = p.document_id "
            "WHERE p.tenant_id = %s AND p.id = ANY(%s)",
            [required(), passages],
        )
        return {PassageId(row[0]): (row[1], row[2]) for row in cursor.fetchall()}


def _read(passages: list[PassageId]) -> dict[PassageId, dict[str, Any]]:
    """Columns of `Ranked` by passage. (Any: as the database gives them.)"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.document_id, d.external_id, d.title, d.product, p.heading, p.text, p.language "
            "FROM knowledge_passage p JOIN knowledge_document d ON d.tenant_id = p.tenant_id AND d.id = p.document_id "
            "WHERE p.tenant_id = %s AND p.id = ANY(%s)",
            [required(), passages],
        )
        names = [column.name for column in cursor.description or ()]
        return {PassageId(row[0]): dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def _quoted(word: str) -> str:
    """A lexeme as tsquery reads it literally."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
