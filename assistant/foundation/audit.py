"""Who looked or changed, on purpose and readable later."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models

from assistant.foundation.clock import now
from assistant.foundation.managers import TenantModel


class AuditEntry(TenantModel):
    """One act worth remembering; `detail` holds ids and reasons, never personal data."""

    at = models.DateTimeField(default=now)
    actor = models.CharField(max_length=80)
    act = models.CharField(max_length=60)
    subject = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "-at"], name="foundation_audit_at")]

    def __str__(self) -> str:
        return f"{self.act} by {self.actor}"


def record(act: str, *, actor: str, subject: UUID | None = None, **detail: Any) -> None:
    """Write an audit entry in the current transaction. (Any: JSON values.)"""
    AuditEntry.objects.create(act=act, actor=actor, subject=subject, detail=detail)
