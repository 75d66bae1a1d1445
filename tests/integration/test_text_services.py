"""Keywords, similar articles, duplicates and contradictions, as a manager of knowledge gets them over the API."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from assistant.conversations.models import Contact, ConversationVector
from assistant.foundation import conf as conf_module
from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.tenancy import tenant_scope
from assistant.knowledge.intake.imports import start_import
from assistant.knowledge.models import Document
from inference.contract import EngineUnavailable
from tests.factories import House, make_visitor, say
from tests.fakes import WordEmbedder

ARTICLES = [
    ("birch-1", "Birch Account", "Birch Account fees", "The monthly fee of the Birch Account is £6 for everyone."),
    ("birch-2", "Birch Account", "Costs of Birch", "For everyone the monthly fee of the Birch Account is £9."),
    ("cedar-1", "Cedar Account", "Cedar Account fees", "The monthly fee of the Cedar Account is £11 for everyone."),
    ("wire-1", "Birch Account", "Wire limits", "You may send up to £500 by wire in a day from the Birch Account."),
    ("wire-2", "Birch Account", "Wire limits", "You may send up to £500 by wire in a day from the Birch Account."),
    ("wire-3", "Cedar Account", "Wire limits", "You may send up to £500 by wire in a day from the Cedar Account."),
    ("limit-1", "Cedar Account", "Daily", "The daily transfer limit of the Cedar Account is £200."),
    ("limit-2", "Cedar Account", "Monthly", "The monthly transfer limit of the Cedar Account is £900."),
]


class AwayEmbedder(WordEmbedder):
    """Its process is gone."""

    async def embed_now(self, texts: Any) -> Any:
        raise EngineUnavailable("gone")


@pytest.fixture
def trees(alice: House) -> House:
    rows = [{"id": one[0], "product": one[1], "title": one[2], "text": one[3]} for one in ARTICLES]
    with tenant_scope(alice.tenant.id):
        job = start_import(source="trees", importer="jsonl", body="\n".join(map(json.dumps, rows)))
    assert run_job(alice.tenant.id, job.id)
    return alice


def ask(house: House, method: str, path: str, body: Any = None) -> Any:
    client = Client()
    client.force_login(house.user)
    headers = {"X-Deskside-Tenant": house.tenant.slug}
    sent = [] if body is None else [json.dumps(body)]
    return client.generic(method, f"/api/v1/{path}", *sent, content_type="application/json", headers=headers)


def keywords(house: House, text: str, **more: Any) -> list[str]:
    return [one["text"] for one in ask(house, "POST", "text/keywords", {"text": text} | more).json()["keywords"]]


# --- keywords -------------------------------------------------------------------------------------------------------


def test_keywords_are_the_texts_own_phrases(trees: House) -> None:
    found = keywords(trees, "My Mortgage Offer expired. Can the mortgage offer be renewed for the account?", most=3)
    assert found[0] == "Mortgage Offer"
    assert len(found) == 3


def test_a_word_of_every_article_says_less_than_a_rare_one(trees: House) -> None:
    found = keywords(trees, "The account was hacked", most=2)
    assert found.index("hacked") == 0


def test_chinese_has_keywords(alice: House) -> None:
    found = keywords(alice, "请问我的信用卡转账限额是多少？")
    assert "信用卡" in found
    assert "是多少" not in found


def test_an_empty_knowledge_base_gives_keywords(charlie: House) -> None:
    assert "quokka" in " ".join(keywords(charlie, "A quokka sleeps under an acacia. The quokka is small."))


def test_personal_data_is_no_keyword(alice: House) -> None:
    found = " ".join(keywords(alice, "Write to ann@example.org about the late parcel"))
    assert "parcel" in found
    assert "ann" not in found
    assert "EMAIL" not in found


def test_keywords_come_without_the_embedder(alice: House) -> None:
    conf_module._built["Embedder"] = AwayEmbedder()
    assert "late parcel" in keywords(alice, "Where is my late parcel?")


@pytest.mark.parametrize("text", ["?!", "the of and", "123 456", "<EMAIL_1>", "\u200b x"])
def test_a_text_of_nothing_has_no_keywords(alice: House, text: str) -> None:
    assert keywords(alice, text) == []


# --- articles -------------------------------------------------------------------------------------------------------


def test_similar_articles_to_a_text_come_best_first(trees: House) -> None:
    found = ask(trees, "POST", "text/similar-articles", {"text": "monthly fee of the Cedar Account"}).json()["articles"]
    assert found[0]["external_id"] == "cedar-1"
    assert found[0]["score"] > found[-1]["score"]


def test_similar_articles_to_an_article_leave_it_out(trees: House) -> None:
    with tenant_scope(trees.tenant.id):
        wire = Document.objects.get(external_id="wire-1")
    found = ask(trees, "POST", "text/similar-articles", {"document": str(wire.id), "most": 2}).json()["articles"]
    assert {one["external_id"] for one in found} == {"wire-2", "wire-3"}


def test_either_a_text_or_an_article_is_given(alice: House) -> None:
    assert ask(alice, "POST", "text/similar-articles", {}).json()["code"] == "bad_field"


def test_duplicates_are_of_one_product(trees: House) -> None:
    found = ask(trees, "GET", "knowledge/duplicates").json()["duplicates"]
    assert [{one["first"]["external_id"], one["second"]["external_id"]} for one in found] == [{"wire-1", "wire-2"}]


def test_a_contradiction_shows_both_places_and_values(trees: House) -> None:
    (found,) = ask(trees, "GET", "knowledge/contradictions").json()["contradictions"]
    assert found["product"] == "Birch Account"
    values = {found[side]["external_id"]: found[side]["value"] for side in ("first", "second")}
    assert values == {"birch-1": "£6", "birch-2": "£9"}
    assert all(found[side]["value"] in found[side]["sentence"] for side in ("first", "second"))


@pytest.mark.parametrize("most", ["0", "101", "x", "-1", "²"])
def test_a_wrong_number_of_results_is_refused(alice: House, most: str) -> None:
    assert ask(alice, "GET", f"knowledge/duplicates?most={most}").json()["code"] == "bad_field"


# --- conversations --------------------------------------------------------------------------------------------------


def similar(house: House, conversation: UUID) -> Any:
    return ask(house, "GET", f"conversations/{conversation}/similar")


def test_similar_conversations_are_found_without_their_personal_data(alice: House, visitor: Contact) -> None:
    card = say(alice, visitor, "I am ann@example.org. My card was declined at the shop").conversation_id
    other = say(alice, make_visitor(alice), "Why was my card declined?").conversation_id
    say(alice, make_visitor(alice), "How do I open an account")
    found = similar(alice, card).json()["conversations"]
    assert (found[0]["id"], found[0]["about"]) == (str(other), "Why was my card declined?")
    assert found[0]["score"] > found[1]["score"]
    assert "example.org" not in json.dumps(found)


def test_a_vector_follows_what_the_customer_says_next(alice: House, visitor: Contact) -> None:
    first = say(alice, visitor, "hello there").conversation_id
    similar(alice, first)
    say(alice, visitor, "my parcel is late")
    similar(alice, first)
    with tenant_scope(alice.tenant.id):
        assert ConversationVector.objects.filter(conversation=first).count() == 1


def test_an_erased_person_leaves_no_vector(alice: House, visitor: Contact) -> None:
    from assistant.conversations.erasure import erase_contact

    gone = say(alice, visitor, "My card was declined").conversation_id
    other = say(alice, make_visitor(alice), "Why was my card declined?").conversation_id
    similar(alice, other)
    with tenant_scope(alice.tenant.id):
        erase_contact(visitor.id, by="Alice", reason="asked")
        assert not ConversationVector.objects.filter(conversation=gone).exists()
    assert similar(alice, other).json()["conversations"] == []
    assert similar(alice, gone).status_code == 200
    with tenant_scope(alice.tenant.id):
        assert not ConversationVector.objects.filter(conversation=gone).exists()


def test_without_the_embedder_conversations_are_compared_later(alice: House, visitor: Contact) -> None:
    conversation = say(alice, visitor, "My card was declined").conversation_id
    conf_module._built["Embedder"] = AwayEmbedder()
    response = similar(alice, conversation)
    assert (response.status_code, response.json()["code"]) == (503, "not_now")
