"""The embedder, seen from other processes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx

from inference.contract import EngineUnavailable

TIMEOUT_S = 60.0
QUERY_TIMEOUT_S = 5.0


class SocketEmbedder:
    """Asks the embedder's process over its Unix socket."""

    dimensions = 384

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self._clients: dict[asyncio.AbstractEventLoop, httpx.AsyncClient] = {}

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """[texts, 384]; blocking, for jobs."""
        try:
            with httpx.Client(transport=httpx.HTTPTransport(uds=self._socket), timeout=TIMEOUT_S) as client:
                response = client.post("http://embedder/embed", json={"texts": list(texts)})
        except httpx.HTTPError as problem:
            raise EngineUnavailable(type(problem).__name__) from problem
        return _vectors(response)

    async def embed_now(self, texts: Sequence[str]) -> list[list[float]]:
        """[texts, 384]; for a customer who waits."""
        try:
            response = await self._client().post("http://embedder/embed", json={"texts": list(texts)})
        except httpx.HTTPError as problem:
            raise EngineUnavailable(type(problem).__name__) from problem
        return _vectors(response)

    def _client(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            for gone in [other for other in self._clients if other.is_closed()]:
                del self._clients[gone]
            transport = httpx.AsyncHTTPTransport(uds=self._socket)
            self._clients[loop] = httpx.AsyncClient(transport=transport, timeout=QUERY_TIMEOUT_S)
        return self._clients[loop]


def _vectors(response: httpx.Response) -> list[list[float]]:
    if response.status_code != httpx.codes.OK:
        raise EngineUnavailable(f"status {response.status_code}")
    vectors: list[list[float]] = response.json()["vectors"]
    return vectors
