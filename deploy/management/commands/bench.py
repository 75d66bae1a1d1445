"""`manage.py bench`: what a running installation does on this machine, measured from outside."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import websockets
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from assistant.foundation.ids import uuid7
from deploy.settings.env import ROOT, environment

KEY = "larkfield-bank-demo"
QUESTIONS = (
    "What is the daily mobile deposit limit of the Everyday Current Account?",
    "How much is the monthly fee for the Premier Current Account?",
    "what does the Business Plus Account cost per month",
    "How do I freeze my card?",
    "my card was stolen, what now?",
    "foreign transaction fee on the Larkfield Credit Card?",
    "How long does a cheque take to clear?",
    "can i get an overdraft on the student account",
    "How do I make a complaint?",
    "minimum opening deposit for the Fixed Saver",
)
WIDGET = ("widget.js", "widget-panel.js", "widget-words-en.js")


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds from Enter to the first words and to the end."""

    first_ms: float
    done_ms: float


class Command(BaseCommand):
    """Needs `make up` in another terminal."""

    help = "Measure first words, memory and transfer of a running installation."

    def add_arguments(self, parser: CommandParser) -> None:
        """How often to ask."""
        parser.add_argument("--rounds", type=int, default=3, help="Times that each question is asked.")
        parser.add_argument("--json", type=Path, default=None, help="Where to write the figures.")

    def handle(self, *args: Any, **options: Any) -> None:
        """(Any: Django's own signature.)"""
        base = environment().public_url
        try:
            timings = asyncio.run(_ask(base, options["rounds"]))
        except (OSError, httpx.HTTPError) as problem:
            raise CommandError(f"nothing answers on {base}; run make up first") from problem
        first = sorted(timing.first_ms for timing in timings)
        done = sorted(timing.done_ms for timing in timings)
        figures: dict[str, float | int] = {
            "answers": len(timings),
            "first words, p50, ms": _quantile(first, 0.5),
            "first words, p95, ms": _quantile(first, 0.95),
            "whole answer, p50, ms": _quantile(done, 0.5),
            "whole answer, p95, ms": _quantile(done, 0.95),
            "widget's first load, gzip, bytes": sum(_zipped(name) for name in WIDGET),
            **{f"memory of {name}, MB": size for name, size in memory_by_part().items()},
        }
        figures["memory of all parts, MB"] = sum(size for name, size in figures.items() if name.startswith("memory of"))
        table = Table("figure", "value")
        for name, value in figures.items():
            table.add_row(name, f"{value:,.0f}")
        Console().print(table)
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=1))


def memory_by_part() -> dict[str, int]:
    """Proportional set size of every process of this installation, in MB, by the part whose log it writes."""
    logs = environment().deskside_home / "logs"
    sizes: dict[str, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            log = (process / "fd" / "1").readlink()
            rollup = (process / "smaps_rollup").read_text()
        except OSError:  # gone meanwhile, or another user's
            continue
        if log.parent == logs:
            kilobytes = int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]  # always there
            sizes[log.stem] = sizes.get(log.stem, 0) + kilobytes // 1_000
    return dict(sorted(sizes.items()))


async def _ask(base: str, rounds: int) -> list[Timing]:
    """Each question by a visitor of its own: nobody's history makes a prompt warm."""
    timings = []
    for number in range(rounds):
        for question in QUESTIONS:
            timings.append(await _one(base, question if number == 0 else f"{question} "))
    return timings


async def _one(base: str, question: str) -> Timing:
    async with httpx.AsyncClient() as http:
        opened = await http.post(f"{base}/widget/{KEY}/session", json={"lang": "en"}, headers={"Origin": base})
        while opened.status_code == httpx.codes.TOO_MANY_REQUESTS:
            await asyncio.sleep(float(opened.headers.get("Retry-After", "5")))
            opened = await http.post(f"{base}/widget/{KEY}/session", json={"lang": "en"}, headers={"Origin": base})
        opened.raise_for_status()
    url = f"{base.replace('http', 'ws', 1)}/ws/{KEY}"
    async with websockets.connect(url, origin=websockets.Origin(base)) as socket:
        await socket.send(json.dumps({"t": "hello", "v": 1, "token": opened.json()["session"]}))
        await socket.recv()
        started, first = time.perf_counter(), 0.0
        await socket.send(json.dumps({"t": "msg", "id": str(uuid7()), "text": question}))
        async for raw in socket:
            frame = json.loads(raw)
            if frame["t"] in ("delta", "draft"):
                first = first or time.perf_counter()
            elif frame["t"] == "done":
                break
        return Timing((first - started) * 1_000, (time.perf_counter() - started) * 1_000)


def _zipped(name: str) -> int:
    return len(gzip.compress((ROOT / "assistant" / "static" / "deskside" / name).read_bytes(), 9))


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
