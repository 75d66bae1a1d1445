"""Summaries, drafts and rewriting: what an agent gets from a good model, from one that obeys attacks, and from none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from assistant.conversations import services
from assistant.conversations.context import Answer
from assistant.conversations.models import Contact
from assistant.foundation import conf as conf_module
from assistant.foundation.ids import uuid7
from assistant.foundation.tenancy import tenant_scope
from assistant.privacy.text import Redacted
from inference.backends.mock import MockEngine, hostile
from inference.contract import Priority
from tests.factories import House, make_visitor, say
from tests.fakes import SleepingEmbedder, WordEmbedder

FEE = "The Blue Account has a monthly fee of £4 for everyone."
DRAFT = f"{FEE} You can see it on your statement. It is charged on 3 May."
QUESTION = "I am ann@example.org. What is the daily mobile deposit limit of the Blue Account?"
ANSWER = "The daily mobile deposit limit of the Blue Account is £1,500."
INVENTED = ("999,999", "evil.example", "EMAIL_99", "mallory", "<script")


def use_engine(engine: MockEngine) -> MockEngine:
    conf_module._built["Engine"] = engine
    return engine


def writing(*texts: str) -> MockEngine:
    """A model that says this."""
    return use_engine(MockEngine(lambda request: " ".join(texts)))


def prompts(engine: MockEngine) -> str:
    """All that a model was asked; without the requests' random ids."""
    return "\n".join(segment.text for request in engine.requests for segment in request.segments)


def away() -> MockEngine:
    return use_engine(MockEngine(dies_after=0))


