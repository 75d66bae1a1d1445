"""Everything that changes a conversation. Each function runs inside one transaction of the bound tenant.

Order of locks: the conversation's row first, always. `generation` is the fence between owners: whoever changes the
owner or brings a new question raises it and supersedes the running turn in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now

from assistant.conversations.context import Answer, Received, TurnContext
from assistant.conversations.models import Contact, Conversation, Inbox, Message, Turn
from assistant.conversations.selectors import DETAILS, contact_details, known_of, queue_position, turn_context
from assistant.conversations.states import HandoffReason, Pending, State, is_legal
from assistant.events import AnswerFinished, AnswerStarted, ContactIdentified, MessageStored, StateChanged
from assistant.foundation import keyring
from assistant.foundation.clock import now
from assistant.foundation.crypto import fingerprint
from assistant.foundation.errors import Conflict, ConversationClosed, Erased, IdReused, NotAllowed
from assistant.foundation.ids import PROCESS, uuid7
from assistant.foundation.outbox.publish import publish
from assistant.foundation.people import Member, Tenant
from assistant.foundation.tenancy import required
from assistant.foundation.texts import language_of
from assistant.foundation.texts import text as say
from assistant.privacy.detectors import Candidate
from assistant.privacy.inbound import Inbound, redact_inbound
from assistant.privacy.text import Redacted
from assistant.privacy.vault import Thread

TURN_LEASE_S = 10
REOPEN_WITHIN = timedelta(days=7)
PREVIEW_LENGTH = 120
SAME_BREATH = timedelta(minutes=5)
BODY = "message-body"


class StaleTurn(Conflict):
    """The turn was superseded, or another process finished or took it."""

    code = "stale_turn"


# --- the customer's side --------------------------------------------------------------------------------------------


def receive_message(
    contact: Contact, *, client_id: UUID, text: str, language: str, named: Sequence[Candidate] = ()
) -> Received:
    """Store a customer's message once, and take the turn that answers it if the assistant owns the conversation.

    The same id and text again gives the same place back; the same id with another text raises IdReused. `named` is
    what the tenant's larger model found in the text before.
    """
    body_hash = fingerprint(text, purpose=BODY)
    _lock_contacts(contact)
    if (known := Message.objects.filter(sender=contact.id, client_id=client_id).first()) is not None:
        return _repeat(known, body_hash)
    conversation = _open_conversation(contact, language=language)
    conversation.language = language_of(text, conversation.language)[:8]
    before = _message_just_before(conversation)
    inbound = redact_inbound(
        text,
        thread=Thread(conversation.id, contact.id),
        region=_tenant().region,
        known=known_of(contact),
        previous=Redacted(before.text) if before else None,
        agent=conversation.assignee.name if conversation.assignee else "",
        named=named,
    )
    if before is not None and inbound.previous is not None:
        _mask_half(before, inbound)
    redacted = inbound.redaction.text
    message = _store(
        conversation,
        kind="contact",
        text=redacted,
        spellings=inbound.redaction.spellings,
        sender=contact.id,
        client_id=client_id,
        body_hash=body_hash,
    )
    _touch(conversation, preview=redacted, is_waiting=True)
    if inbound.redaction.destroyed:
        say_system(conversation, "credential_removed")
    turn = _begin_turn(conversation, message) if conversation.state == State.ASSISTANT else None
    return Received(
        conversation_id=conversation.id,
        message_id=message.id,
        sequence=message.sequence,
        is_repeat=False,
        turn=turn_context(turn) if turn else None,
    )


def ask_for_human(contact: Contact, *, client_id: UUID, language: str) -> Conversation:
    """The button: move the contact's conversation to the human queue; pressing it twice is harmless."""
    _lock_contacts(contact)
    conversation = _open_conversation(contact, language=language)
    if conversation.state in (State.QUEUED, State.HUMAN):
        return conversation
    return hand_off(conversation, reason=HandoffReason.ASKED)


# --- turns ----------------------------------------------------------------------------------------------------------


def renew_turn(turn_id: UUID, *, fence: int, partial: str) -> None:
    """Keep the lease and the text so far. Raises StaleTurn when the turn is no longer ours."""
    renewed = Turn.objects.filter(id=turn_id, fence=fence, state=Turn.RUNNING).update(
        lease_until=Now() + timedelta(seconds=TURN_LEASE_S), partial=partial
    )
    if not renewed:
        raise StaleTurn


