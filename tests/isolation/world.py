"""Alice's house with one row of everything, each marked with a canary; and what the superuser sees of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

import psycopg
from django.apps import apps
from psycopg import sql

from assistant.conversations import services
from assistant.conversations.context import Answer
from assistant.conversations.models import Contact
from assistant.foundation.crypto import fingerprint
from assistant.foundation.ids import uuid7
from assistant.foundation.managers import TenantModel
from assistant.foundation.outbox.jobs import enqueue, run_job
from assistant.foundation.outbox.models import Job
from assistant.foundation.people import Member, User, make_api_key
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import bound, tenant_scope
from assistant.knowledge.intake.imports import start_import
from assistant.knowledge.keeping.curated import Pair, create_pair
from assistant.knowledge.keeping.evaluation_set import Draft, add_question, start_run
from assistant.knowledge.models import CrawledPage, Document, Gap, KnowledgeSource, SourceProblem, SourceRun, Upload
from assistant.privacy.models import PrivacyPolicy
from assistant.privacy.text import Redacted
from crm_integration.models import Connection, ContactLink, Customer, Order
from deploy.settings.env import environment
from deploy.up.postgres import place_of
from tests.factories import House, make_visitor, say

CANARY = "canary-7f3a9c"
EMAIL = f"{CANARY}@alpha.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Ids of Alice's rows."""

    alice: House
    charlie: House
    contact: Contact
    people: dict[Role, User]
    charlies_key: str
    conversation: UUID
    running: UUID
    """A conversation whose turn still runs."""
    turn: UUID
    answer: UUID
    answered: UUID
    """An answer that was given."""
    document: UUID
    pair: UUID
    gap: UUID
    question: UUID
    evaluation: UUID
    job: UUID
    source: UUID
    website: UUID
    run: UUID
    connection: UUID


def make_world(alice: House, charlie: House, contact: Contact) -> World:
    people = {Role(alice.member.role): alice.user}
    with tenant_scope(charlie.tenant.id):
        charlies_key = make_api_key(charlie.tenant, name="own", role=Role.ADMIN)
    received = say(alice, contact, f"I am {EMAIL} and my word is {CANARY}")
    assert received.turn is not None
    for role in Role:
        if role not in people:
            people[role] = User.objects.create_user(f"{role}@alpha.example", "pass-word-1", home=alice.tenant)
    article = {"id": CANARY, "title": f"Title {CANARY}", "text": f"Text {CANARY}, long enough to be an article."}
    with tenant_scope(alice.tenant.id):
        for role, user in people.items():
            Member.objects.get_or_create(user=user, defaults={"name": f"{role} of alpha", "role": role})
        services.finish_turn(received.turn, Answer(text=Redacted(f"It is {CANARY}."), outcome="generated"))
        job = start_import(source=CANARY, importer="jsonl", body=json.dumps(article))
        connection = Connection.objects.create(name=CANARY, connector="files", settings={"folder": "x", "streams": {}})
        email_print = fingerprint(EMAIL, purpose="contact-email")
        ContactLink.objects.create(contact_id=contact.id, email_print=email_print)
        Customer.objects.create(
            connection=connection, external_id="c", name=CANARY, email=EMAIL, email_print=email_print
        )
        pattern = {"name": CANARY, "kind": "POLICY_NUMBER", "pattern": "PN-[0-9]{6}"}
        PrivacyPolicy.objects.create(patterns=[pattern], allowed=[CANARY])
        website = KnowledgeSource.objects.create(
            name=f"site {CANARY}", kind=KnowledgeSource.Kind.WEBSITE, url=f"https://{CANARY}.example/"
        )
        CrawledPage.objects.create(source=website, url=website.url, url_hash=CANARY)
        Order.objects.create(connection=connection, external_id="o", customer_external_id="c", status=CANARY)
    assert run_job(alice.tenant.id, job.id)
    with tenant_scope(alice.tenant.id):
        document = Document.objects.get(external_id=CANARY)
        run = SourceRun.objects.get(source=document.source)
        SourceProblem.objects.create(run=run, code="empty", message=CANARY, place=CANARY)
        Upload.objects.create(source=document.source, run=run, name=f"{CANARY}.md", body=CANARY.encode())
        stranger = services.new_contact(alice.inbox, visitor_hash="")
    with bound(alice.tenant.id):
        pair = create_pair(Pair(question=f"What is {CANARY}?", answer=f"It is {CANARY}."), by="Alice")
    gap = make_gap(alice)
    with tenant_scope(alice.tenant.id):
        question = add_question(Draft(question=f"Do you know {CANARY}?"))
        evaluation = start_run(by="Alice")
    running = say(alice, stranger, f"and {CANARY}?")
    assert running.turn is not None
    return World(
        alice=alice,
        charlie=charlie,
        contact=contact,
        people=people,
        charlies_key=charlies_key,
        conversation=received.conversation_id,
        running=running.conversation_id,
        turn=running.turn.turn_id,
        answer=running.turn.answer_id,
        answered=received.turn.answer_id,
        document=document.id,
        pair=pair.id,
        gap=gap,
        question=question.id,
        evaluation=evaluation.id,
        job=job.id,
        source=document.source_id,
        website=website.id,
        run=run.id,
        connection=connection.id,
    )


def make_gap(house: House) -> UUID:
    """A question that nobody could answer."""
    received = say(house, make_visitor(house), f"May I know the {CANARY} of tomorrow?")
    assert received.turn is not None
    with tenant_scope(house.tenant.id):
        services.finish_turn(received.turn, Answer(text=Redacted("Sorry."), outcome="declined"))
        job = enqueue("knowledge.unanswered", turn=received.turn.turn_id)
    assert run_job(house.tenant.id, job.id)
    with tenant_scope(house.tenant.id):
        return Gap.objects.get().id


def fresh_job(world: World, kind: str, ids: dict[str, UUID]) -> Job:
    """A queued job of Alice's."""
    with tenant_scope(world.alice.tenant.id):
        return enqueue(kind, **ids)


def rows_of(tenant: UUID) -> dict[str, str]:
    """Table -> fingerprint of every row of the tenant, past all policies."""
    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)]
    parts = [
        sql.SQL(
            "SELECT {name}, coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t "
            "WHERE tenant_id = {tenant}"
        ).format(name=sql.Literal(table), table=sql.Identifier(table), tenant=sql.Literal(tenant))
        for table in tables
    ]
    with psycopg.connect(place_of(environment()).dsn("superuser")) as server:
        return dict(server.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall())


def new_id() -> UUID:
    return uuid7()
