"""Values behind placeholders, per conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Max

from assistant.foundation.crypto import fingerprint, seal, unseal
from assistant.privacy.models import VaultEntry
from assistant.privacy.text import PLACEHOLDER, Redacted, placeholder

PURPOSE = "vault"


@dataclass(frozen=True, slots=True)
class Vault:
    """A conversation's values by placeholder, opened for one reader. Never printed, never logged."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def restore(self, text: Redacted) -> str:
        """Put values back. A placeholder that is not of this conversation stays as it is."""
        return PLACEHOLDER.sub(lambda match: self.values.get(match.group(), match.group()), text)


def open_vault(conversation: UUID) -> Vault:
    """The values of a conversation, for the customer who gave them or a reveal that is audited."""
    entries = VaultEntry.objects.filter(conversation_id=conversation)
    return Vault({placeholder(entry.kind, entry.number): _open(entry) for entry in entries})


def put(conversation: UUID, *, kind: str, value: str, normal: str) -> str:
    """Keep a value; returns its placeholder. The caller holds the conversation's lock, so numbers do not race."""
    value_print = fingerprint(f"{kind}:{normal}", purpose=PURPOSE)
    rows = VaultEntry.objects.filter(conversation_id=conversation, kind=kind)
    known = rows.filter(value_print=value_print).first()
    if known is None:
        number = (rows.aggregate(top=Max("number"))["top"] or 0) + 1
        sealed = seal(value, purpose=PURPOSE, place=f"{conversation}:{kind}:{number}")
        known = VaultEntry.objects.create(
            conversation_id=conversation, kind=kind, number=number, value_print=value_print, sealed=sealed
        )
    return placeholder(kind, known.number)


def reveal(conversation: UUID, name: str) -> str | None:
    """The value behind one placeholder, or None. Callers check the role and write the audit entry."""
    match = PLACEHOLDER.fullmatch(name)
    if match is None:
        return None
    entry = VaultEntry.objects.filter(conversation_id=conversation, kind=match[1], number=int(match[2])).first()
    return _open(entry) if entry else None


def _open(entry: VaultEntry) -> str:
    return unseal(entry.sealed, purpose=PURPOSE, place=f"{entry.conversation_id}:{entry.kind}:{entry.number}")
