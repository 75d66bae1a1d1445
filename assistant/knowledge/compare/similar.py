"""Articles that are like a text or like another article, and articles that say the same twice."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray

from assistant.foundation.errors import NotFound
from assistant.foundation.tenancy import in_tenant
from assistant.knowledge.compare.articles import Article, current_articles
from assistant.knowledge.grounding import numbers
from assistant.knowledge.models import DIMENSIONS, Document, Passage
from assistant.knowledge.search.reader import EVERYBODYS
from assistant.knowledge.search.shelf import Shelf, names_now, shelves
from assistant.knowledge.text.bilingual import in_english
from assistant.knowledge.text.words import query_words, words_of
from assistant.knowledge.vectors import readable
from assistant.privacy.text import Redacted
from inference.contract import Embedder, EngineUnavailable

READ = 80
"""Best passages of each audience whose articles are looked at."""
WORDS_WEIGHT = 0.5
WORDS_READ = 80
OTHER_PASSAGES = 0.2
"""Share of an article's second and third passage: one that is like the text all over goes first."""
SAME_COSINE = 0.93
SAME_WORDS = 0.6
"""Share of all their words that two duplicates have in common."""
BLOCK = 512

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarArticle:
    """An article and how like it is; scores compare the articles of one answer."""

    document_id: UUID
    external_id: str
    title: str
    about: str
    audience: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Two articles that say the same about the same product, with the same numbers; `score` is their cosine."""

    first: Article
    second: Article
    score: float


async def similar_to_text(tenant: UUID, text: Redacted, *, most: int, embedder: Embedder) -> list[SimilarArticle]:
    """The tenant's articles that are most like a text, best first. Without the embedder words alone decide."""
    names = await in_tenant(tenant, names_now)
    english = in_english(text, names.glossary) or text
    vector = np.zeros(DIMENSIONS, np.float32)
    try:
        vector = np.array((await embedder.embed_now([readable(text, embedder, names.glossary)]))[0], dtype=np.float32)
    except EngineUnavailable:
        log.warning("embedder.unavailable")
    words = list(dict.fromkeys([*query_words(english), *query_words(text)]))
    return await in_tenant(tenant, _like, vector, words, most=most)


def similar_to_article(document_id: UUID, *, most: int) -> list[SimilarArticle]:
    """The other articles that are most like one of the bound tenant's. Raises NotFound."""
    document = Document.objects.filter(id=document_id).first()
    if document is None:
        raise NotFound
    vectors = _document_vectors([document_id])
    vector = vectors.get(document_id, np.zeros(DIMENSIONS, np.float32))
    words = query_words(f"{document.title} {document.body}")
    return [one for one in _like(vector, words, most=most + 1) if one.document_id != document_id][:most]


def find_duplicates(*, most: int) -> list[Duplicate]:
    """Pairs of the bound tenant's articles that say the same, the nearest first.

    Articles on different products are no duplicates, however alike they read, and neither are two with different
    numbers: those may contradict each other.
    """
    groups: dict[tuple[str, str], list[Article]] = defaultdict(list)
    for article in current_articles():
        groups[article.product, article.language].append(article)
    found = [pair for articles in groups.values() if len(articles) > 1 for pair in _duplicates_among(articles)]
    return sorted(found, key=lambda pair: (-pair.score, pair.first.external_id, pair.second.external_id))[:most]


def _like(vector: NDArray[np.float32], words: Sequence[str], *, most: int) -> list[SimilarArticle]:
    """Each article's best passages in the bound tenant, agents' articles too."""
    scores: dict[UUID, float] = {}
    for reader in EVERYBODYS:
        shelf = shelves.of(reader, vector.reshape(1, -1))
        if shelf.ids:
            score = shelf.vectors @ vector + WORDS_WEIGHT * _shares(shelf, words[:WORDS_READ])
            best = np.argsort(-score, kind="stable")[:READ]
            scores |= {UUID(str(shelf.ids[row])): float(score[row]) for row in best}
    return sorted(_by_article(scores), key=lambda one: (-one.score, one.external_id))[:most]


def _shares(shelf: Shelf, words: Iterable[str]) -> NDArray[np.float32]:
    """[passages]: share of the words' weight that each passage holds; a word that no passage holds does not count."""
    shares = np.zeros(len(shelf.ids), np.float32)
    whole = 0.0
    for word in words:
        rows, _ = shelf.postings.holding(word)
        if len(rows):
            weight = math.log(1 + shelf.total / len(rows))
            shares[rows] += weight
            whole += weight
    return shares / (whole or 1.0)


def _by_article(scores: Mapping[UUID, float]) -> Iterator[SimilarArticle]:
    rows = Passage.objects.filter(id__in=list(scores)).select_related("document")
    documents: dict[UUID, Document] = {}
    of: dict[UUID, list[float]] = defaultdict(list)
    for passage in rows.defer("terms", "vector", "sentences", "sentence_vectors", "document__body"):
        documents[passage.document_id] = passage.document
        of[passage.document_id].append(scores[passage.id])
    for document_id, document in documents.items():
        first, *others = sorted(of[document_id], reverse=True)
        score = (first + OTHER_PASSAGES * sum(others[:2]) / 2) / (1 + OTHER_PASSAGES + WORDS_WEIGHT)
        yield SimilarArticle(
            document_id=document_id,
            external_id=document.external_id,
            title=document.title,
            about=document.about,
            audience=document.audience,
            score=round(max(0.0, score), 3),
        )


def _duplicates_among(articles: Sequence[Article]) -> Iterator[Duplicate]:
    """Of one product in one language, block by block: by vectors, then by their words and numbers."""
    vectors = _document_vectors([article.id for article in articles])
    known = [article for article in articles if article.id in vectors]
    if len(known) < 2:
        return
    rows = np.stack([vectors[article.id] for article in known])
    pairs = [
        (start + row, column, float(cosines[row, column]))
        for start in range(0, len(rows), BLOCK)
        for cosines in [rows[start : start + BLOCK] @ rows.T]
        for row, column in np.argwhere(cosines >= SAME_COSINE).tolist()
        if start + row < column
    ]
    wanted = {known[place].id for first, second, _ in pairs for place in (first, second)}
    bodies = {row[0]: f"{row[1]}\n{row[2]}" for row in _texts(wanted)}
    for first, second, cosine in pairs:
        one, other = known[first], known[second]
        if _say_the_same(bodies[one.id], bodies[other.id]):
            yield Duplicate(first=one, second=other, score=round(cosine, 3))


def _texts(documents: Iterable[UUID]) -> Iterable[tuple[UUID, str, str]]:
    return Document.objects.filter(id__in=list(documents)).values_list("id", "title", "body")


def _say_the_same(text: str, other: str) -> bool:
    words, others = set(words_of(text)), set(words_of(other))
    return numbers(text) == numbers(other) and len(words & others) >= SAME_WORDS * len(words | others)


def _document_vectors(documents: Sequence[UUID]) -> dict[UUID, NDArray[np.float32]]:
    """Unit vectors [384] of articles: the mean of their passages'."""
    sums: dict[UUID, NDArray[np.float32]] = {}
    rows = Passage.objects.filter(document__in=list(documents), vector__isnull=False)
    for document_id, vector in rows.values_list("document_id", "vector").iterator():
        own = np.array(vector, dtype=np.float32)
        sums[document_id] = sums[document_id] + own if document_id in sums else own
    return {document: vector / max(float(np.linalg.norm(vector)), 1e-6) for document, vector in sums.items()}
