"""What a text for an agent is made of: sentences with their places, and the finished text with its sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal
from uuid import UUID

from assistant.conversations.access import Actor, access_conversation
from assistant.conversations.models import Message
from assistant.conversations.states import State
from assistant.foundation.errors import Conflict, DesksideError
from assistant.foundation.people import Tenant
from assistant.foundation.permissions import May
from assistant.foundation.tenancy import required
from assistant.knowledge.grounding import LIST_MARKER, sentences
from assistant.privacy.text import Redacted

MESSAGES_READ = 100
"""Newest of a conversation."""

Way = Literal["generated", "extractive"]


class NotPossible(DesksideError):
    """No text could be made that passed the checks; nothing invented is shown instead."""

    code = "not_possible"
    status = 422
    public_message = "The model of this installation cannot do this reliably."


class NotResolved(Conflict):
    """Articles are made of what was settled."""

    code = "not_resolved"
    public_message = "Only resolved conversations can become an article."


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a sentence stands: in an article or an approved answer (`id`, `title`), or in a conversation's message.

    Of a message `id` is the conversation's, and `sequence` its place there.
    """

    kind: Literal["document", "pair", "message"]
    id: UUID
    title: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence of the material, who said it (`contact`, `assistant`, `agent`, `draft`), and where."""

    text: Redacted
    kind: str
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A text for an agent. `dropped` sentences of the model did not pass; title and segments only of an article."""

    text: Redacted
    sources: tuple[Source, ...]
    dropped: int
    way: Way
    title: Redacted = Redacted("")
    segments: tuple[str, ...] = ()
    """Contacts that the answers in it were for, none: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A conversation as it may be read: placeholders only, without the house's own announcements."""

    conversation_id: UUID
    language: str
    region: str
    segments: frozenset[str]
    """Of its contact."""
    pending: str
    """What the assistant waits for."""
    statements: tuple[Statement, ...]

    @property
    def question(self) -> Redacted:
        """What the customer wrote last: everything after the last answer, or else their last message."""
        return joined(self._waiting(), "\n")

    @property
    def earlier(self) -> list[Redacted]:
        """The customer's messages before it, oldest first."""
        since = min(map(_place, self._waiting()), default=0)
        said = (one for one in self.statements if one.kind == "contact" and _place(one) < since)
        return [joined(list(message), "\n") for _, message in groupby(said, key=_place)]

    def _waiting(self) -> list[Statement]:
        open_at = max((place for place, one in enumerate(self.statements) if one.kind != "contact"), default=-1)
        if waiting := self.statements[open_at + 1 :]:
            return list(waiting)
        own = [one for one in self.statements if one.kind == "contact"]
        return [one for one in own if _place(one) == _place(own[-1])]


def read_transcript(actor: Actor, conversation_id: UUID, *, to: May, is_resolved: bool = False) -> Transcript:
    """A conversation for whoever may do this with it. Raises NotFound, NotAllowed, NotResolved."""
    conversation = access_conversation(actor, conversation_id, to=to)
    if is_resolved and conversation.state != State.RESOLVED:
        raise NotResolved
    rows = Message.objects.filter(conversation=conversation).exclude(kind="system").order_by("-sequence")
    return Transcript(
        conversation_id=conversation.id,
        language=conversation.language,
        region=Tenant.objects.values_list("region", flat=True).get(id=required()),
        segments=frozenset(conversation.contact.segments),
        pending=conversation.pending,
        statements=tuple(
            statement
            for message in reversed(rows[:MESSAGES_READ])
            for statement in statements_of(
                Redacted(message.text),
                kind=message.kind,
                source=Source(kind="message", id=conversation.id, sequence=message.sequence),
            )
        ),
    )


def statements_of(text: Redacted, *, kind: str, source: Source | None = None) -> Iterator[Statement]:
    """The sentences of a text."""
    for sentence in sentences(text):
        clean = LIST_MARKER.sub("", sentence).strip()
        if clean:
            yield Statement(text=Redacted(clean), kind=kind, source=source)


def sources_of(statements: Iterable[Statement]) -> tuple[Source, ...]:
    """Their places, once each, in the order of use."""
    return tuple(dict.fromkeys(one.source for one in statements if one.source is not None))


def joined(statements: Sequence[Statement], glue: str = " ") -> Redacted:
    """Their texts."""
    return Redacted(glue.join(one.text for one in statements))


def _place(statement: Statement) -> int:
    return statement.source.sequence if statement.source else 0
