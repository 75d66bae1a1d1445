"""The knowledge desk's REST API as the dashboard uses it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from assistant.foundation.people import Member
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import tenant_scope
from assistant.knowledge.models import Gap
from tests.factories import House
from tests.integration.test_gaps import PARKING, asks

BODY = "You can park your bicycle in the yard.\n\n## For agents\n\nThe key hangs in room 7."


@pytest.fixture
def manager(alice: House) -> House:
    with tenant_scope(alice.tenant.id):
        Member.objects.update(role=Role.MANAGER)
    return alice


def ask(house: House, method: str, path: str, body: Any = None) -> Any:
    client = Client()
    client.force_login(house.user)
    data = "" if body is None else json.dumps(body)
    headers = {"X-Deskside-Tenant": house.tenant.slug}
    return client.generic(method, f"/api/v1/knowledge/{path}", data, content_type="application/json", headers=headers)


def written(house: House, **more: Any) -> Any:
    response = ask(house, "POST", "documents", {"title": "Parking", "body": BODY, **more})
    assert response.status_code == 201, response.content
    return response.json()


def test_an_article_tells_who_changed_it_and_what_is_new(manager: House) -> None:
    article = written(manager)
    path = f"documents/{article['id']}"
    changed = ask(manager, "PUT", path, {"title": "Parking", "body": "Nowhere.", "version": 1}).json()
    assert changed["version"] == 2
    versions = ask(manager, "GET", f"{path}/versions").json()["results"]
    assert [(one["number"], one["by"]) for one in versions] == [(2, "Alice"), (1, "Alice")]
    second = ask(manager, "GET", f"{path}/versions/2").json()
    assert second["against"] == 1
    assert {"op": "added", "text": "Nowhere."} in second["diff"]
    assert ask(manager, "GET", f"{path}/versions/2?against=x").json()["code"] == "bad_field"
    assert ask(manager, "GET", f"{path}/versions/9").status_code == 404


def test_a_stale_edit_is_a_conflict_with_a_code_of_its_own(manager: House) -> None:
    path = f"documents/{written(manager)['id']}"
    for version, status in ((1, 200), (1, 409)):
        response = ask(manager, "PUT", path, {"title": "Parking", "body": f"{status}", "version": version})
        assert response.status_code == status
    assert response.json()["code"] == "stale_edit"


def test_articles_are_found_by_title_and_by_what_happened_to_them(manager: House) -> None:
    article = written(manager)
    ask(manager, "POST", f"documents/{article['id']}/split", {"version": 1, "sections": [1]})

    def titles(query: str) -> list[str]:
        return sorted(row["title"] for row in ask(manager, "GET", f"documents?{query}").json()["results"])

    assert titles("q=park") == ["Parking", "Parking (internal)"]
    assert titles("state=internal") == ["Internal: goodwill refunds", "Parking (internal)"]
    assert titles("state=conflict") == []
    assert ask(manager, "GET", "documents?state=lost").json()["code"] == "bad_field"


def test_the_days_on_which_an_article_answers_go_together(manager: House) -> None:
    article = written(manager, valid_from=None, valid_until="2026-01-31")
    assert (article["valid_from"], article["valid_until"]) == (None, "2026-01-31")
    expired = ask(manager, "GET", "documents?state=expired").json()["results"]
    assert [row["id"] for row in expired] == [article["id"]]

    path, same = f"documents/{article['id']}", {"title": "Parking", "body": BODY, "version": 1}
    wrong = [
        ({"valid_from": "2026-01-01"}, "valid_until"),
        ({"valid_from": "2026-02-30", "valid_until": None}, "valid_from"),
        ({"valid_from": "2026-02-02", "valid_until": "2026-02-01"}, "valid_until"),
    ]
    for days, field in wrong:
        refused = ask(manager, "PUT", path, same | days)
        assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (400, "bad_field", field)
    assert ask(manager, "PUT", path, same).json()["valid_until"] == "2026-01-31"
    assert ask(manager, "PUT", path, same | {"version": 2, "valid_from": None, "valid_until": None}).status_code == 200
    assert ask(manager, "GET", "documents?state=expired").json()["results"] == []


def test_a_gap_is_drafted_written_and_asked_again(manager: House) -> None:
    for question in PARKING:
        asks(manager, question)
    (gap,) = ask(manager, "GET", "gaps?state=open").json()["results"]
    assert gap["asked"] == len(PARKING)
    assert len(ask(manager, "GET", f"gaps/{gap['id']}").json()["questions"]) == len(PARKING)
    assert ask(manager, "POST", f"gaps/{gap['id']}/draft").json()["origin"] == "outline"
    article = written(manager, title="Where can I park my bicycle?", gap=gap["id"])
    with tenant_scope(manager.tenant.id):
        assert str(Gap.objects.get(state="drafted").document_id) == article["id"]
    again = ask(manager, "POST", f"gaps/{gap['id']}/ask-again").json()
    assert again["gap"]["state"] == "answered"
    assert again["gap"]["document_title"] == "Where can I park my bicycle?"


def test_an_article_for_a_gap_that_is_not_there_is_not_written(manager: House) -> None:
    body = {"title": "Parking", "body": BODY, "gap": str(manager.tenant.id)}
    assert ask(manager, "POST", "documents", body).status_code == 404
    assert ask(manager, "GET", "documents?q=parking").json()["results"] == []


def test_a_search_says_when_a_customer_would_be_asked_back(alice: House) -> None:
    open_, named = (
        ask(alice, "POST", "search", {"question": f"What is the monthly fee{which}?"}).json()["asks_back"]
        for which in ("", " of the Blue Account")
    )
    assert (set(open_), named) == ({"Blue Account", "Green Account"}, [])


def test_a_search_shows_what_a_customer_would_find_and_why(alice: House) -> None:
    body = {"question": "I am ann@example.org, what is the daily mobile deposit limit of the Blue Account?"}
    found = ask(alice, "POST", "search", body).json()
    assert found["is_answerable"] is True
    assert found["question"].startswith("I am <EMAIL_1>")
    assert found["passages"][0]["title"] == "Blue Account: limits"
    scores = found["passages"][0]["scores"]
    assert {"words", "cosine", "score"} <= set(scores)
    assert all(isinstance(score, float) for score in scores.values())


def test_only_agents_find_what_is_internal(alice: House) -> None:
    question = "how much goodwill may an agent refund?"
    public = ask(alice, "POST", "search", {"question": question}).json()
    internal = ask(alice, "POST", "search", {"question": question, "audience": "internal"}).json()
    assert "goodwill" not in str(public["passages"])
    assert internal["passages"][0]["title"] == "Internal: goodwill refunds"


def test_pairs_are_counted_by_what_became_of_them(manager: House) -> None:
    pair = ask(manager, "POST", "pairs", {"question": "Warranty?", "answer": "Two years."}).json()
    decided = ask(manager, "POST", f"pairs/{pair['id']}/decision", {"version": 1, "state": "rejected"}).json()
    assert (decided["state"], decided["updated_by"]) == ("rejected", "Alice")
    listed = ask(manager, "GET", "pairs?state=rejected").json()
    assert listed["counts"] == {"suggested": 0, "approved": 0, "rejected": 1}
    assert [one["id"] for one in listed["results"]] == [pair["id"]]
