"""The customer's socket, `/ws/{key}`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from assistant.conversations import services
from assistant.conversations.access import access_contact, access_inbox, tenant_of_key
from assistant.conversations.context import Received
from assistant.conversations.models import Contact, Conversation
from assistant.conversations.ratings import rate_answer
from assistant.conversations.selectors import current_conversation, top_sequence
from assistant.foundation import limits
from assistant.foundation.clock import now, wire
from assistant.foundation.conf import conf
from assistant.foundation.errors import Erased, NotFound
from assistant.foundation.outbox.hints import conversation_group
from assistant.foundation.tenancy import in_pool, in_tenant
from assistant.foundation.texts import language_tag
from assistant.interfaces.session import Session, SessionEnded, read_session
from assistant.interfaces.sockets import live
from assistant.interfaces.sockets.connection import Connection, Refused, is_same_origin
from assistant.interfaces.sockets.outgoing import Follower, Reader
from assistant.interfaces.sockets.protocol import (
    WIDGET_FRAMES,
    Ack,
    AskHuman,
    Hello,
    Hi,
    Position,
    Rate,
    Renew,
    Resync,
    Say,
    Stop,
    Typing,
    TypingFrame,
)
from assistant.privacy.detectors import Candidate
from assistant.privacy.name_model import named_now

SOCKETS_PER_CONTACT = 5

_open_sockets: Counter[UUID] = Counter()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """The conversation as it stood at the hello."""

    conversation: UUID
    epoch: int
    top: int


class WidgetSocket(Connection):
    """One browser tab of one contact."""

    frames: ClassVar[Any] = WIDGET_FRAMES

    def __init__(self) -> None:
        super().__init__()
        self.key = ""
        self.tenant: UUID
        self.contact: Contact | None = None
        self.language = "en"
        self.follower: Follower | None = None

    async def admit(self) -> None:
        """The page's origin must be on the widget's list; our own pages may always show it."""
        self.key = str(self.scope["url_route"]["kwargs"]["key"])
        self.tenant = (await in_pool(tenant_of_key, self.key)).id
        inbox = await in_tenant(self.tenant, access_inbox, self.key)
        if not is_same_origin(self.origin, *inbox.origins, *conf().own_origins):
            raise Refused(4403)

    async def greet(self, frame: Hello) -> None:
        """Open the session, then replay what was missed."""
        session = self._session(frame.token)
        self.contact = await self._enter(session)
        if _open_sockets[self.contact.id] >= SOCKETS_PER_CONTACT:
            self.contact = None
            raise Refused(4409)
        _open_sockets[self.contact.id] += 1
        self.language = language_tag(frame.lang)
        place = await in_tenant(self.tenant, _place_of, self.contact)
        await self.send_frame(
            Hi(
                sid=self.sid,
                c=place.conversation if place else None,
                e=place.epoch if place else 1,
                s=place.top if place else 0,
                now=wire(now()),
            )
        )
        if place is not None:
            since = await self._resume_at(frame.at, place)
            await self._follow(place.conversation, since=since)

    async def take(self, frame: Any) -> None:
        """One frame of a greeted socket. An erased contact's browser starts anew. (Any: the union of the protocol.)"""
        try:
            await self._take(frame)
        except Erased:
            raise Refused(4401) from None

    async def _take(self, frame: Any) -> None:
        match frame:
            case Say():
                await self._say(frame)
            case AskHuman():
                await self._ask_human(frame)
            case Stop():
                if self.follower is not None:
                    live.stop(self.tenant, self.follower.conversation, frame.m)
            case Typing():
                await self._typing(frame)
            case Rate():
                await in_tenant(self.tenant, rate_answer, self._contact(), frame.m, frame.v)
            case Renew():
                session = self._session(frame.token)
                if self.contact is None or session.contact_id != self.contact.id:
                    raise Refused(4403)
                await self._enter(session)

    async def leave(self) -> None:
        """Stop following."""
        if self.follower is not None:
            self.follower.stop()
        if self.contact is not None:
            _open_sockets[self.contact.id] -= 1
            if _open_sockets[self.contact.id] <= 0:
                del _open_sockets[self.contact.id]

    # --- layer messages ---------------------------------------------------------------------------------------------

    async def hint(self, message: dict[str, Any]) -> None:
        """There are new rows."""
        if self.follower is not None:
            self.follower.hint()

    async def typing(self, message: dict[str, Any]) -> None:
        """Somebody types."""
        if message["sid"] != self.sid and message["who"] != "contact":
            await self.send_frame(TypingFrame(c=UUID(message["c"]), who=message["name"], on=message["on"]))

    # --- frames -----------------------------------------------------------------------------------------------------

    async def _say(self, frame: Say) -> None:
        since = time.perf_counter()
        contact = self._contact()
        await self.within("message.contact", contact.id.hex)
        named = await named_now(self.tenant, frame.text)
        received = await in_tenant(
            self.tenant, _receive, contact, frame.id, frame.text, self.language, named, self.follower is None
        )
        await self.send_frame(
            Ack(
                id=frame.id,
                c=received.conversation_id,
                m=received.message_id,
                s=received.sequence,
                dup=received.is_repeat,
            )
        )
        if received.turn is not None:
            live.start_turn(received.turn, since=since)
        await self._stay_with(received.conversation_id)

    async def _ask_human(self, frame: AskHuman) -> None:
        contact = self._contact()
        await self.within("message.contact", contact.id.hex)
        conversation = await in_tenant(
            self.tenant, services.ask_for_human, contact, client_id=frame.id, language=self.language
        )
        await self._stay_with(conversation.id)

    async def _typing(self, frame: Typing) -> None:
        if self.follower is None:
            return
        conversation = self.follower.conversation
        message = {
            "type": "typing", "c": conversation.hex, "who": "contact", "name": "", "on": frame.on, "sid": self.sid,
        }  # fmt: skip
        await self.channel_layer.group_send(conversation_group(self.tenant, conversation), message)

    # --- parts ------------------------------------------------------------------------------------------------------

    def _session(self, token: str) -> Session:
        """The session of a token of this widget, tenant and origin; anything else ends the socket."""
        try:
            session = read_session(token)
        except SessionEnded:
            raise Refused(4401) from None
        if session.tenant_id != self.tenant or session.origin != self.origin:
            raise Refused(4403)
        return session

    async def _enter(self, session: Session) -> Contact:
        try:
            return await in_tenant(self.tenant, _contact_of, session, self.key)
        except NotFound:
            raise Refused(4403) from None
        except Erased:
            raise Refused(4401) from None

    def _contact(self) -> Contact:
        assert self.contact is not None, "a greeted socket has a contact"
        return self.contact

    async def _resume_at(self, at: Position | None, place: _Place) -> int:
        """Where to go on; a position that does not fit is never replayed in part."""
        if at is None:
            return 0
        if at.c != place.conversation or at.e != place.epoch or at.s > place.top:
            why = "another conversation" if at.c != place.conversation else "position unknown"
            await self.send_frame(Resync(c=place.conversation, e=place.epoch, s=place.top, why=why))
            return 0
        return at.s

    async def _stay_with(self, conversation: UUID) -> None:
        """Follow the conversation that the message went to: a first one, or a new one after a long time."""
        if self.follower is not None and self.follower.conversation == conversation:
            self.follower.hint()
            return
        if self.follower is not None:
            await self.quit(conversation_group(self.tenant, self.follower.conversation))
            self.follower.stop()
            await self.send_frame(Resync(c=conversation, e=1, s=0, why="a new conversation"))
        await self._follow(conversation, since=0)

    async def _follow(self, conversation: UUID, *, since: int) -> None:
        await self.join(conversation_group(self.tenant, conversation))
        reader = Reader(is_customer=True, inbox_key=self.key)
        self.follower = Follower(
            tenant=self.tenant, conversation=conversation, reader=reader, send=self.send_frame, since=since
        )
        self.follower.start()


def _contact_of(session: Session, key: str) -> Contact:
    inbox = access_inbox(key)
    if inbox.id != session.inbox_id:
        raise NotFound
    return access_contact(session.contact_id, inbox_id=inbox.id)


def _place_of(contact: Contact) -> _Place | None:
    conversation = current_conversation(contact)
    if conversation is None:
        return None
    return _Place(conversation=conversation.id, epoch=conversation.epoch, top=top_sequence(conversation.id))


def _receive(
    contact: Contact, client_id: UUID, text: str, language: str, named: Sequence[Candidate], may_be_first: bool
) -> Received:
    if may_be_first and not Conversation.objects.filter(contact=contact).exists():
        limits.take("new_conversation.contact", contact.id.hex)
    return services.receive_message(contact, client_id=client_id, text=text, language=language, named=named)
