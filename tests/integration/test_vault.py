"""The vault: rows that open with the contact's key, in their own place, and nowhere else."""

from __future__ import annotations

import importlib
import json
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connections, transaction
from django.db.utils import IntegrityError

from assistant.conversations.models import Contact, Conversation, Message
from assistant.conversations.selectors import contact_details, thread_of
from assistant.foundation import keyring
from assistant.foundation.crypto import seal
from assistant.foundation.errors import Erased
from assistant.foundation.tenancy import tenant_scope
from assistant.privacy import vault
from assistant.privacy.models import PrivacyPolicy, VaultEntry, tenant_policy
from assistant.privacy.text import Redacted
from assistant.privacy.vault import ConversationLedger, Thread, Unreadable, Vault, open_vault, reveal
from tests.factories import House, say


@pytest.fixture
def thread(alice: House, visitor: Contact) -> Thread:
    received = say(alice, visitor, "hello")
    return Thread(received.conversation_id, visitor.id)


def keep(house: House, thread: Thread, *values: str, kind: str = "EMAIL") -> list[tuple[str, int]]:
    with tenant_scope(house.tenant.id):
        ledger = ConversationLedger(thread)
        kept = [ledger.keep(kind=kind, value=value, normal=value.casefold()) for value in values]
        ledger.save()
    return [(one.placeholder, one.spelling) for one in kept]


def values(house: House, thread: Thread) -> dict[tuple[str, int], str]:
    with tenant_scope(house.tenant.id):
        return dict(open_vault(thread).values)


# --- numbers and spellings ------------------------------------------------------------------------------------------


def test_equal_values_share_a_number_and_each_spelling_is_kept(alice: House, thread: Thread) -> None:
    first = keep(alice, thread, "ann@example.com", "ANN@example.com", "bob@example.com", "ann@example.com")
    assert first == [("<EMAIL_1>", 0), ("<EMAIL_1>", 1), ("<EMAIL_2>", 0), ("<EMAIL_1>", 0)]
    assert keep(alice, thread, "Ann@example.com", "bob@example.com") == [("<EMAIL_1>", 2), ("<EMAIL_2>", 0)]
    assert values(alice, thread) == {
        ("<EMAIL_1>", 0): "ann@example.com",
        ("<EMAIL_1>", 1): "ANN@example.com",
        ("<EMAIL_1>", 2): "Ann@example.com",
        ("<EMAIL_2>", 0): "bob@example.com",
    }


def test_a_later_message_knows_the_earlier_values(alice: House, thread: Thread) -> None:
    keep(alice, thread, "ann@example.com")
    with tenant_scope(alice.tenant.id):
        ledger = ConversationLedger(thread)
        assert dict(ledger.known("EMAIL")) == {"ann@example.com": 1}
        assert dict(ledger.known("PHONE")) == {}


def test_nothing_is_written_and_no_key_made_for_a_text_without_values(alice: House, thread: Thread) -> None:
    keep(alice, thread)
    with tenant_scope(alice.tenant.id):
        assert keyring.find_key(thread.contact) is None
        assert not VaultEntry.objects.exists()


def test_a_message_costs_one_read_and_one_write(alice: House, thread: Thread, django_assert_num_queries: Any) -> None:
    keep(alice, thread, "ann@example.com")
    with tenant_scope(alice.tenant.id), django_assert_num_queries(2):
        ledger = ConversationLedger(thread)
        for number in range(20):
            ledger.keep(kind="EMAIL", value=f"{number}@example.com", normal=f"{number}@example.com")
        ledger.save()


def test_a_text_comes_back_as_it_was_typed(alice: House, thread: Thread) -> None:
    keep(alice, thread, "ann@example.com", "ANN@example.com")
    text = Redacted("<EMAIL_1>, <EMAIL_1> or <EMAIL_1>; not <EMAIL_2>")
    with tenant_scope(alice.tenant.id):
        opened = open_vault(thread)
    assert opened.restore(text, {1: 1}) == "ann@example.com, ANN@example.com or ann@example.com; not <EMAIL_2>"
    assert opened.restore(text, {1: 7}) == "ann@example.com, ann@example.com or ann@example.com; not <EMAIL_2>"
    assert opened.value("<EMAIL_1>", 1) == "ANN@example.com"


def test_a_vault_does_not_print_its_values() -> None:
    assert "ann" not in repr(Vault({("<EMAIL_1>", 0): "ann@example.com"}))


def test_the_same_place_cannot_be_taken_twice(alice: House, thread: Thread) -> None:
    keep(alice, thread, "ann@example.com")
    with pytest.raises(IntegrityError), tenant_scope(alice.tenant.id):
        VaultEntry.objects.create(conversation_id=thread.conversation, kind="EMAIL", number=1, sealed="x")


# --- what does not open ---------------------------------------------------------------------------------------------


def change(house: House, **fields: Any) -> None:
    with tenant_scope(house.tenant.id):
        VaultEntry.objects.update(**fields)


@pytest.mark.parametrize("fields", [{"kind": "PHONE"}, {"number": 2}, {"spelling": 1}, {"conversation_id": uuid4()}])
def test_an_entry_that_was_moved_does_not_open(alice: House, thread: Thread, fields: dict[str, Any]) -> None:
    keep(alice, thread, "ann@example.com")
    change(alice, **fields)
    place = Thread(fields.get("conversation_id", thread.conversation), thread.contact)
    assert values(alice, place) == {}


