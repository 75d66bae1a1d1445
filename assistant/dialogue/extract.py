"""The articles' own sentences as an answer, and the decision whether they answer at all."""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.release import Sentence
from assistant.knowledge.grounding import is_supported, sentences
from assistant.knowledge.retrieve import Evidence
from assistant.knowledge.search.confidence import sure_of
from assistant.knowledge.search.key_sentences import LONGEST, SHORTEST_ANSWER, size
from assistant.privacy.text import Redacted


def only_sure(evidence: Evidence) -> Evidence:
    """The evidence without the parts of the question that it does not answer for certain; maybe nothing is left."""
    findings = tuple(sure_of(evidence.findings, evidence.answered_from))
    kept = tuple(sentence for finding in findings for sentence in finding.sentences)
    return replace(evidence, findings=findings, sentences=kept)


def extract(evidence: Evidence, *, said: Redacted) -> list[Sentence]:
    """Key sentences that were not said yet, as far as the whole answer stays short."""
    room = max(LONGEST, SHORTEST_ANSWER * len(evidence.findings)) - size(said)
    chosen: list[Sentence] = []
    for sentence in evidence.sentences:
        known = [*sentences(said), *(other.text for other in chosen)]
        if size(sentence.text) > room or is_supported(sentence.text, known):
            continue
        room -= size(sentence.text)
        chosen.append(Sentence(text=Redacted(sentence.text), source=sentence.source, follows=sentence.text))
    return chosen
