"""HTTP clients for event loops: each belongs to the loop that opened it, and a worker's recovery runs on its own."""

from __future__ import annotations

import asyncio

import httpx


class LoopClients:
    """One client for each event loop, over a Unix socket where there is one. No proxies of the environment."""

    def __init__(self, *, socket: str | None, timeout: httpx.Timeout | float) -> None:
        self._socket = socket
        self._timeout = timeout
        self._clients: dict[asyncio.AbstractEventLoop, httpx.AsyncClient] = {}

    def current(self) -> httpx.AsyncClient:
        """The running loop's; those of closed loops are forgotten."""
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            for gone in [other for other in self._clients if other.is_closed()]:
                del self._clients[gone]
            transport = httpx.AsyncHTTPTransport(uds=self._socket) if self._socket else None
            self._clients[loop] = httpx.AsyncClient(transport=transport, timeout=self._timeout, trust_env=False)
        return self._clients[loop]
