"""A person asks to be forgotten: what they told us is gone for everybody, in back-ups too, and they can start anew."""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from assistant.conversations import services
from assistant.conversations.erasure import BLANK, Erasure, erase_contact
from assistant.conversations.models import Contact, Conversation, Message, Turn
from assistant.conversations.selectors import contact_details, thread_of
from assistant.conversations.states import State
from assistant.foundation import keyring
from assistant.foundation.audit import AuditEntry
from assistant.foundation.errors import ConversationClosed, Erased, NotFound
from assistant.foundation.ids import uuid7
from assistant.foundation.outbox.models import Event
from assistant.foundation.outbox.relay import deliver_due
from assistant.foundation.people import Member
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import tenant_scope
from assistant.interfaces.session import find_or_make_contact, hash_visitor, new_secret
from assistant.privacy.models import VaultEntry
from assistant.privacy.vault import open_vault
from crm_integration.models import ContactLink
from deploy.settings.env import environment
from deploy.up.postgres import place_of
from tests.factories import House, say

EMAIL = "ann.canary@example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ann:
    """Somebody known, who wrote in two browsers; the second one's visitor turned out to be her."""

    house: House
    contact: Contact
    second: Contact
    visitor: str
    conversation: UUID
    other: UUID


@pytest.fixture
def ann(alice: House) -> Ann:
    with tenant_scope(alice.tenant.id):
        contact, visitor = find_or_make_contact(alice.inbox, visitor="")
        second, _ = find_or_make_contact(alice.inbox, visitor="")
        contact = services.identify_contact(contact, external_id="ann", email=EMAIL, name="Ann Canary")
    other = say(alice, second, f"also {EMAIL}")
    with tenant_scope(alice.tenant.id):
        services.identify_contact(second, external_id="ann", email=EMAIL, name="Ann Canary")
    received = say(alice, contact, f"I am {EMAIL}, what is the fee?")
    assert received.turn is not None
    with tenant_scope(alice.tenant.id):
        Turn.objects.filter(id=received.turn.turn_id).update(partial="Dear Ann", prompt="Ann", trace={"said": "Ann"})
    while deliver_due(alice.tenant.id):
        pass
    return Ann(
        house=alice,
        contact=contact,
        second=second,
        visitor=visitor,
        conversation=received.conversation_id,
        other=other.conversation_id,
    )


def erase(ann: Ann, contact: UUID | None = None) -> Erasure:
    with tenant_scope(ann.house.tenant.id):
        erased = erase_contact(contact or ann.contact.id, by="key:1", reason=f"she asked, write to {EMAIL}")
    while deliver_due(ann.house.tenant.id):
        pass
    return erased


def values(ann: Ann, conversation: UUID | None = None) -> list[str]:
    with tenant_scope(ann.house.tenant.id):
        return list(open_vault(thread_of(conversation or ann.conversation)).values.values())


def superuser() -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(place_of(environment()).dsn("superuser"), autocommit=True)


def rows(table: str) -> list[str]:
    with superuser() as server:
        return [row[0] for row in server.execute(f"SELECT t::text FROM {table} t").fetchall()]  # type: ignore[arg-type]


# --- what is gone ---------------------------------------------------------------------------------------------------


def test_all_values_of_all_their_browsers_are_gone(ann: Ann) -> None:
    assert values(ann) == values(ann, ann.other) == [EMAIL]
    assert erase(ann) == Erasure(contacts=2, conversations=2, values=2)
    assert values(ann) == values(ann, ann.other) == []
    with tenant_scope(ann.house.tenant.id):
        assert not VaultEntry.objects.exclude(sealed="").exists()
        message = Message.objects.filter(conversation=ann.conversation, kind="contact").get()
    assert message.text == "I am <EMAIL_1>, what is the fee?"


@pytest.mark.parametrize("which", ["contact", "second"])
def test_it_does_not_matter_by_which_browser_they_are_named(ann: Ann, which: str) -> None:
    assert erase(ann, getattr(ann, which).id).contacts == 2
    assert values(ann) == values(ann, ann.other) == []


