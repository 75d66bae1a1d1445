"""Asking the engine for a text that an agent will read: behind every customer who waits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from assistant.desk.material import Statement
from assistant.dialogue.prompt import LETTERS_PER_TOKEN
from assistant.foundation.conf import conf
from assistant.foundation.crypto import fingerprint
from assistant.foundation.ids import uuid7
from assistant.foundation.tenancy import bound
from assistant.knowledge.grounding import BOUNDARY, sentences
from assistant.privacy.text import Redacted
from inference.contract import Engine, EngineError, GenerationRequest, Priority, Segment

RESERVE_TOKENS = 160
"""For the instruction and the model's own marks."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """The engine for one tenant, and how many tokens prompt and text may have together."""

    tenant: UUID
    engine: Engine
    window_tokens: int

    async def write(self, instruction: str, material: Redacted, *, max_tokens: int) -> str:
        """The model's text, unchecked; empty when the engine is away, full, slow, or breaks off."""
        with bound(self.tenant):
            salt = fingerprint("prefix", purpose="engine-cache")
        request = GenerationRequest(
            id=f"assist-{uuid7()}",
            segments=(Segment(role="system", text=instruction), Segment(role="user", text=material)),
            salt=salt,
            priority=Priority.AGENT_ASSIST,
            max_tokens=max_tokens,
        )
        try:
            async with asyncio.timeout(conf().answer_deadline_s), self.engine.stream(request) as deltas:
                told = [delta async for delta in deltas]
        except (TimeoutError, EngineError) as problem:
            log.warning("assist.engine_failed", error=type(problem).__name__)
            return ""
        text = "".join(delta.text for delta in told)
        return _without_rest(text) if told and told[-1].finish == "length" else text

    def fitting(self, statements: Sequence[Statement], *, max_tokens: int) -> list[Statement]:
        """The newest statements that fit into the window beside the text that is wanted."""
        room = (self.window_tokens - max_tokens - RESERVE_TOKENS) * LETTERS_PER_TOKEN
        kept: list[Statement] = []
        for statement in reversed(statements):
            room -= len(statement.text.encode()) + 16
            if room < 0:
                break
            kept.append(statement)
        return kept[::-1]


def _without_rest(text: str) -> str:
    """A text that was cut off, without the sentence that the cut goes through."""
    whole = list(sentences(text))
    is_open = BOUNDARY.search(f"{text}\n") is None or not text.rstrip().endswith((".", "!", "?", "。", "！", "？"))
    return "".join(whole[:-1] if is_open else whole)
