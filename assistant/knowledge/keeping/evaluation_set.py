"""The questions with which a tenant checks its own assistant: edited on the desk, or moved as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from assistant.foundation.errors import BadInput, NotFound
from assistant.foundation.outbox.jobs import enqueue
from assistant.foundation.texts import language_of
from assistant.knowledge.keeping.judging import Question
from assistant.knowledge.models import EvaluationQuestion, EvaluationRun

QUESTIONS_MAX = 500
QUESTION_LENGTH_MAX = 500
LIST_MAX = 20
RUN = "dialogue.evaluate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A question as people write it. `expected`: external ids of articles of which one has to be found."""

    question: str
    kind: str = EvaluationQuestion.Kind.ANSWERABLE
    expected: Sequence[str] = ()
    must_contain: Sequence[str] = ()


def add_question(draft: Draft) -> EvaluationQuestion:
    """Add one, or change the one that asks the same. Raises BadInput."""
    columns = _columns(draft)
    text = columns["question"]
    is_new = not EvaluationQuestion.objects.filter(question=text).exists()
    if is_new and EvaluationQuestion.objects.count() >= QUESTIONS_MAX:
        raise BadInput(f"There can be {QUESTIONS_MAX} questions at most.")
    question, _ = EvaluationQuestion.objects.update_or_create(question=text, defaults=columns)
    return question


def change_question(question_id: UUID, draft: Draft) -> EvaluationQuestion:
    """Write one anew; earlier results keep it as it was. Raises NotFound, and BadInput when another asks the same."""
    columns = _columns(draft)
    question = EvaluationQuestion.objects.filter(id=question_id).first()
    if question is None:
        raise NotFound
    if EvaluationQuestion.objects.filter(question=columns["question"]).exclude(id=question_id).exists():
        raise BadInput("Another question asks the same.", field="question")
    for name, value in columns.items():
        setattr(question, name, value)
    question.save(update_fields=list(columns))
    return question


def remove_question(question_id: UUID) -> None:
    """Take one out. Raises NotFound."""
    deleted, _ = EvaluationQuestion.objects.filter(id=question_id).delete()
    if not deleted:
        raise NotFound


def import_questions(text: str) -> int:
    """Add the questions of JSON Lines; says how many there were. Raises BadInput with the first line that is wrong."""
    drafts = list(_read(text))
    for draft in drafts:
        add_question(draft)
    return len(drafts)


def export_questions() -> str:
    """All of them as JSON Lines that can be imported again."""
    rows = EvaluationQuestion.objects.order_by("created_at", "id")
    lines = [
        {
            "question": row.question,
            "language": row.language,
            "kind": row.kind,
            "expected": row.expected,
            "must_contain": row.must_contain,
        }
        for row in rows
    ]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


def start_run(*, by: str) -> EvaluationRun:
    """Queue a pass over all questions. Raises BadInput when there are none."""
    if not EvaluationQuestion.objects.exists():
        raise BadInput("There is no question yet.")
    run = EvaluationRun.objects.create(by=by)
    run.job = enqueue(RUN, run=run.id).id
    run.save(update_fields=["job"])
    return run


def judged(row: EvaluationQuestion) -> Question:
    """The question as `judge` takes it: one of the expected articles is enough."""
    return Question(
        id=str(row.id),
        text=row.question,
        language=row.language,
        kind=row.kind,
        gold_groups=(tuple(row.expected),) if row.expected else (),
        must_contain=tuple(row.must_contain),
    )


def _read(text: str) -> Iterator[Draft]:
    for place, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield _draft(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
            raise BadInput(f"Line {place} is no question: {{'question': …, 'expected': […]}} is wanted.") from problem


def _draft(row: dict[str, Any]) -> Draft:
    """Lines of `manage.py evaluate` fit too: their `gold_groups` become one list. (Any: JSON.)"""
    groups = [name for group in row.get("gold_groups", ()) for name in group]
    return Draft(
        question=str(row["question"]),
        kind="unanswerable" if row.get("kind") in ("unanswerable", "internal_only") else "answerable",
        expected=[str(name) for name in row.get("expected", groups)],
        must_contain=[str(fact) for fact in row.get("must_contain", ())],
    )


def _columns(draft: Draft) -> dict[str, Any]:
    """As they are stored. Raises BadInput. (Any: columns of several types.)"""
    _check(draft)
    text = draft.question.strip()
    return asdict(draft) | {
        "question": text,
        "language": language_of(text, "en"),
        "expected": list(draft.expected),
        "must_contain": list(draft.must_contain),
    }


def _check(draft: Draft) -> None:
    if not draft.question.strip() or len(draft.question) > QUESTION_LENGTH_MAX or "\x00" in draft.question:
        raise BadInput(f"A question has 1 to {QUESTION_LENGTH_MAX} characters, none of them NUL.", field="question")
    if draft.kind not in EvaluationQuestion.Kind.values:
        raise BadInput(f"Field 'kind': one of {', '.join(EvaluationQuestion.Kind.values)}.", field="kind")
    if max(len(draft.expected), len(draft.must_contain)) > LIST_MAX:
        raise BadInput(f"At most {LIST_MAX} articles and {LIST_MAX} facts for one question.")