def test_nothing_that_names_or_finds_them_is_left(ann: Ann) -> None:
    assert contact_of(ann).email_print
    erase(ann)
    contact = contact_of(ann)
    found = {name: getattr(contact, name) for name in BLANK}
    assert found == BLANK
    assert contact_details(contact) == {}
    assert contact.erased_at is not None
    with tenant_scope(ann.house.tenant.id):
        assert not ContactLink.objects.exists()
        assert {event.payload["email_print"] for event in Event.objects.filter(kind="ContactIdentified")} == {""}
        assert set(Message.objects.values_list("body_hash", flat=True)) == {""}
        assert set(Turn.objects.values_list("partial", "prompt")) == {("", "")}
        assert [turn.trace for turn in Turn.objects.all()] == [{}] * Turn.objects.count()
    for table in ("conversations_contact", "foundation_event", "foundation_auditentry", "conversations_turn"):
        assert not [row for row in rows(table) if "ann" in row.casefold()], table


def contact_of(ann: Ann) -> Contact:
    with tenant_scope(ann.house.tenant.id):
        return Contact.objects.get(id=ann.contact.id)


def test_a_link_that_was_not_heard_yet_is_not_made_afterwards(alice: House) -> None:
    with tenant_scope(alice.tenant.id):
        contact, _ = find_or_make_contact(alice.inbox, visitor="")
        services.identify_contact(contact, external_id="ann", email=EMAIL, name="Ann")
        erase_contact(contact.id, by="key:1", reason="")
    while deliver_due(alice.tenant.id):
        pass
    with tenant_scope(alice.tenant.id):
        assert not ContactLink.objects.exists()


def test_the_running_answer_ends_and_the_conversation_is_closed(ann: Ann) -> None:
    with tenant_scope(ann.house.tenant.id):
        before = Conversation.objects.get(id=ann.conversation).generation
    erase(ann)
    with tenant_scope(ann.house.tenant.id):
        conversation = Conversation.objects.get(id=ann.conversation)
        assert (conversation.state, conversation.generation > before) == (State.RESOLVED, True)
        assert not Turn.objects.filter(state=Turn.RUNNING).exists()
        last = Message.objects.filter(conversation=conversation).order_by("sequence").last()
    assert last is not None
    assert last.text == "The personal data in this conversation was erased."


def test_the_audit_says_who_and_why_without_personal_data(ann: Ann) -> None:
    erase(ann)
    with tenant_scope(ann.house.tenant.id):
        entries = list(AuditEntry.objects.filter(act="contact.erased"))
    assert {entry.subject for entry in entries} == {ann.contact.id, ann.second.id}
    assert {(entry.actor, entry.detail["reason"]) for entry in entries} == {("key:1", "she asked, write to <EMAIL>")}


def test_other_people_keep_theirs(ann: Ann, visitor: Contact) -> None:
    received = say(ann.house, visitor, "I am bob@example.com")
    erase(ann)
    assert values(ann, received.conversation_id) == ["bob@example.com"]


def test_a_contact_without_values_is_erased_too(alice: House, visitor: Contact) -> None:
    with tenant_scope(alice.tenant.id):
        assert erase_contact(visitor.id, by="key:1", reason="").contacts == 1
        assert keyring.is_erased(visitor.id)


def test_an_unknown_contact_is_not_found(alice: House) -> None:
    with pytest.raises(NotFound), tenant_scope(alice.tenant.id):
        erase_contact(uuid4(), by="key:1", reason="")


# --- afterwards -----------------------------------------------------------------------------------------------------


def test_their_browser_starts_anew(ann: Ann) -> None:
    erase(ann)
    with pytest.raises(Erased):
        say(ann.house, ann.contact, "hello again")
    with tenant_scope(ann.house.tenant.id):
        contact, secret = find_or_make_contact(ann.house.inbox, visitor=ann.visitor)
        known = services.identify_contact(contact, external_id="ann", email=EMAIL, name="Ann Canary")
    assert secret != ann.visitor
    assert known.id not in (ann.contact.id, ann.second.id)
    received = say(ann.house, known, f"it is me again, {EMAIL}")
    assert values(ann, received.conversation_id) == [EMAIL]


def test_an_agent_can_write_no_value_into_it_any_more(ann: Ann) -> None:
    erase(ann)
    with tenant_scope(ann.house.tenant.id):
        services.take_over(ann.conversation, ann.house.member)
    with pytest.raises(Erased), tenant_scope(ann.house.tenant.id):
        services.reply(ann.conversation, ann.house.member, client_id=uuid4(), text=f"was it {EMAIL}?")


