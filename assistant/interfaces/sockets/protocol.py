"""The frames of `deskside.v1` (widget) and `desk.v1` (dashboard), and the one door from raw text to a frame.

Durable frames carry a dense sequence number `s` per conversation; deltas carry offsets in code points.
`frontend/shared/frames.ts` is generated from this module (`manage.py frames`).
"""

from __future__ import annotations

import json
import math
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from assistant.foundation.errors import DesksideError

F = TypeVar("F")

MAX_FRAME_BYTES = 16_384
MAX_TEXT_CODE_POINTS = 4_000
MAX_DEPTH = 16
HELLO_WITHIN_S = 5
HEARTBEAT_S = 25

CLOSE_CODES: dict[int, str] = {
    1000: "normal end",
    1003: "binary frames are not understood",
    1009: "frame larger than the server reads",
    4400: "five bad frames",
    4401: "session ended: ask for a new one, then resume",
    4403: "origin, widget or member refused",
    4408: "no hello within five seconds",
    4409: "too many sockets",
    4429: "too many frames: wait",
}


class BadFrame(DesksideError):
    """A frame that cannot be understood; `code` says why and `re` names the frame when it had an id."""

    status = 400
    public_message = "This frame was not understood."

    def __init__(self, code: str, public_message: str | None = None, *, re: str | None = None) -> None:
        super().__init__(public_message)
        self.code = code
        self.re = re


class _Frame(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=False)


# --- client -> server, widget ---------------------------------------------------------------------------------------


class Position(_Frame):
    """Where the client stands: conversation, epoch and last sequence.

    A client in the middle of an answer gives the sequence before its `start` and gets the answer so far at once, as one
    delta from offset 0 or one draft.
    """

    c: UUID
    e: int = 1
    s: int = Field(ge=0)


class Hello(_Frame):
    """First frame of a socket, within five seconds."""

    t: Literal["hello"]
    v: Literal[1]
    token: str = Field(max_length=2_048)
    caps: list[str] = Field(default_factory=list, max_length=16)
    lang: str = Field(default="en", max_length=35)
    tz: str = Field(default="UTC", max_length=64)
    at: Position | None = None


class Say(_Frame):
    """A message of the contact; `id` is a UUIDv7 made by the client and makes resends harmless."""

    t: Literal["msg"]
    id: UUID
    text: str = Field(min_length=1, max_length=MAX_TEXT_CODE_POINTS)

    @field_validator("text")
    @classmethod
    def _says_something(cls, text: str) -> str:
        if "\x00" in text or not text.strip():
            raise ValueError("it must say something, and hold no NUL")
        return text


class AskHuman(_Frame):
    """The button that asks for a person."""

    t: Literal["human"]
    id: UUID


class Stop(_Frame):
    """Stop the running answer `m`."""

    t: Literal["stop"]
    m: UUID


class Typing(_Frame):
    """The contact types, or stopped."""

    t: Literal["typing"]
    on: bool


class Rate(_Frame):
    """What the contact thinks of the answer `m`; the last one counts."""

    t: Literal["rate"]
    m: UUID
    v: Literal["up", "down"]


class Renew(_Frame):
    """A fresh session token for a socket that stays open."""

    t: Literal["auth"]
    token: str = Field(max_length=2_048)


class Ping(_Frame):
    """Heartbeat of the client."""

    t: Literal["ping"]
    n: int = 0


WidgetFrame = Annotated[Hello | Say | AskHuman | Stop | Typing | Rate | Renew | Ping, Field(discriminator="t")]
WIDGET_FRAMES: TypeAdapter[WidgetFrame] = TypeAdapter(WidgetFrame)

# --- client -> server, dashboard ------------------------------------------------------------------------------------


class DeskHello(_Frame):
    """First frame of a dashboard socket; the log-in cookie already said who it is."""

    t: Literal["hello"]
    v: Literal[1]


class Watch(_Frame):
    """Show me conversation `c` from sequence `s` on, live."""

    t: Literal["watch"]
    c: UUID
    s: int = Field(default=0, ge=0)


