"""From an outside id to an object: one condition per line; absent and forbidden look the same."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from assistant.conversations.models import Contact, Conversation, Inbox
from assistant.foundation.errors import Erased, NotAllowed, NotFound
from assistant.foundation.people import Member, Tenant
from assistant.foundation.permissions import May, can


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks: a member through a log-in, or a key of a role. Always of the bound tenant."""

    role: str
    name: str
    member: Member | None = None

    def require(self, may: May) -> None:
        """Raises NotAllowed."""
        if not can(self.role, may):
            raise NotAllowed

    def as_member(self) -> Member:
        """The person. Raises NotAllowed for a key: conversations are owned by people."""
        if self.member is None:
            raise NotAllowed("Only a person can do this, not a key.")
        return self.member


def access_conversation(actor: Actor, conversation_id: UUID, *, to: May = May.SEE_CONVERSATIONS) -> Conversation:
    """Raises NotFound, or NotAllowed when it may be seen but not that be done."""
    conversation = readable_conversations(actor).filter(id=conversation_id).first()
    if conversation is None:
        raise NotFound
    actor.require(to)
    return conversation


def readable_conversations(actor: Actor) -> QuerySet[Conversation]:
    """All conversations that this member or key may read. Raises NotAllowed."""
    actor.require(May.SEE_CONVERSATIONS)
    return Conversation.objects.select_related("contact", "inbox", "assignee")


def access_contact(contact_id: UUID, *, inbox_id: UUID) -> Contact:
    """The contact of a session token, still welcome. Raises NotFound, and Erased: ask for a new session."""
    contact = Contact.objects.select_related("inbox").filter(id=contact_id, inbox_id=inbox_id).first()
    if contact is None:
        raise NotFound
    if contact.is_blocked:
        raise NotFound
    if contact.erased_at is not None:
        raise Erased
    return contact


def access_person(actor: Actor, contact_id: UUID, *, to: May) -> Contact:
    """A contact of the tenant, for a member or key that may do this to them. Raises NotFound, NotAllowed."""
    actor.require(May.SEE_CONVERSATIONS)
    contact = Contact.objects.filter(id=contact_id).first()
    if contact is None:
        raise NotFound
    actor.require(to)
    return contact


def tenant_of_key(key: str) -> Tenant:
    """The tenant that a widget key `<slug>-<random>` names. Raises NotFound."""
    slug = key.rpartition("-")[0] if key.isprintable() else ""  # the database takes no NUL
    tenant = Tenant.objects.filter(slug=slug).first() if slug else None
    if tenant is None:
        raise NotFound
    return tenant


def access_inbox(key: str) -> Inbox:
    """The enabled inbox with this key in the bound tenant. Raises NotFound."""
    inbox = Inbox.objects.filter(key=key, is_enabled=True).first()
    if inbox is None:
        raise NotFound
    return inbox
