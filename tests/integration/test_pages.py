"""What browsers and programs get for what is not there."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import House


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/"])
def test_a_program_gets_problem_details_for_an_unknown_path(db: None, path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/nothing", "/demo/alpha/", "/desk/nobody/"])
def test_a_person_gets_a_page_for_an_unknown_path(alice: House, path: str) -> None:
    client = Client()
    client.force_login(alice.user)
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_an_uptime_monitor_may_ask_for_the_head_only(db: None) -> None:
    assert [Client().head(path).status_code for path in ("/", "/healthz")] == [200, 200]


def test_an_internal_article_does_not_exist_for_a_customer(alice: House) -> None:
    from assistant.foundation.tenancy import tenant_scope
    from assistant.knowledge.models import Document

    with tenant_scope(alice.tenant.id):
        ids = dict(Document.objects.values_list("external_id", "id"))
    shown = Client().get(f"/widget/{alice.inbox.key}/articles/{ids['current-account']}/")
    hidden = Client().get(f"/widget/{alice.inbox.key}/articles/{ids['goodwill']}/")
    assert (shown.status_code, hidden.status_code) == (200, 404)
    assert "£1,500" in shown.content.decode()
    assert "£87" not in hidden.content.decode()
