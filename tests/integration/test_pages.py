"""What browsers and programs get for what is not there."""

from __future__ import annotations

import pytest
from django.test import Client

from assistant.foundation.tenancy import tenant_scope
from assistant.interfaces.citing import anchor_of, article_url
from assistant.knowledge.models import Document
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
    with tenant_scope(alice.tenant.id):
        ids = dict(Document.objects.values_list("external_id", "id"))
    shown = Client().get(f"/widget/{alice.inbox.key}/articles/{ids['current-account']}/")
    hidden = Client().get(f"/widget/{alice.inbox.key}/articles/{ids['goodwill']}/")
    assert (shown.status_code, hidden.status_code) == (200, 404)
    assert "£1,500" in shown.content.decode()
    assert "£87" not in hidden.content.decode()


def test_a_citation_leads_to_the_heading_and_the_page_to_the_original(alice: House) -> None:
    with tenant_scope(alice.tenant.id):
        document = Document.objects.get(external_id="current-account")
        Document.objects.filter(id=document.id).update(
            body="## Fees & limits\n\nIt is free.\n\n### 每日限额\n\nOne.", url="https://bank.example/account"
        )
    address = article_url(alice.inbox.key, document.id, "Fees & limits")
    assert address.endswith("#fees-limits")
    page = Client().get(address.partition("#")[0]).content.decode()
    assert '<h2 id="fees-limits">' in page
    assert f'<h3 id="{anchor_of("每日限额")}">' in page
    assert 'href="https://bank.example/account"' in page


def test_an_address_that_is_none_of_the_webs_is_not_a_link(alice: House) -> None:
    with tenant_scope(alice.tenant.id):
        document = Document.objects.get(external_id="current-account")
        Document.objects.filter(id=document.id).update(url="javascript:alert(1)")
    page = Client().get(f"/widget/{alice.inbox.key}/articles/{document.id}/").content.decode()
    assert "javascript" not in page
