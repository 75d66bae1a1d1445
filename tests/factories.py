"""Rows for tests, in few words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from assistant.conversations import services
from assistant.conversations.context import Received
from assistant.conversations.models import Contact, Conversation, Inbox
from assistant.foundation.ids import uuid7
from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.people import Member, Tenant, User
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import tenant_scope
from assistant.interfaces.session import Session, hash_visitor, new_secret, sign_session
from assistant.knowledge.intake.imports import start_import

ORIGIN = "https://shop.example"

ARTICLES = [
    {
        "id": "current-account",
        "title": "Blue Account: limits",
        "text": "## Limits\n\nThe daily mobile deposit limit of the Blue Account is £1,500.\n\n"
        "The monthly fee of the Blue Account is £4.",
    },
    {
        "id": "green-account",
        "title": "Green Account: limits",
        "text": "## Limits\n\nThe daily mobile deposit limit of the Green Account is £2,750.\n\n"
        "The monthly fee of the Green Account is £9.",
    },
    {
        "id": "goodwill",
        "title": "Internal: goodwill refunds",
        "text": "An agent may refund up to £87 as goodwill without approval.",
        "audience": "internal",
    },
]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One tenant with an inbox, articles, and a logged-in-able member."""

    tenant: Tenant
    inbox: Inbox
    user: User
    member: Member


def make_house(slug: str, *, person: str, role: Role = Role.AGENT, articles: bool = True) -> House:
    tenant = Tenant.objects.create(slug=slug, name=slug.title(), region="GB")
    user = User.objects.create_user(f"{person.lower()}@{slug}.example", "pass-word-1", name=person, home=tenant)
    with tenant_scope(tenant.id):
        inbox = Inbox.objects.create(key=f"{slug}-box", name=f"{slug.title()} help", origins=[ORIGIN])
        member = Member.objects.create(user=user, name=person, role=role)
        job = (
            start_import(source="help", importer="jsonl", body="\n".join(map(json.dumps, ARTICLES)))
            if articles
            else None
        )
    if job is not None:
        run_job(tenant.id, job.id)
    return House(tenant=tenant, inbox=inbox, user=user, member=member)


def make_visitor(house: House) -> Contact:
    with tenant_scope(house.tenant.id):
        return services.new_contact(house.inbox, visitor_hash=hash_visitor(new_secret()))


def token_for(house: House, contact: Contact, *, origin: str = ORIGIN) -> str:
    return sign_session(
        Session(tenant_id=house.tenant.id, inbox_id=house.inbox.id, contact_id=contact.id, origin=origin)
    )


def say(house: House, contact: Contact, text: str, *, client_id: UUID | None = None) -> Received:
    with tenant_scope(house.tenant.id):
        return services.receive_message(contact, client_id=client_id or uuid7(), text=text, language="en")


def conversation_of(house: House, received: Received) -> Conversation:
    with tenant_scope(house.tenant.id):
        return Conversation.objects.select_related("assignee").get(id=received.conversation_id)
