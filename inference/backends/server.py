"""A vLLM server over a Unix socket or TCP, or any OpenAI-compatible server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx

from inference.admission import Admission
from inference.clients import LoopClients
from inference.contract import (
    Delta,
    EngineUnavailable,
    GenerationRequest,
    Health,
    PromptTooLong,
    Usage,
)

CONNECT_TIMEOUT_S = 2.0
READ_TIMEOUT_S = 30.0


class ServerEngine:
    """Talks to `/v1/chat/completions`. Fields that only vLLM knows are sent only to a vLLM."""

    def __init__(
        self,
        *,
        model: str,
        admission: Admission,
        url: str = "http://engine/v1",
        socket: str | None = None,
        api_key: str | None = None,
    ) -> None:
        self.model = model
        self.admission = admission
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._is_vllm: bool | None = True if socket else None
        self._clients = LoopClients(socket=socket, timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S))

    def stream(self, request: GenerationRequest) -> AbstractAsyncContextManager[AsyncIterator[Delta]]:
        """Generate. Closing the stream aborts: the server sees the connection end (50-220 ms measured)."""
        return self._stream(request)

    @asynccontextmanager
    async def _stream(self, request: GenerationRequest) -> AsyncIterator[AsyncIterator[Delta]]:
        async with self.admission.place(request.priority):
            body = await self._body(request)
            call = self._clients.current().stream(
                "POST", f"{self._url}/chat/completions", json=body, headers=self._headers
            )
            try:
                async with call as response:
                    await _raise_for(response)
                    yield _deltas(response)
            except httpx.HTTPError as problem:
                raise EngineUnavailable(type(problem).__name__) from problem

    async def health(self) -> Health:
        """Ready when the model list answers."""
        is_ready = False
        try:
            response = await self._clients.current().get(f"{self._url}/models", headers=self._headers)
            is_ready = response.status_code == httpx.codes.OK
        except httpx.HTTPError:
            is_ready = False
        return Health(
            is_ready=is_ready, model=self.model, running=self.admission.running, waiting=self.admission.waiting
        )

    async def _body(self, request: GenerationRequest) -> dict[str, Any]:
        """Greedy, with usage at the end. The listed fields are all that we ever pass on."""
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": segment.role, "content": segment.text} for segment in request.segments],
            "max_tokens": request.max_tokens,
            "temperature": 0.0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.stop:
            body["stop"] = list(request.stop)
        if await self._knows_vllm_fields():
            body |= {"cache_salt": request.salt, "priority": int(request.priority), "request_id": request.id}
            body["logprobs"] = True
            body["stream_options"]["continuous_usage_stats"] = True  # a generation that is broken off was paid for too
        return body

    async def _knows_vllm_fields(self) -> bool:
        """OpenAI's own servers refuse unknown fields, so ask once what this is."""
        if self._is_vllm is None:
            try:
                response = await self._clients.current().get(
                    f"{self._url.removesuffix('/v1')}/version", headers=self._headers
                )
            except httpx.HTTPError:
                return False
            self._is_vllm = response.status_code == httpx.codes.OK and "version" in response.text
        return self._is_vllm


async def _raise_for(response: httpx.Response) -> None:
    if response.status_code == httpx.codes.OK:
        return
    text = (await response.aread()).decode(errors="replace")
    if response.status_code == httpx.codes.BAD_REQUEST and ("input_tokens" in text or "context length" in text):
        raise PromptTooLong("the prompt does not fit the model's window")
    raise EngineUnavailable(f"status {response.status_code}")


async def _deltas(response: httpx.Response) -> AsyncIterator[Delta]:
    """Server-sent events to deltas. The usage comes in a last event without choices."""
    finish: Any = None
    async for line in response.aiter_lines():
        if not line.startswith("data: ") or line == "data: [DONE]":
            continue
        event = json.loads(line[6:])
        if "error" in event:
            raise EngineUnavailable("the server broke off")
        usage = _usage(event.get("usage"))
        for choice in event.get("choices", ()):
            text = (choice.get("delta") or {}).get("content") or ""
            finish = choice.get("finish_reason") or finish
            if text:
                logprob, tokens = _probability(choice.get("logprobs"))
                yield Delta(text=text, usage=usage, logprob=logprob, tokens=tokens)
        if usage is not None and not event.get("choices"):
            yield Delta(text="", finish="length" if finish == "length" else "stop", usage=usage)
    if finish is None:
        raise EngineUnavailable("the stream ended early")


def _probability(told: dict[str, Any] | None) -> tuple[float, int]:
    """(sum of log probabilities, tokens). (Any: foreign JSON.)"""
    found = [float(one["logprob"]) for one in (told or {}).get("content") or ()]
    return sum(found), len(found)


def _usage(told: dict[str, Any] | None) -> Usage | None:
    """Tokens as the server tells them so far. (Any: foreign JSON.)"""
    if not told:
        return None
    details = told.get("prompt_tokens_details") or {}
    return Usage(
        prompt=told["prompt_tokens"],
        cached=details.get("cached_tokens") or 0,
        generated=told.get("completion_tokens") or 0,
    )
