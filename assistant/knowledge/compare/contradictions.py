"""Places where two articles say different figures of the same thing, side by side.

Sentences of the same product with nearly the same meaning and the same words around the same kind of value, whose
numbers differ. What tells two things apart (`daily`, `business`, `maximum`) stands in both or in none. It proposes: a
person decides which article is right, so the likeliest go first.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from assistant.knowledge.compare.articles import Article, current_articles, sentences_of
from assistant.knowledge.search.shelf import names_now
from assistant.knowledge.text.figures import Figure, figures_in
from assistant.knowledge.text.words import fold, query_words, stem

MOST_SENTENCES = 3_000
"""With figures, of one product; more are articles about everything, and the comparison is quadratic."""
BLOCK = 512
NEAR, NEAR_WITHOUT_PRODUCT = 0.62, 0.8
"""Cosine of two sentences that may be about the same; where no product is named they have to be nearer."""
SAME_WORDS = 0.5
"""Share of the words beside both figures that stand beside both."""
SURE = 0.6
"""Confidence from which a pair is shown."""
APART = [
    ["daily", "weekly", "monthly", "quarterly", "annual", "annually", "yearly", "day", "week", "month", "year"],
    ["individual", "personal", "business", "joint", "student", "minor", "premium", "basic", "elite"],
    ["minimum", "maximum", "min", "max", "least", "most", "over", "under", "above", "below", "average"],
    ["domestic", "international", "foreign", "abroad"],
    ["incoming", "outgoing", "send", "receive"],
    ["first", "second", "third", "next", "additional", "extra", "remaining", "introductory", "promotional", "standard"],
    ["cash", "purchase", "transfer", "check", "wire", "atm", "mobile", "branch", "online", "debit", "credit"],
    ["fee", "balance", "threshold", "limit", "apr", "apy", "bonus", "boost"],
    ["with", "without"],
    ["waived", "waiver", "waive", "late", "overdraft", "initiated"],
    ["before", "after", "start", "end"],
    ["express", "expedited", "rush"],
]
"""Words that tell two things apart which otherwise sound the same, by what they tell."""
GROUPS = [frozenset(map(stem, words)) for words in APART]
APART_COST = 0.08
"""Of cosine, where only one of the two says such a word; where they say different ones they never contradict."""
FEWEST_WORDS = 2
SAME_WORDS_OF_A_COUNT = 0.75
"""Of the whole sentences, where the numbers are bare: those may count anything."""
EXAMPLE = re.compile(r"\bexamples?\b|\be\.g\.|→|\bif you\b|=|\bsuppose\b|例如|比如", re.IGNORECASE)
LATIN = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One of the two places: the article, its sentence, and the value in it."""

    document_id: UUID
    external_id: str
    title: str
    sentence: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two places that cannot both be right, and how sure that is, from 0 to 1."""

    product: str
    first: Place
    second: Place
    confidence: float


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence with figures."""

    article: Article
    text: str
    words: frozenset[str]
    keys: frozenset[str]
    """Every word, also those that carry no meaning: `with` and `without` do."""
    figures: tuple[Figure, ...]


def find_contradictions(*, most: int) -> list[Contradiction]:
    """The likeliest contradictions of the bound tenant's articles, the surest first; each pair of values once."""
    by_product: dict[str, list[Article]] = defaultdict(list)
    for article in current_articles():
        by_product[article.product].append(article)
    groups = [*GROUPS, names_now().distinctive]
    found = [one for product, articles in by_product.items() for one in _within(product, articles, groups)]
    found.sort(key=lambda one: (-one.confidence, one.first.external_id, one.second.external_id, one.first.sentence))
    return list(_once(found))[:most]


