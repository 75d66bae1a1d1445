"""One contract over every engine: whoever answers customers behaves like this."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from inference.admission import Admission
from inference.backends.mock import MockEngine
from inference.backends.server import ServerEngine
from inference.contract import (
    Delta,
    Engine,
    EngineError,
    EngineOverloaded,
    EngineUnavailable,
    GenerationRequest,
    PromptTooLong,
    Segment,
)
from tests.servers import serving

WORDS = "The monthly fee is four pounds. "


@dataclass
class Server:
    """A tiny OpenAI-compatible server: what it was asked, and how it behaves."""

    version: bool = False
    status: int = 200
    problem: str = ""
    words: list[str] = field(default_factory=lambda: WORDS.split(" "))
    step_s: float = 0.0
    ends_early: bool = False
    logprob: float | None = None
    """Of each word, told when it was asked for."""
    error_after: int | None = None
    usage: bool = True
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """An ASGI application. (Any: ASGI's own types.)"""
        self.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        if scope["path"].endswith("/chat/completions"):
            self.bodies.append(json.loads((await receive())["body"]))
            if self.status != 200:
                await self._answer(send, self.status, self.problem)
            else:
                await self._stream(send, receive)
        elif scope["path"] == "/version":
            await self._answer(send, 200 if self.version else 404, '{"version": "0.32.0"}')
        else:
            await self._answer(send, self.status, '{"data": []}')

    async def _answer(self, send: Any, status: int, text: str) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": text.encode()})

    async def _stream(self, send: Any, receive: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        left = asyncio.create_task(self._left(receive))
        for number, word in enumerate(self.words):
            if self.error_after == number:
                await self._event(send, {"error": {"message": "out of memory"}})
                break
            choice: dict[str, Any] = {"delta": {"content": f"{word} "}, "finish_reason": None}
            if self.logprob is not None and self.bodies[-1].get("logprobs"):
                choice["logprobs"] = {"content": [{"token": word, "logprob": self.logprob}]}
            await self._event(send, {"choices": [choice]})
            await asyncio.sleep(self.step_s)
            if left.done():
                self.gone.set()
                return
        if not self.ends_early and self.error_after is None:
            await self._event(send, {"choices": [{"delta": {}, "finish_reason": "stop"}]})
            if self.usage:
                details = {"cached_tokens": 32}
                usage = {"prompt_tokens": 40, "completion_tokens": 7, "prompt_tokens_details": details}
                await self._event(send, {"choices": [], "usage": usage})
        await send({"type": "http.response.body", "body": b"" if self.ends_early else b"data: [DONE]\n\n"})
        left.cancel()

    async def _left(self, receive: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _event(self, send: Any, event: dict[str, Any]) -> None:
        await send({"type": "http.response.body", "body": f"data: {json.dumps(event)}\n\n".encode(), "more_body": True})


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    """The server in a thread."""
    app = Server()
    with serving(app) as app.port:
        yield app


@pytest.fixture
def server(running: Server) -> Server:
    fresh = Server(port=running.port)
    running.__dict__.update(fresh.__dict__)
    return running


def server_engine(server: Server, **more: Any) -> ServerEngine:
    more = {"admission": Admission(running_max=2, waiting_max=2)} | more
    return ServerEngine(model="deskside", url=f"http://127.0.0.1:{server.port}/v1", **more)


@pytest.fixture(params=["mock", "server"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each back end, saying the same."""
    if request.param == "mock":
        return MockEngine(lambda request: WORDS)
    return server_engine(request.getfixturevalue("server"))


def request(**changes: Any) -> GenerationRequest:
    segments = (Segment(role="system", text="Be kind."), Segment(role="user", text="What is the fee?"))
    fields: dict[str, Any] = {"id": "turn-1", "segments": segments, "salt": "s" * 16, "max_tokens": 50}
    return GenerationRequest(**fields | changes)


async def collect(engine: Engine, asked: GenerationRequest | None = None) -> list[Delta]:
    async with engine.stream(asked or request()) as deltas:
        return [delta async for delta in deltas]


# --- the contract ---------------------------------------------------------------------------------------------------


async def test_it_is_an_engine(engine: Engine) -> None:
    assert isinstance(engine, Engine)


async def test_text_comes_in_pieces_and_ends_with_a_reason_and_usage(engine: Engine) -> None:
    deltas = await collect(engine)
    assert "".join(delta.text for delta in deltas).split() == WORDS.split()
    assert len([delta for delta in deltas if delta.text]) > 1
    assert [delta.finish for delta in deltas if delta.finish] == ["stop"]
    usage = deltas[-1].usage
    assert usage is not None
    assert usage.prompt > usage.cached >= 0
    assert usage.generated > 0


async def test_pieces_come_while_it_goes_on(engine: Engine) -> None:
    async with engine.stream(request()) as deltas:
        first = await anext(aiter(deltas))
        assert first.text.strip() == "The"
        assert (await engine.health()).running == 1


async def test_leaving_early_frees_the_place(engine: Engine) -> None:
    for _ in range(6):
        async with engine.stream(request()) as deltas:
            async for _delta in deltas:
                break
    assert (await engine.health()).running == 0


async def test_several_answer_at_the_same_time(engine: Engine) -> None:
    answers = await asyncio.gather(*(collect(engine, request(id=f"turn-{n}")) for n in range(4)))
    assert all("".join(delta.text for delta in deltas).split() == WORDS.split() for deltas in answers)


async def test_it_says_how_it_is(engine: Engine) -> None:
    health = await engine.health()
    assert health.is_ready
    assert health.model


# --- a server over the network --------------------------------------------------------------------------------------


async def test_leaving_closes_the_connection_so_that_the_server_stops(server: Server) -> None:
    server.step_s = 0.05
    server.words = ["word"] * 2_000
    async with server_engine(server).stream(request()) as deltas:
        await anext(aiter(deltas))
    assert await asyncio.to_thread(server.gone.wait, 60)


async def test_a_cancelled_reader_closes_it_too(server: Server) -> None:
    server.step_s = 0.05
    server.words = ["word"] * 2_000
    engine = server_engine(server)
    task = asyncio.create_task(collect(engine))
    while not server.bodies:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(server.gone.wait, 60)
    assert (await engine.health()).running == 0


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
async def test_an_error_status_is_unavailable(server: Server, status: int) -> None:
    server.status, server.problem = status, '{"error": "no"}'
    with pytest.raises(EngineUnavailable, match=str(status)):
        await collect(server_engine(server))


@pytest.mark.parametrize(
    "problem", ["maximum context length is 2048 tokens", '{"error": {"param": "input_tokens", "message": "too many"}}']
)
async def test_a_prompt_that_does_not_fit_is_told_apart(server: Server, problem: str) -> None:
    server.status, server.problem = 400, problem
    with pytest.raises(PromptTooLong):
        await collect(server_engine(server))


async def read_until_it_breaks(engine: Engine) -> tuple[str, EngineError | None]:
    said = ""
    try:
        async with engine.stream(request()) as deltas:
            async for delta in deltas:
                said += delta.text
    except EngineError as problem:
        return said, problem
    return said, None


@pytest.mark.parametrize("how", ["ends early", "reports an error"])
async def test_a_stream_that_breaks_off_is_unavailable_after_its_words(server: Server, how: str) -> None:
    server.ends_early = how == "ends early"
    server.error_after = 3 if how == "reports an error" else None
    said, problem = await read_until_it_breaks(server_engine(server))
    assert said.startswith("The monthly fee")
    assert isinstance(problem, EngineUnavailable)


async def test_a_mock_that_dies_is_unavailable_after_its_words() -> None:
    said, problem = await read_until_it_breaks(MockEngine(lambda request: WORDS, dies_after=3))
    assert (said, type(problem)) == ("The monthly fee ", EngineUnavailable)


async def test_a_server_that_is_not_there_is_unavailable_and_not_ready() -> None:
    engine = ServerEngine(model="x", admission=Admission(running_max=1, waiting_max=1), url="http://127.0.0.1:9/v1")
    with pytest.raises(EngineUnavailable):
        await collect(engine)
    health = await engine.health()
    assert (health.is_ready, health.running) == (False, 0)


async def test_a_server_that_tells_no_usage_still_finishes(server: Server) -> None:
    server.usage = False
    said, problem = await read_until_it_breaks(server_engine(server))
    assert (said.split(), problem) == (WORDS.split(), None)


VLLM_ONLY = {"cache_salt", "priority", "request_id", "logprobs"}


async def test_a_vllm_is_told_salt_priority_and_id(server: Server) -> None:
    server.version = True
    await collect(server_engine(server))
    assert {name: server.bodies[0][name] for name in VLLM_ONLY} == {
        "cache_salt": "s" * 16,
        "priority": 0,
        "request_id": "turn-1",
        "logprobs": True,
    }


async def test_another_server_is_told_only_what_it_knows(server: Server) -> None:
    await collect(server_engine(server))
    assert not VLLM_ONLY & set(server.bodies[0])
    assert server.bodies[0]["messages"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "What is the fee?"},
    ]


async def test_only_listed_fields_are_ever_sent(server: Server) -> None:
    server.version = True
    await collect(server_engine(server), request(stop=("\n\n",)))
    known = {"model", "messages", "max_tokens", "temperature", "stream", "stream_options", "stop"}
    assert set(server.bodies[0]) <= known | VLLM_ONLY
    assert server.bodies[0]["max_tokens"] == 50


async def test_how_likely_the_words_were_is_told(server: Server) -> None:
    server.version, server.logprob = True, -0.5
    deltas = await collect(server_engine(server))
    assert sum(delta.tokens for delta in deltas) == len(WORDS.split(" "))
    assert sum(delta.logprob for delta in deltas) == -0.5 * len(WORDS.split(" "))


async def test_the_key_is_sent_with_each_request(server: Server) -> None:
    await collect(server_engine(server, api_key="hush"))
    assert all(headers["authorization"] == "Bearer hush" for headers in server.headers)


async def test_a_full_house_says_no(server: Server) -> None:
    engine = server_engine(server, admission=Admission(running_max=1, waiting_max=0))
    async with engine.stream(request()):
        with pytest.raises(EngineOverloaded):
            await collect(engine)


async def test_one_engine_serves_several_event_loops(server: Server) -> None:
    engine = server_engine(server)
    await collect(engine)
    deltas = await asyncio.to_thread(asyncio.run, collect(engine))
    assert deltas[-1].usage is not None
