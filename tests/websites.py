"""A web site on the loopback for tests: pages by path, and what was asked of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assistant.foundation.egress import Gate


@dataclass(slots=True, kw_only=True)
class Page:
    """What the site answers under a path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})


@dataclass(slots=True)
class Website:
    """Pages may be changed while it runs; a path that is not there is a 404."""

    host: str = ""
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    time: float = 0.0

    @property
    def url(self) -> str:
        return f"http://{self.host}/"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def put(self, path: str, title: str, text: str = "", *links: str, head: str = "", **headers: str) -> None:
        """An HTML page."""
        anchors = "".join(f'<p><a href="{link}">link</a></p>' for link in links)
        text = text or f"All that anybody needs to know about {title.lower()} stands here, in one whole sentence."
        body = f"<html><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1><p>{text}</p>{anchors}"
        more = {"Content-Type": "text/html; charset=utf-8", **{key.replace("_", "-"): headers[key] for key in headers}}
        self.pages[path] = Page(body=f"{body}</main></body></html>".encode(), headers=more)

    def gate(self) -> Gate:
        """The gate with this site on the operator's list, and a clock that only sleeping moves."""
        return Gate(allowed=frozenset({self.host}), clock=lambda: self.time)

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@contextmanager
def website() -> Iterator[Website]:
    """A site that answers on a port of its own."""
    site = Website()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append((self.path, headers))
            page = site.pages.get(self.path) or Page(status=404)
            etag = page.headers.get("ETag")
            is_known = etag is not None and headers.get("if-none-match") == etag
            self.send_response(304 if is_known else page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0" if is_known else str(len(page.body)))
            self.end_headers()
            if not is_known:
                self._send(page.body)

        def _send(self, body: bytes) -> None:
            try:
                self.wfile.write(body)
            except OSError:
                return  # the reader had enough

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    site.host = f"127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
