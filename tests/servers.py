"""Servers that tests start: one in a thread, and a port for one that starts a while later."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn

BELOW_THOSE_OF_CONNECTIONS = range(20_000, 30_000)
"""The kernel gives outgoing connections ports from 32,768 on, and may give them one that was free a moment ago."""


@contextmanager
def serving(app: Any) -> Iterator[int]:
    """An ASGI application in a thread; its port. (Any: ASGI's own types.)"""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)


def free_port() -> int:
    """Nobody listens there now. Raises RuntimeError when there is none."""
    for port in random.SystemRandom().sample(BELOW_THOSE_OF_CONNECTIONS, 50):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")
