"""Everything that reads conversations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast, get_args
from uuid import UUID

import structlog
from django.db.models import Count, Q, QuerySet

from assistant.conversations.context import Outcome, Said, TurnContext
from assistant.conversations.models import Contact, Conversation, Message, Turn
from assistant.conversations.states import State
from assistant.foundation import keyring
from assistant.foundation.clock import now
from assistant.foundation.conf import provider
from assistant.foundation.crypto import NotOpened
from assistant.foundation.errors import NotFound
from assistant.foundation.outbox.models import Event, EventCounter
from assistant.foundation.people import Tenant
from assistant.ports import CustomerDirectory
from assistant.privacy.names import Known
from assistant.privacy.text import Redacted
from assistant.privacy.vault import Thread, open_vault

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
HISTORY_MESSAGES = 8
PAGE = 50
DETAILS = "contact"
"""What a contact's name and e-mail are sealed as."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event of a conversation with the message it tells of."""

    event: Event
    message: Message | None


def turn_context(turn: Turn) -> TurnContext:
    """All that a turn needs, read once."""
    conversation = Conversation.objects.select_related("inbox").get(id=turn.conversation_id)
    tenant = Tenant.objects.get(id=turn.tenant_id)
    earlier = Message.objects.filter(conversation=conversation, sequence__lt=turn.message.sequence)
    history = list(reversed(earlier.order_by("-sequence")[:HISTORY_MESSAGES]))
    # Messages that nobody has answered yet belong to the question: people type in bursts.
    unanswered: list[str] = [turn.message.text]
    while history and history[-1].kind == "contact":
        unanswered.insert(0, history.pop().text)
    return TurnContext(
        tenant_id=tenant.id,
        tenant_name=tenant.name,
        region=tenant.region,
        conversation_id=conversation.id,
        turn_id=turn.id,
        answer_id=turn.answer_id,
        generation=turn.generation,
        fence=turn.fence,
        attempt=turn.attempts,
        state=conversation.state,
        pending=conversation.pending,
        language=conversation.language,
        assistant_name=conversation.inbox.assistant_name,
        inbox_key=conversation.inbox.key,
        segments=frozenset(conversation.contact.segments),
        question=Redacted("\n".join(unanswered)),
        history=_with_prompts(history),
        partial=Redacted(turn.partial),
        vault=open_vault(Thread(conversation.id, conversation.contact_id)),
    )


def _with_prompts(messages: list[Message]) -> tuple[Said, ...]:
    prompts = dict(Turn.objects.filter(message__in=messages, state=Turn.FINISHED).values_list("message_id", "prompt"))
    return tuple(
        Said(
            kind=cast(Any, message.kind),  # a constraint names the four kinds
            text=Redacted(message.text),
            prompt=Redacted(prompts.get(message.id, "")),
        )
        for message in messages
    )


def happened_since(conversation: UUID, sequence: int, *, limit: int = 200) -> list[Happened]:
    """Events after `sequence`, oldest first, with their messages."""
    rows = Event.objects.filter(stream_id=conversation, sequence__gt=sequence).order_by("sequence")[:limit]
    events = list(rows)
    ids = {event.payload.get("message_id") or event.payload.get("answer_id") for event in events}
    answers = {event.payload["answer_id"] for event in events if "answer_id" in event.payload}
    messages = {str(message.id): message for message in Message.objects.filter(id__in=(ids | answers) - {None})}
    return [Happened(event=event, message=messages.get(_subject(event))) for event in events]


def count_outcomes(*, days: int) -> dict[str, int]:
    """How many answers of the last days came to each outcome, in the bound tenant; 0 where none did."""
    ended = Turn.objects.filter(finished_at__gte=now() - timedelta(days=days), outcome__in=OUTCOMES)
    counted = dict(ended.values_list("outcome").annotate(Count("id")))
    return {outcome: counted.get(outcome, 0) for outcome in OUTCOMES}


def contact_details(contact: Contact) -> dict[str, str]:
    """Name and e-mail of a verified contact; empty for an anonymous or an erased one."""
    if not contact.sealed:
        return {}
    try:
        key = keyring.find_key(contact.id)
        details: dict[str, str] = json.loads(key.unseal(contact.sealed, about=DETAILS)) if key else {}
    except NotOpened:
        log.error("contact.not_opened", contact=str(contact.id))
        return {}
    return details


def known_of(contact: Contact) -> Known:
    """What is known of an identified contact exactly, from their signed identity and the business system."""
    if not contact.is_verified:
        return ()
    details = contact_details(contact)
    own = [("PERSON", details.get("name", "")), ("EMAIL", details.get("email", ""))]
    directory: CustomerDirectory = provider(CustomerDirectory)
    return [(kind, value) for kind, value in (*own, *directory.known(contact.id)) if value]


def thread_of(conversation_id: UUID) -> Thread:
    """A conversation and whose it is, for its vault. Raises NotFound."""
    contact = Conversation.objects.filter(id=conversation_id).values_list("contact_id", flat=True).first()
    if contact is None:
        raise NotFound
    return Thread(conversation_id, contact)


def top_sequence(conversation: UUID) -> int:
    """The conversation's last sequence number; 0 before anything happened."""
    counter = EventCounter.objects.filter(stream_id=conversation).first()
    return counter.top if counter else 0


def current_conversation(contact: Contact) -> Conversation | None:
    """What the contact sees when they come back."""
    return Conversation.objects.filter(contact=contact).order_by("-created_at").first()


def running_partial(conversation: UUID) -> tuple[UUID, Redacted] | None:
    """The answer that another process is writing, as far as it was kept."""
    turn = Turn.objects.filter(conversation_id=conversation, state=Turn.RUNNING).first()
    return (turn.answer_id, Redacted(turn.partial)) if turn else None


def queue_position(conversation: Conversation) -> int:
    """Place in the human queue, from 1."""
    if conversation.queued_at is None:
        return 0
    ahead = Conversation.objects.filter(state=State.QUEUED, queued_at__lt=conversation.queued_at)
    return ahead.count() + 1


def list_conversations(*, state: str = "", member: UUID | None = None, search: str = "") -> QuerySet[Conversation]:
    """Conversations for the dashboard, newest activity first. `search` looks at what the list shows."""
    rows = Conversation.objects.select_related("contact", "inbox", "assignee").order_by("-updated_at", "id")
    if state == "waiting":
        rows = rows.filter(Q(state=State.QUEUED) | Q(state=State.HUMAN, waiting_since__isnull=False))
    elif state == "mine":
        rows = rows.filter(assignee_id=member).exclude(state=State.RESOLVED)
    elif state:
        rows = rows.filter(state=state)
    if search:
        rows = rows.filter(Q(preview__icontains=search) | Q(inbox__name__icontains=search))
    return rows


def _subject(event: Event) -> str:
    if event.kind == "AnswerFinished":
        return str(event.payload["answer_id"])
    return str(event.payload.get("message_id"))


def queue_position_of(conversation_id: UUID) -> int:
    """The same by id; 0 when it does not wait."""
    conversation = Conversation.objects.filter(id=conversation_id).first()
    return queue_position(conversation) if conversation else 0
