"""How sure is it that what was found answers the question?

A logistic model over what retrieval already knows. Each tenant may move it by its own evaluation set.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from assistant.knowledge.retrieve import Finding

ANSWERED = 0.5
"""From here on a finding is answered from."""
VALUE_MISSING = -0.3
"""A sentence whose value the source does not know, and that fits about as well as the best: the value is not there."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the confidence is made of."""

    sentence: float
    cosine: float
    topic: float
    words: float
    names: float
    sentence_words: float
    holds_value: float
    is_named: float
    margin: float
    missing: float


def signals(finding: Finding) -> Signals:
    """Of a finding with at least one passage and one sentence."""
    top = finding.passages[:3]
    return Signals(
        sentence=max(passage.sentence for passage in top),
        cosine=max(passage.cosine for passage in top),
        topic=max(passage.topic for passage in top),
        words=max(passage.words for passage in top),
        names=max(passage.names for passage in top),
        sentence_words=finding.words,
        holds_value=float(finding.holds_value),
        is_named=max(0.0, top[0].product),
        margin=top[0].score - finding.passages[min(3, len(finding.passages) - 1)].score,
        missing=float(finding.missing > VALUE_MISSING),
    )


def confidence(finding: Finding) -> float:
    """From 0 to 1."""
    if not finding.passages or not finding.sentences:
        return 0.0
    seen = signals(finding)
    return 1 / (1 + exp(-(10 * seen.sentence - 5)))
