"""The vault, the only place where a conversation's personal data is kept, and what a tenant wants done with it."""

from __future__ import annotations

from django.db import models

from assistant.foundation.clock import now
from assistant.foundation.managers import TenantModel


class VaultEntry(TenantModel):
    """One spelling of one value of one conversation, sealed with the contact's own key.

    `kind` and `number` make the placeholder. Spelling 0 is how the value was written first. `sealed` is empty once the
    value was forgotten.
    """

    conversation_id = models.UUIDField()
    kind = models.CharField(max_length=24)
    number = models.PositiveSmallIntegerField()
    spelling = models.PositiveSmallIntegerField(default=0)
    sealed = models.TextField()
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "conversation_id", "kind", "number", "spelling"], name="privacy_vault_once"
            ),
        ]


class PrivacyPolicy(TenantModel):
    """What a tenant wants: one row, or none as long as the defaults do."""

    treatments = models.JSONField(default=dict, blank=True, help_text='{kind: "keep" | "placeholder" | "destroy"}')
    patterns = models.JSONField(default=list, blank=True, help_text='Own patterns: [{"kind", "name", "pattern"}].')
    allowed = models.JSONField(default=list, blank=True, help_text="Texts that are never personal data.")
    must_give_reason = models.BooleanField(default=False, help_text="Looking behind a placeholder needs a reason.")
    retention_days = models.PositiveIntegerField(
        default=180, help_text="Days after a conversation's last message until the values behind its placeholders go."
    )
    name_model = models.CharField(max_length=200, blank=True, help_text="Folder of a larger model that finds names.")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="privacy_policy_once"),
            models.CheckConstraint(condition=models.Q(retention_days__gte=1), name="privacy_policy_retention"),
        ]

    def __str__(self) -> str:
        return f"policy of {self.tenant_id}"


def tenant_policy() -> PrivacyPolicy:
    """The bound tenant's policy; the defaults, unsaved, where it has none."""
    return PrivacyPolicy.objects.first() or PrivacyPolicy()
