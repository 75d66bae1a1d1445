"""The operator's admin: one tenant at a time, entered on purpose."""

from __future__ import annotations

import pytest
from django.test import Client

from assistant.conversations.models import Contact
from assistant.foundation.audit import AuditEntry
from assistant.foundation.people import Tenant, User
from assistant.foundation.tenancy import tenant_scope
from tests.factories import House, say

CONVERSATIONS = "/admin/conversations/conversation/"
TENANTS = "/admin/foundation/tenant/"


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("op@deskside.example", "pass-word-1"))
    return client


def enter(operator: Client, tenant: Tenant) -> None:
    operator.post(TENANTS, {"action": "enter", "_selected_action": [str(tenant.id)]})


def test_without_a_choice_the_operator_is_led_to_the_tenants(operator: Client, alice: House) -> None:
    assert operator.get(CONVERSATIONS)["Location"] == TENANTS
    assert operator.get("/admin/").status_code == 200


def test_entering_a_tenant_is_audited_and_shows_its_rows_only(
    operator: Client, alice: House, charlie: House, visitor: Contact
) -> None:
    say(alice, visitor, "what is the fee of the Blue Account, mailed to ann@example.com?")
    enter(operator, alice.tenant)
    page = operator.get(CONVERSATIONS).content.decode()
    assert "&lt;EMAIL_1&gt;" in page
    assert "ann@example.com" not in page
    enter(operator, charlie.tenant)
    assert "EMAIL_1" not in operator.get(CONVERSATIONS).content.decode()
    with tenant_scope(alice.tenant.id):
        assert AuditEntry.objects.filter(act="admin.entered").count() == 1


@pytest.mark.parametrize("model", ["message", "turn", "contact", "inbox"])
def test_every_list_of_a_tenant_opens(operator: Client, alice: House, visitor: Contact, model: str) -> None:
    say(alice, visitor, "hello")
    enter(operator, alice.tenant)
    assert operator.get(f"/admin/conversations/{model}/").status_code == 200


def test_an_agent_has_no_admin(alice: House) -> None:
    client = Client()
    client.force_login(alice.user)
    assert client.get("/admin/").status_code == 302
