"""How long redaction takes: messages of 300 characters, and shapes that make careless patterns slow."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.ops.evaluation.redaction import Row, times
from assistant.privacy.ledger import MemoryLedger
from assistant.privacy.policy import SAFE
from assistant.privacy.redactor import redact_into

LENGTH = 300
MESSAGES = 600
WARM_UP = 60
SEED = 7
SHORT, LONG = 2_000, 16_000
TRIES = 3


def messages(rows: Sequence[Row]) -> list[str]:
    """Messages of exactly 300 characters: the rows' own texts after each other, always the same ones."""
    dice = random.Random(SEED)  # noqa: S311 no secret
    texts = [row.text for row in rows if row.text.strip()]
    made: list[str] = []
    for _ in range(MESSAGES if texts else 0):
        text = dice.choice(texts)
        while len(text) < LENGTH:
            text += f" {dice.choice(texts)}"
        made.append(text[:LENGTH])
    return made


def speed(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """Milliseconds for patterns and placeholders, and for the whole with the tagger."""
    texts = messages(rows)
    return {
        "patterns_and_placeholders": times(
            [_took(text, has_names=False) for text in texts[:WARM_UP] + texts][WARM_UP:]
        ),
        "with_the_tagger": times([_took(text, has_names=True) for text in texts[:WARM_UP] + texts][WARM_UP:]),
    }


def hostile(path: Path) -> dict[str, Any]:
    """The slowest shape at 16,000 characters, and the largest ratio to its time at 2,000. (Any: JSON.)"""
    shapes = [json.loads(line) for line in path.read_text().split("\n") if line.strip()]
    took = {
        row["id"]: {size: _best(_shape(row["unit"], row.get("tail", ""), size)) for size in (SHORT, LONG)}
        for row in shapes
    }
    slowest = max(took, key=lambda name: took[name][LONG])
    steepest = max(took, key=lambda name: took[name][LONG] / took[name][SHORT])
    return {
        "shapes": len(took),
        "worst_ms_at_16000": round(took[slowest][LONG], 1),
        "worst_shape": slowest,
        "largest_ratio": round(took[steepest][LONG] / took[steepest][SHORT], 1),
        "steepest_shape": steepest,
    }


def _shape(unit: str, tail: str, size: int) -> str:
    return (unit * size)[: size - len(tail)] + tail


def _best(text: str) -> float:
    """The least of three: another process's time is none of ours."""
    return min(_took(text, has_names=True) for _ in range(TRIES))


def _took(text: str, *, has_names: bool) -> float:
    started = time.perf_counter()
    redact_into(MemoryLedger(), text, region="US", rules=SAFE, has_names=has_names)
    return (time.perf_counter() - started) * 1000