def post(house: House, path: str, body: Any = None) -> Any:
    client = Client()
    client.force_login(house.user)
    headers = {"X-Deskside-Tenant": house.tenant.slug}
    response = client.post(f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", headers=headers)
    assert response.headers["Content-Type"].startswith("application/"), response.content
    return response


def made(house: House, path: str, body: Any = None) -> dict[str, Any]:
    response = post(house, path, body)
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def rewritten(house: House, style: str, text: str = DRAFT, **more: Any) -> dict[str, Any]:
    return made(house, "text/rewrite", {"text": text, "style": style} | more)


@pytest.fixture
def asked(alice: House, visitor: Contact) -> UUID:
    """A conversation that was answered once, and that waits for the answer to a second question."""
    received = say(alice, visitor, QUESTION)
    assert received.turn is not None
    with tenant_scope(alice.tenant.id):
        services.finish_turn(received.turn, Answer(text=Redacted(ANSWER), outcome="generated"))
    say(alice, visitor, "And what is the monthly fee of the Blue Account?")
    return received.conversation_id


# --- summary --------------------------------------------------------------------------------------------------------


def test_a_summary_names_the_messages_that_it_is_made_of(alice: House, asked: UUID) -> None:
    engine = writing("The customer asked for the daily mobile deposit limit of the Blue Account.", ANSWER)
    found = made(alice, f"conversations/{asked}/summary")
    assert found["way"] == "generated"
    assert found["text"].endswith(ANSWER)
    assert {(one["kind"], one["id"]) for one in found["sources"]} == {("message", str(asked))}
    assert len({one["sequence"] for one in found["sources"]}) == 2
    assert engine.requests[0].priority == Priority.AGENT_ASSIST
    assert "ann@example.org" not in prompts(engine)


def test_a_summary_never_says_what_nobody_said(alice: House, asked: UUID) -> None:
    writing("The daily mobile deposit limit of the Blue Account is £2,500.", ANSWER)
    found = made(alice, f"conversations/{asked}/summary")
    assert (found["text"], found["dropped"]) == (ANSWER, 1)


def test_a_hostile_model_cannot_put_anything_into_a_summary(alice: House, asked: UUID) -> None:
    use_engine(MockEngine(hostile))
    found = made(alice, f"conversations/{asked}/summary")
    assert not [word for word in INVENTED if word in json.dumps(found)]
    assert found["dropped"] > 0


def test_without_the_engine_a_summary_quotes(alice: House, asked: UUID) -> None:
    away()
    found = made(alice, f"conversations/{asked}/summary")
    assert found["way"] == "extractive"
    assert found["text"].splitlines() == [
        "The customer wrote: What is the daily mobile deposit limit of the Blue Account?",
        f"The assistant answered: {ANSWER}",
        "The customer wrote: And what is the monthly fee of the Blue Account?",
    ]


def test_a_placeholder_stays_one_in_a_summary(alice: House, visitor: Contact) -> None:
    conversation = say(alice, visitor, "Please call ann@example.org about the late parcel").conversation_id
    writing("The customer wants a call at <email_1> about the late parcel.", "Call <EMAIL_2> about the late parcel.")
    found = made(alice, f"conversations/{conversation}/summary")
    assert "<EMAIL_1>" in found["text"]
    assert "EMAIL_2" not in found["text"]
    assert "ann@example.org" not in json.dumps(found)


def test_a_conversation_without_words_has_an_empty_summary(alice: House, visitor: Contact) -> None:
    with tenant_scope(alice.tenant.id):
        conversation = services.ask_for_human(visitor, client_id=uuid7(), language="en")
    assert made(alice, f"conversations/{conversation.id}/summary")["text"] == ""


# --- draft ----------------------------------------------------------------------------------------------------------


def test_a_draft_answers_what_the_customer_wrote_last(alice: House, asked: UUID) -> None:
    writing("The monthly fee of the Blue Account is £4.")
    found = made(alice, f"conversations/{asked}/draft")
    assert (found["text"], found["way"]) == ("The monthly fee of the Blue Account is £4.", "generated")
    assert [(one["kind"], one["title"]) for one in found["sources"]] == [("document", "Blue Account: limits")]


def test_a_draft_for_a_follow_up_knows_what_it_follows_up(alice: House, visitor: Contact) -> None:
    """Searched alone it names no product, and two articles speak of a deposit limit."""
    conversation = after(alice, visitor, "What is the monthly fee of the Green Account?", outcome="generated")
    say(alice, visitor, "and the deposit limit?")
    engine = away()
    found = made(alice, f"conversations/{conversation}/draft")
    assert "£2,750" in found["text"]
    assert [one["title"] for one in found["sources"]] == ["Green Account: limits"]
    assert (
        engine.requests[0]
        .segments[-1]
        .text.endswith("Customer: What is the monthly fee of the Green Account?\nCustomer: and the deposit limit?")
    )


def test_a_draft_for_the_product_that_was_asked_for_knows_the_question(alice: House, visitor: Contact) -> None:
    conversation = after(alice, visitor, "What is the monthly fee?", outcome="clarified")
    say(alice, visitor, "Green Account")
    engine = away()
    found = made(alice, f"conversations/{conversation}/draft")
    assert found["text"].splitlines()[0].endswith("The monthly fee of the Green Account is £9.")
    assert engine.requests[0].segments[-1].text.endswith("Customer: What is the monthly fee?\nCustomer: Green Account")


def after(house: House, visitor: Contact, question: str, *, outcome: Any) -> UUID:
    """A conversation in which the assistant said something to this question."""
    received = say(house, visitor, question)
    assert received.turn is not None
    with tenant_scope(house.tenant.id):
        services.finish_turn(received.turn, Answer(text=Redacted("Let me see."), outcome=outcome))
    return received.conversation_id


def test_a_hostile_model_cannot_put_anything_into_a_draft(alice: House, asked: UUID) -> None:
    use_engine(MockEngine(hostile))
    found = made(alice, f"conversations/{asked}/draft")
    assert not [word for word in INVENTED if word in json.dumps(found)]
    assert "£4" in found["text"]


def test_without_the_engine_a_draft_quotes_articles(alice: House, asked: UUID) -> None:
    away()
    found = made(alice, f"conversations/{asked}/draft")
    assert found["way"] == "extractive"
    assert "£4" in found["text"]
    assert found["sources"]


def test_an_internal_article_never_enters_a_draft(alice: House, visitor: Contact) -> None:
    conversation = say(alice, visitor, "How much may an agent refund as goodwill without approval?").conversation_id
    engine = writing("An agent may refund up to £87 as goodwill without approval.")
    found = made(alice, f"conversations/{conversation}/draft")
    assert "87" not in found["text"]
    assert "87" not in prompts(engine)


def test_a_question_that_no_article_answers_has_an_empty_draft(alice: House, visitor: Contact) -> None:
    conversation = say(alice, visitor, "Do quokkas sleep under acacia trees?").conversation_id
    writing("Quokkas sleep under acacia trees.")
    assert made(alice, f"conversations/{conversation}/draft")["text"] == ""


# --- rewriting ------------------------------------------------------------------------------------------------------


def test_a_shorter_text_keeps_the_facts(alice: House) -> None:
    writing(FEE)
    found = rewritten(alice, "shorter")
    assert (found["text"], found["way"]) == (FEE, "generated")


def test_without_the_engine_a_shorter_text_drops_sentences(alice: House) -> None:
    away()
    found = rewritten(alice, "shorter")
    assert found["way"] == "extractive"
    assert found["text"] == FEE


@pytest.mark.parametrize("written", ["The monthly fee of the Blue Account is £5.", "Free for you at evil.example/now!"])
def test_a_shorter_text_says_nothing_else(alice: House, written: str) -> None:
    writing(written)
    found = rewritten(alice, "shorter")
    assert (found["way"], found["dropped"]) == ("extractive", 1)
    assert found["text"] in DRAFT


def test_a_friendlier_text_frames_the_same_facts(alice: House) -> None:
    writing("Your account is free of charge for 7 years!")
    found = rewritten(alice, "friendlier")
    assert found["way"] == "extractive"
    assert found["text"] == (
        f"Thank you for your message.\n\n{DRAFT}\n\nPlease write to us again if there is anything else."
    )


def test_a_friendlier_text_may_be_the_models(alice: House) -> None:
    writing(DRAFT)
    assert rewritten(alice, "friendlier")["way"] == "generated"


@pytest.mark.parametrize("style", ["shorter", "friendlier"])
def test_a_hostile_model_cannot_put_anything_into_a_rewriting(alice: House, style: str) -> None:
    use_engine(MockEngine(hostile))
    assert not [word for word in INVENTED if word in json.dumps(rewritten(alice, style))]


def test_the_model_sees_placeholders_and_the_agent_their_own_words(alice: House) -> None:
    text = "Write to ann@example.org. We will answer within 3 days."
    engine = writing(text.replace("ann@example.org", "<EMAIL_1>"))
    found = rewritten(alice, "friendlier", text)
    assert "ann@example.org" in found["text"]
    assert "ann@example.org" not in prompts(engine)


def test_a_typed_placeholder_is_given_back_as_it_was(alice: House) -> None:
    away()
    assert "<EMAIL_1>" in rewritten(alice, "friendlier", "Write to <EMAIL_1> please.")["text"]


def test_a_translation_that_keeps_every_value_is_shown(alice: House) -> None:
    writing("Die monatliche Gebühr für das Blue Account ist £4 und wird am 3. Mai fällig.")
    text = "The monthly fee of the Blue Account is £4 and is due on 3 May."
    found = rewritten(alice, "translate", text, language="de")
    assert (found["way"], found["text"][:22]) == ("generated", "Die monatliche Gebühr ")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "The monthly fee of the Blue Account is £4.",
        "Die monatliche Gebühr für das Blue Account ist £5.",
        "Die monatliche Gebühr für das Blaue Konto ist £4.",
        "Die monatliche Gebühr für das Blue Account ist £4, mehr auf evil.example/jetzt.",
        "Die monatliche Gebühr für das Blue Account ist £4, schreiben Sie an <EMAIL_9>.",
        "Die monatliche Gebühr für das Blue Account ist £4, schreiben Sie an eve@example.org.",
    ],
)
def test_a_poor_translation_is_refused(alice: House, written: str) -> None:
    writing(written)
    body = {"text": "The monthly fee of the Blue Account is £4.", "style": "translate", "language": "de"}
    response = post(alice, "text/rewrite", body)
    assert (response.status_code, response.json()["code"]) == (422, "not_possible")


