"""A port for a server that a test starts a while later."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

BELOW_THOSE_OF_CONNECTIONS = range(20_000, 30_000)
"""The kernel gives outgoing connections ports from 32,768 on, and may give them one that was free a moment ago."""


def free_port() -> int:
    """Nobody listens there now. Raises RuntimeError when there is none."""
    for port in random.SystemRandom().sample(BELOW_THOSE_OF_CONNECTIONS, 50):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")
