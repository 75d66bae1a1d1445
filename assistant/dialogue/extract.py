"""The articles' own sentences as an answer, and the decision whether they answer at all."""

from __future__ import annotations

from assistant.dialogue.release import Sentence
from assistant.knowledge.confidence import ANSWERED, confidence
from assistant.knowledge.grounding import is_supported, sentences
from assistant.knowledge.key_sentences import LONGEST, size
from assistant.knowledge.retrieve import Evidence
from assistant.privacy.text import Redacted


def is_answerable(evidence: Evidence) -> bool:
    """Is anything that was found sure enough to answer from?"""
    return any(confidence(finding) >= ANSWERED for finding in evidence.findings)


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
