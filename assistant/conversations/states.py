"""Who owns a conversation: the states, and the one table of legal changes."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """The owner of a conversation."""

    ASSISTANT = "assistant"
    QUEUED = "queued"
    HUMAN = "human"
    RESOLVED = "resolved"


class Pending(StrEnum):
    """What is open beside the state."""

    NONE = ""
    HANDOFF_OFFER = "handoff_offer"
    CLARIFICATION = "clarification"


class HandoffReason(StrEnum):
    """Why a conversation went to the human queue."""

    ASKED = "asked"
    ACCEPTED_OFFER = "accepted_offer"


TRANSITIONS: dict[State, frozenset[State]] = {
    State.ASSISTANT: frozenset({State.QUEUED, State.HUMAN, State.RESOLVED}),
    State.QUEUED: frozenset({State.HUMAN, State.ASSISTANT, State.RESOLVED}),
    State.HUMAN: frozenset({State.ASSISTANT, State.QUEUED, State.RESOLVED}),
    State.RESOLVED: frozenset({State.ASSISTANT, State.HUMAN}),
}


def is_legal(old: State, new: State) -> bool:
    """May a conversation go from `old` to `new`?"""
    return new in TRANSITIONS[old]
