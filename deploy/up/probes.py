"""Does a part answer? One HTTP GET with a short patience, over a Unix socket or TCP."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path

PATIENCE_S = 1.0
GENERATION_PATIENCE_S = 30.0


def answers_on_socket(path: Path, url: str = "/health") -> bool:
    """Does a server behind this Unix socket answer with 200?"""
    connection = _to_socket(path, PATIENCE_S)
    return connection is not None and _is_ok(connection, "GET", url, host="localhost")


def generates_on_socket(path: Path, model: str) -> bool:
    """Does an engine answer, and write a few words? The first generation is the slow one: nobody should wait for it."""
    if not answers_on_socket(path):
        return False
    connection = _to_socket(path, GENERATION_PATIENCE_S)
    if connection is None:
        return False
    question = [{"role": "user", "content": "How do I change my address? " * 30}]
    body = json.dumps({"model": model, "messages": question, "max_tokens": 16, "temperature": 0.0})
    return _is_ok(connection, "POST", "/v1/chat/completions", host="localhost", body=body)


def answers_on_port(address: str, port: int, url: str, *, host: str) -> bool:
    """Does the web server answer with 200? `host` is the name it expects to be called."""
    return _is_ok(http.client.HTTPConnection(address, port, timeout=PATIENCE_S), "GET", url, host=host)


def _to_socket(path: Path, patience_s: float) -> http.client.HTTPConnection | None:
    connection = http.client.HTTPConnection("localhost", timeout=patience_s)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(patience_s)
    try:
        connection.sock.connect(str(path))
    except OSError:
        connection.close()
        return None
    return connection


def _is_ok(
    connection: http.client.HTTPConnection, method: str, url: str, *, host: str, body: str | None = None
) -> bool:
    try:
        connection.request(method, url, body=body, headers={"Host": host, "Content-Type": "application/json"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
