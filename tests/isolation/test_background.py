"""Every kind of job and every hearer, given Alice's ids under Charlie's name: nothing of Alice's changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils.module_loading import import_string

from assistant.conversations.models import Contact, Conversation, Message, Turn
from assistant.foundation.clock import now
from assistant.foundation.ids import uuid7
from assistant.foundation.outbox.jobs import due_jobs, enqueue, run_job
from assistant.foundation.outbox.models import Delivery, Event, Job
from assistant.foundation.outbox.relay import deliver_due
from assistant.foundation.tenancy import tenant_scope
from assistant.knowledge.models import Corpus, Document, KnowledgeSource, SourceRun, UnansweredQuestion, Upload
from assistant.privacy.models import VaultEntry
from crm_integration.models import ContactLink
from deploy.subscriptions import JOBS, SUBSCRIPTIONS
from tests.factories import House
from tests.isolation.world import CANARY, World, fresh_job, make_world, rows_of


def upload(world: World) -> dict[str, UUID]:
    with tenant_scope(world.alice.tenant.id):
        source = KnowledgeSource.objects.get(name=CANARY)
        run = SourceRun.objects.create(source=source)
        row = f'{{"id": "{CANARY}", "title": "T", "text": "changed"}}'.encode()
        Upload.objects.create(source=source, run=run, name="a.jsonl", body=row, replaces=True)
        return {"run": run.id}


def article_cut_in_an_old_way(world: World) -> dict[str, UUID]:
    with tenant_scope(world.alice.tenant.id):
        Document.objects.filter(id=world.document).update(cut="0")
    return {}


def abandoned_turn(world: World) -> dict[str, UUID]:
    with tenant_scope(world.alice.tenant.id):
        Turn.objects.filter(id=world.turn).update(lease_until=now() - timedelta(seconds=60))
    return {"turn": world.turn}


def old_conversation(world: World) -> dict[str, UUID]:
    with tenant_scope(world.alice.tenant.id):
        Message.objects.update(at=now() - timedelta(days=1_000))
        VaultEntry.objects.update(created_at=now() - timedelta(days=1_000))
    return {}


def names_of_a_deleted_article(world: World) -> dict[str, UUID]:
    with tenant_scope(world.alice.tenant.id):
        Corpus.objects.update(names={})
    return {}


def unsearchable_article(world: World) -> dict[str, UUID]:
    with tenant_scope(world.alice.tenant.id):
        Document.objects.filter(id=world.document).update(content_hash="")
    return {"document": world.document}


def declined_turn(world: World) -> dict[str, UUID]:
    with tenant_scope(world.alice.tenant.id):
        Turn.objects.filter(id=world.turn).update(outcome="declined")
    return {"turn": world.turn}


def answered_conversation(world: World) -> dict[str, UUID]:
    """A person answered in it."""
    with tenant_scope(world.alice.tenant.id):
        conversation = Conversation.objects.get(id=world.running)
        for kind, text in (
            ("contact", "how long is the warranty?"),
            ("agent", "Two years from the day of delivery. " * 2),
        ):
            top = Message.objects.filter(conversation=conversation).count() + 1_000
            Message.objects.create(conversation=conversation, sequence=top, kind=kind, text=text)
        Message.objects.filter(conversation=conversation, sequence__lt=1_000).delete()
    return {"conversation": conversation.id}


def old_question(world: World) -> dict[str, UUID]:
    with tenant_scope(world.alice.tenant.id):
        UnansweredQuestion.objects.update(asked_at=now() - timedelta(days=1_000))
    return {}


SAMPLES: dict[str, Callable[[World], dict[str, UUID]]] = {
    "knowledge.import": upload,
    "knowledge.names": names_of_a_deleted_article,
    "knowledge.searchable": unsearchable_article,
    "knowledge.unanswered": declined_turn,
    "knowledge.suggest": answered_conversation,
    "knowledge.forget": old_question,
    "dialogue.evaluate": lambda world: {"run": world.evaluation},
    "knowledge.reindex": article_cut_in_an_old_way,
    "dialogue.recover": abandoned_turn,
    "crm.sync": lambda world: {"connection": world.connection},
    "conversations.retention": old_conversation,
}
"""Job kind -> ids of Alice's rows that it would work on."""
HEARERS = [(kind, hearer) for kind, hearers in SUBSCRIPTIONS.items() for hearer in hearers]


