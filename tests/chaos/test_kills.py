"""Forty kills at random points under load: nothing lost, nothing doubled, everybody saw what the rows say."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sys

import pytest

from tests.chaos.client import Customer
from tests.chaos.harness import HOME, Installation, check, installation

KILLS = int(os.environ.get("CHAOS_KILLS", "40"))
CUSTOMERS = 8
WEIGHTS = {"web": 24, "worker": 13, "engine": 3}
QUESTIONS = [
    "What is the daily mobile deposit limit of the Everyday Current Account?",
    "What does the Premier Current Account cost a month?",
    "How do I freeze my card?",
    "What is the foreign transaction fee on the Larkfield Credit Card?",
    "Do you sell garden furniture?",
]


@pytest.mark.chaos
@pytest.mark.engine
@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_over_forty_kills() -> None:
    seed = int(os.environ.get("CHAOS_SEED", random.randrange(10**6)))
    random.seed(seed)
    shutil.rmtree(HOME / "logs", ignore_errors=True)
    with installation(HOME) as running:
        customers = [
            Customer(base=running.base, key="larkfield-bank-demo", questions=QUESTIONS) for _ in range(CUSTOMERS)
        ]
        asyncio.run(_storm(running, customers))
    wrong = check_running(customers)
    said = sum(len(customer.sent) for customer in customers)
    reconnects = sum(customer.reconnects for customer in customers)
    sys.stderr.write(f"seed {seed}: {dict(running.kills)}, {said} messages, {reconnects} reconnects, {wrong}\n")
    assert sum(running.kills.values()) == KILLS
    assert said >= KILLS
    assert all(count == 0 for count in wrong.values()), wrong


def check_running(customers: list[Customer]) -> dict[str, int]:
    """The rows are read when every part but the database has stopped."""
    from deploy.up.runner import LocalParts

    with LocalParts().running(["postgres"], home=HOME):
        return check(HOME, customers)


async def _storm(running: Installation, customers: list[Customer]) -> None:
    stop = asyncio.Event()
    shops = [asyncio.create_task(customer.shop(stop)) for customer in customers]
    await asyncio.sleep(2)
    victims = random.choices(list(WEIGHTS), weights=list(WEIGHTS.values()), k=KILLS)
    for victim in victims:
        while not running.is_up(victim) and victim != "engine":
            await asyncio.sleep(0.1)
        await asyncio.sleep(random.uniform(0.2, 3.0))
        running.kill(victim)
        running.revive()
        for shop in shops:
            if shop.done():
                await shop
    stop.set()
    await asyncio.gather(*shops)
