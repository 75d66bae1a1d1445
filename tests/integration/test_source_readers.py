"""Who may read the articles of a source: what it says of those that say nothing themselves, and what a change does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from assistant.foundation.errors import BadInput
from assistant.foundation.tenancy import bound, tenant_scope
from assistant.knowledge.intake.imports import start_import
from assistant.knowledge.keeping import editing
from assistant.knowledge.models import Document, Passage
from tests.factories import House
from tests.integration.test_sources import API, carry_out, client, made, upload

__all__ = ["client"]  # a fixture


def test_a_source_says_who_may_read_articles_that_do_not(alice: House, client: Client) -> None:
    source = made(client, name="Wiki", audience="internal")["id"]
    contents = {"a.md": b"# A\n\nText.", "b.md": b"---\ntitle: B\naudience: public\n---\nText."}
    carry_out(alice, upload(client, source, contents))
    with tenant_scope(alice.tenant.id):
        rows = Document.objects.filter(source=source).order_by("title").values_list("title", "audience")
        assert list(rows) == [("A", "internal"), ("B", "public")]


def test_a_source_that_becomes_internal_shows_nothing_to_customers_at_once(alice: House, client: Client) -> None:
    source = made(client, name="Wiki")["id"]
    carry_out(alice, upload(client, source, {"a.md": b"# A\n\nText."}))
    client.patch(f"{API}/sources/{source}", {"audience": "internal"}, content_type="application/json")
    with tenant_scope(alice.tenant.id):
        assert Document.objects.get(source=source).audience == "internal"
        assert Passage.objects.filter(document__source=source).exclude(audience="internal").count() == 0


def test_a_source_says_whose_articles_they_are_that_name_nobody(alice: House, client: Client) -> None:
    source = made(client, name="Lounge", segments=["Gold", "gold"])
    assert source["segments"] == ["gold"]
    lines = [
        {"id": "a", "title": "A", "text": "For gold."},
        {"id": "b", "title": "B", "text": "x", "segments": ["vip"]},
    ]
    carry_out(alice, upload(client, source["id"], {"a.jsonl": "\n".join(map(json.dumps, lines)).encode()}))
    assert segments_in(alice, source["id"]) == [["gold"], ["vip"]]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ([], ["gold"], [["gold"], ["vip"]]),
        (["gold", "silver"], ["gold"], [["gold"], ["vip"]]),
        (["gold"], ["gold", "silver"], [["gold"], ["vip"]]),
        (["vip"], [], [["vip"], ["vip"]]),
    ],
)
def test_fewer_may_see_a_sources_articles_at_once_and_more_with_the_next_import(
    alice: House, client: Client, before: list[str], after: list[str], shown: list[list[str]]
) -> None:
    source = made(client, name="Lounge", segments=before)["id"]
    lines = [{"id": "a", "title": "A", "text": "For all."}, {"id": "b", "title": "B", "text": "x", "segments": ["vip"]}]
    file = {"a.jsonl": "\n".join(map(json.dumps, lines)).encode()}
    carry_out(alice, upload(client, source, file))
    client.patch(f"{API}/sources/{source}", {"segments": after}, content_type="application/json")
    assert segments_in(alice, source) == shown
    carry_out(alice, upload(client, source, file))
    assert segments_in(alice, source) == [after, ["vip"]]


def test_articles_for_others_altogether_are_hidden_until_the_next_import(alice: House, client: Client) -> None:
    source = made(client, name="Lounge", segments=["gold"])["id"]
    carry_out(alice, upload(client, source, {"a.md": b"# A\n\nText."}))
    client.patch(f"{API}/sources/{source}", {"segments": ["silver"]}, content_type="application/json")
    with tenant_scope(alice.tenant.id):
        assert Document.objects.get(source=source).audience == "internal"
    carry_out(alice, upload(client, source, {"a.md": b"# A\n\nText."}))
    with tenant_scope(alice.tenant.id):
        document = Document.objects.get(source=source)
        assert (document.audience, document.segments) == ("public", ["silver"])


def test_an_article_of_a_source_that_was_hidden_stays_hidden_when_it_is_edited(alice: House, client: Client) -> None:
    source = made(client, name="Wiki")["id"]
    carry_out(alice, upload(client, source, {"a.md": b"# A\n\nText."}))
    client.patch(f"{API}/sources/{source}", {"audience": "internal"}, content_type="application/json")
    with bound(alice.tenant.id):
        with tenant_scope(alice.tenant.id):
            document = Document.objects.get(source=source)
        editing.set_archived(document.id, True, by="Bob", version=1)
        editing.set_archived(document.id, False, by="Bob", version=1)
    with tenant_scope(alice.tenant.id):
        assert Document.objects.get(source=source).audience == "internal"
        passages = Passage.objects.filter(document__source=source)
        assert set(passages.values_list("audience", flat=True)) == {"internal"}


def test_text_for_a_web_site_is_refused_and_not_lost(alice: House, client: Client) -> None:
    made(client, name="Site", kind="website", url="https://shop.example/")
    with tenant_scope(alice.tenant.id), pytest.raises(BadInput, match="web site"):
        start_import(source="Site", importer="markdown", body="# A")


def segments_in(house: House, source: str) -> list[list[str]]:
    """Of the source's articles by title; their passages have the same."""
    with tenant_scope(house.tenant.id):
        rows = Document.objects.filter(source=source).order_by("title").values_list("segments", flat=True)
        passages = Passage.objects.filter(document__source=source).order_by("document__title")
        assert list(passages.values_list("segments", flat=True)) == list(rows)
        return list(rows)


@pytest.mark.parametrize("change", [{"audience": "internal"}, {"segments": ["gold"]}])
def test_readers_of_a_source_stay_as_they_are_while_it_is_read(
    alice: House, client: Client, change: dict[str, Any]
) -> None:
    source = made(client, name="Wiki")["id"]
    run = upload(client, source, {"a.md": b"# A\n\nText."})
    refused = client.patch(f"{API}/sources/{source}", change, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "source_busy")
    assert client.patch(f"{API}/sources/{source}", {"name": "W"}, content_type="application/json").status_code == 200
    carry_out(alice, run)
    assert client.patch(f"{API}/sources/{source}", change, content_type="application/json").status_code == 200
