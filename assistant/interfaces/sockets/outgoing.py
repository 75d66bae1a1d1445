"""One conversation as one reader sees it, sent to one socket: missed rows in order, then live text, merged.

The mailbox has one slot: while a slow socket takes its last frame, whatever happens meanwhile becomes one delta.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import DatabaseError
from pydantic import BaseModel

from assistant.conversations.models import Message
from assistant.conversations.selectors import Happened, happened_since, queue_position_of, running_partial, thread_of
from assistant.foundation.clock import wire
from assistant.foundation.tenancy import in_tenant
from assistant.interfaces.citing import article_url
from assistant.interfaces.sockets import live
from assistant.interfaces.sockets.protocol import (
    Author,
    Cite,
    Delta,
    Done,
    Draft,
    Live,
    Msg,
    Start,
    StateFrame,
)
from assistant.privacy.text import GONE, Redacted
from assistant.privacy.vault import Vault, open_vault

POLL_S = 10.0
POLL_WHILE_ANSWERING_S = 1.0
RETRY_S = 1.0
PAGE = 200

log = structlog.get_logger(__name__)

DOTS = "••••"

Send = Callable[[BaseModel], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads. A customer sees their own values; an agent sees placeholders and reveals on demand."""

    is_customer: bool
    inbox_key: str = ""

    def view(self, text: Redacted, vault: Vault, spellings: Mapping[int, int] | None = None) -> str:
        """The text as this reader sees it: a customer as it was written, with dots for what was destroyed."""
        return GONE.sub(DOTS, vault.restore(text, spellings)) if self.is_customer else text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What one read brought."""

    happened: list[Happened]
    vault: Vault
    partial: tuple[UUID, Redacted] | None
    position: int


class Follower:
    """Follows one conversation for one socket until it is cancelled."""

    def __init__(self, *, tenant: UUID, conversation: UUID, reader: Reader, send: Send, since: int = 0) -> None:
        self.tenant = tenant
        self.conversation = conversation
        self.reader = reader
        self.sequence = since
        self._send = send
        self._wake = asyncio.Event()
        self._has_news = True
        self._open: UUID | None = None
        self._shown = ""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to follow."""
        live.follow(self.tenant, self.conversation, self._wake)
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """Leave."""
        live.unfollow(self.tenant, self.conversation, self._wake)
        if self._task is not None:
            self._task.cancel()

    def hint(self) -> None:
        """There are new rows."""
        self._has_news = True
        self._wake.set()

    async def _run(self) -> None:
        await self._catch_up()
        await self._send(Live(c=self.conversation))
        while True:
            self._wake.clear()
            if self._has_news:
                await self._catch_up()
            await self._send_live()
            wait_s = POLL_WHILE_ANSWERING_S if self._open else POLL_S
            try:
                await asyncio.wait_for(self._wake.wait(), wait_s)
            except TimeoutError:
                self._has_news = True
            # An answer that just ended in this process has its row now.
            if self._open and live.live_answer(self.tenant, self.conversation) is None:
                self._has_news = True

    async def _catch_up(self) -> None:
        """Send every row after the last one sent; then the kept text of an answer that another process writes."""
        while True:
            self._has_news = False
            page = await self._page()
            for happened in page.happened:
                for frame in self._frames(happened, page):
                    await self._send(frame)
                self.sequence = happened.event.sequence
            if len(page.happened) < PAGE:
                break
        if page.partial is not None and live.live_answer(self.tenant, self.conversation) is None:
            await self._show(page.partial[0], self.reader.view(page.partial[1], page.vault))

    async def _page(self) -> _Page:
        """The next rows. A database that is away is waited for: a follower that died would leave an open, mute tab."""
        while True:
            try:
                return await in_tenant(self.tenant, _read, self.conversation, self.sequence, self.reader.is_customer)
            except DatabaseError as problem:
                log.warning("follower.waits", error=type(problem).__name__)
                await asyncio.sleep(RETRY_S)

    async def _send_live(self) -> None:
        answer = live.live_answer(self.tenant, self.conversation)
        if answer is not None:
            await self._show(answer.answer_id, self.reader.view(answer.text, answer.vault))

    async def _show(self, answer: UUID, text: str) -> None:
        """Send what is new of a running answer; only after its `start` was sent."""
        if answer != self._open:
            return
        growth = self._growth(answer, text)
        self._shown = text
        for frame in growth:
            await self._send(frame)

    def _growth(self, answer: UUID, text: str) -> list[BaseModel]:
        """What brings a client from the text it was sent to this one: nothing, the rest, or all of it anew."""
        is_open = answer == self._open
        shown = self._shown if is_open else ""
        if text == shown:
            return []
        if is_open and text.startswith(shown):
            return [Delta(c=self.conversation, m=answer, o=len(shown), d=text[len(shown) :])]
        return [Draft(c=self.conversation, m=answer, d=text)]

    def _frames(self, happened: Happened, page: _Page) -> list[BaseModel]:
        event, message = happened.event, happened.message
        if event.kind == "MessageStored" and message is not None:
            return [self._msg(message, page.vault)]
        if event.kind == "AnswerStarted":
            self._open, self._shown = UUID(event.payload["answer_id"]), ""
            return [Start(c=self.conversation, s=event.sequence, m=self._open, re=UUID(event.payload["message_id"]))]
        if event.kind == "AnswerFinished":
            return self._ending(happened, page)
        if event.kind == "StateChanged":
            state, agent = event.payload["state"], event.payload["agent"]
            position = page.position if state == "queued" else None
            return [StateFrame(c=self.conversation, s=event.sequence, state=state, pos=position, agent=agent or None)]
        raise AssertionError(f"no frame for event {event.kind}")

    def _ending(self, happened: Happened, page: _Page) -> list[BaseModel]:
        """The rest of the answer, then `done` with what the client can check itself against."""
        event, message = happened.event, happened.message
        answer = UUID(event.payload["answer_id"])
        text = self.reader.view(Redacted(message.text), page.vault) if message is not None else ""
        frames = self._growth(answer, text) if message is not None else []
        self._open, self._shown = None, ""
        if event.payload["why"] == "superseded":
            live.drop(self.tenant, self.conversation, answer)
        done = Done(
            c=self.conversation,
            s=event.sequence,
            m=answer,
            why=event.payload["why"],
            at=wire(event.at),
            cites=self._cites(message) if message else [],
            len=len(text),
            sum=zlib.crc32(text.encode()),
        )
        return [*frames, done]

    def _msg(self, message: Message, vault: Vault) -> Msg:
        return Msg(
            c=self.conversation,
            s=message.sequence,
            m=message.id,
            by=Author(kind=message.kind, name=message.name),
            text=self.reader.view(Redacted(message.text), vault, message.spelled),
            at=wire(message.at),
            re=message.client_id,
        )

    def _cites(self, message: Message) -> list[Cite]:
        key = self.reader.inbox_key
        return [
            Cite(n=cite["n"], title=cite["title"], url=article_url(key, cite["document"], cite.get("heading", "")))
            for cite in message.citations
        ]


def _read(conversation: UUID, sequence: int, restores: bool) -> _Page:
    happened, partial = happened_since(conversation, sequence, limit=PAGE), running_partial(conversation)
    return _Page(
        happened=happened,
        vault=open_vault(thread_of(conversation)) if restores and (happened or partial) else Vault(),
        partial=partial,
        position=queue_position_of(conversation),
    )
