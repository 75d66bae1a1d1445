"""What to do with a turn. Pure: the same context gives the same decision, so every decision can be replayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.conversations.context import TurnContext
from assistant.conversations.states import HandoffReason, Pending, State
from assistant.dialogue.understanding.phrases import asks_for_human, is_follow_up, is_yes, small_talk
from assistant.privacy.text import Redacted


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """Answer from the articles."""

    question: Redacted
    before: Redacted
    """The question that it follows up, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SayText:
    """Say a fixed sentence of the house."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOff:
    """Move to a person."""

    reason: HandoffReason


@dataclass(frozen=True, slots=True, kw_only=True)
class StaySilent:
    """A person owns the conversation."""


NOTHING = Redacted("")
Decision = LookUp | SayText | HandOff | StaySilent


def decide(context: TurnContext) -> Decision:
    """The customer's wish for a person goes before everything else."""
    if context.state != State.ASSISTANT:
        return StaySilent()
    if asks_for_human(context.question):
        return HandOff(reason=HandoffReason.ASKED)
    if context.pending == Pending.HANDOFF_OFFER and is_yes(context.question):
        return HandOff(reason=HandoffReason.ACCEPTED_OFFER)
    if (key := small_talk(context.question)) is not None:
        return SayText(key=key)
    earlier = [said.text for said in context.history if said.kind == "contact"]
    return LookUp(question=context.question, before=followed_up(context.question, earlier, pending=context.pending))


def followed_up(question: Redacted, earlier: Sequence[Redacted], *, pending: str) -> Redacted:
    """What the customer said before that this leans on ("and the limit?") or that we asked back about; or nothing.

    `earlier` are the customer's messages before it, oldest first.
    """
    if pending != Pending.CLARIFICATION and not is_follow_up(question):
        return NOTHING
    return next((text for text in reversed(earlier) if not is_follow_up(text)), NOTHING)
