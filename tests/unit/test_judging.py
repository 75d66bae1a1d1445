"""When an answer tells what it must not."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.knowledge.keeping.judging import Question, judge

SECRET = Question(id="q", text="How much?", language="en", kind="internal_only", must_not_contain=("$15,000.00",))


def row(answer: str) -> dict[str, Any]:
    """A line of the output file."""
    return {
        "id": "q",
        "outcome": "extractive",
        "answer": answer,
        "retrieved": [],
        "citations": [],
        "first_token_ms": 1.0,
        "total_ms": 1.0,
    }


@pytest.mark.parametrize(
    ("answer", "leaks"),
    [("Up to $15000.", 1), ("$15,000.00 at most.", 1), ("From $25,000 to $150,000.", 0), ("About $115,000.", 0)],
)
def test_a_forbidden_figure_is_told_as_a_whole_number_only(answer: str, leaks: int) -> None:
    assert judge([SECRET], [row(answer)], {}).summary["internal_leaks"] == leaks
