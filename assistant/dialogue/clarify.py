"""One question back, when several products would be answered differently and none was named."""

from __future__ import annotations

from assistant.conversations.states import Pending
from assistant.knowledge.grounding import numbers
from assistant.knowledge.retrieve import Evidence, Finding

AS_GOOD = 0.12
"""Of the best passage's score: what is so near might be what the customer means."""
MOST_CHOICES = 5
READ = 10


def choices(evidence: Evidence, *, pending: str) -> list[str]:
    """Products to choose from; empty when one was named, when it makes no difference, or when we just asked."""
    if pending == Pending.CLARIFICATION or len(evidence.findings) != 1:
        return []
    (finding,) = evidence.findings
    if finding.asked.mentions or not finding.passages[:1] or not finding.passages[0].about:
        return []
    return _different(finding)


def _different(finding: Finding) -> list[str]:
    """The products whose best passages are about as good, if their figures differ."""
    best = finding.passages[0].score
    figures: dict[str, frozenset[str]] = {}
    for passage in finding.passages[:READ]:
        if passage.about and passage.score >= best - AS_GOOD:
            figures.setdefault(passage.about, frozenset(numbers(passage.best_sentence)))
    is_one_answer = len(set(figures.values())) < 2
    return [] if len(figures) < 2 or is_one_answer else list(figures)[:MOST_CHOICES]
