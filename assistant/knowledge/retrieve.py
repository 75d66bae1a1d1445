"""Find what answers a question: full text, vectors and the names of products over the tenant's passages, in one score.

The reader is part of the SQL, so that an internal passage is never even a candidate for a customer. The weights below
were set on two sets of questions, and are reported on a third that nobody had looked at (docs/knowledge.md).
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import chain, zip_longest
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from django.db import connection
from numpy.typing import NDArray

from assistant.foundation.binary import read_rows
from assistant.foundation.conf import provider
from assistant.foundation.ids import PassageId
from assistant.foundation.tenancy import in_tenant, required
from assistant.knowledge.models import DIMENSIONS
from assistant.knowledge.search.certain import Curated, find_curated, is_the_same
from assistant.knowledge.search.key_sentences import (
    LONGEST,
    SHORTEST_ANSWER,
    KeySentence,
    Ranked,
    Scored,
    choose,
    score_sentences,
)
from assistant.knowledge.search.reader import MAY_READ, Reader
from assistant.knowledge.search.shelf import Shelf, learned_now, shelves
from assistant.knowledge.text.names import Names
from assistant.knowledge.text.orders import is_plain
from assistant.knowledge.text.questions import Asked, understand
from assistant.knowledge.text.words import has_han
from assistant.privacy.text import Redacted
from inference.contract import Embedder, EngineUnavailable, Reranker

READ = 25
"""Passages of the first ranking whose sentences are read."""
KEPT = 20
SHOWN = 10
PASSAGES_JUDGED = 8
RELEVANCE = 1.6
"""What a reranker's whole conviction adds to a score: as much as a passage's best sentence."""
NO_SENTENCE = -1.0
"""The score of a passage that holds nothing to quote."""
PAIR = (
    "SELECT d.body, substring(p.sentence_vectors FROM 1 FOR %s) FROM knowledge_passage p "
    "JOIN knowledge_document d ON d.tenant_id = p.tenant_id AND d.id = p.document_id "
    "WHERE p.tenant_id = %s AND p.id = %s"
)
"""The whole answer, and the vector of its question."""
OF_PASSAGE = {
    "id": "p.id",
    "document_id": "p.document_id",
    "external_id": "d.external_id",
    "title": "d.title",
    "kind": "d.kind",
    "about": "d.about",
    "heading": "p.heading",
    "text": "p.text",
    "language": "p.language",
}
STORED = (
    "WITH wanted AS MATERIALIZED (SELECT p.* FROM knowledge_passage p "  # noqa: S608 constants of this house
    f"WHERE p.tenant_id = %s AND {MAY_READ} AND p.id = ANY(%s)) "
    f"SELECT {', '.join(OF_PASSAGE.values())}, p.sentences::text, p.sentence_vectors FROM wanted p "
    "JOIN knowledge_document d ON d.tenant_id = p.tenant_id AND d.id = p.document_id "
    "WHERE (d.valid_from IS NULL OR d.valid_from <= current_date) "
    "AND (d.valid_until IS NULL OR d.valid_until >= current_date)"
)
"""Materialized, so that passages are found by their ids: beside many small tenants the planner goes through the
documents instead, and reads all passages of a large one (0.4 ms in place of 5 of 10,000).
"""
NOTHING = Redacted("")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each signal adds to a passage's score.

    `cosine` is of the first ranking, in place of the sentences, which are not read yet; `passage` of the second.
    `named` is for being about the product that is named, `other_product` for another one, `also_named` for speaking of
    the other products named. Of two passages that say the same, `other_language` lets the one in the question's
    language go first. `whole` is what the whole question adds to the ranking of one of its parts.
    """

    words: float = 0.7
    names: float = 0.3
    cosine: float = 1.0
    passage: float = 0.3
    topic: float = 1.0
    sentence: float = 1.6
    named: float = 0.5
    other_product: float = -0.7
    also_named: float = 0.4
    other_language: float = 0.3
    whole: float = 0.3


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found for one thing asked, best first, and the sentences in it that matter."""

    asked: Asked
    passages: tuple[Ranked, ...]
    sentences: tuple[KeySentence, ...]
    missing: float
    """How much better than the best sentence one is whose value the source does not know; negative when it is worse."""
    words: float
    """Share of the question's own words in the best sentence."""
    knows_products: bool
    """Are the tenant's articles about products at all?"""
    holds_value: bool
    """Does the best sentence hold the kind of value that is wanted (or is none wanted)?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The passages of one part that were read: their place in the ranking, and their sentences with scores."""

    asked: Asked
    rows: list[tuple[float, Ranked, list[Scored]]]
    room: int
    knows_products: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What retrieval returned, best first, and the sentences in it that matter, in the order of their source."""

    question: Redacted
    findings: tuple[Finding, ...]
    curated: Curated | None
    passages: tuple[Ranked, ...]
    sentences: tuple[KeySentence, ...]
    answered_from: float
    """The confidence from which on the tenant answers."""
    recall: float
    """Share of the nearest passages that were looked at, as measured; 1 where all are compared."""
    took_ms: float

    @property
    def documents(self) -> list[str]:
        """External ids of the articles, best first, once each."""
        return list(dict.fromkeys(passage.external_id for passage in self.passages))


async def find_evidence(
    tenant: UUID, question: Redacted, *, reader: Reader, embedder: Embedder, before: Redacted = NOTHING
) -> Evidence:
    """Rank passages for a question and find the sentences that matter. Without the embedder words alone decide.

    `before` is the question that this one follows up: "and for the business one?".
    """
    started = time.perf_counter()
    learned = await in_tenant(tenant, learned_now)
    parts = understand(question, learned.names, before=before)
    vectors = await embedded(parts, embedder)
    read, curated = await in_tenant(tenant, _search, parts, vectors, learned.names, reader.among(learned.segments))
    findings = tuple(map(_finding, await asyncio.gather(*map(_reranked, read))))
    passages = in_turn([finding.passages for finding in findings])
    return Evidence(
        question=question,
        findings=findings,
        curated=curated,
        passages=passages,
        sentences=tuple(chain.from_iterable(finding.sentences for finding in findings)),
        answered_from=learned.answered_from,
        recall=learned.recall,
        took_ms=(time.perf_counter() - started) * 1_000,
    )


async def embedded(parts: Sequence[Asked], embedder: Embedder) -> NDArray[np.float32] | None:
    """[parts, 2, 384]: each part as it was asked, and without the products that it names."""
    pairs = [part.said if embedder.is_multilingual else (part.text, part.topic) for part in parts]
    texts = list(dict.fromkeys(chain.from_iterable(pairs)))
    try:
        of = dict(zip(texts, await embedder.embed_now(texts), strict=True))
    except EngineUnavailable:
        log.warning("embedder.unavailable")
        return None
    return np.array([[of[text] for text in pair] for pair in pairs], dtype=np.float32)


async def _reranked(read: _Read) -> _Read:
    """The passages that were read, in the order that a cross-encoder gives them too, where the operator has one."""
    reranker: Reranker | None = provider(Reranker)
    if reranker is None or not read.rows:
        return read
    texts = [f"{passage.heading}\n{passage.text}" for _, passage, _ in read.rows]
    try:
        relevances = await reranker.rerank(read.asked.text, texts)
    except EngineUnavailable as problem:
        log.warning("reranker.unavailable", error=str(problem))
        return read
    rows = [
        (place + RELEVANCE * found, replace(passage, relevance=found, score=passage.score + RELEVANCE * found), scored)
        for found, (place, passage, scored) in zip(relevances, read.rows, strict=True)
    ]
    return replace(read, rows=rows)


def _search(
    parts: Sequence[Asked], vectors: NDArray[np.float32] | None, names: Names, reader: Reader
) -> tuple[list[_Read], Curated | None]:
    read = read_best(parts, vectors, reader=reader)
    if vectors is None or len(parts) > 1:
        return read, None
    (asked,), ((vector, _),) = parts, vectors
    curated = find_curated(asked, vector, names, reader=reader)
    return read, curated or (_pair(read[0], vector, names) if read else None)


def _pair(read: _Read, vector: NDArray[np.float32], names: Names) -> Curated | None:
    """An imported pair is an article whose title is the question. Nobody approved it, so it has to be plain."""
    best = max(read.rows, key=_by_place, default=None)
    if best is None or best[1].kind != "pair":
        return None
    _, passage, _ = best
    with connection.cursor() as cursor:
        cursor.execute(PAIR, [2 * DIMENSIONS, required(), passage.id])
        body, title = cursor.fetchone() or ("", bytes(2 * DIMENSIONS))
    cosine = float(np.frombuffer(title, dtype=np.float16).astype(np.float32) @ vector)
    if not is_the_same(read.asked, passage.title, cosine, names) or not is_plain(passage.title, body):
        return None
    return Curated(
        id=passage.document_id,
        question=passage.told_title,
        answer=body,
        document=passage.document_id,
        external_id=passage.external_id,
    )


def rank(
    parts: Sequence[Asked], vectors: NDArray[np.float32] | None, *, reader: Reader, weights: Weights = WEIGHTS
) -> tuple[Finding, ...]:
    """Findings for each part, in the bound tenant; equal scores in the order of ids, so the result is deterministic."""
    return tuple(map(_finding, read_best(parts, vectors, reader=reader, weights=weights)))


def read_best(
    parts: Sequence[Asked], vectors: NDArray[np.float32] | None, *, reader: Reader, weights: Weights = WEIGHTS
) -> list[_Read]:
    """For each part the passages that rank first, read from the database and scored with their sentences."""
    asked = vectors if vectors is not None else np.zeros((len(parts), 2, DIMENSIONS), np.float32)
    shelf = shelves.of(reader, asked.reshape(-1, DIMENSIONS))
    if not shelf.ids:
        return []
    firsts = [_First.of(shelf, part, pair, weights) for part, pair in zip(parts, asked, strict=True)]
    whole = np.stack([first.score for first in firsts]).mean(axis=0) * np.float32(len(firsts) > 1)
    wanted = [_best(first.score + weights.whole * whole) for first in firsts]
    stored = _read(sorted({shelf.ids[row] for rows in wanted for row in rows}), reader)
    room = max(SHORTEST_ANSWER, LONGEST // len(firsts))
    return [
        _read_with(shelf, first, [row for row in rows if shelf.ids[row] in stored], stored, whole, room)
        for first, rows in zip(firsts, wanted, strict=True)
    ]


def _best(scores: NDArray[np.float32]) -> NDArray[np.intp]:
    """Places of the best scores; of equal ones the first."""
    if len(scores) <= READ:
        return np.argsort(-scores, kind="stable")
    least = -np.partition(-scores, READ)[READ]
    (places,) = np.nonzero(scores >= least)
    return places[np.argsort(-scores[places], kind="stable")][:READ]


@dataclass(frozen=True, slots=True)
class _First:
    """The first ranking of one part over all passages: arrays [passages]."""

    asked: Asked
    vectors: NDArray[np.float32]  # [2, 384]
    weights: dict[str, float]
    words: NDArray[np.float32]
    names: NDArray[np.float32]
    cosine: NDArray[np.float32]
    topic: NDArray[np.float32]
    product: NDArray[np.float32]
    also: NDArray[np.float32]
    use: Weights
    base: NDArray[np.float32]
    """Everything but the sentences."""

    @property
    def score(self) -> NDArray[np.float32]:
        """With the passage's own vector in place of its sentences."""
        return self.base + self.use.cosine * self.cosine

    @classmethod
    def of(cls, shelf: Shelf, asked: Asked, vectors: NDArray[np.float32], use: Weights) -> _First:
        """Score all passages of the shelf for one part."""
        weights = {
            word: math.log(1 + shelf.total / max(1, len(shelf.postings.holding(word)[0]))) for word in asked.words
        }
        words, names = _by_words(shelf, asked.own_words or asked.words, weights)
        cosine, topic = (shelf.vectors @ vectors.T).T  # both in one pass over the memory
        product, also = _by_product(shelf, asked)
        is_foreign = shelf.is_chinese != any(has_han(word) for word in asked.words)
        named = np.where(product > 0, use.named, np.where(product < 0, use.other_product, 0.0))
        base = (
            (use.words * words + use.names * names)
            + use.topic * topic
            + use.passage * cosine
            + named
            + use.also_named * also
            - use.other_language * is_foreign
        ).astype(np.float32)
        return cls(asked, vectors, weights, words, names, cosine, topic, product, also, use, base)


