"""The agents' socket, `/ws/desk/{slug}`: live list, live threads. Writes go through REST."""

from __future__ import annotations

import asyncio
import contextlib
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any, ClassVar
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import DatabaseError
from django.utils.crypto import constant_time_compare

from assistant.conversations.access import Actor, access_conversation
from assistant.conversations.selectors import list_conversations
from assistant.foundation.clock import now, wire
from assistant.foundation.conf import conf
from assistant.foundation.errors import NotFound
from assistant.foundation.outbox.hints import conversation_group, desk_group
from assistant.foundation.people import Member, Tenant, User
from assistant.foundation.permissions import TABLE, May, Role
from assistant.foundation.tenancy import in_pool, in_tenant
from assistant.interfaces.rows import row_of
from assistant.interfaces.sockets.connection import Connection, Refused, is_same_origin
from assistant.interfaces.sockets.outgoing import RETRY_S, Follower, Reader
from assistant.interfaces.sockets.protocol import (
    DESK_FRAMES,
    DeskHello,
    DeskHi,
    DeskTyping,
    Row,
    RowFrame,
    TypingFrame,
    Unwatch,
    Watch,
)

WATCHED_AT_ONCE = 4
ROWS_EVERY_S = 0.15
"""Rows that change more often are merged: an agent's eye is no faster."""
RECHECK_EVERY_S = 30.0

log = structlog.get_logger(__name__)


class DashboardSocket(Connection):
    """One dashboard of one member."""

    frames: ClassVar[Any] = DESK_FRAMES

    def __init__(self) -> None:
        super().__init__()
        self.tenant: UUID
        self.member: Member
        self._followers: dict[UUID, Follower] = {}
        self._changed: set[UUID] = set()
        self._news = asyncio.Event()
        self._rows: asyncio.Task[None] | None = None

    async def admit(self) -> None:
        """A log-in cookie of a member of this tenant, from a page of ours."""
        if not is_same_origin(self.origin, *conf().own_origins):
            raise Refused(4403)
        await self._load_member()

    async def greet(self, frame: DeskHello) -> None:
        """Say who this is; rows follow as they change."""
        await self.join(desk_group(self.tenant))
        role = Role(self.member.role)
        await self.send_frame(
            DeskHi(
                sid=self.sid,
                member=self.member.name,
                role=role,
                may=sorted(TABLE[role]),
                now=wire(now()),
            )
        )
        self._rows = asyncio.create_task(self._send_rows())

    async def take(self, frame: Any) -> None:
        """One frame of a greeted socket. (Any: the union of the protocol.)"""
        match frame:
            case Watch():
                await self._watch(frame)
            case Unwatch():
                await self._unwatch(frame.c)
            case DeskTyping():
                await self._typing(frame)

    async def leave(self) -> None:
        """Stop following."""
        for follower in self._followers.values():
            follower.stop()
        if self._rows is not None:
            self._rows.cancel()

    # --- layer messages ---------------------------------------------------------------------------------------------

    async def hint(self, message: dict[str, Any]) -> None:
        """A conversation changed."""
        conversation = UUID(message["c"])
        self._changed.add(conversation)
        self._news.set()
        if conversation in self._followers:
            self._followers[conversation].hint()

    async def typing(self, message: dict[str, Any]) -> None:
        """Somebody types in a watched conversation."""
        if message["sid"] != self.sid:
            who = message["name"] or message["who"]
            await self.send_frame(TypingFrame(c=UUID(message["c"]), who=who, on=message["on"]))

    # --- frames -----------------------------------------------------------------------------------------------------

    async def _watch(self, frame: Watch) -> None:
        key = await in_tenant(self.tenant, _watchable, self._actor(), frame.c)
        await self._unwatch(frame.c)
        while len(self._followers) >= WATCHED_AT_ONCE:
            await self._unwatch(next(iter(self._followers)))
        await self.join(conversation_group(self.tenant, frame.c))
        reader = Reader(is_customer=False, inbox_key=key)
        follower = Follower(
            tenant=self.tenant, conversation=frame.c, reader=reader, send=self.send_frame, since=frame.s
        )
        self._followers[frame.c] = follower
        follower.start()

    async def _unwatch(self, conversation: UUID) -> None:
        follower = self._followers.pop(conversation, None)
        if follower is not None:
            follower.stop()
            await self.quit(conversation_group(self.tenant, conversation))

    async def _typing(self, frame: DeskTyping) -> None:
        if frame.c not in self._followers:
            raise NotFound
        self._actor().require(May.REPLY)
        message = {
            "type": "typing",
            "c": frame.c.hex,
            "who": "agent",
            "name": self.member.name,
            "on": frame.on,
            "sid": self.sid,
        }
        await self.channel_layer.group_send(conversation_group(self.tenant, frame.c), message)

    # --- parts ------------------------------------------------------------------------------------------------------

    def _actor(self) -> Actor:
        return Actor(role=self.member.role, name=self.member.name, member=self.member)

    async def _load_member(self) -> None:
        """Raises NotFound for somebody who is no member, was dismissed, or logged out meanwhile."""
        slug = str(self.scope["url_route"]["kwargs"]["slug"])
        user_id, self.tenant = await in_pool(_who_and_where, self.header(b"cookie"), slug)
        self.member = await in_tenant(self.tenant, _active_member, user_id)

    async def _send_rows(self) -> None:
        """Send changed rows, merged; now and then make sure that the member is still one."""
        checked_at = asyncio.get_running_loop().time()
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), RECHECK_EVERY_S)
            await asyncio.sleep(ROWS_EVERY_S)
            self._news.clear()
            changed, self._changed = self._changed, set()
            try:
                if asyncio.get_running_loop().time() - checked_at > RECHECK_EVERY_S:
                    await self._load_member()
                    checked_at = asyncio.get_running_loop().time()
                rows = await in_tenant(self.tenant, _rows_of, changed, self.member.id) if changed else []
            except NotFound:
                await self.close(4401)
                return
            except DatabaseError as problem:  # away for a moment: a list that stopped would look like a quiet day
                log.warning("rows.wait", error=type(problem).__name__)
                self._changed |= changed
                self._news.set()
                await asyncio.sleep(RETRY_S)
                continue
            for row in rows:
                await self.send_frame(RowFrame(row=row))


def _who_and_where(cookie: str, slug: str) -> tuple[UUID, UUID]:
    """(user, tenant) of a log-in cookie and a slug. Raises NotFound."""
    tenant = Tenant.objects.filter(slug=slug).first()
    user = _user_of(cookie)
    if tenant is None or user is None:
        raise NotFound
    return user.id, tenant.id


def _user_of(cookie: str) -> User | None:
    """The user of Django's session cookie, as `django.contrib.auth.get_user` would find them."""
    morsel = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    if morsel is None:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(morsel.value)
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = User.objects.filter(id=session.get(SESSION_KEY), is_active=True).first()
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return user


def _active_member(user_id: UUID) -> Member:
    member = Member.objects.filter(user_id=user_id, is_active=True, user__is_active=True).first()
    if member is None:
        raise NotFound
    return member


def _watchable(actor: Actor, conversation_id: UUID) -> str:
    return access_conversation(actor, conversation_id, to=May.SEE_CONVERSATIONS).inbox.key


def _rows_of(conversations: set[UUID], member: UUID) -> list[Row]:
    return [row_of(found, member=member) for found in list_conversations().filter(id__in=conversations)]
