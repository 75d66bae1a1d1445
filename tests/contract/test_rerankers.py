"""A reranker speaks what vLLM, Jina and Cohere speak, and its absence costs nobody an answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from assistant.foundation import conf
from assistant.knowledge.retrieve import Evidence, find_evidence
from assistant.knowledge.search.reader import CUSTOMER
from assistant.privacy.text import Redacted
from inference.contract import EngineUnavailable, Reranker
from inference.rerank import ServerReranker
from tests.factories import House
from tests.fakes import WordEmbedder
from tests.servers import serving


@dataclass
class Server:
    """`POST /v1/rerank`: best first, each with its place, as those servers answer."""

    scores: dict[str, float] = field(default_factory=dict)
    """By a word of the document; 0.1 for the others."""
    status: int = 200
    answer: str = ""
    slow_s: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    port: int = 0

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """An ASGI application. (Any: ASGI's own types.)"""
        assert scope["path"] == "/v1/rerank"
        self.keys.append(dict(scope["headers"]).get(b"authorization", b""))
        self.asked.append(json.loads((await receive())["body"]))
        await asyncio.sleep(self.slow_s)
        found = [
            {"index": n, "relevance_score": next((score for word, score in self.scores.items() if word in text), 0.1)}
            for n, text in enumerate(self.asked[-1]["documents"])
        ]
        found.sort(key=lambda one: -one["relevance_score"])
        text = self.answer or json.dumps({"model": "m", "results": found})
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": text.encode()})


@pytest.fixture
def server() -> Iterator[Server]:
    app = Server()
    with serving(app) as app.port:
        yield app


def reranker(server: Server, *, within_s: float = 60.0) -> Reranker:
    return ServerReranker(model="m", url=f"http://127.0.0.1:{server.port}/v1", api_key="k", within_s=within_s)


def search(house: House, reranker: Reranker | None) -> Evidence:
    conf._built["Reranker"] = reranker
    question = Redacted("What is the daily limit?")
    return asyncio.run(find_evidence(house.tenant.id, question, reader=CUSTOMER, embedder=WordEmbedder()))


def test_scores_come_in_the_order_of_the_texts(server: Server) -> None:
    server.scores = {"two": 0.9, "three": 0.5}
    assert asyncio.run(reranker(server).rerank("q", ["one", "two", "three"])) == [0.1, 0.9, 0.5]
    assert server.asked == [{"model": "m", "query": "q", "documents": ["one", "two", "three"]}]
    assert server.keys == [b"Bearer k"]


@pytest.mark.parametrize(
    ("status", "answer"),
    [(500, "{}"), (200, "no json"), (200, "{}"), (200, '{"results": [{"index": 0, "relevance_score": 0.5}]}')],
)
def test_a_server_that_answers_badly_is_unavailable(server: Server, status: int, answer: str) -> None:
    server.status, server.answer = status, answer
    with pytest.raises(EngineUnavailable):
        asyncio.run(reranker(server).rerank("q", ["one", "two"]))


def test_nobody_waits_for_a_slow_one(server: Server) -> None:
    server.slow_s = 3.0
    with pytest.raises(EngineUnavailable):
        asyncio.run(reranker(server, within_s=0.1).rerank("q", ["one"]))


def test_what_it_finds_relevant_goes_first(server: Server, alice: House) -> None:
    for product in ("Blue Account", "Green Account"):
        server.scores = {product: 0.95}
        found = search(alice, reranker(server))
        assert found.passages[0].title.startswith(product)
        assert found.passages[0].relevance == 0.95
    assert all("QUARTZ" not in text and "goodwill" not in text for one in server.asked for text in one["documents"])


def test_without_it_the_first_ranking_holds(server: Server, alice: House) -> None:
    plain = search(alice, None)
    server.status = 503
    assert [one.id for one in search(alice, reranker(server)).passages] == [one.id for one in plain.passages]