def test_doing_it_twice_changes_nothing(ann: Ann) -> None:
    erase(ann)
    before = [rows(table) for table in ("conversations_contact", "conversations_message", "foundation_auditentry")]
    assert erase(ann) == Erasure(contacts=0, conversations=0, values=0)
    assert [
        rows(table) for table in ("conversations_contact", "conversations_message", "foundation_auditentry")
    ] == before


# --- crashes and back-ups -------------------------------------------------------------------------------------------


def test_a_crash_before_the_commit_leaves_nothing_readable_and_can_be_repeated(ann: Ann) -> None:
    def erase_and_die() -> None:
        with tenant_scope(ann.house.tenant.id):
            erase_contact(ann.contact.id, by="key:1", reason="")
            raise OSError("the machine went away")

    with pytest.raises(OSError, match="went away"):
        erase_and_die()
    with tenant_scope(ann.house.tenant.id):
        assert VaultEntry.objects.count() == 2  # the rows are there again, but the keys went first
        assert contact_details(Contact.objects.get(id=ann.contact.id)) == {}
    assert values(ann) == values(ann, ann.other) == []
    assert erase(ann) == Erasure(contacts=2, conversations=2, values=2)
    with tenant_scope(ann.house.tenant.id):
        assert not VaultEntry.objects.exclude(sealed="").exists()
        assert AuditEntry.objects.filter(act="contact.erased").count() == 2


def test_a_crash_between_two_keys_can_be_repeated(ann: Ann) -> None:
    with tenant_scope(ann.house.tenant.id):
        keyring.erase_key(ann.contact.id)
    assert (values(ann), values(ann, ann.other)) == ([], [EMAIL])
    assert erase(ann) == Erasure(contacts=2, conversations=2, values=2)
    assert values(ann, ann.other) == []


def test_rows_from_a_back_up_do_not_open(ann: Ann) -> None:
    tables = ("privacy_vaultentry", "conversations_contact")
    with superuser() as server:
        for table in tables:
            server.execute(f"CREATE TABLE backup_{table} AS TABLE {table}")  # type: ignore[arg-type]
        try:
            erase(ann)
            server.execute("SET session_replication_role = replica")
            for table in tables:
                server.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]
                server.execute(f"INSERT INTO {table} SELECT * FROM backup_{table}")  # type: ignore[arg-type]
        finally:
            for table in tables:
                server.execute(f"DROP TABLE backup_{table}")  # type: ignore[arg-type]
    assert values(ann) == values(ann, ann.other) == []
    with tenant_scope(ann.house.tenant.id):
        assert VaultEntry.objects.count() == 2
        contact = Contact.objects.get(id=ann.contact.id)
        assert (contact.external_id, contact_details(contact)) == ("ann", {})
    with pytest.raises(Erased):  # and no new key is made behind it
        say(ann.house, ann.contact, f"I am {EMAIL}")
    assert command(ann, "--after-restore").startswith("erased 2 contacts, 2 values")
    assert contact_of(ann).external_id == ""
    assert command(ann, "--after-restore").startswith("erased 0 contacts")


def test_messages_and_replies_that_come_meanwhile_leave_no_value_behind(ann: Ann) -> None:
    with tenant_scope(ann.house.tenant.id):
        services.take_over(ann.conversation, ann.house.member)
    erased = threading.Event()
    problems: list[BaseException] = []

    def go_on(write: Callable[[str], object]) -> None:
        try:
            for number in range(10_000):
                was_late = erased.is_set()
                write(f"and {number}@example.com")
                assert not was_late, "a value was kept after the erasure"
        except (Erased, ConversationClosed):
            pass
        except BaseException as problem:  # noqa: BLE001 told to the test
            problems.append(problem)
        finally:
            connection.close()

    def reply(text: str) -> None:
        with tenant_scope(ann.house.tenant.id):
            services.reply(ann.conversation, ann.house.member, client_id=uuid7(), text=text)

    writers: list[Callable[[str], object]] = [
        lambda text: say(ann.house, ann.contact, text),
        lambda text: say(ann.house, ann.second, text),
        reply,
    ]
    threads = [threading.Thread(target=go_on, args=(write,)) for write in writers]
    for thread in threads:
        thread.start()
    while len(values(ann)) < 5:
        assert problems == []
    assert erase(ann).values > 2
    erased.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert values(ann) == values(ann, ann.other) == []
    with tenant_scope(ann.house.tenant.id):
        assert not VaultEntry.objects.exclude(sealed="").exists()


