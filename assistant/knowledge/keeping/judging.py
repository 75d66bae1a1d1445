"""How good answers are: figures over questions of which it is known what they should bring. Pure."""

from __future__ import annotations

import re
import statistics
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from assistant.knowledge.grounding import numbers

FEWEST_TO_CALIBRATE = 20
WRONGLY_DECLINED = 0.05
LOWEST, HIGHEST = 0.35, 0.75

Row = dict[str, Any]  # Any: a line of the output file


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as a customer types it; what it should bring is only known when the set says so."""

    id: str
    text: str
    language: str
    kind: str = ""
    gold_groups: tuple[tuple[str, ...], ...] = ()
    must_contain: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()


@dataclass(slots=True)
class Result:
    """Rows for the file, a summary of figures, and what failed by kind."""

    rows: list[Row] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)
    failed: dict[str, list[str]] = field(default_factory=dict)


def judge(questions: list[Question], rows: list[Row], texts: dict[str, tuple[str, str]]) -> Result:
    """Figures over the rows. `texts` is external id -> (audience, text)."""
    result = Result(rows=rows)
    marks: dict[str, list[bool]] = {}
    failed = result.failed

    def mark(figure: str, question: Question, is_good: bool) -> None:
        marks.setdefault(figure, []).append(is_good)
        if not is_good:
            failed.setdefault(f"{figure} / {question.kind}", []).append(question.id)

    leaks = unsupported = 0
    for question, row in zip(questions, rows, strict=True):
        leaks += _leaks(question, row, texts)
        unsupported += _has_unsupported_numbers(question, row, texts)
        if question.gold_groups and question.kind != "internal_only":
            first = row["retrieved"][: len(question.gold_groups)]
            mark("hit_at_1", question, all(set(group) & set(first) for group in question.gold_groups))
            five = row["retrieved"][:5]
            mark("hit_at_5", question, all(set(group) & set(five) for group in question.gold_groups))
        is_declined = row["outcome"] == "declined"
        if question.kind in ("answerable", "near_duplicate"):
            mark("facts_complete", question, holds_all(row["answer"], question.must_contain))
            mark("answered_answerable", question, not is_declined)
        elif question.kind == "unanswerable":
            mark("declined_unanswerable", question, is_declined)
        elif question.kind == "internal_only":
            mark("declined_internal_only", question, is_declined)
    shares = {name: round(sum(good) / len(good), 3) for name, good in marks.items()}
    if "answered_answerable" in shares:
        shares["declined_answerable"] = round(1 - shares.pop("answered_answerable"), 3)
    outcomes = [row["outcome"] for row in rows]
    result.summary = {
        "questions": len(questions),
        **shares,
        "internal_leaks": leaks,
        "unsupported_numbers": unsupported,
        "first_token_ms": spread(row["first_token_ms"] for row in rows),
        "total_ms": {"p50": round(statistics.median([row["total_ms"] for row in rows] or [0]), 1)},
        "outcomes": {name: outcomes.count(name) for name in sorted(set(outcomes))},
    }
    return result


def risk_coverage(questions: list[Question], rows: list[Row]) -> list[list[float]]:
    """[share of all questions answered, share of those that are wrong], from the most confident one on, in tenths."""
    judged = sorted(
        ((sureness(row), _is_right(question, row)) for question, row in zip(questions, rows, strict=True)),
        reverse=True,
    )
    steps = sorted({max(1, round(len(judged) * tenth / 10)) for tenth in range(1, 11)}) if judged else []
    return [[round(n / len(judged), 2), round(sum(not good for _, good in judged[:n]) / n, 3)] for n in steps]


def operating_point(questions: list[Question], rows: list[Row], answered_from: float) -> list[float]:
    """[confidence, share of all questions that are as sure, share of those that are wrong]: where a tenant stands."""
    good = [_is_right(*pair) for pair in zip(questions, rows, strict=True) if sureness(pair[1]) >= answered_from]
    wrong = sum(not one for one in good) / len(good) if good else 0.0
    return [round(answered_from, 3), round(len(good) / max(len(rows), 1), 3), round(wrong, 3)]


def _is_right(question: Question, row: Row) -> bool:
    """Would an answer have been right? A question that no article answers has no right one."""
    is_answered = bool(question.must_contain) and row["outcome"] != "declined"
    return is_answered and holds_all(row["answer"], question.must_contain)


def sureness(row: Row) -> float:
    """The confidence of the surest part of an answer; 0 where nothing was found."""
    return max(row["trace"].get("confidence", [0.0]), default=0.0)


def calibrated(questions: list[Question], rows: list[Row]) -> float | None:
    """From which confidence on this tenant's questions should be answered; None while there are too few to tell.

    So that of its own answerable questions at most one in twenty is declined, within sane bounds.
    """
    sure = sorted(sureness(row) for question, row in zip(questions, rows, strict=True) if question.gold_groups)
    if len(sure) < FEWEST_TO_CALIBRATE:
        return None
    return round(min(max(sure[int(len(sure) * WRONGLY_DECLINED)], LOWEST), HIGHEST), 3)


def holds_all(answer: str, facts: Collection[str]) -> bool:
    """Every fact occurs, without regard to case, thousands separators and trailing zeros."""
    return all(_normal(fact) in _normal(answer) for fact in facts)


def _normal(text: str) -> str:
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text.lower())
    text = re.sub(r"(\d+\.\d*?)0+(?=\D|$)", r"\1", text)
    return re.sub(r"(?<=\d)\.(?=\D|$)", "", text)


def _leaks(question: Question, row: Row, texts: dict[str, tuple[str, str]]) -> int:
    """1 when an internal article was retrieved or cited, or a forbidden fact was told. Articles may be gone."""
    shown = set(row["retrieved"]) | set(row["citations"])
    is_internal = any(texts[name][0] == "internal" for name in shown if name in texts)
    told = any(_tells(row["answer"], fact) for fact in question.must_not_contain)
    return int(is_internal or told)


def _tells(answer: str, fact: str) -> bool:
    """`$150,000` does not tell `$15,000`."""
    return re.search(rf"(?<!\d){re.escape(_normal(fact))}(?!\d)", _normal(answer)) is not None


def _has_unsupported_numbers(question: Question, row: Row, texts: dict[str, tuple[str, str]]) -> int:
    """1 when the answer holds a number that neither a cited article nor the question holds."""
    if row["outcome"] == "declined":
        return 0
    sources = " ".join(texts[name][1] for name in row["citations"] if name in texts)
    return int(not numbers(row["answer"]) <= numbers(f"{sources} {question.text}"))


def spread(times: Iterable[float]) -> dict[str, float]:
    """The middle of times, and what nineteen of twenty stay below; 0 for none."""
    ordered = sorted(times) or [0.0]
    return {"p50": _quantile(ordered, 0.5), "p95": _quantile(ordered, 0.95)}


def _quantile(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