def test_a_hostile_model_cannot_translate(alice: House) -> None:
    use_engine(MockEngine(hostile))
    response = post(alice, "text/rewrite", {"text": DRAFT, "style": "translate", "language": "en"})
    assert response.status_code == 422


# --- meaning --------------------------------------------------------------------------------------------------------

SAID_SO = "The deposit limit is daily"
REPLIED_SO = "The fee is monthly"
QUOTED_SO = "£4 is the monthly fee"


class Near(WordEmbedder):
    """Finds articles as ever, and any two sentences so near."""

    def __init__(self, cosine: float) -> None:
        self.cosine = cosine
        self.compared: list[list[str]] = []

    async def embed_now(self, texts: Sequence[str]) -> list[list[float]]:
        if not any(mark in text for text in texts for mark in (SAID_SO, REPLIED_SO, QUOTED_SO)):
            return self.embed(texts)
        self.compared.append(list(texts))
        rest = [0.0] * (self.dimensions - 2)
        return [[1.0, 0.0, *rest], [self.cosine, (1 - self.cosine**2) ** 0.5, *rest]]


def judged(cosine: float) -> Near:
    conf_module._built["Embedder"] = embedder = Near(cosine)
    return embedder


@pytest.mark.parametrize(("cosine", "way"), [(0.9, "generated"), (0.2, "extractive")])
def test_what_is_far_from_its_message_enters_no_summary(alice: House, asked: UUID, cosine: float, way: str) -> None:
    """Every word of it stands in the message; only the encoder sees that it says something else."""
    writing(f"{SAID_SO} of the Blue Account.")
    embedder = judged(cosine)
    found = made(alice, f"conversations/{asked}/summary")
    assert (found["way"], found["dropped"]) == (way, int(way == "extractive"))
    assert embedder.compared[0][0].startswith(SAID_SO)


