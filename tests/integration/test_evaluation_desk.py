"""A tenant's own evaluation: questions, a run that sends nothing to anybody, figures."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from assistant.conversations.models import Conversation, Message
from assistant.foundation.errors import BadInput
from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.people import Member
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import tenant_scope
from assistant.knowledge.keeping.evaluation_set import (
    Draft,
    add_question,
    export_questions,
    import_questions,
    start_run,
)
from assistant.knowledge.models import EvaluationQuestion, EvaluationRun
from assistant.knowledge.search.shelf import ANSWERED
from tests.factories import House
from tests.integration.test_knowledge_api import ask

LIMIT = Draft(
    question="What is the daily mobile deposit limit of the Blue Account?",
    expected=["current-account"],
    must_contain=["£1,500"],
)
WEATHER = Draft(question="Will it rain on Sunday in Bergen?", kind="unanswerable")


@pytest.fixture
def manager(alice: House) -> House:
    with tenant_scope(alice.tenant.id):
        Member.objects.update(role=Role.MANAGER)
    return alice


def run(house: House, *questions: Draft) -> EvaluationRun:
    with tenant_scope(house.tenant.id):
        for question in questions:
            add_question(question)
        evaluation = start_run(by="Bob")
    assert evaluation.job is not None
    assert run_job(house.tenant.id, evaluation.job)
    with tenant_scope(house.tenant.id):
        return EvaluationRun.objects.get(id=evaluation.id)


def test_a_run_says_what_is_found_and_what_is_declined(alice: House) -> None:
    done = run(alice, LIMIT, WEATHER)
    assert done.state == "done"
    assert done.figures["questions"] == 2
    for figure in ("hit_at_1", "hit_at_5", "facts_complete", "declined_unanswerable"):
        assert done.figures[figure] == 1.0, figure
    assert done.figures["declined_answerable"] == 0.0
    assert [(row["question"], row["is_good"]) for row in done.rows] == [
        (LIMIT.question, True),
        (WEATHER.question, True),
    ]


def test_a_run_leaves_no_conversation_and_no_message(alice: House) -> None:
    run(alice, LIMIT)
    with tenant_scope(alice.tenant.id):
        assert (Conversation.objects.count(), Message.objects.count()) == (0, 0)


def test_a_wrong_expectation_is_seen_where_it_fails(alice: House) -> None:
    wrong = Draft(question=LIMIT.question, expected=["green-account"], must_contain=["£9,999"])
    done = run(alice, wrong)
    assert (done.figures["hit_at_1"], done.figures["facts_complete"], done.rows[0]["is_good"]) == (0.0, 0.0, False)


def test_a_set_can_be_taken_out_and_brought_in_again(alice: House, charlie: House) -> None:
    with tenant_scope(alice.tenant.id):
        add_question(LIMIT)
        add_question(WEATHER)
        lines = export_questions()
    with tenant_scope(charlie.tenant.id):
        assert import_questions(lines) == 2
        assert import_questions(lines) == 2
        assert EvaluationQuestion.objects.count() == 2
        assert export_questions() == lines


def test_the_curve_and_where_the_tenant_stands_on_it_are_kept_with_the_run(alice: House) -> None:
    done = run(alice, LIMIT, WEATHER)
    assert done.figures["risk_coverage"] == [[0.5, 0.0], [1.0, 0.5]]
    confidence, coverage, risk = done.figures["threshold"]
    assert (confidence, coverage, risk) == (ANSWERED, 0.5, 0.0)


def test_a_question_can_be_written_anew(manager: House) -> None:
    body = {"question": LIMIT.question, "expected": ["current-account"], "must_contain": ["£1,500", "£900"]}
    question = ask(manager, "POST", "evaluation/questions", body).json()
    path = f"evaluation/questions/{question['id']}"
    changed = ask(manager, "PUT", path, {"question": " 每日存款限额是多少？ ", "must_contain": ["£1,500"]}).json()
    assert changed == {
        "id": question["id"],
        "question": "每日存款限额是多少？",
        "kind": "answerable",
        "expected": [],
        "must_contain": ["£1,500"],
        "language": "zh",
    }
    assert ask(manager, "GET", "evaluation/questions").json()["results"] == [changed]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"question": WEATHER.question}, "question"),
        ({"question": " "}, "question"),
        ({"question": "x" * 501}, "question"),
        ({"question": "x", "kind": "maybe"}, "kind"),
        ({"question": "x", "expected": ["a" * 201]}, "expected"),
        ({"question": "x", "must_contain": ["a"] * 21}, "must_contain"),
    ],
)
def test_what_is_wrong_with_a_question_is_told_by_its_field(manager: House, body: Any, field: str) -> None:
    with tenant_scope(manager.tenant.id):
        add_question(WEATHER)
        question = add_question(LIMIT)
    problem = ask(manager, "PUT", f"evaluation/questions/{question.id}", body)
    assert (problem.status_code, problem.json()["code"], problem.json()["field"]) == (400, "bad_field", field)
    assert ask(manager, "GET", "evaluation/questions").json()["results"][1]["question"] == LIMIT.question


def test_a_question_that_is_gone_cannot_be_written_anew(manager: House) -> None:
    path = f"evaluation/questions/{uuid4()}"
    assert ask(manager, "PUT", path, {"question": "x"}).status_code == 404


def test_lines_of_the_command_fit_too(alice: House) -> None:
    line = {"id": "q1", "question": "X?", "kind": "near_duplicate", "gold_groups": [["a", "b"]], "must_contain": ["1"]}
    with tenant_scope(alice.tenant.id):
        import_questions(json.dumps(line))
        question = EvaluationQuestion.objects.get()
    assert (question.kind, question.expected, question.must_contain) == ("answerable", ["a", "b"], ["1"])


@pytest.mark.parametrize(
    "lines", ["{", "[]", "1", '{"q": "x"}', '{"question": ""}', '{"question": "x", "expected": 1}']
)
def test_a_line_that_is_no_question_is_named(alice: House, lines: Any) -> None:
    with tenant_scope(alice.tenant.id), pytest.raises(BadInput):
        import_questions(lines)


def test_without_questions_there_is_no_run(alice: House) -> None:
    with tenant_scope(alice.tenant.id), pytest.raises(BadInput):
        start_run(by="Bob")
