"""The ASGI entry: HTTP behind a bounded door, sockets by path."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.base")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import path

import deploy.celery  # noqa: F401 makes it the app that `enqueue` rings

http = get_asgi_application()

from assistant.foundation.conf import conf, provider  # noqa: E402 needs loaded apps
from assistant.interfaces.bodies import bounded_bodies  # noqa: E402 needs loaded apps
from assistant.interfaces.sockets.dashboard import DashboardSocket  # noqa: E402 needs loaded apps
from assistant.interfaces.sockets.widget import WidgetSocket  # noqa: E402 needs loaded apps

Asgi = Callable[..., Awaitable[None]]


def bounded(app: Asgi, *, places: int) -> Asgi:
    """At most `places` requests at once: a burst would make a thread each, and 500s from the pool's timeout."""
    free = asyncio.Semaphore(places)

    async def door(scope: dict[str, Any], receive: Any, send: Any) -> None:  # Any: ASGI's own types
        async with free:
            await app(scope, receive, send)

    return door


async def no_such_socket(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Refuse a socket on an unknown path. (Any: ASGI's own types.)"""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 4403})


provider("NameTagger").tag("Warm up before the first customer writes: tables and weights take 0.4 s.")

application = ProtocolTypeRouter(
    {
        "http": bounded_bodies(bounded(http, places=settings.DATABASE_POOL_SIZE), upload_max_mb=conf().upload_max_mb),
        "websocket": URLRouter(
            [
                path("ws/desk/<slug:slug>", DashboardSocket.as_asgi()),
                path("ws/<str:key>", WidgetSocket.as_asgi()),
                path("<path:rest>", no_such_socket),  # type: ignore[arg-type]  # Channels routes ASGI applications
                path("", no_such_socket),  # type: ignore[arg-type]  # the same
            ]
        ),
    }
)