def test_somebody_who_is_joined_meanwhile_is_erased_too(ann: Ann) -> None:
    for _ in range(10):
        with tenant_scope(ann.house.tenant.id):
            third, _ = find_or_make_contact(ann.house.inbox, visitor="")
            person = services.identify_contact(third, external_id=uuid4().hex, email=EMAIL, name="Ann")
            fourth, _ = find_or_make_contact(ann.house.inbox, visitor="")
        both = threading.Barrier(2)

        def join(fourth: Contact = fourth, person: Contact = person, both: threading.Barrier = both) -> None:
            both.wait()
            with contextlib.suppress(Erased), tenant_scope(ann.house.tenant.id):
                services.identify_contact(fourth, external_id=person.external_id, email=EMAIL, name="Ann")
            connection.close()

        thread = threading.Thread(target=join)
        thread.start()
        both.wait()
        erase(ann, person.id)
        thread.join()
        with tenant_scope(ann.house.tenant.id):
            fourth.refresh_from_db()
            is_joined = fourth.same_as_id == person.id
            assert is_joined == (fourth.erased_at is not None)


# --- ways in --------------------------------------------------------------------------------------------------------


def command(ann: Ann, *arguments: str) -> str:
    out = io.StringIO()
    call_command("erase_contact", "--tenant", ann.house.tenant.slug, *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("by", ["--contact", "--email", "--external-id"])
def test_the_command_finds_them_by(ann: Ann, by: str) -> None:
    value = {"--contact": str(ann.second.id), "--email": EMAIL.upper(), "--external-id": "ann"}[by]
    assert command(ann, by, value) == "erased 2 contacts, 2 values in 2 conversations\n"
    assert values(ann) == []


@pytest.mark.parametrize(
    "arguments", [["--contact", str(uuid4())], ["--email", "x@example.com"], ["--external-id", "x"]]
)
def test_the_command_says_when_there_is_nobody(ann: Ann, arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="no such contact"):
        command(ann, *arguments)
    assert values(ann) == [EMAIL]


def test_the_command_of_another_tenant_finds_nobody(ann: Ann, charlie: House) -> None:
    with pytest.raises(CommandError, match="no such contact"):
        call_command("erase_contact", "--tenant", charlie.tenant.slug, "--contact", str(ann.contact.id))
    assert values(ann) == [EMAIL]


def delete(house: House, contact: UUID, **parameters: str) -> Any:
    client = Client()
    client.force_login(house.user)
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    headers = {"X-Deskside-Tenant": house.tenant.slug}
    return client.delete(f"/api/v1/contacts/{contact}?{query}", headers=headers)


def test_an_admin_erases_and_an_agent_or_manager_may_not(ann: Ann, charlie: House) -> None:
    for role in (Role.AGENT, Role.MANAGER):
        with tenant_scope(ann.house.tenant.id):
            Member.objects.filter(id=ann.house.member.id).update(role=role)
        assert delete(ann.house, ann.contact.id).json()["code"] == "not_allowed"
    assert delete(charlie, ann.contact.id).status_code == 404
    assert values(ann) == [EMAIL]
    with tenant_scope(ann.house.tenant.id):
        Member.objects.filter(id=ann.house.member.id).update(role=Role.ADMIN)
    for expected in (
        {"contacts": 2, "conversations": 2, "values": 2},
        {"contacts": 0, "conversations": 0, "values": 0},
    ):
        response = delete(ann.house, ann.contact.id, reason="asked")
        assert (response.status_code, response.json()) == (200, expected)
    assert values(ann) == []


@pytest.mark.parametrize("reason", ["x" * 301, "%00"])
def test_a_bad_reason_is_a_bad_field(ann: Ann, reason: str) -> None:
    with tenant_scope(ann.house.tenant.id):
        Member.objects.filter(id=ann.house.member.id).update(role=Role.ADMIN)
    assert delete(ann.house, ann.contact.id, reason=reason).json()["code"] == "bad_field"
    assert values(ann) == [EMAIL]


def test_a_visitor_secret_that_was_written_late_finds_no_erased_contact(ann: Ann) -> None:
    erase(ann)
    secret = new_secret()
    with tenant_scope(ann.house.tenant.id):
        Contact.objects.filter(id=ann.contact.id).update(visitor_hash=hash_visitor(secret))
        contact, _ = find_or_make_contact(ann.house.inbox, visitor=secret)
    assert contact.id != ann.contact.id
