"""Every event class. Events carry ids and redacted text only; `stream_id` orders them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStored:
    """Somebody said something: contact, agent or system."""

    kind: ClassVar[str] = "MessageStored"
    stream_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStarted:
    """The assistant began to answer; its message will have the id `answer_id`."""

    kind: ClassVar[str] = "AnswerStarted"
    stream_id: UUID
    turn_id: UUID
    answer_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFinished:
    """An answer is final, or was dropped for a newer message or a person (`superseded`)."""

    kind: ClassVar[str] = "AnswerFinished"
    stream_id: UUID
    turn_id: UUID
    answer_id: UUID
    why: Literal["complete", "stopped", "superseded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged:
    """The conversation has another owner."""

    kind: ClassVar[str] = "StateChanged"
    stream_id: UUID
    state: str
    reason: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactIdentified:
    """A contact's identity was proven by a signed token. The stream is the contact.

    `email_print` is a keyed hash of the verified e-mail, or empty.
    """

    kind: ClassVar[str] = "ContactIdentified"
    stream_id: UUID
    email_print: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactErased:
    """A contact's data was destroyed on purpose. The stream is the contact: forget whatever you know of them."""

    kind: ClassVar[str] = "ContactErased"
    stream_id: UUID


EVENTS = (MessageStored, AnswerStarted, AnswerFinished, StateChanged, ContactIdentified, ContactErased)
