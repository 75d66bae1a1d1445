"""One turn, from the stored question to the stored answer (docs/life-of-a-message.md)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

from assistant.conversations import services
from assistant.conversations.context import Answer, TurnContext
from assistant.dialogue import policy
from assistant.dialogue.answer import AnswerDraft, Sink
from assistant.dialogue.lease import TurnLost, keep_lease
from assistant.dialogue.prompt import lay_out
from assistant.dialogue.release import Tally, release
from assistant.dialogue.scripted import carry_out
from assistant.foundation.conf import conf
from assistant.foundation.tenancy import in_tenant
from assistant.knowledge.retrieve import find_evidence
from assistant.knowledge.search.reader import Reader
from assistant.privacy.text import Redacted
from inference.contract import Embedder, Engine, EngineError

LAST_ATTEMPT = 3
"""The first try and two recoveries; the third answers without the engine."""

log = structlog.get_logger(__name__)


class StoreSink:
    """Shows nothing; the stored answer is all that counts."""

    is_stopped = False
    on_stop: Callable[[], None] | None = None

    async def send(self, text: Redacted) -> None:
        """Nobody watches."""


async def run_turn(
    context: TurnContext,
    *,
    engine: Engine,
    embedder: Embedder,
    sink: Sink,
    window_tokens: int,
    since: float | None = None,
) -> Answer | None:
    """Answer one turn; None when it was superseded meanwhile. Also called by recovery, with a sink that only stores.

    `since` is the perf_counter reading at which the customer's frame arrived.
    """
    started = time.perf_counter() if since is None else since
    decision = policy.decide(context)
    if not isinstance(decision, policy.LookUp):
        return await carry_out(context, decision)
    try:
        async with keep_lease(context) as lease:
            reader = Reader(segments=context.segments)
            evidence = await find_evidence(
                context.tenant_id, decision.question, reader=reader, embedder=embedder, before=decision.before
            )
            draft = AnswerDraft(context=context, evidence=evidence, sink=sink, lease=lease, started=started)
            if draft.needs_words and not sink.is_stopped and context.attempt < LAST_ATTEMPT:
                await generate(draft, engine, embedder, window_tokens)
            answer = await draft.complete()
        await in_tenant(context.tenant_id, services.finish_turn, context, answer)
    except (TurnLost, services.StaleTurn):
        log.info("turn.superseded", turn=str(context.turn_id))
        return None
    log.info("turn.finished", turn=str(context.turn_id), outcome=answer.outcome, **answer.timings_ms)
    return answer


async def generate(draft: AnswerDraft, engine: Engine, embedder: Embedder, window_tokens: int) -> None:
    """Stream from the engine. One that is away, full or slow is no lost answer: the articles still speak."""
    layout = lay_out(draft.context, draft.evidence, max_tokens=conf().answer_max_tokens, window_tokens=window_tokens)
    draft.prompt = layout.prompt
    tally = Tally()
    try:
        async with asyncio.timeout(draft.patience_s()) as patience, engine.stream(layout.request) as deltas:
            draft.sink.on_stop = lambda: patience.reschedule(0)  # a stop does not wait for the sentence to end
            async for sentence in release(
                deltas,
                evidence=draft.evidence,
                embedder=embedder,
                said=draft.context.question,
                region=draft.context.region,
                tally=tally,
                names=draft.context.vault.names,
            ):
                await draft.add(sentence)
                patience.reschedule(asyncio.get_running_loop().time() + draft.patience_s())
                if draft.sink.is_stopped:
                    break
    except TimeoutError:
        if not draft.sink.is_stopped:
            draft.trace["engine_error"] = "slow"
    except EngineError as problem:
        draft.trace["engine_error"] = type(problem).__name__
        log.warning("engine.failed", turn=str(draft.context.turn_id), error=type(problem).__name__)
    finally:
        draft.sink.on_stop = None
    draft.note(tally)
