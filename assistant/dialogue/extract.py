"""The articles' own sentences as an answer, and the decision whether they answer at all."""

from __future__ import annotations

from assistant.dialogue.release import Sentence
from assistant.knowledge.grounding import is_supported, sentences
from assistant.knowledge.key_sentences import LONGEST, MISSING_VALUE, size
from assistant.knowledge.retrieve import Evidence
from assistant.privacy.text import Redacted

ANSWERABLE_SCORE = 1.25
"""Questions about something else stay below it: 85 % of a public set of them, and 3 % of those that are answerable."""


def is_answerable(evidence: Evidence) -> bool:
    """Is the best passage near enough to the question, and does it hold what it talks about?"""
    if not evidence.passages or not evidence.sentences:
        return False
    best = evidence.passages[0]
    return best.score >= ANSWERABLE_SCORE and MISSING_VALUE not in best.text


def extract(evidence: Evidence, *, said: Redacted) -> list[Sentence]:
    """Key sentences that were not said yet, as far as the whole answer stays short."""
    room = LONGEST - size(said)
    chosen: list[Sentence] = []
    for sentence in evidence.sentences:
        known = [*sentences(said), *(other.text for other in chosen)]
        if size(sentence.text) > room or is_supported(sentence.text, known):
            continue
        room -= size(sentence.text)
        chosen.append(Sentence(text=Redacted(sentence.text), source=sentence.source))
    return chosen