def retake_turn(turn_id: UUID) -> TurnContext | None:
    """Take over a running turn whose owner is gone; None when it is finished, superseded or still held."""
    retaken = Turn.objects.filter(id=turn_id, state=Turn.RUNNING, lease_until__lt=Now()).update(
        owner=PROCESS,
        fence=F("fence") + 1,
        attempts=F("attempts") + 1,
        lease_until=Now() + timedelta(seconds=TURN_LEASE_S),
    )
    return turn_context(Turn.objects.get(id=turn_id)) if retaken else None


def expired_turns(*, limit: int = 50) -> list[UUID]:
    """Running turns of the bound tenant whose owner stopped renewing."""
    due = Turn.objects.filter(state=Turn.RUNNING, lease_until__lt=Now())
    return list(due.order_by("lease_until").values_list("id", flat=True)[:limit])


def finish_turn(context: TurnContext, answer: Answer, *, hand_off_for: HandoffReason | None = None) -> int:
    """Store the answer exactly once, guarded by fence and generation. Raises StaleTurn; nothing is stored then.

    `hand_off_for` moves the conversation to the human queue in the same transaction.
    """
    conversation = _lock(context.conversation_id)
    finished = Turn.objects.filter(
        id=context.turn_id, fence=context.fence, state=Turn.RUNNING, generation=conversation.generation
    ).update(
        state=Turn.FINISHED,
        finished_at=now(),
        outcome=answer.outcome,
        timings_ms=answer.timings_ms,
        usage=answer.usage,
        trace=answer.trace,
        prompt=answer.prompt,
        partial="",
    )
    if not finished:
        raise StaleTurn
    sequence = publish(
        AnswerFinished(stream_id=conversation.id, turn_id=context.turn_id, answer_id=context.answer_id, why=answer.why)
    )
    if answer.text:
        Message.objects.create(
            id=context.answer_id,
            conversation=conversation,
            sequence=sequence,
            kind="assistant",
            name=context.assistant_name,
            text=answer.text,
            citations=answer.citations,
        )
    conversation.pending = _left_open_by(answer)
    _touch(conversation, preview=answer.text, is_waiting=False)
    if hand_off_for is not None:
        hand_off(conversation, reason=hand_off_for)
    return sequence


# --- owners ---------------------------------------------------------------------------------------------------------


def _left_open_by(answer: Answer) -> Pending:
    if answer.outcome == "clarified":
        return Pending.CLARIFICATION
    return Pending.HANDOFF_OFFER if answer.offers_human else Pending.NONE


def hand_off(conversation: Conversation, *, reason: HandoffReason) -> Conversation:
    """Move a conversation to the human queue; doing it twice is harmless."""
    if conversation.state in (State.QUEUED, State.HUMAN):
        return conversation
    conversation.reason = reason
    conversation.queued_at = now()
    conversation.waiting_since = conversation.waiting_since or now()
    change_state(conversation, State.QUEUED)
    say_system(conversation, "queued", position=queue_position(conversation))
    return conversation


def take_over(conversation_id: UUID, member: Member) -> Conversation:
    """An agent answers from now on; the assistant falls silent in the same instant."""
    conversation = _lock(conversation_id)
    if conversation.state == State.HUMAN and conversation.assignee_id == member.id:
        return conversation
    conversation.assignee = member
    change_state(conversation, State.HUMAN)
    say_system(conversation, "joined", agent=member.name)
    return conversation


def hand_back(conversation_id: UUID, member: Member) -> Conversation:
    """Give the conversation back to the assistant. Raises NotAllowed when another agent has it."""
    conversation = _lock(conversation_id)
    _require_owner(conversation, member)
    conversation.assignee = None
    change_state(conversation, State.ASSISTANT)
    say_system(conversation, "handed_back", agent=member.name)
    return conversation


def resolve(conversation_id: UUID, member: Member) -> Conversation:
    """Close the conversation; writing again within a week reopens it."""
    conversation = _lock(conversation_id)
    if conversation.state == State.RESOLVED:
        return conversation
    conversation.waiting_since = None
    change_state(conversation, State.RESOLVED)
    say_system(conversation, "resolved")
    return conversation


