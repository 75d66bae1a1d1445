"""Who may do what: one table, asked only by `access_*` functions and the API's permission class."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The roles of a tenant's members. An observer follows conversations and sees placeholders only."""

    OBSERVER = "observer"
    AGENT = "agent"
    MANAGER = "manager"
    ADMIN = "admin"


class May(StrEnum):
    """What can be allowed."""

    SEE_CONVERSATIONS = "see_conversations"
    REPLY = "reply"
    TAKE_OVER = "take_over"
    RESOLVE = "resolve"
    REVEAL = "reveal"
    ERASE = "erase"
    SEE_PRIVACY = "see_privacy"
    SET_PRIVACY = "set_privacy"
    SEE_CUSTOMERS = "see_customers"
    SEE_KNOWLEDGE = "see_knowledge"
    IMPORT_KNOWLEDGE = "import_knowledge"
    WRITE_KNOWLEDGE = "write_knowledge"


_AGENT = {
    May.SEE_CONVERSATIONS,
    May.REPLY,
    May.TAKE_OVER,
    May.RESOLVE,
    May.REVEAL,
    May.SEE_PRIVACY,
    May.SEE_CUSTOMERS,
    May.SEE_KNOWLEDGE,
}

TABLE: dict[Role, frozenset[May]] = {
    Role.OBSERVER: frozenset({May.SEE_CONVERSATIONS}),
    Role.AGENT: frozenset(_AGENT),
    Role.MANAGER: frozenset(_AGENT | {May.IMPORT_KNOWLEDGE, May.WRITE_KNOWLEDGE}),
    Role.ADMIN: frozenset(May),
}


def can(role: str, may: May) -> bool:
    """Does this role allow it? Unknown roles allow nothing."""
    return any(known == role and may in allowed for known, allowed in TABLE.items())
