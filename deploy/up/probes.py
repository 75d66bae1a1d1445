"""Does a part answer? One HTTP GET with a short patience, over a Unix socket or TCP."""

from __future__ import annotations

import http.client
import socket
from pathlib import Path

PATIENCE_S = 1.0


def answers_on_socket(path: Path, url: str = "/health") -> bool:
    """Does a server behind this Unix socket answer with 200?"""
    connection = http.client.HTTPConnection("localhost", timeout=PATIENCE_S)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(PATIENCE_S)
    try:
        connection.sock.connect(str(path))
    except OSError:
        connection.close()
        return False
    return _is_ok(connection, url, host="localhost")


def answers_on_port(address: str, port: int, url: str, *, host: str) -> bool:
    """Does the web server answer with 200? `host` is the name it expects to be called."""
    return _is_ok(http.client.HTTPConnection(address, port, timeout=PATIENCE_S), url, host=host)


def _is_ok(connection: http.client.HTTPConnection, url: str, *, host: str) -> bool:
    try:
        connection.request("GET", url, headers={"Host": host})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