class Unwatch(_Frame):
    """Stop showing conversation `c`."""

    t: Literal["unwatch"]
    c: UUID


class DeskTyping(_Frame):
    """The agent types in conversation `c`, or stopped."""

    t: Literal["typing"]
    c: UUID
    on: bool


DeskFrame = Annotated[DeskHello | Watch | Unwatch | DeskTyping | Ping, Field(discriminator="t")]
DESK_FRAMES: TypeAdapter[DeskFrame] = TypeAdapter(DeskFrame)

# --- server -> client -----------------------------------------------------------------------------------------------


class Limits(_Frame):
    """What the server accepts, so that the client need not find out."""

    text: int = MAX_TEXT_CODE_POINTS
    frame: int = MAX_FRAME_BYTES


class Author(_Frame):
    """Who said it: contact, assistant, agent or system; `name` is empty for the contact."""

    kind: Literal["contact", "assistant", "agent", "system"]
    name: str = ""


class Cite(_Frame):
    """Where a sentence comes from; `url` opens the source article at its passage."""

    n: int
    title: str
    url: str


class Hi(_Frame):
    """Answer to hello: socket id, conversation, epoch, top sequence. What was missed follows, then `live`."""

    t: Literal["hi"] = "hi"
    sid: str
    c: UUID | None
    e: int
    s: int
    now: str
    hb: int = HEARTBEAT_S
    limits: Limits = Limits()


class Live(_Frame):
    """End of the replay; what follows happens now. `c` is given on the dashboard."""

    t: Literal["live"] = "live"
    c: UUID | None = None


class Ack(_Frame):
    """The message with client id `id` is stored as `m` at sequence `s`; `dup` marks a repeat."""

    t: Literal["ack"] = "ack"
    id: UUID
    c: UUID
    m: UUID
    s: int
    dup: bool = False


class Msg(_Frame):
    """A whole message. `from` is spelt `by` in Python. `re` is the client id of a contact's own message."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    t: Literal["msg"] = "msg"
    c: UUID
    s: int
    m: UUID
    by: Author = Field(serialization_alias="from")
    text: str
    at: str
    cites: list[Cite] = Field(default_factory=list)
    re: UUID | None = None


class Start(_Frame):
    """An answer to message `re` begins; its id will be `m`."""

    t: Literal["start"] = "start"
    c: UUID
    s: int
    m: UUID
    re: UUID


class Delta(_Frame):
    """A piece `d` of answer `m`; `o` code points were sent before it."""

    t: Literal["delta"] = "delta"
    c: UUID
    m: UUID
    o: int
    d: str


class Draft(_Frame):
    """Answer `m` so far, replacing what was shown."""

    t: Literal["draft"] = "draft"
    c: UUID
    m: UUID
    o: Literal[0] = 0
    d: str


Why = Literal["complete", "stopped", "superseded", "failed"]


class Done(_Frame):
    """Answer `m` is final. `len` in code points and `sum` (CRC-32 of its UTF-8) let the client check itself.

    `superseded` means: drop what was shown, another answer or a person replaces it.
    """

    t: Literal["done"] = "done"
    c: UUID
    s: int
    m: UUID
    why: Why
    at: str
    cites: list[Cite] = Field(default_factory=list)
    len: int
    sum: int


class StateFrame(_Frame):
    """Who owns the conversation now; `pos` is the place in the queue, from 1."""

    t: Literal["state"] = "state"
    c: UUID
    s: int
    state: Literal["assistant", "queued", "human", "resolved"]
    pos: int | None = None
    agent: str | None = None


class TypingFrame(_Frame):
    """Somebody on the other side types, or stopped."""

    t: Literal["typing"] = "typing"
    c: UUID
    who: str
    on: bool


class Resync(_Frame):
    """The client's position cannot be continued: forget what is shown and start at sequence 0."""

    t: Literal["resync"] = "resync"
    c: UUID | None
    e: int
    s: int
    why: str


