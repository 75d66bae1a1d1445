"""What people answered is suggested once, without personal data, and decided about by people."""

from __future__ import annotations

import pytest

from assistant.conversations import services
from assistant.conversations.erasure import erase_contact
from assistant.conversations.models import Contact, Message
from assistant.foundation.ids import uuid7
from assistant.foundation.tenancy import bound, tenant_scope
from assistant.knowledge.keeping.curated import State, decide_pair
from assistant.knowledge.keeping.drafting import draft_of
from assistant.knowledge.models import CuratedAnswer, Gap
from tests.factories import House, make_visitor, say
from tests.integration.test_gaps import PARKING, asks, work

ANSWER = "You can park your bicycle in the yard behind the shop, free of charge."


def talks(house: House, question: str, *answers: str, contact: Contact | None = None) -> Contact:
    """A customer asks, an agent answers and resolves; what follows is done as relay and worker do it."""
    contact = contact or make_visitor(house)
    received = say(house, contact, question)
    with tenant_scope(house.tenant.id):
        services.take_over(received.conversation_id, house.member)
        for answer in answers:
            services.reply(received.conversation_id, house.member, client_id=uuid7(), text=answer)
        services.resolve(received.conversation_id, house.member)
    work(house)
    return contact


def suggested(house: House) -> list[tuple[str, str]]:
    with tenant_scope(house.tenant.id):
        rows = CuratedAnswer.objects.filter(state=State.SUGGESTED, origin="conversation").order_by("created_at")
        return list(rows.values_list("question", "answer"))


def test_what_a_person_answered_is_suggested(alice: House) -> None:
    talks(alice, PARKING[0], ANSWER, "Please lock it to the rail.")
    assert suggested(alice) == [(PARKING[0], f"{ANSWER}\n\nPlease lock it to the rail.")]


def test_the_same_question_is_suggested_once_also_after_it_was_rejected(alice: House) -> None:
    talks(alice, PARKING[0], ANSWER)
    talks(alice, PARKING[0], ANSWER)
    assert len(suggested(alice)) == 1
    with tenant_scope(alice.tenant.id):
        pair = CuratedAnswer.objects.get()
    with bound(alice.tenant.id):
        decide_pair(pair.id, State.REJECTED, by="Bob", version=1)
    talks(alice, PARKING[0], ANSWER)
    assert suggested(alice) == []


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("I am ann@example.org, where can I park my bicycle?", ANSWER),
        (PARKING[0], f"{ANSWER} Call me on 020 7946 0958."),
        (PARKING[0], "One moment, please."),
        ("Hello?", ANSWER),
        (PARKING[0], f"{ANSWER} Which shop do you mean?"),
    ],
)
def test_personal_short_or_unfinished_talk_is_not_suggested(alice: House, question: str, answer: str) -> None:
    talks(alice, question, answer)
    assert suggested(alice) == []


def test_what_the_assistant_said_is_never_suggested(alice: House) -> None:
    contact = asks(alice, PARKING[0], outcome="extractive")
    with tenant_scope(alice.tenant.id):
        Message.objects.filter(kind="assistant").update(text=ANSWER)
    talks(alice, "thank you very much indeed", "You are welcome, goodbye and have a nice day.", contact=contact)
    assert ANSWER not in str(suggested(alice))


def test_an_erased_contacts_suggestions_go_and_what_was_approved_forgets_its_origin(alice: House) -> None:
    ann = talks(alice, PARKING[0], ANSWER)
    with tenant_scope(alice.tenant.id):
        pair = CuratedAnswer.objects.get()
    with bound(alice.tenant.id):
        decide_pair(pair.id, State.APPROVED, by="Bob", version=1)
    talks(alice, "do you sell postage stamps?", "Yes, at the counter, in sheets of ten or twenty.", contact=ann)
    with tenant_scope(alice.tenant.id):
        erase_contact(ann.id, by="Bob", reason="asked for it")
    work(alice)
    with tenant_scope(alice.tenant.id):
        assert [(one.state, one.conversation_id) for one in CuratedAnswer.objects.all()] == [("approved", None)]


def test_what_a_contact_in_a_segment_was_told_is_suggested_for_that_segment(alice: House) -> None:
    talks(alice, PARKING[0], ANSWER, contact=in_segments(alice, "gold"))
    assert readers(alice) == [["gold"]]


def test_a_pair_for_some_does_not_keep_others_from_one(alice: House) -> None:
    """Gold customers may park where others may not; what everybody is told, they are told too."""
    talks(alice, PARKING[0], ANSWER, contact=in_segments(alice, "gold"))
    talks(alice, PARKING[0], ANSWER, contact=in_segments(alice, "gold", "business"))
    talks(alice, PARKING[0], "On the street in front of the shop, where it is allowed.")
    talks(alice, PARKING[0], ANSWER, contact=in_segments(alice, "silver"))
    assert readers(alice) == [["gold"], []]


def in_segments(house: House, *segments: str) -> Contact:
    """A contact whose identity was signed with them."""
    contact = make_visitor(house)
    with tenant_scope(house.tenant.id):
        return services.identify_contact(contact, external_id=str(contact.id), email="", name="", segments=segments)


def readers(house: House) -> list[list[str]]:
    with tenant_scope(house.tenant.id):
        return list(CuratedAnswer.objects.order_by("created_at").values_list("segments", flat=True))


# --- drafts for gaps ------------------------------------------------------------------------------------------------


def test_a_draft_is_made_of_what_agents_answered_and_of_nothing_else(alice: House) -> None:
    contact = asks(alice, PARKING[0])
    talks(alice, "a person please", f"{ANSWER} Ask for <Tom>, his number is 020 7946 0958.", contact=contact)
    asks(alice, PARKING[1])
    with tenant_scope(alice.tenant.id):
        draft = draft_of(Gap.objects.get())
    assert draft.origin == "replies"
    assert draft.body == f"## {PARKING[0]}\n\n{ANSWER}"
    assert draft.segments == ()


def test_a_draft_of_what_a_contact_in_a_segment_was_told_is_for_that_segment(alice: House) -> None:
    asks(alice, PARKING[1])
    contact = asks(alice, PARKING[0], contact=in_segments(alice, "gold"))
    talks(alice, "a person please", ANSWER, contact=contact)
    with tenant_scope(alice.tenant.id):
        draft = draft_of(Gap.objects.get())
    assert (draft.origin, draft.segments) == ("replies", ("gold",))


def test_without_a_human_answer_the_draft_is_an_outline(alice: House) -> None:
    asks(alice, f"I am ann@example.org. {PARKING[0]}")
    with tenant_scope(alice.tenant.id):
        draft = draft_of(Gap.objects.get())
    assert (draft.origin, draft.replies) == ("outline", ())
    assert draft.title == PARKING[0]
    assert draft.body == f"## {PARKING[0]}\n"
