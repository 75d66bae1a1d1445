"""The articles' own sentences as an answer, and the decision whether they answer at all."""

from __future__ import annotations

from assistant.dialogue.release import Sentence
from assistant.knowledge.grounding import sentences
from assistant.knowledge.retrieve import Evidence, Ranked
from assistant.knowledge.words import query_words, words_of
from assistant.privacy.text import Redacted

MISSING_VALUE = "[value not available]"
COVERED_SHARE = 0.45
"""Weight of the question's words that one passage must hold, of the weight of all."""
SURE_COSINE = 0.62
"""A passage this near to the question answers it, whatever its words."""
LONGEST = 420
"""Code points of an answer made of the articles' own sentences."""


def is_answerable(evidence: Evidence) -> bool:
    """Is there a passage that holds enough of the question's words or comes near enough to its meaning?"""
    return any(
        MISSING_VALUE not in passage.text
        and (
            (evidence.word_weight > 0 and passage.words / evidence.word_weight >= COVERED_SHARE)
            or passage.cosine >= SURE_COSINE
        )
        for passage in evidence.passages[:3]
    )


def extract(evidence: Evidence, *, said: Redacted, is_fallback: bool) -> list[Sentence]:
    """Sentences of the best passages that hold most of the question's words and were not said yet, in their order."""
    wanted = set(query_words(evidence.question))
    chosen: list[tuple[int, int, Sentence]] = []
    room = LONGEST - len(said)
    for score, place, number, sentence in sorted(_candidates(evidence, wanted), key=lambda row: (-row[0], row[1])):
        if score <= 0 or len(sentence.text) > room:
            continue
        if sentence.text.strip() in said:
            continue
        chosen.append((place, number, sentence))
        room -= len(sentence.text)
    return [sentence for _, _, sentence in sorted(chosen, key=lambda row: row[:2])]


def _candidates(evidence: Evidence, wanted: set[str]) -> list[tuple[float, int, int, Sentence]]:
    rows = []
    for place, passage in enumerate(evidence.passages[:2]):
        for number, text in enumerate(sentences(passage.text)):
            if MISSING_VALUE in text or text.lstrip().startswith("#"):
                continue
            held = wanted & set(words_of(text))
            score = len(held) + (0.5 if place == 0 else 0.0) - 0.25 * number
            rows.append((score, place, number, Sentence(text=Redacted(text), source=passage)))
    return rows


def best(evidence: Evidence) -> Ranked | None:
    """The passage that the answer rests on."""
    return evidence.passages[0] if evidence.passages else None