def test_an_entry_that_was_altered_does_not_open_and_is_an_incident(alice: House, thread: Thread) -> None:
    keep(alice, thread, "ann@example.com")
    with tenant_scope(alice.tenant.id):
        sealed = VaultEntry.objects.get().sealed
    change(alice, sealed=("B" if sealed[0] == "A" else "A") + sealed[1:])
    assert values(alice, thread) == {}
    with pytest.raises(Unreadable), tenant_scope(alice.tenant.id):
        reveal(thread, "<EMAIL_1>")


def test_an_entry_of_another_contact_does_not_open(alice: House, thread: Thread) -> None:
    keep(alice, thread, "ann@example.com")
    other = Thread(thread.conversation, uuid4())
    assert values(alice, other) == {}
    with tenant_scope(alice.tenant.id):
        keyring.find_or_make_key(other.contact)
    assert values(alice, other) == {}


def test_an_entry_in_another_tenant_does_not_open(alice: House, charlie: House, thread: Thread) -> None:
    keep(alice, thread, "ann@example.com")
    with tenant_scope(alice.tenant.id):
        sealed = VaultEntry.objects.get().sealed
    with tenant_scope(charlie.tenant.id):
        VaultEntry.objects.create(conversation_id=thread.conversation, kind="EMAIL", number=1, sealed=sealed)
        keyring.find_or_make_key(thread.contact)
    assert values(charlie, thread) == {}


def test_a_lost_key_hides_old_values_and_new_ones_get_other_numbers(
    alice: House, thread: Thread, settings: Any, tmp_path: Any
) -> None:
    keep(alice, thread, "ann@example.com")
    settings.DESKSIDE = settings.DESKSIDE.model_copy(update={"keys_folder": tmp_path / "empty"})
    assert values(alice, thread) == {}
    assert keep(alice, thread, "ann@example.com") == [("<EMAIL_2>", 0)]
    assert values(alice, thread) == {("<EMAIL_2>", 0): "ann@example.com"}


def test_keeping_for_an_erased_contact_is_refused_and_reading_finds_nothing(alice: House, thread: Thread) -> None:
    keep(alice, thread, "ann@example.com")
    with tenant_scope(alice.tenant.id):
        keyring.erase_key(thread.contact)
    assert values(alice, thread) == {}
    with pytest.raises(Erased):
        keep(alice, thread, "bob@example.com")
    with pytest.raises(Erased), tenant_scope(alice.tenant.id):
        reveal(thread, "<EMAIL_1>")
    keep(alice, thread)  # a text without values goes on


def test_forgetting_destroys_the_values_of_the_named_conversations_only(alice: House, thread: Thread) -> None:
    other = Thread(uuid4(), thread.contact)
    keep(alice, thread, "ann@example.com", "ANN@example.com")
    keep(alice, other, "bob@example.com")
    with tenant_scope(alice.tenant.id):
        assert vault.forget([thread.conversation]) == 2
        assert vault.forget([thread.conversation]) == 0
    assert values(alice, thread) == {}
    assert values(alice, other) == {("<EMAIL_1>", 0): "bob@example.com"}


def test_a_forgotten_number_is_not_given_to_another_value(alice: House, thread: Thread) -> None:
    keep(alice, thread, "ann@example.com")
    with tenant_scope(alice.tenant.id):
        vault.forget([thread.conversation])
    assert keep(alice, thread, "bob@example.com") == [("<EMAIL_2>", 0)]
    assert values(alice, thread) == {("<EMAIL_2>", 0): "bob@example.com"}


# --- policy and migration -------------------------------------------------------------------------------------------


def test_a_tenant_without_a_policy_has_the_defaults(alice: House, charlie: House) -> None:
    with tenant_scope(charlie.tenant.id):
        PrivacyPolicy.objects.create(retention_days=3, must_give_reason=True)
    with tenant_scope(alice.tenant.id):
        policy = tenant_policy()
    assert (policy.retention_days, policy.must_give_reason, policy.treatments) == (180, False, {})


def test_a_tenant_has_one_policy(alice: House) -> None:
    with tenant_scope(alice.tenant.id):
        PrivacyPolicy.objects.create()
    with pytest.raises(IntegrityError), tenant_scope(alice.tenant.id):
        PrivacyPolicy.objects.create()


def test_rows_of_an_older_installation_move_under_the_contacts_keys(alice: House, visitor: Contact) -> None:
    received = say(alice, visitor, "hello")
    old = {"name": "Ann", "email": "ann@example.com"}
    with tenant_scope(alice.tenant.id):
        conversation = Conversation.objects.get(id=received.conversation_id)
        place = f"{conversation.id}:EMAIL:1"
        sealed = seal("ann@example.com", purpose="vault", place=place)
        VaultEntry.objects.create(conversation_id=conversation.id, kind="EMAIL", number=1, sealed=sealed)
        VaultEntry.objects.create(conversation_id=uuid4(), kind="EMAIL", number=1, sealed=sealed)
        details = seal(json.dumps(old), purpose="contact", place=str(visitor.id))
        Contact.objects.filter(id=visitor.id).update(sealed=details)
    for _ in range(2):  # a repeat finds nothing to do
        migrate()
    with tenant_scope(alice.tenant.id):
        assert open_vault(thread_of(conversation.id)).values == {("<EMAIL_1>", 0): "ann@example.com"}
        assert contact_details(Contact.objects.get(id=visitor.id)) == old
        assert VaultEntry.objects.count() == 1
        assert set(Message.objects.values_list("body_hash", flat=True)) == {""}


def migrate() -> None:
    step = importlib.import_module("assistant.conversations.migrations.0004_seal_with_contact_keys")
    with transaction.atomic():
        step.seal_anew(apps, SimpleNamespace(connection=connections["default"]))
