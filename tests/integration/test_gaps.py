"""Questions that were declined become gaps; gaps are ranked by how many asked, filled, and forgotten with people."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from assistant.conversations import services
from assistant.conversations.context import Answer
from assistant.conversations.erasure import erase_contact
from assistant.conversations.models import Contact, Conversation, Turn
from assistant.conversations.selectors import count_outcomes
from assistant.conversations.states import Pending
from assistant.dialogue.ask_again import ask_again
from assistant.dialogue.recover import queue_recoveries
from assistant.dialogue.turn import LAST_ATTEMPT
from assistant.foundation.clock import now
from assistant.foundation.outbox.jobs import due_jobs, enqueue, run_job
from assistant.foundation.outbox.models import Job
from assistant.foundation.outbox.relay import deliver_due
from assistant.foundation.tenancy import bound, tenant_scope
from assistant.knowledge.keeping import gaps
from assistant.knowledge.keeping.editing import ArticleDraft, write_article
from assistant.knowledge.models import Gap, UnansweredQuestion
from assistant.privacy.text import Redacted
from tests.factories import House, make_visitor, say

PARKING = ("where can I park my bicycle?", "where can I park my bicycle please?", "can I park my bicycle?")
STAMPS = "do you sell postage stamps?"


def asks(house: House, text: str, *, contact: Contact | None = None, outcome: str = "declined") -> Contact:
    """A visitor asks, and the assistant answers so; what follows is done as relay and worker do it."""
    contact = contact or make_visitor(house)
    received = say(house, contact, text)
    assert received.turn is not None
    with tenant_scope(house.tenant.id):
        services.finish_turn(received.turn, Answer(text=Redacted("Sorry."), outcome=outcome))
    work(house)
    return contact


def work(house: House) -> None:
    while deliver_due(house.tenant.id):
        pass
    with tenant_scope(house.tenant.id):
        jobs = list(Job.objects.filter(state=Job.QUEUED).values_list("id", flat=True))
    for job in jobs:
        run_job(house.tenant.id, job)


def ranked(house: House) -> list[tuple[str, int, str]]:
    with tenant_scope(house.tenant.id):
        return [(gap.label, gap.asked, gap.state) for gap in gaps.ranked_gaps()]


def test_another_encoder_gives_questions_other_vectors_and_they_stay_in_their_gaps(alice: House) -> None:
    for question in (STAMPS, *PARKING):
        asks(alice, question)
    before = ranked(alice)

    def vectors() -> list[list[float]]:
        with tenant_scope(alice.tenant.id):
            rows = (UnansweredQuestion.objects.values_list("vector"), Gap.objects.values_list("centre"))
            return [vector for found in rows for (vector,) in found.order_by("id")]

    made = vectors()
    with tenant_scope(alice.tenant.id):
        UnansweredQuestion.objects.update(vector=[0.05] * 384)
        Gap.objects.update(centre=[0.05] * 384)
    assert vectors() != made
    with bound(alice.tenant.id):
        gaps.embed_questions()
    assert (vectors(), ranked(alice)) == (made, before)


def test_what_many_asked_stands_before_what_one_asked(alice: House) -> None:
    asks(alice, STAMPS)
    for question in PARKING:
        asks(alice, question)
    assert [(asked, state) for _, asked, state in ranked(alice)] == [(3, "open"), (1, "open")]
    assert ranked(alice)[0][0] in PARKING
    assert ranked(alice)[1][0] == STAMPS


def test_a_customer_who_repeats_themselves_counts_once(alice: House) -> None:
    contact = asks(alice, PARKING[0])
    asks(alice, PARKING[1], contact=contact)
    assert [asked for _, asked, _ in ranked(alice)] == [1]


def test_a_question_that_was_answered_is_no_gap(alice: House) -> None:
    asks(alice, PARKING[0], outcome="extractive")
    assert ranked(alice) == []


def test_a_question_whose_turn_failed_for_technical_reasons_is_no_gap(alice: House) -> None:
    """Its processes died, so nobody looked for an answer to the end; the customer is offered a person all the same."""
    received = say(alice, make_visitor(alice), PARKING[0])
    with tenant_scope(alice.tenant.id):
        Turn.objects.update(attempts=LAST_ATTEMPT, lease_until=now() - timedelta(seconds=1))
    with bound(alice.tenant.id):
        assert queue_recoveries() == 1
    work(alice)
    work(alice)
    with tenant_scope(alice.tenant.id):
        turn = Turn.objects.get()
        assert (turn.state, turn.outcome) == (Turn.FINISHED, "declined")
        assert Conversation.objects.get(id=received.conversation_id).pending == Pending.HANDOFF_OFFER
    assert ranked(alice) == []


def test_the_same_turn_is_gathered_once(alice: House) -> None:
    asks(alice, PARKING[0])
    with tenant_scope(alice.tenant.id):
        turn = UnansweredQuestion.objects.get().turn_id
        job = enqueue("knowledge.unanswered", turn=turn)
    assert run_job(alice.tenant.id, job.id)
    assert [asked for _, asked, _ in ranked(alice)] == [1]


def test_personal_data_in_a_question_is_a_placeholder(alice: House) -> None:
    asks(alice, "I am ann@example.org, where can I park my bicycle?")
    assert ranked(alice)[0][0] == "I am <EMAIL_1>, where can I park my bicycle?"


def test_asking_again_after_the_article_is_written_answers_the_gap(alice: House) -> None:
    for question in PARKING:
        asks(alice, question)
    with tenant_scope(alice.tenant.id):
        gap = Gap.objects.get()
    before, asked = asyncio.run(ask_again(alice.tenant.id, gap.id, by="Bob"))
    assert (before.state, [one.is_answered for one in asked]) == ("open", [False] * 3)
    with bound(alice.tenant.id):
        write_article(
            ArticleDraft(
                title="Where can I park my bicycle?", body="You can park your bicycle in the yard behind the shop."
            ),
            by="Bob",
        )
    after, asked = asyncio.run(ask_again(alice.tenant.id, gap.id, by="Bob"))
    assert after.state == "answered"
    assert asked[0].title == "Where can I park my bicycle?"


def test_an_answered_gap_opens_again_when_its_question_is_declined_once_more(alice: House) -> None:
    asks(alice, PARKING[0])
    with tenant_scope(alice.tenant.id):
        gaps.set_state(Gap.objects.get().id, gaps.State.ANSWERED, by="Bob")
    asks(alice, PARKING[1])
    assert [(asked, state) for _, asked, state in ranked(alice)] == [(2, "open")]


def test_a_dismissed_gap_stays_dismissed(alice: House) -> None:
    asks(alice, PARKING[0])
    with tenant_scope(alice.tenant.id):
        gaps.set_state(Gap.objects.get().id, gaps.State.DISMISSED, by="Bob")
    asks(alice, PARKING[1])
    assert [(asked, state) for _, asked, state in ranked(alice)] == [(2, "dismissed")]


def test_an_erased_contact_leaves_no_question_behind(alice: House) -> None:
    ann = asks(alice, PARKING[0])
    asks(alice, PARKING[1])
    alone = asks(alice, STAMPS)
    with tenant_scope(alice.tenant.id):
        for contact in (ann, alone):
            erase_contact(contact.id, by="Bob", reason="asked for it")
    work(alice)
    assert ranked(alice) == [(PARKING[1], 1, "open")]


def test_a_question_is_not_gathered_after_its_contact_was_erased(alice: House) -> None:
    contact = make_visitor(alice)
    received = say(alice, contact, STAMPS)
    assert received.turn is not None
    with tenant_scope(alice.tenant.id):
        services.finish_turn(received.turn, Answer(text=Redacted("Sorry."), outcome="declined"))
        erase_contact(contact.id, by="Bob", reason="asked for it")
    work(alice)
    assert ranked(alice) == []


@pytest.mark.parametrize(("days", "left"), [(179, 1), (181, 0)])
def test_questions_go_when_the_tenants_time_is_up(alice: House, days: int, left: int) -> None:
    asks(alice, STAMPS)
    with tenant_scope(alice.tenant.id):
        UnansweredQuestion.objects.update(asked_at=now() - timedelta(days=days))
    with bound(alice.tenant.id):
        gaps.queue_forgetting()
        gaps.queue_forgetting()
    work(alice)
    assert len(ranked(alice)) == left
    with tenant_scope(alice.tenant.id):
        assert due_jobs() == []


def test_gaps_of_two_houses_do_not_meet(alice: House, charlie: House) -> None:
    asks(alice, PARKING[0])
    asks(charlie, PARKING[1])
    assert [asked for _, asked, _ in ranked(alice)] == [1]
    assert [asked for _, asked, _ in ranked(charlie)] == [1]


def test_answers_are_counted_by_what_they_came_to(alice: House) -> None:
    for outcome in ("declined", "generated", "generated", "scripted"):
        asks(alice, STAMPS, outcome=outcome)
    with tenant_scope(alice.tenant.id):
        Turn.objects.filter(outcome="declined").update(finished_at=now() - timedelta(days=40))
        counted = count_outcomes(days=30)
        assert count_outcomes(days=50)["declined"] == 1
    assert counted == {"curated": 0, "generated": 2, "extractive": 0, "clarified": 0, "declined": 0}
