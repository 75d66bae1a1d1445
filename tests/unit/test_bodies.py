"""Bodies that are too large are refused at the door, declared or not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.interfaces.bodies import LARGEST, bounded_bodies

API = "/api/v1/knowledge"


class Caller:
    """Sends a body in pieces and keeps the answer."""

    def __init__(self, size: int, *, declared: bool) -> None:
        self.size, self.sent, self.answer = size, 0, list[dict[str, Any]]()
        headers = [(b"content-length", str(size).encode())] if declared else []
        self.scope = {"type": "http", "path": f"{API}/sources/x/files", "headers": headers}

    async def receive(self) -> dict[str, Any]:
        self.sent += 1_000_000
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": self.sent < self.size}

    async def send(self, message: dict[str, Any]) -> None:
        self.answer.append(message)


async def swallow(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """An application that reads its whole body, as Django does before any view."""
    while (await receive())["more_body"]:
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})


@pytest.mark.parametrize("declared", [True, False])
async def test_half_a_gigabyte_is_refused_before_it_is_read(declared: bool) -> None:
    caller = Caller(500_000_000, declared=declared)
    await bounded_bodies(swallow, upload_max_mb=50)(caller.scope, caller.receive, caller.send)
    assert caller.answer[0]["status"] == 413
    assert json.loads(caller.answer[1]["body"])["code"] == "too_large"
    assert caller.sent <= (0 if declared else 52_000_000)


async def test_a_body_within_the_limit_passes() -> None:
    caller = Caller(40_000_000, declared=True)
    await bounded_bodies(swallow, upload_max_mb=50)(caller.scope, caller.receive, caller.send)
    assert caller.answer[0]["status"] == 200
    caller = Caller(LARGEST + 1, declared=True)
    caller.scope["path"] = f"{API}/imports"
    await bounded_bodies(swallow, upload_max_mb=50)(caller.scope, caller.receive, caller.send)
    assert caller.answer[0]["status"] == 413
