"""A patient customer: keeps an outbox, resends after each `hi`, resumes by sequence, and remembers all it saw."""

from __future__ import annotations

import asyncio
import json
import random
import zlib
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets

from assistant.foundation.ids import uuid7

Frame = dict[str, Any]


class Inconsistent(AssertionError):
    """The server broke a promise of the protocol."""


@dataclass(slots=True)
class Seen:
    """Durable frames by sequence, and final answers by message id."""

    top: int = 0
    frames: list[tuple[int, str, str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    contact_messages: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Customer:
    base: str
    key: str
    questions: list[str]
    pause_s: tuple[float, float] = (3.1, 4.0)
    conversation: str = ""
    seen: Seen = field(default_factory=Seen)
    sent: list[str] = field(default_factory=list)
    acked: dict[str, int] = field(default_factory=dict)
    reconnects: int = 0
    _visitor: str = ""
    _token: str = ""
    _outbox: list[tuple[str, str]] = field(default_factory=list)
    _open: str = ""
    _before_open: int = 0
    _shown: str = ""
    _answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def shop(self, stop: asyncio.Event) -> None:
        """Ask one question after another until told to stop, then wait for the last answer."""
        line = asyncio.create_task(self._stay_connected())
        try:
            while not stop.is_set():
                self._answered.clear()
                message = str(uuid7())
                self.sent.append(message)
                self._outbox.append((message, random.choice(self.questions)))
                await self._flush()
                await asyncio.wait_for(self._answered.wait(), 120)
                await asyncio.sleep(random.uniform(*self.pause_s))
        finally:
            line.cancel()

    async def _stay_connected(self) -> None:
        while True:
            try:
                if not self._token:
                    await self._open_session()
                await self._one_connection()
            except (OSError, websockets.WebSocketException, httpx.HTTPError):
                self._socket = None
            self.reconnects += 1
            await asyncio.sleep(random.uniform(0.05, 0.5))

    _socket: Any = None

    async def _open_session(self) -> None:
        async with httpx.AsyncClient() as http:
            body = {"visitor": self._visitor, "lang": "en"}
            answer = await http.post(f"{self.base}/widget/{self.key}/session", json=body, headers={"Origin": self.base})
        answer.raise_for_status()
        self._visitor, self._token = answer.json()["visitor"], answer.json()["session"]

    async def _one_connection(self) -> None:
        url = f"{self.base.replace('http', 'ws')}/ws/{self.key}"
        async with websockets.connect(url, origin=self.base, open_timeout=5) as socket:
            hello: Frame = {"t": "hello", "v": 1, "token": self._token}
            if self.conversation:
                # In the middle of an answer: from before its start, as the widget does.
                since = self._before_open if self._open else self.seen.top
                hello["at"] = {"c": self.conversation, "e": 1, "s": since}
            await socket.send(json.dumps(hello))
            async for raw in socket:
                frame = json.loads(raw)
                if frame["t"] == "hi":
                    self._socket = socket
                    await self._flush()
                self._take(frame)
            if socket.close_code == 4401:
                self._token = ""

    async def _flush(self) -> None:
        if self._socket is None:
            return
        try:
            for message, text in self._outbox:
                await self._socket.send(json.dumps({"t": "msg", "id": message, "text": text}))
        except websockets.WebSocketException:
            self._socket = None

    def _take(self, frame: Frame) -> None:
        kind = frame["t"]
        if kind == "ack":
            known = self.acked.setdefault(frame["id"], frame["s"])
            if known != frame["s"]:
                raise Inconsistent(f"two places for one message: {known} and {frame['s']}")
            self.conversation = frame["c"]
            self._outbox = [row for row in self._outbox if row[0] != frame["id"]]
        elif kind == "delta":
            if frame["m"] == self._open:
                if frame["o"] != len(self._shown):
                    raise Inconsistent("a delta does not continue what was shown")
                self._shown += frame["d"]
        elif kind == "draft":
            if frame["m"] == self._open:
                self._shown = frame["d"]
        elif kind == "resync":
            raise Inconsistent(f"resync: {frame['why']}")
        elif "s" in frame and kind != "hi":
            self._take_durable(frame)

    def _take_durable(self, frame: Frame) -> None:
        sequence, kind = frame["s"], frame["t"]
        if kind == "start":
            self._open, self._before_open, self._shown = frame["m"], sequence - 1, ""
        if sequence > self.seen.top:
            if sequence != self.seen.top + 1:
                raise Inconsistent(f"sequence {sequence} after {self.seen.top}")
            self.seen.top = sequence
            self.seen.frames.append((sequence, kind, frame.get("m", "")))
            if kind == "msg" and frame["from"]["kind"] == "contact":
                self.seen.contact_messages.append(frame["re"])
        if kind == "done":
            self._finish(frame)

    def _finish(self, frame: Frame) -> None:
        if frame["why"] == "superseded":
            raise Inconsistent("nobody superseded this answer")
        if frame["m"] == self._open:
            if (len(self._shown), zlib.crc32(self._shown.encode())) != (frame["len"], frame["sum"]):
                raise Inconsistent("the shown text is not the stored one")
            self.seen.answers[frame["m"]] = self._shown
        self._open, self._shown = "", ""
        self._answered.set()
