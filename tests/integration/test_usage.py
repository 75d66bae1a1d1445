"""Which answers an article gave, and what customers thought of them."""

from __future__ import annotations

from assistant.conversations import services
from assistant.conversations.context import Answer
from assistant.conversations.models import Contact, Rating
from assistant.foundation.tenancy import tenant_scope
from assistant.knowledge.keeping.usage import usage_of
from assistant.knowledge.models import Document
from assistant.privacy.text import Redacted
from tests.factories import House, make_visitor, say
from tests.integration.sockets import act, widget


def answered(house: House, contact: Contact, question: str, *, outcome: str = "generated") -> str:
    """The assistant answers from the first article; the id of its answer."""
    received = say(house, contact, question)
    assert received.turn is not None
    with tenant_scope(house.tenant.id):
        document = Document.objects.get(external_id="current-account")
        cites = [{"n": 1, "title": document.title, "document": str(document.id), "id": document.external_id}]
        answer = Answer(text=Redacted("£1,500."), outcome=outcome, citations=cites)
        services.finish_turn(received.turn, answer)
    return str(received.turn.answer_id)


def test_an_article_knows_what_it_answered(alice: House, visitor: Contact) -> None:
    answered(alice, visitor, "what is the limit?")
    answered(alice, make_visitor(alice), "and I am ann@example.org, the limit?", outcome="extractive")
    with tenant_scope(alice.tenant.id):
        usage = usage_of(Document.objects.get(external_id="current-account"))
        other = usage_of(Document.objects.get(external_id="green-account"))
    assert (usage.cited, usage.outcomes) == (2, {"extractive": 1, "generated": 1})
    assert [one.question for one in usage.recent] == ["and I am <EMAIL_1>, the limit?", "what is the limit?"]
    assert (other.cited, other.last_cited_at, other.recent) == (0, None, ())


async def test_a_customer_may_rate_an_answer_and_think_again(alice: House, visitor: Contact) -> None:
    answer = await act(alice, answered, alice, visitor, "what is the limit?")
    async with widget(alice, visitor) as tab:
        await tab.send("rate", m=answer, v="down")
        await tab.send("rate", m=answer, v="up")
        assert await tab.pings()
    ratings = await act(alice, lambda: list(Rating.objects.values_list("message_id", "value")))
    assert [(str(message), value) for message, value in ratings] == [(answer, "up")]
    usage = await act(alice, lambda: usage_of(Document.objects.get(external_id="current-account")))
    assert (usage.up, usage.down, usage.recent[0].rating) == (1, 0, "up")


async def test_nobody_rates_what_somebody_else_was_told(alice: House, visitor: Contact) -> None:
    answer = await act(alice, answered, alice, visitor, "what is the limit?")
    stranger = await act(alice, make_visitor, alice)
    async with widget(alice, stranger) as tab:
        await tab.send("rate", m=answer, v="down")
        error = await tab.until("error")
    assert (error["code"], error["re"]) == ("not_found", answer)
    assert await act(alice, Rating.objects.count) == 0
