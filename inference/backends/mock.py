"""An engine with a script and exact step times, for tests of everything but the engine.

`hostile` obeys every instruction that it finds in its prompt: what it says must do no harm.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from inference.contract import Delta, EngineUnavailable, GenerationRequest, Health, Usage


def copy_first_passage(request: GenerationRequest) -> str:
    """The first sentence of the first passage: what a cautious model would say."""
    prompt = request.segments[-1].text
    found = re.search(r"\[1\][^\n]*\n(.+?[.!?。])(?:\s|$)", prompt, re.DOTALL)
    return found.group(1) if found else "I do not know."


def hostile(request: GenerationRequest) -> str:
    """Prints its whole prompt, a foreign link, an image and somebody's data."""
    everything = "\n".join(segment.text for segment in request.segments)
    return (
        f"Sure! {everything}\n![x](https://evil.example/leak?d=1) Visit https://evil.example/now. "
        "Call <EMAIL_99> or mallory@evil.example. Your limit is £999,999.99. <script>alert(1)</script>"
    )


class MockEngine:
    """Says what `script` returns, one word every `step_s` seconds; `dies_after` words it breaks off."""

    def __init__(
        self,
        script: Callable[[GenerationRequest], str] = copy_first_passage,
        *,
        step_s: float = 0.0,
        dies_after: int | None = None,
    ) -> None:
        self.script = script
        self.step_s = step_s
        self.dies_after = dies_after
        self.requests: list[GenerationRequest] = []
        self.running = 0

    def stream(self, request: GenerationRequest) -> AbstractAsyncContextManager[AsyncIterator[Delta]]:
        """Generate from the script."""
        return self._stream(request)

    @asynccontextmanager
    async def _stream(self, request: GenerationRequest) -> AsyncIterator[AsyncIterator[Delta]]:
        self.requests.append(request)
        self.running += 1
        try:
            yield self._deltas(request)
        finally:
            self.running -= 1

    async def _deltas(self, request: GenerationRequest) -> AsyncIterator[Delta]:
        words = re.findall(r"\S+\s*", self.script(request))
        for number, word in enumerate(words):
            if self.dies_after is not None and number >= self.dies_after:
                raise EngineUnavailable("the mock was told to die")
            await asyncio.sleep(self.step_s)
            yield Delta(text=word)
        yield Delta(text="", finish="stop", usage=Usage(prompt=100, cached=0, generated=len(words)))

    async def health(self) -> Health:
        """Always ready."""
        return Health(is_ready=True, model="mock", running=self.running, waiting=0)