class ErrorFrame(_Frame):
    """What went wrong, with a stable code; `re` is the frame's `id` or `m`, `retry_ms` says when to try again."""

    t: Literal["error"] = "error"
    code: str
    text: str
    re: str | None = None
    retry_ms: int | None = None
    fatal: bool = False


class Pong(_Frame):
    """Answer to ping."""

    t: Literal["pong"] = "pong"
    n: int


class Row(_Frame):
    """One line of the dashboard's conversation list."""

    id: UUID
    state: Literal["assistant", "queued", "human", "resolved"]
    pending: Literal["", "handoff_offer"]
    contact: str
    is_verified: bool
    inbox: str
    preview: str
    language: str
    reason: str
    assignee: str | None
    is_mine: bool
    waiting_since: str | None
    s: int
    updated_at: str


class DeskHi(_Frame):
    """Answer to the dashboard's hello."""

    t: Literal["hi"] = "hi"
    sid: str
    member: str
    role: str
    may: list[str]
    now: str
    hb: int = HEARTBEAT_S


class RowFrame(_Frame):
    """A conversation appeared or changed."""

    t: Literal["row"] = "row"
    row: Row


ServerFrame = (
    Hi | Live | Ack | Msg | Start | Delta | Draft | Done | StateFrame | TypingFrame | Resync | ErrorFrame | Pong
)
DeskServerFrame = (
    DeskHi | RowFrame | Live | Msg | Start | Delta | Draft | Done | StateFrame | TypingFrame | ErrorFrame | Pong
)


def parse_frame(raw: str, frames: TypeAdapter[F]) -> F:
    """Turn one text frame into a typed frame.

    Raises BadFrame with code `too_large`, `bad_json`, `unknown_type` or `bad_field`; nothing else.
    """
    if len(raw.encode("utf-8", "surrogatepass")) > MAX_FRAME_BYTES:
        raise BadFrame("too_large", f"A frame may have {MAX_FRAME_BYTES} bytes.")
    value = load_json(raw)
    if not isinstance(value, dict):
        raise BadFrame("bad_json", "A frame is a JSON object.")
    re = _own_id(value.get("id"))
    try:
        return frames.validate_python(value)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        if first["type"].startswith("union_tag"):
            raise BadFrame("unknown_type", "This frame type is not known here.", re=re) from None
        # The first place is the tag of the union, the next one the field.
        field = ".".join(str(place) for place in first["loc"][1:3])
        raise BadFrame("bad_field", f"Field {field!r}: {first['msg']}.", re=re) from None


def _own_id(value: object) -> str | None:
    """The client's id, to say which frame was wrong; anything but an id might be somebody's data and is not echoed."""
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def dump_frame(frame: BaseModel) -> str:
    """The frame as JSON text, with `from` under its wire name."""
    return frame.model_dump_json(by_alias=True, exclude_none=True)


def load_json(raw: str) -> Any:  # Any: JSON has no narrower type
    """JSON as RFC 8259 means it: no NaN, no overflow, no duplicate keys, no lone surrogates, bounded depth.

    Raises BadFrame("bad_json").
    """
    if _depth(raw) > MAX_DEPTH:
        raise BadFrame("bad_json", f"JSON may be {MAX_DEPTH} levels deep.")
    try:
        value = json.loads(
            raw,
            object_pairs_hook=_unique,
            parse_constant=_refuse,
            parse_float=_finite,
            parse_int=_short_int,
        )
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate fails here
    except (ValueError, UnicodeEncodeError, RecursionError):
        raise BadFrame("bad_json", "This is not valid JSON.") from None
    return value


def _depth(raw: str) -> int:
    """Deepest nesting of brackets outside strings; json.loads itself dies near 1,000."""
    depth = deepest = 0
    in_string = escaped = False
    for character in raw:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("duplicate key")
    return value


def _refuse(token: str) -> float:
    raise ValueError(token)


def _finite(token: str) -> float:
    value = float(token)
    if not math.isfinite(value):
        raise ValueError(token)
    return value


def _short_int(token: str) -> int:
    if len(token) > 20:
        raise ValueError("number too long")
    return int(token)
