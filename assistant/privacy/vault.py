"""Values behind placeholders, per conversation, sealed with the contact's own key.

The rows alone open nothing: the key lies outside the database (`foundation.keyring`). Once it is erased, every
placeholder of the contact stays a placeholder, whatever rows come back from a back-up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import structlog
from django.db.models import QuerySet

from assistant.foundation import keyring
from assistant.foundation.crypto import NotOpened
from assistant.foundation.errors import Conflict, Erased, NotFound
from assistant.foundation.keyring import ContactKey
from assistant.privacy.detectors import normal_of
from assistant.privacy.ledger import Kept
from assistant.privacy.models import VaultEntry
from assistant.privacy.text import PLACEHOLDER, Redacted, placeholder

log = structlog.get_logger(__name__)


class Unreadable(Conflict):
    """The value is there, but its key is missing or does not fit: an incident, not an erasure."""

    code = "unreadable"
    public_message = "The key of this value is missing or does not fit. Please tell your operator."


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation and whose it is: their key seals its values."""

    conversation: UUID
    contact: UUID


@dataclass(frozen=True, slots=True)
class Vault:
    """A conversation's values by placeholder and spelling, opened for one reader. Never printed, never logged."""

    values: Mapping[tuple[str, int], str] = field(default_factory=dict, repr=False)

    @property
    def names(self) -> frozenset[str]:
        """The placeholders that it holds."""
        return frozenset(name for name, _ in self.values)

    def value(self, name: str, spelling: int = 0) -> str | None:
        """What stands behind a placeholder; its first spelling where that one is not there, None for no value."""
        return self.values.get((name, spelling), self.values.get((name, 0)))

    def restore(self, text: Redacted, spellings: Mapping[int, int] | None = None) -> str:
        """Put values back. `spellings`: which placeholder of the text, from 0 -> which spelling of its value.

        A placeholder that is not of this conversation stays as it is.
        """
        places = count()

        def back(name: str) -> str:
            spelling = (spellings or {}).get(next(places), 0)
            found = self.value(name, spelling)
            return name if found is None else found

        return PLACEHOLDER.sub(lambda match: back(match.group()), text)


class ConversationLedger:
    """Numbers for the values of one conversation; implements `ledger.Ledger`. The caller holds its lock.

    Nothing is written before `save`. Raises Erased when a value is kept for an erased contact.
    """

    def __init__(self, thread: Thread) -> None:
        self._thread = thread
        self._numbers: dict[str, dict[str, int]] = defaultdict(dict)
        self._spellings: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        self._next_number: dict[str, int] = defaultdict(lambda: 1)
        self._next_spelling: dict[tuple[str, int], int] = defaultdict(int)
        self._fresh: list[tuple[VaultEntry, str]] = []
        rows = list(_entries(thread.conversation))
        for row in rows:  # also those that do not open: their numbers are taken
            self._count(row)
        for row, value in _opened(rows, _key_to_read(thread)):
            self._spellings[row.kind, row.number][value] = row.spelling
            self._numbers[row.kind].setdefault(normal_of(row.kind, value), row.number)

    def known(self, kind: str) -> Mapping[str, int]:
        """As in the protocol."""
        return self._numbers.get(kind, {})

    def keep(self, *, kind: str, value: str, normal: str) -> Kept:
        """As in the protocol."""
        number = self._numbers[kind].setdefault(normal, self._next_number[kind])
        spellings = self._spellings[kind, number]
        if value not in spellings:
            spellings[value] = self._next_spelling[kind, number]
            entry = VaultEntry(
                conversation_id=self._thread.conversation, kind=kind, number=number, spelling=spellings[value]
            )
            self._count(entry)
            self._fresh.append((entry, value))
        return Kept(placeholder=placeholder(kind, number), spelling=spellings[value])

    def save(self) -> None:
        """Write what is new, sealed. Raises Erased, and Unreadable when the contact's key is damaged."""
        if not self._fresh:
            return
        try:
            key = keyring.find_or_make_key(self._thread.contact)
        except NotOpened as problem:
            raise Unreadable from problem
        for entry, value in self._fresh:
            entry.sealed = key.seal(value, about=_place(entry))
        VaultEntry.objects.bulk_create([entry for entry, _ in self._fresh])
        self._fresh = []

    def _count(self, row: VaultEntry) -> None:
        place = (row.kind, row.number)
        self._next_number[row.kind] = max(self._next_number[row.kind], row.number + 1)
        self._next_spelling[place] = max(self._next_spelling[place], row.spelling + 1)


def open_vault(thread: Thread) -> Vault:
    """The values of a conversation, for the customer who gave them or a reveal that is audited; none once erased."""
    rows = list(_entries(thread.conversation))
    if not rows:
        return Vault()
    opened = _opened(rows, _key_to_read(thread))
    return Vault({(placeholder(row.kind, row.number), row.spelling): value for row, value in opened})


def reveal(thread: Thread, name: str) -> str:
    """The value behind one placeholder as it was first written.

    Raises NotFound, Erased and Unreadable. Callers check the role and write the audit entry.
    """
    _require_alive(thread)
    match = PLACEHOLDER.fullmatch(name)
    rows = _entries(thread.conversation)
    row = rows.filter(kind=match[1], number=int(match[2]), spelling=0).first() if match else None
    if row is None:
        raise NotFound
    if not row.sealed:
        raise Erased
    for _, value in _opened([row], _key_to_read(thread)):
        return value
    raise Unreadable


def reveal_all(thread: Thread) -> dict[str, str]:
    """The values behind all placeholders of a conversation, as first written. Raises Erased."""
    _require_alive(thread)
    return {name: value for (name, spelling), value in open_vault(thread).values.items() if spelling == 0}


def forget(conversations: Iterable[UUID]) -> int:
    """Destroy the values of conversations; returns how many there were.

    An empty row stays for each: its number was given away, and another value under it would be a lie.
    """
    rows = VaultEntry.objects.filter(conversation_id__in=list(conversations)).exclude(sealed="")
    others, _ = rows.filter(spelling__gt=0).delete()
    return others + rows.update(sealed="")


def _require_alive(thread: Thread) -> None:
    if keyring.is_erased(thread.contact):
        raise Erased


def _entries(conversation: UUID) -> QuerySet[VaultEntry]:
    return VaultEntry.objects.filter(conversation_id=conversation).order_by("kind", "number", "spelling")


def _key_to_read(thread: Thread) -> ContactKey | None:
    try:
        return keyring.find_key(thread.contact)
    except NotOpened:
        log.error("vault.key_not_opened", contact=str(thread.contact))
        return None


def _opened(rows: Iterable[VaultEntry], key: ContactKey | None) -> Iterable[tuple[VaultEntry, str]]:
    """Rows with their values; those that were forgotten, altered or moved here are left out."""
    if key is None:
        return
    for row in rows:
        if not row.sealed:
            continue
        try:
            yield row, key.unseal(row.sealed, about=_place(row))
        except NotOpened:
            log.error("vault.entry_not_opened", entry=str(row.id))


def _place(entry: VaultEntry) -> str:
    return f"vault|{entry.conversation_id}|{entry.kind}|{entry.number}|{entry.spelling}"
