"""The vault: the only place where a conversation's personal data is kept, sealed."""

from __future__ import annotations

from django.db import models

from assistant.foundation.clock import now
from assistant.foundation.managers import TenantModel


class VaultEntry(TenantModel):
    """One value of one conversation. `value_print` is a keyed hash, so the same value keeps its number."""

    conversation_id = models.UUIDField()
    kind = models.CharField(max_length=24)
    number = models.PositiveSmallIntegerField()
    value_print = models.CharField(max_length=64)
    sealed = models.TextField()
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "conversation_id", "kind", "number"], name="privacy_vault_numbered"
            ),
            models.UniqueConstraint(
                fields=["tenant", "conversation_id", "kind", "value_print"], name="privacy_vault_once"
            ),
        ]
