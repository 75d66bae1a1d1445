"""Find what answers a question: full text and vectors over the tenant's passages, fused by rank.

The audience is part of the SQL, so that an internal passage is never even a candidate for a customer. With a tenant's
passages in heap order an exact scan takes 1-2 ms per 1,000 passages, so there is no vector index yet (recall is 1).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import connection
from pgvector import HalfVector

from assistant.foundation.ids import PassageId
from assistant.foundation.tenancy import in_tenant, required
from assistant.knowledge.words import query_words
from assistant.privacy.text import Redacted
from inference.contract import Embedder, EngineUnavailable

CANDIDATES = 60
SHOWN = 10
MOST_WORDS = 24
TITLE_WEIGHT = 1.5
"""A word of the question in an article's name counts this much more: on near-identical articles the name decides."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A passage that was found, with why. `words` is the weight of the question's words in it, `cosine` in [-1, 1]."""

    id: PassageId
    document_id: UUID
    external_id: str
    title: str
    heading: str
    text: str
    language: str
    words: float
    cosine: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What retrieval returned, best first. `word_weight` is what a passage with every word of the question would weigh."""

    question: Redacted
    passages: tuple[Ranked, ...]
    word_weight: float
    took_ms: float

    @property
    def documents(self) -> list[str]:
        """External ids of the articles, best first, once each."""
        return list(dict.fromkeys(passage.external_id for passage in self.passages))


async def find_evidence(tenant: UUID, question: Redacted, *, audience: str, embedder: Embedder) -> Evidence:
    """Rank passages for a question. Without the embedder the words alone decide."""
    started = time.perf_counter()
    vector: list[float] | None = None
    try:
        vector = await embedder.embed_query(question)
    except EngineUnavailable:
        log.warning("embedder.unavailable")
    passages, weight = await in_tenant(tenant, rank, question, vector, audience=audience)
    took_ms = (time.perf_counter() - started) * 1_000
    return Evidence(question=question, passages=passages, word_weight=weight, took_ms=took_ms)


def rank(question: Redacted, vector: list[float] | None, *, audience: str) -> tuple[tuple[Ranked, ...], float]:
    """The best passages of the bound tenant, and the weight of the question's words together."""
    by_words, weight = _by_words(query_words(question)[:MOST_WORDS], audience)
    by_vector = _by_vector(vector, audience) if vector is not None else {}
    fused = fuse_ranks([list(by_words), list(by_vector)])
    scores = {passage: 1.0 / (place + 1) for place, passage in enumerate(fused)}
    rows = _read(fused[:CANDIDATES])
    return tuple(
        Ranked(
            **rows[passage],
            words=by_words.get(passage, 0.0),
            cosine=by_vector.get(passage, 0.0),
            score=scores[passage],
        )
        for passage in fused[:CANDIDATES]
        if passage in rows
    )[:CANDIDATES], weight


def fuse_ranks(rankings: Sequence[Sequence[PassageId]], *, k: int = 60) -> list[PassageId]:
    """Merge several rankings of passages into one.

    Each list is best first; lengths may differ. A passage scores the sum of 1 / (k + rank), ranks from 1.
    Ties keep the order of the first list, so the result is deterministic.
    Source: Cormack, Clarke, Büttcher, SIGIR 2009.
    """
    scores: dict[PassageId, float] = {}
    for ranking in rankings:
        for place, passage in enumerate(ranking, start=1):
            scores[passage] = scores.get(passage, 0.0) + 1.0 / (k + place)
    return sorted(scores, key=lambda passage: -scores[passage])


def _by_words(words: list[str], audience: str) -> tuple[dict[PassageId, float], float]:
    """Passages by inverse document frequency of the question's words, names of articles weighing more.

    PostgreSQL's own ranking knows no document frequency, so one statement marks which passage holds which word,
    counts, and weighs. Words are bound parameters; only their number shapes the statement.
    """
    if not words:
        return {}, 0.0
    marks = ", ".join(
        f"(p.words @@ %s::tsquery)::int AS w{i}, (p.words @@ %s::tsquery)::int AS a{i}" for i in range(len(words))
    )
    counts = ", ".join(f"greatest(sum(w{i}), 1) AS d{i}" for i in range(len(words)))
    idf = [f"ln(1 + total.n / c.d{i})" for i in range(len(words))]
    score = " + ".join(f"{idf[i]} * (m.w{i} + {TITLE_WEIGHT} * m.a{i})" for i in range(len(words)))
    whole = " + ".join(idf)
    statement = (
        "WITH total AS (SELECT count(*)::float AS n FROM knowledge_passage WHERE tenant_id = %s AND audience = %s), "  # noqa: S608
        f"m AS MATERIALIZED (SELECT p.id, {marks} FROM knowledge_passage p "
        "WHERE p.tenant_id = %s AND p.audience = %s AND p.words @@ %s::tsquery), "
        f"c AS (SELECT {counts} FROM m) "
        f"SELECT m.id, {score} AS score, {whole} AS whole FROM m, c, total ORDER BY score DESC, m.id LIMIT %s"
    )
    tenant = required()
    quoted = [_quoted(word) for word in words]
    lexemes = [part for word in quoted for part in (word, f"{word}:A")]
    parameters = [tenant, audience, *lexemes, tenant, audience, " | ".join(quoted), CANDIDATES]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    return {PassageId(row[0]): float(row[1]) for row in rows}, float(rows[0][2]) if rows else 0.0


def _by_vector(vector: list[float], audience: str) -> dict[PassageId, float]:
    """Passages by cosine with the question, exactly."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, 1 - (vector <=> %s::halfvec) AS cosine FROM knowledge_passage "
            "WHERE tenant_id = %s AND audience = %s AND vector IS NOT NULL ORDER BY vector <=> %s::halfvec LIMIT %s",
            [HalfVector(vector).to_text(), required(), audience, HalfVector(vector).to_text(), CANDIDATES],
        )
        return {PassageId(row[0]): float(row[1]) for row in cursor.fetchall()}


def _read(passages: list[PassageId]) -> dict[PassageId, dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.document_id, d.external_id, d.title, p.heading, p.text, p.language "
            "FROM knowledge_passage p JOIN knowledge_document d ON d.tenant_id = p.tenant_id AND d.id = p.document_id "
            "WHERE p.tenant_id = %s AND p.id = ANY(%s)",
            [required(), passages],
        )
        names = [column.name for column in cursor.description or ()]
        return {PassageId(row[0]): dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def _quoted(word: str) -> str:
    """A lexeme as tsquery reads it literally."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