def reply(
    conversation_id: UUID, member: Member, *, client_id: UUID, text: str, named: Sequence[Candidate] = ()
) -> Message:
    """An agent's message, redacted like a customer's. Only the owner may write."""
    conversation = _lock(conversation_id)
    body_hash = fingerprint(text, purpose=BODY)
    if (known := Message.objects.filter(sender=member.id, client_id=client_id).first()) is not None:
        _require_same(known, body_hash)
        return known
    if conversation.state == State.RESOLVED:
        raise ConversationClosed
    _require_owner(conversation, member)
    redaction = redact_inbound(
        text,
        thread=Thread(conversation.id, conversation.contact_id),
        region=_tenant().region,
        known=known_of(conversation.contact),
        agent=member.name,
        named=named,
    ).redaction
    redacted = redaction.text
    message = _store(
        conversation,
        kind="agent",
        text=redacted,
        spellings=redaction.spellings,
        author=member,
        name=member.name,
        sender=member.id,
        client_id=client_id,
        body_hash=body_hash,
    )
    _touch(conversation, preview=redacted, is_waiting=False)
    return message


def change_state(conversation: Conversation, state: State) -> None:
    """The only place where an owner changes. Raises Conflict for an illegal change.

    Raises the generation and supersedes the running turn: the assistant and a person can not both speak.
    """
    old = State(conversation.state)
    if old != state and not is_legal(old, state):
        raise Conflict(f"A conversation that is {old} cannot become {state}.")
    conversation.state = state
    conversation.pending = Pending.NONE
    if state != State.QUEUED:
        conversation.queued_at = None
    if state not in (State.HUMAN, State.RESOLVED):
        conversation.assignee = None
    conversation.generation += 1
    conversation.updated_at = now()
    conversation.save(
        update_fields=[
            "state", "pending", "generation", "assignee", "queued_at", "reason", "waiting_since", "updated_at",
        ]
    )  # fmt: skip
    _supersede(conversation)
    agent = conversation.assignee.name if conversation.assignee and state == State.HUMAN else ""
    publish(StateChanged(stream_id=conversation.id, state=state, reason=conversation.reason, agent=agent))


def say_system(conversation: Conversation, key: str, **values: str | int) -> Message:
    """A sentence of the house in the conversation's language. It does not stop the waiting clock."""
    return _store(conversation, kind="system", text=Redacted(say(key, conversation.language, **values)))


# --- parts ----------------------------------------------------------------------------------------------------------


def new_contact(inbox: Inbox, *, visitor_hash: str) -> Contact:
    """An anonymous contact."""
    return Contact.objects.create(inbox=inbox, visitor_hash=visitor_hash)


def identify_contact(
    contact: Contact, *, external_id: str, email: str, name: str, segments: Sequence[str] = ()
) -> Contact:
    """Join a proven identity to its contact.

    An anonymous contact becomes the identified one; when that person is known already, theirs is taken instead, and
    the anonymous thread stays with its visitor secret. Only a verified e-mail may be given: it finds the customer. The
    segments are those of the newest proof, so that leaving one takes effect.
    """
    known = Contact.objects.filter(inbox_id=contact.inbox_id, external_id=external_id).first()
    _lock_contacts(contact, known or contact)
    if known is None and contact.is_verified and contact.external_id != external_id:
        known = new_contact(contact.inbox, visitor_hash="")
    chosen = known or contact
    if chosen.id != contact.id and not contact.is_verified:  # this browser's secret means that person from now on
        Contact.objects.filter(id=contact.id).update(same_as=chosen)
    chosen.external_id = external_id
    chosen.email_print = fingerprint(email.casefold(), purpose="contact-email") if email else ""
    sealed = keyring.find_or_make_key(chosen.id).seal(json.dumps({"name": name, "email": email}), about=DETAILS)
    is_news = not chosen.sealed or contact_details(chosen) != {"name": name, "email": email}
    chosen.sealed = sealed
    chosen.segments = list(segments)
    chosen.save(update_fields=["external_id", "email_print", "sealed", "segments"])
    if is_news:
        publish(ContactIdentified(stream_id=chosen.id, email_print=chosen.email_print))
    return chosen


def _lock(conversation_id: UUID) -> Conversation:
    """`no_key`: a plain FOR UPDATE would block every insert of a child row."""
    rows = Conversation.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("assignee").get(id=conversation_id)


