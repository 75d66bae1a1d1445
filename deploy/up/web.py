"""The web process: `python -m deploy.up.web`.

The listening socket is made here, because its options decide what one client that never reads can cost [measured:
uvicorn's own socket keeps such a client for ever and 3.9 MB with it]. Accepted sockets inherit them.
"""

from __future__ import annotations

import os
import socket
import sys

import django
import uvicorn

from deploy.settings.env import Environment, environment

UNREAD_FOR_MS = 20_000
SEND_BUFFER_BYTES = 32 * 1_024
FRAME_MAX_BYTES = 64 * 1_024
BACKLOG = 2_048


class PortTaken(Exception):
    """Somebody listens there, or the address is not ours; the text names the setting to change."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket with our limits. Raises PortTaken."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_FOR_MS)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as problem:
        listener.close()
        raise PortTaken(f"Cannot listen on {host}:{port}: {problem.strerror}. {_advice(port, problem)}") from problem
    return listener


def server(settings: Environment) -> uvicorn.Server:
    """uvicorn as the product needs it: bounded frames, no compression, no access log (it would hold addresses)."""
    return uvicorn.Server(
        uvicorn.Config(
            "deploy.asgi:application",
            host=settings.web_host,
            port=settings.web_port,
            loop="uvloop",
            ws="websockets-sansio",
            ws_max_size=FRAME_MAX_BYTES,
            ws_per_message_deflate=False,
            ws_ping_interval=20,
            ws_ping_timeout=20,
            lifespan="off",
            timeout_graceful_shutdown=5,
            proxy_headers=False,  # X-Forwarded-For is read by the product, which knows TRUSTED_PROXIES
            server_header=False,
            access_log=False,
            log_config=None,
        )
    )


def main() -> None:
    """Serve until told to stop. Ends with EX_CONFIG when the port is taken: starting again would not help."""
    settings = environment()
    try:
        listener = listen(settings.web_host, settings.web_port)
    except PortTaken as problem:
        print(problem, file=sys.stderr)
        sys.exit(os.EX_CONFIG)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.base")
    django.setup()
    from assistant.foundation.checks import require_bound_role  # noqa: PLC0415 needs loaded apps

    require_bound_role()
    server(settings).run(sockets=[listener])


def _advice(port: int, problem: OSError) -> str:
    if isinstance(problem, PermissionError):
        return "Ports under 1024 need rights; choose another one with WEB_PORT."
    return f"Choose another port with WEB_PORT, for example: WEB_PORT={port + 1} make up (WEB_HOST is the address)."


if __name__ == "__main__":
    main()