@pytest.fixture
def world(alice: House, charlie: House, visitor: Contact) -> World:
    return make_world(alice, charlie, visitor)


def test_every_job_kind_has_a_sample() -> None:
    assert set(SAMPLES) == set(JOBS), "a job kind is new: add ids for it to tests/isolation/test_background.py"


@pytest.mark.parametrize("kind", JOBS)
def test_a_job_of_alices_does_nothing_under_charlies_name(world: World, kind: str) -> None:
    job = fresh_job(world, kind, SAMPLES[kind](world))
    before = rows_of(world.alice.tenant.id)
    assert run_job(world.charlie.tenant.id, job.id) is False
    assert rows_of(world.alice.tenant.id) == before


@pytest.mark.parametrize("kind", JOBS)
def test_a_job_of_charlies_with_alices_ids_finds_nothing(world: World, kind: str) -> None:
    ids = SAMPLES[kind](world)
    before = rows_of(world.alice.tenant.id)
    with tenant_scope(world.charlie.tenant.id):
        job = enqueue(kind, **ids)
    assert run_job(world.charlie.tenant.id, job.id)
    with tenant_scope(world.charlie.tenant.id):
        assert Job.objects.get(id=job.id).state == Job.DONE
    assert rows_of(world.alice.tenant.id) == before


@pytest.mark.parametrize("kind", JOBS)
def test_the_same_job_of_alices_does_something(world: World, kind: str) -> None:
    """Otherwise the tests above would pass whatever the handlers do."""
    job = fresh_job(world, kind, SAMPLES[kind](world))
    before = rows_of(world.alice.tenant.id)
    assert run_job(world.alice.tenant.id, job.id)
    after = rows_of(world.alice.tenant.id)
    assert {table for table in before if before[table] != after[table]} - {Job._meta.db_table}


def test_charlies_sweeper_finds_no_job_of_alices(world: World) -> None:
    job = fresh_job(world, "crm.sync", {"connection": world.connection})
    with tenant_scope(world.alice.tenant.id):
        Job.objects.filter(id=job.id).update(run_at=now() - timedelta(seconds=60))
    with tenant_scope(world.charlie.tenant.id):
        assert due_jobs() == []


@pytest.mark.parametrize(("kind", "hearer"), HEARERS)
def test_a_hearer_writes_in_the_house_of_its_event_only(world: World, kind: str, hearer: str) -> None:
    with tenant_scope(world.alice.tenant.id):
        link = ContactLink.objects.get()
    before = rows_of(world.alice.tenant.id)
    with tenant_scope(world.charlie.tenant.id):
        known = {"email_print": link.email_print, "turn_id": str(world.turn), "state": "resolved"}
        for payload in (known, known | {"email_print": ""}):
            event = Event(stream_id=world.contact.id, sequence=1, kind=kind, payload=payload)
            import_string(hearer)(event)
    assert rows_of(world.alice.tenant.id) == before


def test_charlies_relay_delivers_nothing_of_alices(world: World) -> None:
    with tenant_scope(world.alice.tenant.id):
        event = Event.objects.create(stream_id=uuid7(), sequence=1, kind="ContactIdentified", payload={})
        Delivery.objects.create(event=event, hearer=HEARERS[0][1])
    before = rows_of(world.alice.tenant.id)
    assert deliver_due(world.charlie.tenant.id) == 0
    assert rows_of(world.alice.tenant.id) == before
