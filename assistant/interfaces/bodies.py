"""Requests with a body larger than the limit are refused before it is read, or as soon as it shows."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from assistant.foundation.errors import TooLarge

MEGABYTE = 1_000_000
LARGEST = 64 * MEGABYTE
"""Of any request but an upload: 20 MB of articles with every letter escaped."""
FORM_ROOM = 200_000
"""For what a form adds around its files."""

Asgi = Callable[..., Awaitable[None]]


def limit_of(path: str, *, upload_max_mb: int) -> int:
    """The largest body of a path, in bytes."""
    is_upload = path.startswith("/api/v1/knowledge/sources/") and path.endswith("/files")
    return upload_max_mb * MEGABYTE + FORM_ROOM if is_upload else LARGEST


def bounded_bodies(app: Asgi, *, upload_max_mb: int) -> Asgi:
    """The application behind a door that looks at the size first: Django keeps a body whole before any view runs."""

    async def door(scope: dict[str, Any], receive: Any, send: Any) -> None:  # Any: ASGI's own types
        limit = limit_of(scope["path"], upload_max_mb=upload_max_mb)
        if _declared(scope) > limit:
            await _refuse(send)
            return
        taken = 0

        async def counted() -> Any:  # Any: the same
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise TooLarge
            return message

        try:
            await app(scope, counted, send)
        except TooLarge:
            await _refuse(send)

    return door


def _declared(scope: dict[str, Any]) -> int:
    """What the request says of its size. (Any: ASGI's own types.)"""
    values = [value for name, value in scope.get("headers", ()) if name == b"content-length"]
    return int(values[0]) if values and values[0].isdigit() else 0


async def _refuse(send: Any) -> None:
    """Problem details, and the end of the connection. (Any: ASGI's own types.)"""
    body = json.dumps(
        {
            "type": "about:blank",
            "title": "TooLarge",
            "status": TooLarge.status,
            "code": TooLarge.code,
            "detail": TooLarge.public_message,
        }
    ).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": TooLarge.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
