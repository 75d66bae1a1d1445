"""What the database writes into its own log, where no redactor looks."""

from __future__ import annotations

import pytest
from django.db import DataError, IntegrityError

from assistant.conversations.models import Contact, Inbox
from assistant.foundation.tenancy import tenant_scope
from deploy.settings.env import environment
from tests.factories import House

CANARY = "canary-ann@example.com"


def test_a_failed_statement_leaves_neither_its_values_nor_its_row_in_the_log(alice: House) -> None:
    path = environment().deskside_home / "logs" / "postgres.log"
    before = path.stat().st_size
    with tenant_scope(alice.tenant.id):
        Contact.objects.create(inbox=alice.inbox, external_id=CANARY)
    with pytest.raises(IntegrityError), tenant_scope(alice.tenant.id):
        Contact.objects.create(inbox=alice.inbox, external_id=CANARY)
    with pytest.raises(DataError), tenant_scope(alice.tenant.id):
        Inbox.objects.create(key=f"{CANARY} {'x' * 100}", name="too long")
    log = path.read_bytes()[before:].decode()
    assert "conversations_contact_identity" in log
    assert "too long for type" in log
    assert CANARY not in log
