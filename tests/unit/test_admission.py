"""The waiting room before the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from inference.admission import Admission
from inference.contract import EngineOverloaded, Priority


@asynccontextmanager
async def occupied(admission: Admission) -> AsyncIterator[asyncio.Event]:
    """Somebody holds the only place until the event is set."""
    leaves = asyncio.Event()

    async def hold() -> None:
        async with admission.place(Priority.LIVE):
            await leaves.wait()

    holder = asyncio.create_task(hold())
    await asyncio.sleep(0)
    yield leaves
    leaves.set()
    await holder


async def test_classes_go_first_and_equals_by_arrival() -> None:
    admission, order = Admission(running_max=1, waiting_max=10), list[str]()

    async def work(name: str, priority: Priority) -> None:
        async with admission.place(priority):
            order.append(name)

    async with occupied(admission) as leaves:
        waiting = []
        for name, priority in [
            ("background", Priority.BACKGROUND),
            ("typing", Priority.TYPING),
            ("live 1", Priority.LIVE),
            ("assist", Priority.AGENT_ASSIST),
            ("live 2", Priority.LIVE),
        ]:
            waiting.append(asyncio.create_task(work(name, priority)))
            await asyncio.sleep(0)
        assert admission.waiting == 5
        leaves.set()
        await asyncio.gather(*waiting)
    assert order == ["live 1", "live 2", "assist", "typing", "background"]
    assert (admission.running, admission.waiting) == (0, 0)


async def test_a_full_waiting_room_says_no_and_when_to_come_back() -> None:
    admission = Admission(running_max=1, waiting_max=0)
    async with occupied(admission):
        with pytest.raises(EngineOverloaded) as refusal:
            async with admission.place(Priority.LIVE):
                pytest.fail("there was no place")
    assert refusal.value.retry_after_s > 0
    assert admission.running == 0


async def test_whoever_gives_up_waiting_takes_no_place() -> None:
    admission = Admission(running_max=1, waiting_max=5)

    async def work() -> None:
        async with admission.place(Priority.LIVE):
            pass

    async with occupied(admission) as leaves:
        gives_up, stays = asyncio.create_task(work()), asyncio.create_task(work())
        await asyncio.sleep(0)
        gives_up.cancel()
        await asyncio.sleep(0)
        assert admission.waiting == 1
        leaves.set()
        await stays
    assert (admission.running, admission.waiting) == (0, 0)


async def test_whoever_is_cancelled_in_the_moment_of_admission_gives_the_place_on() -> None:
    admission = Admission(running_max=1, waiting_max=5)

    async def work() -> None:
        async with admission.place(Priority.LIVE):
            pass

    async with occupied(admission) as leaves:
        first, second = asyncio.create_task(work()), asyncio.create_task(work())
        await asyncio.sleep(0)
        leaves.set()
        while not first._fut_waiter.done():  # type: ignore[attr-defined]  # admitted, but not yet told
            await asyncio.sleep(0)
        first.cancel()
        await second
    assert (admission.running, admission.waiting) == (0, 0)


async def test_an_error_inside_frees_the_place() -> None:
    admission = Admission(running_max=1, waiting_max=0)
    with pytest.raises(ValueError, match="mine"):
        async with admission.place(Priority.LIVE):
            raise ValueError("mine")
    async with admission.place(Priority.LIVE):
        assert admission.running == 1
