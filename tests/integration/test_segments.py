"""Articles for some contacts only: gold is told to those who proved that they are gold, and to nobody else."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from django.test import Client

from assistant.conversations import services
from assistant.conversations.models import Contact
from assistant.foundation.errors import BadInput
from assistant.foundation.ids import uuid7
from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.people import make_api_key
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import bound, tenant_scope
from assistant.interfaces.citing import HOUR_S, TOLD_FOR_S, article_url, was_told
from assistant.knowledge.intake.imports import start_import
from assistant.knowledge.keeping import editing
from assistant.knowledge.keeping.editing import ArticleDraft
from assistant.knowledge.models import Document, Passage
from assistant.knowledge.retrieve import find_evidence
from assistant.knowledge.search.reader import Reader
from assistant.privacy.text import Redacted
from tests.factories import House
from tests.fakes import WordEmbedder
from tests.integration.test_answers import told

QUESTION = "Which code opens the airport lounge?"
LOUNGE = {
    "id": "lounge",
    "title": "Airport lounge",
    "text": "The code LOUNGE-77 opens the airport lounge.",
    "segments": ["Gold"],
}


@pytest.fixture
def lounge(alice: House) -> Document:
    with tenant_scope(alice.tenant.id):
        job = start_import(source="more", importer="jsonl", body=json.dumps(LOUNGE))
    run_job(alice.tenant.id, job.id)
    with tenant_scope(alice.tenant.id):
        return Document.objects.get(external_id="lounge")


def proven(house: House, contact: Contact, *segments: str) -> Contact:
    with tenant_scope(house.tenant.id):
        return services.identify_contact(contact, external_id="C-1", email="", name="Mia", segments=segments)


def titles(house: House, reader: Reader) -> list[str]:
    find = find_evidence(house.tenant.id, Redacted(QUESTION), reader=reader, embedder=WordEmbedder())
    return [passage.title for passage in asyncio.run(find).passages]


def call(house: House, method: str, path: str, body: dict[str, Any]) -> Any:  # Any: a test client's response
    with tenant_scope(house.tenant.id):
        key = make_api_key(house.tenant, name=f"{method} {path} {body}"[:100], role=Role.MANAGER)
    client = Client(headers={"Authorization": f"Bearer {key}"})
    return client.generic(method, f"/api/v1/knowledge/{path}", json.dumps(body), content_type="application/json")


def test_who_proved_to_be_gold_is_told(alice: House, visitor: Contact, lounge: Document) -> None:
    _, text = told(alice, proven(alice, visitor, "silver", "gold"), QUESTION)
    assert "LOUNGE-77" in text


@pytest.mark.parametrize("segments", [(), ("silver",)])
def test_others_are_not_told(alice: House, visitor: Contact, lounge: Document, segments: tuple[str, ...]) -> None:
    _, text = told(alice, proven(alice, visitor, *segments), QUESTION)
    assert "LOUNGE-77" not in text


def test_a_visitor_without_identity_is_not_told(alice: House, visitor: Contact, lounge: Document) -> None:
    _, text = told(alice, visitor, QUESTION)
    assert "LOUNGE-77" not in text


def test_who_is_no_longer_gold_is_not_told(alice: House, visitor: Contact, lounge: Document) -> None:
    contact = proven(alice, visitor, "gold")
    _, text = told(alice, proven(alice, contact), QUESTION)
    assert "LOUNGE-77" not in text


def test_the_same_search_differs_by_reader(alice: House, lounge: Document) -> None:
    gold = Reader(segments=frozenset({"gold"}))
    assert "Airport lounge" in titles(alice, gold)
    assert "Airport lounge" not in titles(alice, Reader())
    assert "Airport lounge" in titles(alice, Reader(segments=None))
    assert "Airport lounge" not in titles(alice, Reader(audience="internal", segments=frozenset({"gold"})))


def test_an_article_that_becomes_golden_is_hidden_at_once(alice: House, lounge: Document) -> None:
    with bound(alice.tenant.id):
        draft = ArticleDraft(title="Airport lounge", body=LOUNGE["text"], segments=())
        document = editing.edit_article(lounge.id, draft, by="Bob", version=1)
    assert "Airport lounge" in titles(alice, Reader())
    with bound(alice.tenant.id):
        draft = ArticleDraft(title="Airport lounge", body=LOUNGE["text"], segments=("gold",))
        editing.edit_article(document.id, draft, by="Bob", version=2)
    assert "Airport lounge" not in titles(alice, Reader())
    with tenant_scope(alice.tenant.id):
        assert set(map(tuple, Passage.objects.filter(document=lounge).values_list("segments", flat=True))) == {
            ("gold",)
        }


def test_an_edit_that_says_nothing_of_segments_keeps_them(alice: House, lounge: Document) -> None:
    body = {"title": "Lounge", "body": "The code LOUNGE-78 opens the airport lounge.", "version": 1}
    response = call(alice, "PUT", f"documents/{lounge.id}", body)
    assert (response.status_code, response.json()["segments"]) == (200, ["gold"])


def test_an_old_version_comes_back_with_its_segments(alice: House, lounge: Document) -> None:
    with bound(alice.tenant.id):
        editing.edit_article(lounge.id, ArticleDraft(title="A", body="B", segments=()), by="Bob", version=1)
        restored = editing.restore_version(lounge.id, 1, by="Bob", version=2)
    assert restored.segments == ["gold"]


def test_segments_without_sense_are_refused(alice: House, lounge: Document) -> None:
    body = {"title": "Lounge", "body": "Text.", "version": 1, "segments": ["two words"]}
    response = call(alice, "PUT", f"documents/{lounge.id}", body)
    assert (response.status_code, response.json()["code"]) == (400, "bad_field")
    assert "segments" in response.json()["detail"]


def test_a_line_with_a_bad_segment_says_so(alice: House) -> None:
    with tenant_scope(alice.tenant.id), pytest.raises(BadInput, match="segments"):
        start_import(source="more", importer="jsonl", body=json.dumps(LOUNGE | {"segments": ["no way!"]}))


def test_search_on_the_desk_sees_as_a_segment_does(alice: House, lounge: Document) -> None:
    found = {}
    for segments in ([], ["gold"], None):
        response = call(alice, "POST", "search", {"question": QUESTION, "segments": segments})
        assert response.status_code == 200
        found[str(segments)] = "Airport lounge" in [one["title"] for one in response.json()["passages"]]
    assert found == {"[]": False, "['gold']": True, "None": True}


def test_a_curated_answer_for_a_segment_is_told_to_it_only(alice: House, visitor: Contact) -> None:
    pair = {"question": QUESTION, "answer": "LOUNGE-99, in the app too.", "segments": ["Gold"]}
    made = call(alice, "POST", "pairs", pair)
    assert (made.status_code, made.json()["segments"]) == (201, ["gold"])
    assert "LOUNGE-99" not in told(alice, visitor, QUESTION)[1]
    assert "LOUNGE-99" not in told(alice, proven(alice, visitor, "silver"), QUESTION)[1]
    assert "LOUNGE-99" in told(alice, proven(alice, visitor, "gold"), QUESTION)[1]


def test_an_edit_of_a_pair_that_says_nothing_of_segments_keeps_them(alice: House) -> None:
    pair = {"question": QUESTION, "answer": "LOUNGE-99.", "segments": ["gold"]}
    made = call(alice, "POST", "pairs", pair).json()
    body = {"question": QUESTION, "answer": "LOUNGE-98.", "version": made["version"]}
    assert call(alice, "PUT", f"pairs/{made['id']}", body).json()["segments"] == ["gold"]
    body |= {"version": made["version"] + 1, "segments": []}
    assert call(alice, "PUT", f"pairs/{made['id']}", body).json()["segments"] == []


def test_the_page_of_an_article_opens_for_everybody_or_for_whoever_was_told_of_it(
    alice: House, lounge: Document
) -> None:
    path = f"/widget/{alice.inbox.key}/articles/{lounge.id}/"
    told = article_url(alice.inbox.key, lounge.id).partition(path)[2]
    assert [Client().get(f"{path}{query}").status_code for query in ("", "?told=1:x", told)] == [404, 404, 200]
    with tenant_scope(alice.tenant.id):
        Document.objects.filter(id=lounge.id).update(segments=[])
    assert Client().get(path).status_code == 200
    with tenant_scope(alice.tenant.id):
        Document.objects.filter(id=lounge.id).update(valid_until="2020-01-01")
    assert [Client().get(f"{path}{query}").status_code for query in ("", told)] == [404, 200]


def test_an_answer_that_is_sent_again_has_the_same_link_and_a_day_later_a_new_one(
    alice: House, lounge: Document, monkeypatch: Any
) -> None:
    def link(second: int) -> str:
        monkeypatch.setattr("django.core.signing.time.time", lambda: 1_800_000_000 + second)
        return article_url(alice.inbox.key, lounge.id)

    first = link(0)
    assert link(HOUR_S - 1) == first
    assert was_told(lounge.id, first.partition("?told=")[2])
    assert link(24 * HOUR_S) != first


def test_a_proof_is_of_one_article_and_for_a_day(alice: House, lounge: Document, monkeypatch: Any) -> None:
    proof = article_url(alice.inbox.key, lounge.id).partition("?told=")[2]
    assert was_told(lounge.id, proof)
    assert not was_told(uuid7(), proof)
    later = time.time() + TOLD_FOR_S + 10
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert not was_told(lounge.id, proof)
