"""What a customer and an agent notice of a conversation."""

from __future__ import annotations

import pytest

from assistant.conversations import services
from assistant.conversations.models import Contact, Conversation, Message, Turn
from assistant.conversations.selectors import thread_of
from assistant.conversations.states import State
from assistant.foundation.errors import IdReused, NotAllowed
from assistant.foundation.ids import uuid7
from assistant.foundation.outbox.models import Event
from assistant.foundation.people import Member
from assistant.foundation.tenancy import tenant_scope
from assistant.privacy.models import VaultEntry
from assistant.privacy.vault import open_vault
from tests.factories import House, conversation_of, say


def test_the_same_message_twice_is_stored_once(alice: House, visitor: Contact) -> None:
    client_id = uuid7()
    first = say(alice, visitor, "hello there", client_id=client_id)
    again = say(alice, visitor, "hello there", client_id=client_id)
    assert (again.message_id, again.sequence, again.is_repeat) == (first.message_id, first.sequence, True)
    assert again.turn is None


def test_the_same_id_with_another_text_is_refused(alice: House, visitor: Contact) -> None:
    client_id = uuid7()
    say(alice, visitor, "hello", client_id=client_id)
    with pytest.raises(IdReused):
        say(alice, visitor, "goodbye", client_id=client_id)


def test_sequences_are_dense(alice: House, visitor: Contact) -> None:
    received = say(alice, visitor, "one")
    say(alice, visitor, "two")
    with tenant_scope(alice.tenant.id):
        numbers = list(Event.objects.filter(stream_id=received.conversation_id).values_list("sequence", flat=True))
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_personal_data_is_never_a_column(alice: House, visitor: Contact) -> None:
    say(alice, visitor, "I am ann@example.com, card 4111 1111 1111 1111, IBAN GB82 WEST 1234 5698 7654 32")
    with tenant_scope(alice.tenant.id):
        message = Message.objects.get(kind="contact")
        assert message.text == "I am <EMAIL_1>, card <CREDIT_CARD_1>, IBAN <IBAN_1>"
        assert all("ann@example.com" not in entry.sealed for entry in VaultEntry.objects.all())
        assert open_vault(thread_of(message.conversation_id)).restore(message.text).startswith("I am ann@example.com")


def test_a_typed_placeholder_conjures_nothing(alice: House, visitor: Contact) -> None:
    received = say(alice, visitor, "mail me at ann@example.com")
    say(alice, visitor, "what is <EMAIL_1>?")
    with tenant_scope(alice.tenant.id):
        texts = Message.objects.filter(conversation_id=received.conversation_id, kind="contact")
        assert texts.order_by("sequence").last().text == "what is <TEXT_1>?"


def test_a_second_message_supersedes_the_running_answer(alice: House, visitor: Contact) -> None:
    first = say(alice, visitor, "what is the fee")
    second = say(alice, visitor, "of the Blue Account")
    assert first.turn is not None
    assert second.turn is not None
    with tenant_scope(alice.tenant.id):
        assert Turn.objects.get(id=first.turn.turn_id).state == Turn.SUPERSEDED
    assert second.turn.question == "what is the fee\nof the Blue Account"


def test_a_superseded_answer_cannot_be_stored(alice: House, visitor: Contact) -> None:
    from assistant.conversations.context import Answer
    from assistant.privacy.text import Redacted

    first = say(alice, visitor, "what is the fee")
    with tenant_scope(alice.tenant.id):
        services.take_over(first.conversation_id, alice.member)
    assert first.turn is not None
    with pytest.raises(services.StaleTurn), tenant_scope(alice.tenant.id):
        services.finish_turn(first.turn, Answer(text=Redacted("late"), outcome="generated"))
    with tenant_scope(alice.tenant.id):
        assert not Message.objects.filter(kind="assistant").exists()


def test_an_answer_is_stored_exactly_once(alice: House, visitor: Contact) -> None:
    from assistant.conversations.context import Answer
    from assistant.privacy.text import Redacted

    received = say(alice, visitor, "what is the fee")
    assert received.turn is not None
    with tenant_scope(alice.tenant.id):
        services.finish_turn(received.turn, Answer(text=Redacted("It is £4."), outcome="generated"))
    with pytest.raises(services.StaleTurn), tenant_scope(alice.tenant.id):
        services.finish_turn(received.turn, Answer(text=Redacted("It is £4."), outcome="generated"))
    with tenant_scope(alice.tenant.id):
        assert Message.objects.filter(kind="assistant").count() == 1