def _lock_contacts(*contacts: Contact) -> None:
    """One message of a contact at a time, also for the first one, when there is no conversation to lock yet.

    Raises Erased: the browser of an erased contact has to start anew.
    """
    rows = Contact.objects.select_for_update(no_key=True).filter(id__in=[contact.id for contact in contacts])
    if any(row.erased_at is not None for row in rows.order_by("id")):
        raise Erased


def _open_conversation(contact: Contact, *, language: str) -> Conversation:
    """The contact's conversation, locked: the current one, a resolved one reopened, or a new one."""
    latest = Conversation.objects.filter(contact=contact).order_by("-created_at").first()
    if latest is not None:
        conversation = _lock(latest.id)
        if conversation.state != State.RESOLVED:
            return conversation
        if conversation.updated_at > now() - REOPEN_WITHIN:
            change_state(conversation, State.ASSISTANT)
            return conversation
    return Conversation.objects.create(
        inbox_id=contact.inbox_id, contact=contact, language=language[:8], previous=latest
    )


def _message_just_before(conversation: Conversation) -> Message | None:
    """The customer's last message when no agent spoke since and it is fresh: people cut numbers in two.

    The assistant may have answered the first half meanwhile.
    """
    fresh = Message.objects.filter(conversation=conversation, at__gt=now() - SAME_BREATH)
    latest = fresh.filter(kind__in=["contact", "agent"]).order_by("-sequence").first()
    return latest if latest is not None and latest.kind == "contact" else None


def _mask_half(message: Message, inbound: Inbound) -> None:
    """The first half of a number that the next message completed leaves its row and its prompt; the preview is new."""
    Message.objects.filter(id=message.id).update(text=inbound.previous)
    for turn in Turn.objects.filter(message=message):
        turn.prompt = turn.prompt.replace(inbound.part, inbound.name)
        turn.save(update_fields=["prompt"])


def _begin_turn(conversation: Conversation, message: Message) -> Turn:
    conversation.generation += 1
    conversation.save(update_fields=["generation"])
    _supersede(conversation)
    turn = Turn.objects.create(
        conversation=conversation,
        message=message,
        answer_id=uuid7(),
        generation=conversation.generation,
        owner=PROCESS,
        lease_until=Now() + timedelta(seconds=TURN_LEASE_S),
    )
    publish(AnswerStarted(stream_id=conversation.id, turn_id=turn.id, answer_id=turn.answer_id, message_id=message.id))
    return turn


def _supersede(conversation: Conversation) -> None:
    """End the running turn without an answer; its owner finds out at its next renewal or at the finish."""
    for turn in Turn.objects.filter(conversation=conversation, state=Turn.RUNNING):
        Turn.objects.filter(id=turn.id).update(state=Turn.SUPERSEDED, finished_at=now(), partial="")
        publish(AnswerFinished(stream_id=conversation.id, turn_id=turn.id, answer_id=turn.answer_id, why="superseded"))


def _store(conversation: Conversation, *, kind: str, text: Redacted, **fields: object) -> Message:
    message_id = uuid7()
    sequence = publish(MessageStored(stream_id=conversation.id, message_id=message_id))
    return Message.objects.create(
        id=message_id, conversation=conversation, kind=kind, text=text, sequence=sequence, **fields
    )


def _touch(conversation: Conversation, *, preview: Redacted, is_waiting: bool) -> None:
    if is_waiting:
        conversation.waiting_since = conversation.waiting_since or now()
    else:
        conversation.waiting_since = None
    conversation.preview = " ".join(preview.split())[:PREVIEW_LENGTH]
    conversation.updated_at = now()
    conversation.save(update_fields=["waiting_since", "preview", "pending", "language", "updated_at"])


def _repeat(known: Message, body_hash: str) -> Received:
    _require_same(known, body_hash)
    return Received(
        conversation_id=known.conversation_id,
        message_id=known.id,
        sequence=known.sequence,
        is_repeat=True,
        turn=None,
    )


def _require_same(known: Message, body_hash: str) -> None:
    """A message whose hash was erased is taken for the same."""
    if known.body_hash not in ("", body_hash):
        raise IdReused


def _require_owner(conversation: Conversation, member: Member) -> None:
    if conversation.state != State.HUMAN or conversation.assignee_id != member.id:
        raise NotAllowed("Take the conversation over first.")


def _tenant() -> Tenant:
    return Tenant.objects.get(id=required())
