"""How sure is it that what was found answers the question?

A logistic model over what retrieval already knows. Each tenant may move it by its own evaluation set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import exp

from assistant.knowledge.retrieve import Finding

PARTLY = 0.2
"""Beside a part of the question that is answered, another one may be a little less sure."""
VALUE_MISSING = -0.3
"""A sentence whose value the source does not know, and that fits about as well as the best: the value is not there."""
TOP = 3
BIAS = -6.03


@dataclass(frozen=True, slots=True)
class Signals:
    """What the confidence is made of. Each is about 0 to 1, the margin from 0 to 3."""

    sentence: float
    cosine: float
    topic: float
    words: float
    names: float
    sentence_words: float
    holds_value: float
    is_named: float
    is_general: float
    margin: float


WEIGHTS = Signals(
    sentence=2.12,
    cosine=1.38,
    topic=1.95,
    words=0.36,
    names=0.74,
    sentence_words=-1.20,  # once the sentence's score is known, words in common tell rather of a near miss
    holds_value=0.59,
    is_named=2.45,
    is_general=1.15,
    margin=3.33,
)
"""Fitted with L2 1.0 on 369 questions about one company's articles, and a little (0.1) on those that articles answer
with these articles taken away (docs/knowledge.md)."""


def signals(finding: Finding) -> Signals:
    """Of a finding with at least one passage and one sentence."""
    top = finding.passages[:TOP]
    return Signals(
        sentence=max(passage.sentence for passage in top),
        cosine=max(passage.cosine for passage in top),
        topic=max(passage.topic for passage in top),
        words=max(passage.words for passage in top),
        names=max(passage.names for passage in top),
        sentence_words=finding.words,
        holds_value=float(finding.holds_value),
        is_named=_is_named(finding),
        # A general question, and an article about no product in particular.
        is_general=float(finding.knows_products and not finding.asked.mentions and not top[0].about),
        margin=top[0].score - finding.passages[min(TOP, len(finding.passages) - 1)].score,
    )


def _is_named(finding: Finding) -> float:
    """Does the question name the product? A later part need not say it again; where there are none, none is missing."""
    best, asked = finding.passages[0], finding.asked
    if not finding.knows_products or (not asked.mentions and best.about in asked.around):
        return 1.0
    return max(0.0, best.product)


def confidence(finding: Finding) -> float:
    """From 0 to 1 that the finding answers what was asked."""
    if not finding.passages or not finding.sentences or finding.missing > VALUE_MISSING:
        return 0.0
    seen = signals(finding)
    return 1 / (1 + exp(-BIAS - sum(weight * getattr(seen, name) for name, weight in asdict(WEIGHTS).items())))


def sure_of(findings: Sequence[Finding], answered_from: float) -> list[Finding]:
    """The findings to answer from; none when nothing that was asked is answered for certain.

    `answered_from` is the tenant's own confidence, as its evaluation set found it.
    """
    found = [(confidence(finding), finding) for finding in findings]
    if not any(sure >= answered_from for sure, _ in found):
        return []
    return [finding for sure, finding in found if sure >= PARTLY]