def test_visitor_who_asks_twice_is_queued_once(alice: House, visitor: Contact) -> None:
    with tenant_scope(alice.tenant.id):
        first = services.ask_for_human(visitor, client_id=uuid7(), language="en")
        services.ask_for_human(visitor, client_id=uuid7(), language="en")
        handed_off = Event.objects.filter(stream_id=first.id, kind="StateChanged")
        assert [event.payload["state"] for event in handed_off] == [State.QUEUED]


def test_the_assistant_is_silent_while_a_person_has_it(alice: House, visitor: Contact) -> None:
    received = say(alice, visitor, "hello")
    with tenant_scope(alice.tenant.id):
        services.take_over(received.conversation_id, alice.member)
    assert say(alice, visitor, "anybody there?").turn is None


def test_only_the_owner_may_reply(alice: House, bob: Member, visitor: Contact) -> None:
    received = say(alice, visitor, "hello")
    with tenant_scope(alice.tenant.id):
        services.take_over(received.conversation_id, alice.member)
    with pytest.raises(NotAllowed), tenant_scope(alice.tenant.id):
        services.reply(received.conversation_id, bob, client_id=uuid7(), text="me too")


def test_hand_back_lets_the_assistant_answer_again(alice: House, visitor: Contact) -> None:
    received = say(alice, visitor, "hello")
    with tenant_scope(alice.tenant.id):
        services.take_over(received.conversation_id, alice.member)
        services.hand_back(received.conversation_id, alice.member)
    assert say(alice, visitor, "what is the fee of the Blue Account?").turn is not None


def test_writing_again_reopens_a_resolved_conversation(alice: House, visitor: Contact) -> None:
    received = say(alice, visitor, "hello")
    with tenant_scope(alice.tenant.id):
        services.resolve(received.conversation_id, alice.member)
    assert conversation_of(alice, received).state == State.RESOLVED
    again = say(alice, visitor, "one more thing")
    assert again.conversation_id == received.conversation_id
    assert conversation_of(alice, again).state == State.ASSISTANT


def test_the_waiting_clock_starts_at_the_first_unanswered_message(alice: House, visitor: Contact) -> None:
    first = say(alice, visitor, "hello")
    since = conversation_of(alice, first).waiting_since
    say(alice, visitor, "hello?")
    with tenant_scope(alice.tenant.id):
        services.hand_off(Conversation.objects.get(id=first.conversation_id), reason=services.HandoffReason.ASKED)
    assert conversation_of(alice, first).waiting_since == since


def test_the_agents_own_name_is_nobodys_secret(alice: House, visitor: Contact) -> None:
    received = say(alice, visitor, "I am Bertrand Oyelaran, is anybody there?")
    with tenant_scope(alice.tenant.id):
        services.take_over(received.conversation_id, alice.member)
        services.reply(received.conversation_id, alice.member, client_id=uuid7(), text=f"Hi, {alice.member.name} here.")
    say(alice, visitor, f"Thank you, {alice.member.name}. Yours, Bertrand Oyelaran")
    with tenant_scope(alice.tenant.id):
        texts = list(Message.objects.exclude(kind="system").order_by("sequence").values_list("text", flat=True))
    assert texts == [
        "I am <PERSON_1>, is anybody there?",
        f"Hi, {alice.member.name} here.",
        f"Thank you, {alice.member.name}. Yours, <PERSON_1>",
    ]


def test_a_number_cut_in_two_messages_leaves_the_first_one_too(alice: House, visitor: Contact) -> None:
    first = say(alice, visitor, "my card is 4111 1111")
    assert first.turn is not None
    with tenant_scope(alice.tenant.id):
        Turn.objects.filter(id=first.turn.turn_id).update(prompt="Question: my card is 4111 1111")
    say(alice, visitor, "1111 1111 is the rest")
    with tenant_scope(alice.tenant.id):
        messages = list(Message.objects.filter(kind="contact").order_by("sequence"))
        assert [message.text for message in messages] == ["my card is <CREDIT_CARD_2>", "<CREDIT_CARD_1> is the rest"]
        assert Turn.objects.get(id=first.turn.turn_id).prompt == "Question: my card is <CREDIT_CARD_2>"
        vault = open_vault(thread_of(first.conversation_id))
        assert [vault.restore(message.text, message.spelled) for message in messages] == [
            "my card is 4111 1111",
            "1111 1111 is the rest",
        ]


def test_a_credential_is_destroyed_and_the_customer_is_told(alice: House, visitor: Contact) -> None:
    say(alice, visitor, "my password is Hunter2!x, why can I not log in?")
    with tenant_scope(alice.tenant.id):
        texts = list(Message.objects.order_by("sequence").values_list("text", flat=True))
        assert texts[0] == "my password is <PASSWORD_0>, why can I not log in?"
        assert "nobody here can read it" in texts[1]
        assert not VaultEntry.objects.exists()
