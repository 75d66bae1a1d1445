"""The few sentences of the best passages that matter for a question: short prompts are quick."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from assistant.foundation.ids import PassageId
from assistant.knowledge.grounding import LIST_MARKER, sentences
from assistant.knowledge.words import query_words, words_of
from assistant.privacy.text import Redacted
from inference.contract import Embedder, EngineUnavailable

PASSAGES_READ = 3
SAME_NAME_SHARE = 0.5
"""A passage whose article's name holds less of the question than this share of the best one's is beside the point."""
LONGEST = 420
"""UTF-8 bytes of all key sentences together, about 100 tokens; a Chinese character says as much as a few letters."""
NEGATION = re.compile(r"\b(?:not|no|never|cannot|can't|without|except|excluded)\b|不|无法|除外|未", re.IGNORECASE)
STEP = re.compile(r"\s*\d{1,2}[.)]\s")
FEWEST_WORDS = 3
FAR_BEHIND = 0.5
"""A sentence this much worse than the best one is left out."""
WORDS_WEIGHT = 0.5
PLACE_WEIGHT = 0.1
MISSING_VALUE = "[value not available]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A passage that was found, with why.

    `words` is the share of the question's words that it holds, by weight; names count again, so it may pass 1.
    `names` is the part of it from the article's name. `cosine` in [-1, 1]. `score` joins them.
    """

    id: PassageId
    document_id: UUID
    external_id: str
    title: str
    product: str
    heading: str
    text: str
    language: str
    words: float
    names: float
    cosine: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySentence:
    """A sentence of a passage, and how well it fits the question."""

    text: str
    source: Ranked
    score: float
    is_step: bool = False


async def find_sentences(
    question: Redacted, vector: list[float] | None, passages: tuple[Ranked, ...], *, embedder: Embedder
) -> tuple[KeySentence, ...]:
    """Key sentences, the best one first, the others in the order of their source; without vectors by words alone."""
    found = [(passage, *row) for passage in about_the_same(passages) for row in clean_sentences(passage)]
    cosines = await _cosines(vector, [text for _, text, _ in found], embedder)
    wanted = set(query_words(question))
    scored = [
        KeySentence(
            text=text,
            source=passage,
            score=cosine + WORDS_WEIGHT * _held(wanted, text) - PLACE_WEIGHT * passages.index(passage),
            is_step=is_step,
        )
        for (passage, text, is_step), cosine in zip(found, cosines, strict=True)
    ]
    ranked = sorted(range(len(scored)), key=lambda index: (-scored[index].score, index))
    room, chosen = LONGEST, []
    for index in ranked:
        is_near = scored[index].score >= scored[ranked[0]].score - FAR_BEHIND
        if is_near and size(scored[index].text) <= room:
            chosen.append(index)
            room -= size(scored[index].text)
    # Steps make sense in their order only; of anything else the best comes first.
    first = [] if chosen and scored[chosen[0]].is_step else chosen[:1]
    return tuple(scored[index] for index in [*first, *sorted(set(chosen) - set(first))])


def clean_sentences(passage: Ranked) -> list[tuple[str, bool]]:
    """(sentence, is a numbered step) of a passage; markers are cut, headings, labels and scraps left out.

    An item of a list under "what we cannot do" keeps that label: alone it would say the opposite.
    """
    label = passage.heading.rpartition(" › ")[2]
    found: list[tuple[str, bool]] = []
    for sentence in sentences(passage.text):
        text = re.sub(r"\s+", " ", LIST_MARKER.sub("", sentence)).strip()
        if is_label(text):
            label = text.strip("#*:： ")
        elif MISSING_VALUE not in text and len(words_of(text)) >= FEWEST_WORDS:
            needs_label = LIST_MARKER.match(sentence) is not None and NEGATION.search(label) is not None
            found.append((f"{label}: {text}" if needs_label else text, STEP.match(sentence) is not None))
    return found


def size(text: str) -> int:
    """How long a text is to read."""
    return len(text.encode())


def about_the_same(passages: tuple[Ranked, ...]) -> list[Ranked]:
    """The best passage, and those next to it that are about no other product: one account's figures, never two's."""
    if not passages:
        return []
    best = passages[0]
    return [
        passage
        for passage in passages[:PASSAGES_READ]
        if passage.names >= SAME_NAME_SHARE * best.names
        and passage.product in ("", best.product)
        and passage.language == best.language
    ]


def is_label(text: str) -> bool:
    """A heading, a bold label, a question of a FAQ or a line that only announces what follows."""
    return (
        text.startswith("#")
        or text.endswith((":", "：", "?", "？"))
        or re.fullmatch(r"\*\*[^*]+\*\*:?", text) is not None
    )


async def _cosines(vector: list[float] | None, texts: list[str], embedder: Embedder) -> list[float]:
    if vector is None or not texts:
        return [0.0] * len(texts)
    try:
        vectors = await embedder.embed_now(texts)
    except EngineUnavailable:
        return [0.0] * len(texts)
    return [sum(a * b for a, b in zip(vector, other, strict=True)) for other in vectors]


def _held(wanted: set[str], text: str) -> float:
    return len(wanted & set(words_of(text))) / max(1, len(wanted))
