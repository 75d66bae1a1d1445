"""The few sentences of the best passages that matter for a question: short prompts are quick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from assistant.foundation.ids import PassageId
from assistant.knowledge.grounding import numbers
from assistant.knowledge.models import DIMENSIONS
from assistant.knowledge.text.questions import Asked

PASSAGES_READ = 6
NAMELESS = "…"
"""In place of a title that is not meant for customers."""
LONGEST = 600
"""UTF-8 bytes of all key sentences together, about 140 tokens; a Chinese character says as much as a few letters."""
SHORTEST_ANSWER = 400
"""Of a question that asks several things each has so much room."""
FAR_BEHIND = 0.4
"""A sentence this much worse than the best one is left out."""
PASSAGE_WEIGHT = 0.3
WORDS_WEIGHT = 0.3
VALUE_BONUS = 0.15
"""For holding the kind of value that the question wants."""
UNRELATED = 0.2
UNRELATED_FIGURE = 0.1
"""Cosine below which a sentence without a word of the question is about something else; one with a figure says little
to an encoder ("Minimum tenure: 120 days."). Of 1,609 sentences of attacks 96 % lie below, of 344 that were told none.
"""
SAME_COSINE = 0.92
"""Two sentences so near, of which the later brings no new number, say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A passage that was found, with why.

    `words` is the share of the question's words that it holds, by weight, `names` the part of it from the article's
    name, `product` 1 where its product is the one that the question names and -1 where it is another one. `cosine` and
    `topic` (without the products' names) in [-1, 1]; `sentence` is its best sentence's score, `relevance` what a
    reranker said, from 0 to 1. `score` joins them.
    """

    id: PassageId
    document_id: UUID
    external_id: str
    title: str
    kind: str
    about: str
    heading: str
    text: str
    language: str
    words: float = 0.0
    names: float = 0.0
    cosine: float = 0.0
    topic: float = 0.0
    product: float = 0.0
    sentence: float = 0.0
    best_sentence: str = ""
    relevance: float | None = None
    """A reranker's, where there is one."""
    score: float = 0.0

    @property
    def told_title(self) -> str:
        """The article's title as customers see it: what its passages' headings begin with."""
        return self.heading.partition(" › ")[0] or NAMELESS


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySentence:
    """A sentence of a passage, and how well it fits the question."""

    text: str
    source: Ranked
    score: float
    is_step: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence that may be quoted. `words` is the share of the question's own words that it holds."""

    text: str
    is_step: bool
    is_missing: bool
    words: float
    holds_value: bool
    cosine: float
    """With the question or its topic, whichever is nearer."""
    score: float
    vector: NDArray[np.float32]

    @property
    def is_unrelated(self) -> bool:
        """Does it share neither a word nor a meaning with the question? What stands there by chance, or by malice."""
        if self.is_step or self.words > 0.0 or self.cosine >= UNRELATED:
            return False
        return self.cosine < UNRELATED_FIGURE or not numbers(self.text)


def score_sentences(
    stored: Sequence[dict[str, Any]],  # Any: JSON of `index.stored_sentence`
    vectors: bytes,
    asked: Asked,
    question: NDArray[np.float32],
    weights: dict[str, float],
) -> list[Scored]:
    """How well each sentence of a passage fits. `question` is [2, 384]: as asked, and without products.

    The first is compared with heading and sentence together, the second with the sentence alone: what an article is
    about need not be said again in each of its sentences.
    """
    if not stored:
        return []
    rows = np.frombuffer(vectors, dtype=np.float16).reshape(-1, DIMENSIONS).astype(np.float32)
    own = rows[1:]
    headed = own + rows[0]
    headed /= np.maximum(np.linalg.norm(headed, axis=1, keepdims=True), 1e-6)
    cosines = own @ question.T
    near = 0.5 * (headed @ question[0]) + 0.5 * cosines[:, 1]
    nearest = cosines.max(axis=1).tolist()
    whole = sum(weights.get(word, 0.0) for word in asked.own_words) or 1.0
    scored: list[Scored] = []
    for place, one in enumerate(stored):
        if one["o"]:
            continue
        held = set(one["w"].split())
        words = sum(weights.get(word, 0.0) for word in asked.own_words if word in held) / whole
        holds_value = any(value in asked.values for value in one["v"])
        score = float(near[place]) + WORDS_WEIGHT * words + VALUE_BONUS * holds_value
        scored.append(Scored(one["t"], one["s"], one["m"], words, holds_value, nearest[place], score, own[place]))
    return scored


def choose(passages: Sequence[tuple[Ranked, list[Scored]]], *, room: int = LONGEST) -> tuple[KeySentence, ...]:
    """Key sentences, the best one first, the others in the order of their source; none twice in other words."""
    found = [
        (passage, one, one.score + PASSAGE_WEIGHT * passage.score)
        for passage, sentences in about_the_same(passages)
        for one in sentences
        if not one.is_missing
    ]
    ranked = sorted(range(len(found)), key=lambda index: (-found[index][2], index))
    chosen: list[int] = []
    for index in ranked:
        _, one, score = found[index]
        is_near = score >= found[ranked[0]][2] - FAR_BEHIND and not one.is_unrelated
        if is_near and size(one.text) <= room and not _is_known(one, [found[other][1] for other in chosen]):
            chosen.append(index)
            room -= size(one.text)
    # Steps make sense in their order only; of anything else the best comes first.
    first = [] if chosen and found[chosen[0]][1].is_step else chosen[:1]
    return tuple(
        KeySentence(
            text=found[index][1].text, source=found[index][0], score=found[index][2], is_step=found[index][1].is_step
        )
        for index in [*first, *sorted(set(chosen) - set(first))]
    )


def about_the_same(passages: Sequence[tuple[Ranked, list[Scored]]]) -> list[tuple[Ranked, list[Scored]]]:
    """The best passages, of one product only: one account's figures, never two's."""
    about = next((passage.about for passage, _ in passages if passage.about), "")
    best = passages[0][0] if passages else None
    return [
        (passage, sentences)
        for passage, sentences in passages[:PASSAGES_READ]
        if best is not None
        and passage.language == best.language
        and (passage.about in ("", about) or (best.product > 0 and passage.product > 0))
    ]


def size(text: str) -> int:
    """How long a text is to read."""
    return len(text.encode())


def _is_known(one: Scored, chosen: list[Scored]) -> bool:
    return any(
        one.text == other.text
        or (float(one.vector @ other.vector) >= SAME_COSINE and numbers(one.text) <= numbers(other.text))
        for other in chosen
    )
