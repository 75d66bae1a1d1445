"""Sealing anew what this part keeps under the installation's master keys."""

from __future__ import annotations

from assistant.conversations.models import Inbox
from assistant.foundation import crypto
from assistant.foundation.crypto import NotOpened, Rotated, seal, unseal
from assistant.foundation.tenancy import required, tenant_scope

IDENTITY_KEY = "identity-key"


def reseal_identity_keys() -> Rotated:
    """The keys that sign visitors' identities, of the bound tenant's inboxes: one inbox a transaction."""
    counts = Rotated()
    with tenant_scope(required()):
        inboxes = list(Inbox.objects.order_by("id").values_list("id", flat=True))
    for inbox_id in inboxes:
        with tenant_scope(required()):
            inbox = Inbox.objects.select_for_update(no_key=True).get(id=inbox_id)
            inbox.identity_keys = [_resealed(key, inbox.key, counts) for key in inbox.identity_keys]
            inbox.save(update_fields=["identity_keys"])
    return counts


def _resealed(key: dict[str, str], place: str, counts: Rotated) -> dict[str, str]:
    if crypto.key_of(key["sealed"]) == crypto.newest_key():
        counts.current += 1
        return key
    try:
        secret = unseal(key["sealed"], purpose=IDENTITY_KEY, place=place)
    except NotOpened:
        counts.unopened += 1
        return key
    counts.changed += 1
    return key | {"sealed": seal(secret, purpose=IDENTITY_KEY, place=place)}