def _within(product: str, articles: Sequence[Article], groups: Sequence[frozenset[str]]) -> Iterator[Contradiction]:
    """Pairs among the articles of one product."""
    said: list[_Said] = []
    rows: list[NDArray[np.float32]] = []
    for article, text, vector in sentences_of(articles):
        figures = tuple(figures_in(text))
        if figures and EXAMPLE.search(text) is None and len(said) < MOST_SENTENCES:
            said.append(_Said(article, text, frozenset(query_words(text)), _keys(text), figures))
            rows.append(vector)
    if len(said) < 2:
        return
    near = NEAR if product else NEAR_WITHOUT_PRODUCT
    for first, second, cosine in _near_pairs(np.stack(rows), near):
        one, other = said[first], said[second]
        is_parallel = not product and _are_parallel(one.article.title, other.article.title)
        if one.article.id != other.article.id and not is_parallel:
            yield from _contradiction(
                product, one, other, cosine - APART_COST * _told_apart(one.keys, other.keys, groups)
            )


def _near_pairs(vectors: NDArray[np.float32], near: float) -> Iterator[tuple[int, int, float]]:
    """(i, j, cosine), i < j, of rows [sentences, 384] that are near each other, block by block."""
    for start in range(0, len(vectors), BLOCK):
        cosines = vectors[start : start + BLOCK] @ vectors.T
        for row, column in np.argwhere(cosines >= near).tolist():
            if start + row < column:
                yield start + row, column, float(cosines[row, column])


def _contradiction(product: str, one: _Said, other: _Said, cosine: float) -> Iterator[Contradiction]:
    """The best pair of figures that differ, when none of either sentence agrees on the same thing."""
    pairs = [
        (_overlap(first.words, second.words), first, second)
        for first in one.figures
        for second in other.figures
        if first.unit == second.unit
    ]
    # A sentence that holds the other's figure as well says more, not something else.
    held, also = {figure.number for figure in one.figures}, {figure.number for figure in other.figures}
    pairs = [pair for pair in pairs if pair[1].number not in also and pair[2].number not in held]
    shared, first, second = max(pairs, key=lambda pair: pair[0], default=(0.0, None, None))
    alike = _overlap(one.words, other.words)
    if first is None or second is None or shared < SAME_WORDS or (not first.unit and alike < SAME_WORDS_OF_A_COUNT):
        return
    confidence = 0.5 * cosine + 0.25 * shared + 0.15 * alike + 0.1 * bool(first.unit)
    if confidence >= SURE:
        yield Contradiction(
            product=product,
            first=_place(one, first),
            second=_place(other, second),
            confidence=round(min(1.0, confidence), 3),
        )


def _place(said: _Said, figure: Figure) -> Place:
    article = said.article
    return Place(
        document_id=article.id,
        external_id=article.external_id,
        title=article.title,
        sentence=said.text,
        value=figure.text,
    )


def _keys(text: str) -> frozenset[str]:
    return frozenset(map(stem, LATIN.findall(fold(text))))


def _told_apart(keys: frozenset[str], other: frozenset[str], groups: Sequence[frozenset[str]]) -> float:
    """In how many ways the two are told apart: for certain where both say which, perhaps where only one does."""
    apart = [(keys & group, other & group) for group in groups]
    return sum((math.inf if one and two else 1.0) for one, two in apart if one != two)


def _are_parallel(title: str, other: str) -> bool:
    """`Closing personal accounts` and `Closing business accounts`: the same of two things."""
    words, others = set(query_words(title)), set(query_words(other))
    return bool(words - others and others - words) and len(words & others) >= 0.4 * min(len(words), len(others))


def _overlap(words: frozenset[str], other: frozenset[str]) -> float:
    """Share of the shorter side's words; a single common word tells nothing."""
    common = len(words & other)
    return common / min(len(words), len(other)) if common >= FEWEST_WORDS else 0.0


def _once(found: Iterable[Contradiction]) -> Iterator[Contradiction]:
    """Of the same two values in the same two articles the surest only."""
    seen: set[tuple[str, frozenset[tuple[str, str]]]] = set()
    for one in found:
        pair = frozenset((place.external_id, place.value) for place in (one.first, one.second))
        if (one.product, pair) not in seen:
            seen.add((one.product, pair))
            yield one