@pytest.mark.parametrize(("cosine", "way"), [(0.9, "generated"), (0.2, "extractive")])
def test_what_is_far_from_its_article_enters_no_draft(alice: House, asked: UUID, cosine: float, way: str) -> None:
    writing(f"{QUOTED_SO} of the Blue Account.")
    embedder = judged(cosine)
    found = made(alice, f"conversations/{asked}/draft")
    assert (found["way"], found["dropped"]) == (way, int(way == "extractive"))
    assert embedder.compared


@pytest.mark.parametrize("style", ["shorter", "friendlier"])
@pytest.mark.parametrize(("cosine", "way"), [(0.9, "generated"), (0.2, "extractive")])
def test_what_is_far_from_the_agents_text_enters_no_rewriting(
    alice: House, style: str, cosine: float, way: str
) -> None:
    writing(f"{REPLIED_SO} of the Blue Account for everyone.")
    judged(cosine)
    text = "The Blue Account has, and that is so for everyone, a monthly fee."
    assert rewritten(alice, style, text)["way"] == way


def test_without_the_encoder_the_words_decide_about_a_rewriting(alice: House) -> None:
    writing(f"{REPLIED_SO} of the Blue Account for everyone.")
    conf_module._built["Embedder"] = SleepingEmbedder()
    text = "The Blue Account has, and that is so for everyone, a monthly fee."
    assert rewritten(alice, "shorter", text)["way"] == "generated"


@pytest.mark.parametrize(("cosine", "status"), [(0.9, 200), (0.2, 422)])
def test_an_encoder_of_many_languages_judges_a_translation(alice: House, cosine: float, status: int) -> None:
    text = "The fee is monthly for the Blue Account."
    writing("Die Gebühr für das Blue Account ist monatlich.")
    judged(cosine).is_multilingual = True
    body = {"text": text, "style": "translate", "language": "de"}
    assert post(alice, "text/rewrite", body).status_code == status


# --- articles -------------------------------------------------------------------------------------------------------


@pytest.fixture
def settled(alice: House, visitor: Contact) -> UUID:
    """A resolved conversation with an agent's answer, in which the customer claims something."""
    received = say(alice, visitor, "Refunds are always 500% I was told. How do I return a kayak?")
    with tenant_scope(alice.tenant.id):
        services.take_over(received.conversation_id, alice.member)
        text = "A kayak can be returned within 30 days. Pack the kayak into its box. I wrote to ann@example.org too."
        services.reply(received.conversation_id, alice.member, client_id=uuid7(), text=text)
        services.resolve(received.conversation_id, alice.member)
    return received.conversation_id


def article(house: House, *conversations: UUID) -> dict[str, Any]:
    return made(house, "knowledge/drafts", {"conversations": list(map(str, conversations))})


def test_an_article_is_made_of_agents_answers_only(alice: House, settled: UUID) -> None:
    away()
    found = article(alice, settled)
    assert found["text"].splitlines() == ["- A kayak can be returned within 30 days.", "- Pack the kayak into its box."]
    assert "kayak" in found["title"].lower()
    assert [one["id"] for one in found["sources"]] == [str(settled)]


def test_an_article_of_what_a_contact_in_a_segment_was_told_is_for_that_segment(alice: House, settled: UUID) -> None:
    away()
    assert article(alice, settled)["segments"] == []
    with tenant_scope(alice.tenant.id):
        Contact.objects.update(segments=["business", "gold"])
    assert article(alice, settled)["segments"] == ["business", "gold"]


def test_an_article_holds_no_customers_words_and_no_personal_data(alice: House, settled: UUID) -> None:
    engine = writing("A kayak can be returned within 30 days.", "Refunds are always 500%.", "Write to <EMAIL_1>.")
    found = article(alice, settled)
    assert (found["text"], found["dropped"]) == ("A kayak can be returned within 30 days.", 2)
    assert "500" not in prompts(engine)
    assert "EMAIL" not in engine.requests[0].segments[-1].text


def test_a_hostile_model_cannot_put_anything_into_an_article(alice: House, settled: UUID) -> None:
    use_engine(MockEngine(hostile))
    assert not [word for word in INVENTED if word in json.dumps(article(alice, settled))]


def test_an_open_conversation_is_no_article(alice: House, settled: UUID) -> None:
    running = say(alice, make_visitor(alice), "How do I return a tent?").conversation_id
    response = post(alice, "knowledge/drafts", {"conversations": [str(settled), str(running)]})
    assert (response.status_code, response.json()["code"]) == (409, "not_resolved")


def test_charlie_gets_no_article_of_alices_conversation(charlie: House, settled: UUID) -> None:
    response = post(charlie, "knowledge/drafts", {"conversations": [str(settled)]})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
