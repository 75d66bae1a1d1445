"""What a turn needs to know, frozen at its start."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from assistant.privacy.text import Redacted
from assistant.privacy.vault import Vault

Outcome = Literal["curated", "generated", "extractive", "clarified", "declined"]
"""What an answer comes to; what a script or a hand-off says is none."""
FAILED = "failed"
"""In the trace of a turn that was declined for technical reasons only: nobody looked for its answer to the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An earlier utterance."""

    kind: Literal["contact", "assistant", "agent", "system"]
    text: Redacted
    prompt: Redacted = Redacted("")
    """What the model was shown for it then; repeated word for word, so that the engine's prefix cache holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnContext:
    """Everything of one turn; `fence` proves ownership when it finishes."""

    tenant_id: UUID
    tenant_name: str
    region: str
    conversation_id: UUID
    turn_id: UUID
    answer_id: UUID
    generation: int
    fence: int
    attempt: int
    state: str
    pending: str
    language: str
    assistant_name: str
    inbox_key: str
    segments: frozenset[str] = frozenset()
    """Groups that the contact has proven to be in."""
    question: Redacted
    history: tuple[Said, ...]
    partial: Redacted
    vault: Vault = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of a customer's message: where it is stored, and the turn that answers it, if one does."""

    conversation_id: UUID
    message_id: UUID
    sequence: int
    is_repeat: bool
    turn: TurnContext | None


@dataclass(slots=True, kw_only=True)
class Answer:
    """What a turn came to. `citations` are {n, title, document, id, heading}."""

    text: Redacted
    outcome: Outcome | Literal["scripted", "handoff"]
    why: Literal["complete", "stopped"] = "complete"
    citations: list[dict[str, object]] = field(default_factory=list)
    timings_ms: dict[str, float] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)
    trace: dict[str, object] = field(default_factory=dict)
    prompt: Redacted = Redacted("")
    offers_human: bool = False
