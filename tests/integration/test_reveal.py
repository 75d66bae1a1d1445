"""Looking behind placeholders: by role, with a reason where the tenant wants one, audited without the value."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from assistant.conversations.erasure import erase_contact
from assistant.conversations.models import Contact
from assistant.foundation import keyring
from assistant.foundation.audit import AuditEntry
from assistant.foundation.tenancy import tenant_scope
from assistant.privacy import vault
from assistant.privacy.models import PrivacyPolicy
from tests.factories import House, say


@pytest.fixture
def conversation(alice: House, visitor: Contact) -> UUID:
    return say(alice, visitor, "I am ann@example.com or bob@example.com, card 4111 1111 1111 1111").conversation_id


def ask(house: House, conversation: UUID, **body: Any) -> Any:
    client = Client()
    client.force_login(house.user)
    headers = {"X-Deskside-Tenant": house.tenant.slug}
    url = f"/api/v1/conversations/{conversation}/reveal"
    return client.post(url, body, content_type="application/json", headers=headers)


def audit(house: House) -> list[dict[str, Any]]:
    with tenant_scope(house.tenant.id):
        return list(AuditEntry.objects.filter(act="placeholder.revealed").values_list("detail", flat=True))


def test_one_value_is_shown_and_audited_by_name(alice: House, conversation: UUID) -> None:
    response = ask(alice, conversation, placeholder="<EMAIL_1>", reason="to answer bob@example.com")
    assert response.json() == {"value": "ann@example.com", "values": {"<EMAIL_1>": "ann@example.com"}}
    assert audit(alice) == [{"placeholders": ["<EMAIL_1>"], "reason": "to answer <EMAIL>"}]


def test_all_values_of_the_conversation_are_shown_at_once(alice: House, conversation: UUID) -> None:
    response = ask(alice, conversation, all=True)
    values = {"<EMAIL_1>": "ann@example.com", "<EMAIL_2>": "bob@example.com", "<CREDIT_CARD_1>": "4111 1111 1111 1111"}
    assert response.json() == {"value": None, "values": values}
    assert audit(alice) == [{"placeholders": sorted(values), "reason": ""}]


def test_a_tenant_may_want_a_reason(alice: House, conversation: UUID) -> None:
    with tenant_scope(alice.tenant.id):
        PrivacyPolicy.objects.create(must_give_reason=True)
    for body in ({"placeholder": "<EMAIL_1>"}, {"all": True}, {"all": True, "reason": "  "}):
        response = ask(alice, conversation, **body)
        assert (response.status_code, response.json()["code"]) == (422, "reason_required")
    assert audit(alice) == []
    assert ask(alice, conversation, placeholder="<EMAIL_1>", reason="refund").status_code == 200
    assert audit(alice) == [{"placeholders": ["<EMAIL_1>"], "reason": "refund"}]


@pytest.mark.parametrize("body", [{}, {"placeholder": "<EMAIL_1>", "all": True}, {"all": "x"}, {"placeholder": ""}])
def test_it_must_be_clear_what_is_asked_for(alice: House, conversation: UUID, body: dict[str, Any]) -> None:
    response = ask(alice, conversation, **body)
    assert (response.status_code, response.json()["code"]) == (400, "bad_field")
    assert audit(alice) == []


@pytest.mark.parametrize("name", ["<EMAIL_9>", "<PHONE_1>", "EMAIL_1", "<email_1>", "<EMAIL_1><EMAIL_2>", "%"])
def test_what_never_stood_for_a_value_is_not_found(alice: House, conversation: UUID, name: str) -> None:
    response = ask(alice, conversation, placeholder=name)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert audit(alice) == []


def test_what_was_erased_says_so(alice: House, visitor: Contact, conversation: UUID) -> None:
    with tenant_scope(alice.tenant.id):
        erase_contact(visitor.id, by="key:1", reason="")
    for body in ({"placeholder": "<EMAIL_1>"}, {"all": True}):
        response = ask(alice, conversation, **body)
        assert (response.status_code, response.json()["code"]) == (410, "erased")
    assert audit(alice) == []


def test_what_retention_deleted_says_so(alice: House, conversation: UUID) -> None:
    with tenant_scope(alice.tenant.id):
        vault.forget([conversation])
    response = ask(alice, conversation, placeholder="<EMAIL_1>")
    assert (response.status_code, response.json()["code"]) == (410, "erased")
    assert ask(alice, conversation, placeholder="<EMAIL_9>").status_code == 404
    assert ask(alice, conversation, all=True).json() == {"value": None, "values": {}}


def test_a_lost_key_is_told_apart_from_an_erasure(
    alice: House, conversation: UUID, settings: Any, tmp_path: Any
) -> None:
    settings.DESKSIDE = settings.DESKSIDE.model_copy(update={"keys_folder": tmp_path / "lost"})
    response = ask(alice, conversation, placeholder="<EMAIL_1>")
    assert (response.status_code, response.json()["code"]) == (409, "unreadable")


def test_charlie_finds_nothing(alice: House, charlie: House, visitor: Contact, conversation: UUID) -> None:
    for body in ({"placeholder": "<EMAIL_1>"}, {"all": True, "reason": "x"}):
        assert ask(charlie, conversation, **body).status_code == 404
    assert audit(alice) == []
    with tenant_scope(alice.tenant.id):
        assert not keyring.is_erased(visitor.id)
