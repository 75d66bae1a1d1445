"""Answers being written in this process: from the generation straight to the sockets, never through the layer.

A LiveAnswer's text is its own ring for resume: each follower remembers how much of it was sent.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from assistant.conversations.context import TurnContext
from assistant.dialogue.turn import run_turn
from assistant.foundation.conf import provider
from assistant.privacy.text import Redacted
from assistant.privacy.vault import Vault
from inference.contract import Embedder, Engine

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class LiveAnswer:
    """The text released so far; a Sink of `run_turn`. `stop` asks it to end with what it has."""

    tenant_id: UUID
    conversation_id: UUID
    answer_id: UUID
    vault: Vault = field(repr=False)
    text: Redacted = Redacted("")
    is_stopped: bool = False
    on_stop: Callable[[], None] | None = field(default=None, repr=False)
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    async def send(self, text: Redacted) -> None:
        """Append and wake whoever follows."""
        self.text = Redacted(self.text + text)
        wake(self.tenant_id, self.conversation_id)
        await asyncio.sleep(0)  # let the sockets send before the next sentence is checked


_answers: dict[tuple[UUID, UUID], LiveAnswer] = {}
_followers: defaultdict[tuple[UUID, UUID], set[asyncio.Event]] = defaultdict(set)
_tasks: set[asyncio.Task[None]] = set()


def start_turn(context: TurnContext, *, since: float) -> None:
    """Run a turn as a task of its own: it outlives the socket that asked."""
    live = LiveAnswer(
        tenant_id=context.tenant_id,
        conversation_id=context.conversation_id,
        answer_id=context.answer_id,
        vault=context.vault,
    )
    drop(context.tenant_id, context.conversation_id)
    _answers[context.tenant_id, context.conversation_id] = live
    task = asyncio.create_task(_run(context, live, since))
    live.task = task
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def drop(tenant: UUID, conversation: UUID, answer: UUID | None = None) -> None:
    """Break off a running answer that was superseded: its place at the engine is free at once."""
    live = _answers.get((tenant, conversation))
    if live is not None and live.task is not None and answer in (None, live.answer_id):
        live.task.cancel()


def live_answer(tenant: UUID, conversation: UUID) -> LiveAnswer | None:
    """The answer being written in this process, if any."""
    return _answers.get((tenant, conversation))


def stop(tenant: UUID, conversation: UUID, answer: UUID) -> bool:
    """Ask a running answer to end; False when it is not written here."""
    live = _answers.get((tenant, conversation))
    if live is None or live.answer_id != answer:
        return False
    live.is_stopped = True
    if live.on_stop is not None:
        live.on_stop()
    return True


def follow(tenant: UUID, conversation: UUID, event: asyncio.Event) -> None:
    """Set `event` whenever the conversation's live text grows."""
    _followers[tenant, conversation].add(event)


def unfollow(tenant: UUID, conversation: UUID, event: asyncio.Event) -> None:
    """The reverse."""
    _followers[tenant, conversation].discard(event)
    if not _followers[tenant, conversation]:
        del _followers[tenant, conversation]


def wake(tenant: UUID, conversation: UUID) -> None:
    """Wake the followers in this process."""
    for event in _followers.get((tenant, conversation), ()):
        event.set()


async def _run(context: TurnContext, live: LiveAnswer, since: float) -> None:
    try:
        await run_turn(
            context,
            engine=provider(Engine),
            embedder=provider(Embedder),
            sink=live,
            window_tokens=provider("EngineWindow"),
            since=since,
        )
    except Exception as problem:
        log.error("turn.failed", turn=str(context.turn_id), error=type(problem).__name__, exc_info=problem)
    finally:
        if _answers.get((context.tenant_id, context.conversation_id)) is live:
            del _answers[context.tenant_id, context.conversation_id]
        wake(context.tenant_id, context.conversation_id)
