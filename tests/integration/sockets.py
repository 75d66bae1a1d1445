"""A browser tab for tests: the real ASGI application in this process, one frame at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self, TypeVar
from uuid import UUID, uuid4

from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from assistant.conversations.models import Contact
from assistant.foundation import conf as conf_module
from assistant.foundation.conf import conf
from assistant.foundation.ids import uuid7
from assistant.foundation.people import User
from assistant.foundation.tenancy import in_pool, in_tenant
from assistant.interfaces.sockets import live
from deploy.asgi import application
from inference.contract import Engine
from tests.factories import ORIGIN, House, token_for

PATIENCE_S = 60.0

T = TypeVar("T")
Frame = dict[str, Any]  # Any: JSON


class Closed(AssertionError):
    """The server closed the socket."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Tab:
    """One socket. `received` keeps everything that came, in order."""

    def __init__(self, path: str, *, origin: str = ORIGIN, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        own = [(b"origin", origin.encode()), (b"host", b"testserver"), *headers]
        # Not channels.testing: importing it needs daphne, which we do not use.
        scope = {"type": "websocket", "path": path, "raw_path": path.encode(), "query_string": b"", "subprotocols": []}
        make: Any = ApplicationCommunicator  # asgiref's test half has no types
        self.wire = make(application, scope | {"headers": own, "client": ["127.0.0.1", 50_000]})
        self.received: list[Frame] = []

    async def __aenter__(self) -> Self:
        await self.wire.send_input({"type": "websocket.connect"})
        assert (await self.wire.receive_output(PATIENCE_S))["type"] == "websocket.accept"
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self.wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wire.wait(PATIENCE_S)
        running = [task for task in live._tasks if task.get_loop() is asyncio.get_running_loop()]
        await asyncio.gather(*running, return_exceptions=True)

    async def send(self, t: str, **fields: object) -> None:
        await self.raw(json.dumps({"t": t, **fields}, default=str))

    async def raw(self, text: str) -> None:
        await self.wire.send_input({"type": "websocket.receive", "text": text})

    async def next(self) -> Frame:
        """The next frame. Raises Closed."""
        event = await self.wire.receive_output(PATIENCE_S)
        if event["type"] == "websocket.close":
            raise Closed(event["code"])
        frame: Frame = json.loads(event["text"])
        self.received.append(frame)
        return frame

    async def until(self, t: str, **fields: object) -> Frame:
        """The first frame of this type with these fields; the ones before it are kept in `received`."""
        while True:
            frame = await self.next()
            if frame["t"] == t and all(frame.get(name) == value for name, value in fields.items()):
                return frame

    async def close_code(self) -> int:
        """The code with which the server ends the socket; frames before it are kept."""
        try:
            while True:
                await self.next()
        except Closed as end:
            return end.code

    async def is_quiet(self, for_s: float = 0.3) -> bool:
        """Does nothing arrive?"""
        return bool(await self.wire.receive_nothing(timeout=for_s, interval=0.02))

    async def say(self, text: str, *, client_id: UUID | None = None) -> Frame:
        """Send a message; returns its ack."""
        client_id = client_id or uuid7()
        await self.send("msg", id=client_id, text=text)
        return await self.until("ack", id=str(client_id))

    async def pings(self) -> bool:
        """Does the socket still answer?"""
        n = uuid4().int % 1_000_000
        await self.send("ping", n=n)
        return bool(await self.until("pong", n=n))

    def of(self, *types: str) -> list[Frame]:
        """What was received of these types."""
        return [frame for frame in self.received if frame["t"] in types]

    def text(self) -> str:
        """The answers as a client that follows the protocol shows them, after each other."""
        shown: dict[str, str] = {}
        for frame in self.received:
            if frame["t"] == "delta":
                before = shown.get(frame["m"], "")
                assert frame["o"] == len(before), "a delta continues exactly where the last one ended"
                shown[frame["m"]] = before + frame["d"]
            elif frame["t"] == "draft":
                shown[frame["m"]] = frame["d"]
        return "\n".join(shown.values())

    def sequences(self) -> list[int]:
        """The durable frames' numbers, as they came."""
        return [frame["s"] for frame in self.of("msg", "start", "done", "state")]


@asynccontextmanager
async def widget(
    house: House, contact: Contact, *, at: Frame | None = None, token: str | None = None, origin: str = ORIGIN
) -> AsyncIterator[Tab]:
    """A tab of this contact that said hello; the hi is `received[0]`."""
    async with Tab(f"/ws/{house.inbox.key}", origin=origin) as tab:
        await tab.send("hello", v=1, token=token or token_for(house, contact), **({"at": at} if at else {}))
        await tab.until("hi")
        yield tab


@asynccontextmanager
async def dashboard(slug: str, user: User, *, cookie: str | None = None) -> AsyncIterator[Tab]:
    """A dashboard of this user that said hello."""
    async with dashboard_tab(slug, cookie or await log_in(user)) as tab:
        await tab.send("hello", v=1)
        await tab.until("hi")
        yield tab


def dashboard_tab(slug: str, cookie: str, *, origin: str = "") -> Tab:
    header = f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()
    return Tab(f"/ws/desk/{slug}", origin=origin or conf().public_url, headers=((b"cookie", header),))


async def log_in(user: User) -> str:
    """The value of a log-in cookie."""

    def make() -> str:
        session = SessionStore()
        session[SESSION_KEY] = str(user.id)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        return str(session.session_key)

    return await in_pool(make)


async def act(house: House, fn: Callable[..., T], *args: object, **kwargs: object) -> T:
    """Do something as somebody else in the house, meanwhile."""
    return await in_tenant(house.tenant.id, fn, *args, **kwargs)


def use_engine(engine: Engine) -> None:
    """Bind the port for this test (the database fixture forgets it)."""
    conf_module._built["Engine"] = engine
