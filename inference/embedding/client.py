"""The embedder, seen from other processes."""

from __future__ import annotations

import asyncio
import json
import zlib
from array import array
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from inference.clients import LoopClients
from inference.contract import EngineUnavailable, TaggedSpan
from inference.embedding.folders import model_names

DIMENSIONS = 384
TIMEOUT_S = 60.0
QUERY_TIMEOUT_S = 5.0


class SocketClients:
    """Connections to the embedder's Unix socket: one client for each event loop, or one for a single question."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self._clients = LoopClients(socket=socket, timeout=TIMEOUT_S)

    def post(self, path: str, body: object, *, timeout_s: float) -> httpx.Response:
        """Ask and wait. Raises EngineUnavailable."""
        try:
            with httpx.Client(transport=httpx.HTTPTransport(uds=self._socket), timeout=timeout_s) as client:
                return client.post(f"http://embedder{path}", content=_json(body))
        except httpx.HTTPError as problem:
            raise EngineUnavailable(type(problem).__name__) from problem

    async def post_now(self, path: str, body: object, *, timeout_s: float) -> httpx.Response:
        """Ask without blocking. Raises EngineUnavailable."""
        try:
            async with asyncio.timeout(timeout_s):
                return await self._clients.current().post(
                    f"http://embedder{path}", content=_json(body), timeout=timeout_s
                )
        except (httpx.HTTPError, TimeoutError) as problem:
            raise EngineUnavailable(type(problem).__name__) from problem


class SocketEmbedder:
    """Asks the embedder's process over its Unix socket."""

    dimensions = DIMENSIONS

    def __init__(self, socket: str, model: Path | None = None) -> None:
        self._clients = SocketClients(socket)
        self.label = f"{zlib.crc32(model.resolve().name.encode()) & 0xFFFFFF:06x}" if model else ""
        self.is_multilingual = model is not None

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """[texts, 384]; blocking, for jobs."""
        return _vectors(self._clients.post("/embed", {"texts": list(texts)}, timeout_s=TIMEOUT_S))

    async def embed_now(self, texts: Sequence[str]) -> list[list[float]]:
        """[texts, 384]; for a customer who waits."""
        return _vectors(await self._clients.post_now("/embed", {"texts": list(texts)}, timeout_s=QUERY_TIMEOUT_S))


class SocketNameModels:
    """The larger models that the embedder's process runs. `folder` holds them; None where the operator has none."""

    def __init__(self, socket: str, folder: Path | None) -> None:
        self._clients = SocketClients(socket)
        self._folder = folder

    def names(self) -> list[str]:
        """The folders that hold a model now."""
        return model_names(self._folder)

    def tag(self, texts: Sequence[str], model: str, *, within_s: float) -> list[list[TaggedSpan]]:
        """Spans of each text; blocking."""
        return _spans(self._clients.post("/tag", {"texts": list(texts), "model": model}, timeout_s=within_s), texts)

    async def tag_now(self, texts: Sequence[str], model: str, *, within_s: float) -> list[list[TaggedSpan]]:
        """Spans of each text; for a customer who waits."""
        body = {"texts": list(texts), "model": model}
        return _spans(await self._clients.post_now("/tag", body, timeout_s=within_s), texts)


def _json(body: object) -> bytes:
    """ASCII only: a text that is half a surrogate pair must not stop the others."""
    return json.dumps(body).encode()


def _vectors(response: httpx.Response) -> list[list[float]]:
    if response.status_code != httpx.codes.OK:
        raise EngineUnavailable(f"status {response.status_code}")
    floats = array("f", b64decode(response.json()["vectors"]))
    return [list(floats[start : start + DIMENSIONS]) for start in range(0, len(floats), DIMENSIONS)]


def _spans(response: httpx.Response, texts: Sequence[str]) -> list[list[TaggedSpan]]:
    """What the worker found. Raises EngineUnavailable with its code when it refused."""
    try:
        told: dict[str, Any] = response.json()  # Any: JSON of our own worker
        if response.status_code != httpx.codes.OK:
            raise EngineUnavailable(f"status {response.status_code}, {told['code']}")
        found = [[TaggedSpan(**span) for span in spans] for spans in told["spans"]]
    except (ValueError, LookupError, TypeError) as problem:
        raise EngineUnavailable(f"status {response.status_code}, no answer that can be read") from problem
    if len(found) != len(texts):
        raise EngineUnavailable("spans of other texts")
    return found
