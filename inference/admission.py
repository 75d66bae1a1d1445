"""The waiting room before the engine: classes first, then first come first served; bounded, so it can say no."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from inference.contract import EngineOverloaded, Priority

RETRY_AFTER_S = 5.0


@dataclass(slots=True, order=True)
class _Ticket:
    priority: int
    number: int
    admitted: asyncio.Future[None] = field(compare=False)


class Admission:
    """At most `running_max` generations at once; at most `waiting_max` wait."""

    def __init__(self, *, running_max: int, waiting_max: int) -> None:
        self.running_max = running_max
        self.waiting_max = waiting_max
        self.running = 0
        self._waiting: list[_Ticket] = []
        self._numbers = count()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @asynccontextmanager
    async def place(self, priority: Priority) -> AsyncIterator[None]:
        """Hold a place at the engine. Raises EngineOverloaded when the waiting room is full."""
        await self._enter(priority)
        try:
            yield
        finally:
            self.running -= 1
            self._admit_next()

    async def _enter(self, priority: Priority) -> None:
        if self.running < self.running_max and not self._waiting:
            self.running += 1
            return
        if len(self._waiting) >= self.waiting_max:
            raise EngineOverloaded(RETRY_AFTER_S)
        ticket = _Ticket(int(priority), next(self._numbers), asyncio.get_running_loop().create_future())
        heapq.heappush(self._waiting, ticket)
        try:
            await ticket.admitted
        except asyncio.CancelledError:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                heapq.heapify(self._waiting)
            else:  # admitted in the same moment: give the place on
                self.running -= 1
                self._admit_next()
            raise

    def _admit_next(self) -> None:
        while self._waiting and self.running < self.running_max:
            self.running += 1
            heapq.heappop(self._waiting).admitted.set_result(None)
