"""Values go when nobody wrote for as long as the tenant says."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from assistant.conversations import retention
from assistant.conversations.models import Contact, Message
from assistant.conversations.retention import KIND, queue_retention
from assistant.conversations.selectors import thread_of
from assistant.foundation.clock import now
from assistant.foundation.outbox.jobs import due_jobs, enqueue_once, run_job
from assistant.foundation.outbox.models import Job
from assistant.foundation.tenancy import bound, tenant_scope
from assistant.ops.management.commands import work
from assistant.privacy.models import PrivacyPolicy, VaultEntry
from assistant.privacy.vault import ConversationLedger, open_vault
from tests.factories import House, make_visitor, say


def talk(house: House, *, days_ago: float, text: str = "I am ann@example.com") -> UUID:
    received = say(house, make_visitor(house), text)
    with tenant_scope(house.tenant.id):
        messages = Message.objects.filter(conversation=received.conversation_id)
        messages.update(at=now() - timedelta(days=days_ago))
        entries = VaultEntry.objects.filter(conversation_id=received.conversation_id)
        entries.update(created_at=now() - timedelta(days=days_ago))
    return received.conversation_id


def values(house: House, conversation: UUID) -> int:
    with tenant_scope(house.tenant.id):
        return len(open_vault(thread_of(conversation)).values)


def run(house: House) -> dict[str, int]:
    """As the sweeper and a worker do, on a fresh day."""
    with tenant_scope(house.tenant.id):
        Job.objects.filter(kind=KIND).delete()
    with bound(house.tenant.id):
        queue_retention()
    with tenant_scope(house.tenant.id):
        job = Job.objects.get(kind=KIND)
    assert run_job(house.tenant.id, job.id)
    with tenant_scope(house.tenant.id):
        report: dict[str, int] = Job.objects.get(id=job.id).report
    return report


def test_values_of_old_conversations_go_and_their_placeholders_stay(alice: House) -> None:
    old, young = talk(alice, days_ago=181), talk(alice, days_ago=179)
    assert run(alice) == {"conversations": 1, "values": 1}
    assert (values(alice, old), values(alice, young)) == (0, 1)
    with tenant_scope(alice.tenant.id):
        assert Message.objects.get(conversation=old, kind="contact").text == "I am <EMAIL_1>"
    assert run(alice) == {"conversations": 0, "values": 0}


def test_each_tenant_says_how_long(alice: House, charlie: House) -> None:
    with tenant_scope(charlie.tenant.id):
        PrivacyPolicy.objects.create(retention_days=7)
    own, strangers = talk(alice, days_ago=8), talk(charlie, days_ago=8)
    run(charlie)
    run(alice)
    assert (values(alice, own), values(charlie, strangers)) == (1, 0)


def test_a_conversation_that_goes_on_keeps_its_old_values(alice: House, visitor: Contact) -> None:
    first = say(alice, visitor, "I am ann@example.com")
    with tenant_scope(alice.tenant.id):
        Message.objects.update(at=now() - timedelta(days=400))
        VaultEntry.objects.update(created_at=now() - timedelta(days=400))
    say(alice, visitor, "still there?")
    run(alice)
    assert values(alice, first.conversation_id) == 1


def test_a_value_that_was_kept_lately_stays_although_no_message_holds_it_yet(alice: House) -> None:
    conversation = talk(alice, days_ago=400)
    with tenant_scope(alice.tenant.id):
        ledger = ConversationLedger(thread_of(conversation))
        ledger.keep(kind="EMAIL", value="new@example.com", normal="new@example.com")
        ledger.save()
    run(alice)
    assert values(alice, conversation) == 2


def test_more_than_one_batch_goes_in_one_run(alice: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    old = [talk(alice, days_ago=200) for _ in range(5)]
    assert run(alice) == {"conversations": 5, "values": 5}
    assert [values(alice, conversation) for conversation in old] == [0] * 5


def test_the_values_get_new_numbers_when_the_person_comes_back(alice: House, visitor: Contact) -> None:
    received = say(alice, visitor, "I am ann@example.com")
    with tenant_scope(alice.tenant.id):
        Message.objects.update(at=now() - timedelta(days=400))
        VaultEntry.objects.update(created_at=now() - timedelta(days=400))
    run(alice)
    say(alice, visitor, "I am bob@example.com")
    with tenant_scope(alice.tenant.id):
        restored = open_vault(thread_of(received.conversation_id))
        texts = list(Message.objects.filter(kind="contact").order_by("sequence").values_list("text", flat=True))
    assert restored.value("<EMAIL_1>") is None
    assert texts == ["I am <EMAIL_1>", "I am <EMAIL_2>"]


@pytest.mark.usefixtures("same_day")
def test_it_is_queued_once_a_day_however_often_it_is_asked_for(alice: House, charlie: House) -> None:
    for house in (alice, charlie, alice):
        with bound(house.tenant.id):
            queue_retention()
    for house in (alice, charlie):
        with tenant_scope(house.tenant.id):
            assert Job.objects.filter(kind=KIND).count() == 1
    with tenant_scope(alice.tenant.id):
        enqueue_once(KIND, key="another day")
        assert Job.objects.filter(kind=KIND).count() == 2


@pytest.mark.usefixtures("same_day")
def test_the_sweeper_queues_it_for_every_tenant_and_rings(alice: House, charlie: House) -> None:
    work._swept_on.clear()
    work.sweep()
    work.sweep()
    for house in (alice, charlie):
        with tenant_scope(house.tenant.id):
            job = Job.objects.get(kind=KIND)
            Job.objects.filter(id=job.id).update(run_at=now() - timedelta(seconds=60))
            assert job.id in due_jobs()


def test_a_kind_that_nobody_listed_cannot_be_queued(alice: House) -> None:
    with pytest.raises(LookupError), tenant_scope(alice.tenant.id):
        enqueue_once("no.such.kind", key="x")
