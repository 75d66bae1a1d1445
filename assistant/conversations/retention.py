"""Values go when nobody wrote for as long as the tenant says; the placeholders stay, and the conversation with them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from assistant.conversations.models import Conversation, Message
from assistant.foundation.clock import now
from assistant.foundation.outbox.jobs import JobRun, enqueue_once
from assistant.foundation.tenancy import required, tenant_scope
from assistant.privacy import vault
from assistant.privacy.models import VaultEntry, tenant_policy

KIND = "conversations.retention"
BATCH = 100
"""Conversations of one transaction."""


def queue_retention() -> None:
    """Once a day for the bound tenant, however many sweepers ask."""
    with tenant_scope(required()):
        enqueue_once(KIND, key=now().date().isoformat())


def run_retention(run: JobRun) -> None:
    """The job. Begins again where it was: what is gone is not found a second time."""
    with tenant_scope(required()):
        before = now() - timedelta(days=tenant_policy().retention_days)
    conversations = values = 0
    while True:
        with tenant_scope(required()):
            due = _due(before)
            values += vault.forget(_still_due(due, before))
        if not due:
            break
        conversations += len(due)
        run.progress(conversations, 0)
    run.report(conversations=conversations, values=values)


def _due(before: datetime) -> list[UUID]:
    """Conversations that have values, and neither a message nor a new value since."""
    own = OuterRef("conversation_id")
    written = Message.objects.filter(conversation_id=own, at__gte=before)
    kept = VaultEntry.objects.filter(conversation_id=own, created_at__gte=before)
    rows = VaultEntry.objects.filter(~Exists(written), ~Exists(kept)).exclude(sealed="").order_by("conversation_id")
    return list(rows.values_list("conversation_id", flat=True).distinct()[:BATCH])


def _still_due(conversations: list[UUID], before: datetime) -> list[UUID]:
    """Without those in which somebody wrote meanwhile; the others are locked."""
    list(Conversation.objects.select_for_update(no_key=True).filter(id__in=conversations).order_by("id"))
    alive = Message.objects.filter(conversation__in=conversations, at__gte=before)
    return sorted(set(conversations) - set(alive.values_list("conversation_id", flat=True)))
