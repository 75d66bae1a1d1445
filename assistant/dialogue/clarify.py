"""One question back, when several products would be answered differently and none was named."""

from __future__ import annotations

from assistant.conversations.states import Pending
from assistant.knowledge.grounding import numbers
from assistant.knowledge.retrieve import Evidence, Finding
from assistant.knowledge.text.orders import is_name

AS_GOOD = 0.12
"""Of the best passage's score: what is so near might be what the customer means."""
CLEAR = 0.6
"""Share of the question's own words in the best sentence: what is asked has to be certain, only of what is not."""
MOST_CHOICES = 5
READ = 10


def choices(evidence: Evidence, *, pending: str) -> list[str]:
    """Products to choose from; empty when one was named, when it makes no difference, or when we just asked."""
    if pending == Pending.CLARIFICATION or len(evidence.findings) != 1:
        return []
    (finding,) = evidence.findings
    is_open = bool(finding.passages) and bool(finding.passages[0].about) and not finding.asked.mentions
    if not is_open or not finding.holds_value or finding.words < CLEAR:
        return []
    return _different(finding)


def _different(finding: Finding) -> list[str]:
    """The products whose best passages are about as good, if their figures differ."""
    best = finding.passages[0].score
    figures: dict[str, frozenset[str]] = {}
    for passage in finding.passages[:READ]:
        if is_name(passage.about) and passage.score >= best - AS_GOOD:
            figures.setdefault(passage.about, frozenset(numbers(passage.best_sentence)))
    is_one_answer = len(set(figures.values())) < 2
    return [] if len(figures) < 2 or is_one_answer else list(figures)[:MOST_CHOICES]
