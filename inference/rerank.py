"""A cross-encoder behind `/rerank`, as vLLM's pooling runner, Jina and Cohere serve it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx

from inference.clients import LoopClients
from inference.contract import EngineUnavailable


class ServerReranker:
    """Asks a server over a Unix socket or TCP. Implements `contract.Reranker`."""

    def __init__(
        self,
        *,
        model: str,
        within_s: float,
        url: str = "http://reranker/v1",
        socket: str | None = None,
        api_key: str | None = None,
    ) -> None:
        self._model = model
        self._within_s = within_s
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._clients = LoopClients(socket=socket, timeout=within_s)

    async def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        """Scores from 0 to 1 in the order of the texts. Raises EngineUnavailable."""
        body = {"model": self._model, "query": question, "documents": list(texts)}
        try:
            async with asyncio.timeout(self._within_s):
                response = await self._clients.current().post(f"{self._url}/rerank", json=body, headers=self._headers)
        except (httpx.HTTPError, TimeoutError) as problem:
            raise EngineUnavailable(type(problem).__name__) from problem
        if response.status_code != httpx.codes.OK:
            raise EngineUnavailable(f"status {response.status_code}")
        return _scores(response, len(texts))


def _scores(response: httpx.Response, count: int) -> list[float]:
    """The server answers best first, with the place of each. Raises EngineUnavailable when one is missing."""
    try:
        told: list[dict[str, Any]] = response.json()["results"]  # Any: foreign JSON
        of = {int(one["index"]): float(one["relevance_score"]) for one in told}
        return [min(1.0, max(0.0, of[place])) for place in range(count)]
    except (ValueError, LookupError, TypeError) as problem:
        raise EngineUnavailable("no answer that can be read") from problem