def _by_words(
    shelf: Shelf, wanted: Sequence[str], weights: dict[str, float]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Shares of the question's word weight that each passage holds, and that its article's name holds.

    A word weighs by its inverse document frequency. A Latin word that no article holds tells that the question is about
    something else; a Chinese pair tells nothing where articles are English, so it does not count as missing.
    """
    words = np.zeros(len(shelf.ids), np.float32)
    names = np.zeros(len(shelf.ids), np.float32)
    whole = 0.0
    for word in wanted:
        rows, in_name = shelf.postings.holding(word)
        if len(rows) or not has_han(word):
            whole += weights[word]
        words[rows] += weights[word]
        names[rows[in_name]] += weights[word]
    return words / (whole or 1.0), names / (whole or 1.0)


def _by_product(shelf: Shelf, asked: Asked) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """1 where a passage is about a product that is named, -1 where about another; and the share of others it names."""
    product = np.zeros(len(shelf.ids), np.float32)
    also = np.zeros(len(shelf.ids), np.float32)
    if not asked.mentions:
        return product, also
    meant = [
        np.isin(shelf.products, [place for place, name in enumerate(shelf.product_names) if name in mention.products])
        for mention in asked.mentions
    ]
    is_named = reduce(np.logical_or, meant)
    product[is_named] = 1.0
    product[~is_named & (shelf.products >= 0)] = -1.0
    if len(asked.mentions) > 1:
        for mention, own in zip(asked.mentions, meant, strict=True):
            words = sorted(mention.words & shelf.names.distinctive)
            holding = [np.isin(np.arange(len(shelf.ids)), shelf.postings.holding(word)[0]) for word in words]
            also += (reduce(np.logical_and, holding) & ~own) / (len(asked.mentions) - 1)
    return product, also


def _read_with(
    shelf: Shelf,
    first: _First,
    rows: Sequence[int],
    stored: dict[PassageId, _Stored],
    whole: NDArray[np.float32],
    room: int,
) -> _Read:
    """The second ranking: with each passage's best sentence."""
    second: list[tuple[float, Ranked, list[Scored]]] = []
    for row in rows:
        read = stored[shelf.ids[row]]
        sentences = score_sentences(read.sentences, read.sentence_vectors, first.asked, first.vectors, first.weights)
        best = max(sentences, key=lambda one: one.score, default=None)
        score = float(first.base[row]) + first.use.sentence * (best.score if best else NO_SENTENCE)
        place = score + first.use.whole * float(whole[row])
        ranked = replace(
            read.passage,
            words=float(first.words[row]),
            names=float(first.names[row]),
            cosine=float(first.cosine[row]),
            topic=float(first.topic[row]),
            product=float(first.product[row]),
            sentence=best.score if best else NO_SENTENCE,
            best_sentence=best.text if best else "",
            score=score,
        )
        second.append((place, ranked, sentences))
    return _Read(asked=first.asked, rows=second, room=room, knows_products=bool(shelf.product_names))


def _by_place(row: tuple[float, Ranked, list[Scored]]) -> tuple[float, int]:
    """Best is most; of equals the first by id."""
    place, passage, _ = row
    return place, -passage.id.int


def _finding(read: _Read) -> Finding:
    """What the passages that were read come to, in their last order."""
    rows = sorted(read.rows, key=_by_place, reverse=True)
    passages = [(ranked, sentences) for _, ranked, sentences in rows]
    top = [one for _, sentences in passages[:PASSAGES_JUDGED] for one in sentences]
    quotable = max((one for one in top if not one.is_missing), key=lambda one: one.score, default=None)
    missing = max((one.score for one in top if one.is_missing), default=NO_SENTENCE)
    return Finding(
        asked=read.asked,
        passages=tuple(ranked for ranked, _ in passages[:KEPT]),
        sentences=choose(passages, room=read.room),
        missing=missing - (quotable.score if quotable else NO_SENTENCE),
        words=quotable.words if quotable else 0.0,
        knows_products=read.knows_products,
        holds_value=bool(quotable and (quotable.holds_value or not read.asked.values)),
    )


@dataclass(frozen=True, slots=True)
class _Stored:
    """A passage as the database has it now, without scores yet. (Any: JSON.)"""

    passage: Ranked
    sentences: list[dict[str, Any]]
    sentence_vectors: bytes


def _read(passages: list[PassageId], reader: Reader) -> dict[PassageId, _Stored]:
    """The passages that are still there, for this reader, of articles that hold today."""
    rows = read_rows(STORED, [required(), *reader.parameters, passages])
    return {PassageId(row[0]): _stored(row) for row in rows}


def _stored(row: tuple[Any, ...]) -> _Stored:  # Any: columns as the database gives them
    *columns, sentences, vectors = row
    return _Stored(Ranked(**dict(zip(OF_PASSAGE, columns, strict=True))), json.loads(sentences), vectors)


def in_turn(rankings: Sequence[Sequence[Ranked]]) -> tuple[Ranked, ...]:
    """The best of each part, then the second of each, every passage once."""
    merged: dict[PassageId, Ranked] = {}
    for ranked in chain.from_iterable(zip_longest(*rankings)):
        if ranked is not None:
            merged.setdefault(ranked.id, ranked)
    return tuple(merged.values())
