"""Holding a turn: renew its lease, keep the text so far, notice when it was taken away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from assistant.conversations import services
from assistant.conversations.context import TurnContext
from assistant.foundation.tenancy import in_tenant
from assistant.privacy.text import Redacted

FLUSH_S = 0.25
RENEW_S = 3.0


class TurnLost(Exception):
    """Superseded by a newer message or a person, or taken by another process."""


@dataclass(slots=True)
class Lease:
    """`partial` is what a recovery would continue from."""

    partial: Redacted
    is_lost: bool = False


@asynccontextmanager
async def keep_lease(context: TurnContext) -> AsyncIterator[Lease]:
    """Renew while the body runs. When the turn is lost the body is cancelled and TurnLost is raised."""
    lease = Lease(context.partial)
    body = asyncio.current_task()
    assert body is not None
    keeper = asyncio.create_task(_keep(context, lease, body))
    try:
        yield lease
    except asyncio.CancelledError:
        if lease.is_lost:
            body.uncancel()
            raise TurnLost from None
        raise
    finally:
        keeper.cancel()


async def _keep(context: TurnContext, lease: Lease, body: asyncio.Task[object]) -> None:
    """Flush new text at most every 250 ms, renew at least every 3 s."""
    kept, idle_s = lease.partial, 0.0
    while True:
        await asyncio.sleep(FLUSH_S)
        idle_s += FLUSH_S
        if lease.partial == kept and idle_s < RENEW_S:
            continue
        kept, idle_s = lease.partial, 0.0
        try:
            await in_tenant(context.tenant_id, services.renew_turn, context.turn_id, fence=context.fence, partial=kept)
        except services.StaleTurn:
            lease.is_lost = True
            body.cancel()
            return
