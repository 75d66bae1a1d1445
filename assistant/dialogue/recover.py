"""Answers whose process died: taken over, continued from the kept text, stored exactly once."""

from __future__ import annotations

import asyncio
from uuid import UUID

import structlog

from assistant.conversations import services
from assistant.dialogue.scripted import give_up
from assistant.dialogue.turn import LAST_ATTEMPT, StoreSink, run_turn
from assistant.foundation.conf import provider
from assistant.foundation.outbox.jobs import JobRun, enqueue
from assistant.foundation.outbox.models import Job
from assistant.foundation.tenancy import required, tenant_scope
from inference.contract import Embedder, Engine

log = structlog.get_logger(__name__)


def queue_recoveries() -> int:
    """A job for each abandoned turn of the bound tenant, one at a time per turn."""
    with tenant_scope(required()):
        turns = services.expired_turns()
        waiting = Job.objects.filter(kind="dialogue.recover", state__in=(Job.QUEUED, Job.RUNNING))
        known = {job.ids["turn"] for job in waiting}
        fresh = [turn for turn in turns if str(turn) not in known]
        for turn in fresh:
            enqueue("dialogue.recover", turn=turn)
    return len(fresh)


def run_recovery(run: JobRun) -> None:
    """The job. Nothing to do when the turn was finished or superseded meanwhile."""
    with tenant_scope(required()):
        context = services.retake_turn(UUID(run.ids["turn"]))
    if context is None:
        return
    if context.attempt > LAST_ATTEMPT:
        asyncio.run(give_up(context))
        return
    log.info("turn.recovering", turn=run.ids["turn"], attempt=context.attempt)
    asyncio.run(
        run_turn(
            context,
            engine=provider(Engine),
            embedder=provider(Embedder),
            sink=StoreSink(),
            window_tokens=provider("EngineWindow"),
        )
    )
