"""Deliver events to their hearers: at least once, in order per conversation and hearer, with back-off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from assistant.foundation.outbox.models import Delivery, Event
from assistant.foundation.tenancy import tenant_scope

MAX_ATTEMPTS = 8
BATCH = 100

log = structlog.get_logger(__name__)

Hearer = Callable[[Event], Any]


def deliver_due(tenant: UUID) -> int:
    """Deliver what is due for one tenant; returns how many deliveries were tried."""
    with tenant_scope(tenant):
        earlier = Delivery.objects.filter(
            hearer=OuterRef("hearer"),
            state=Delivery.PENDING,
            event__stream_id=OuterRef("event__stream_id"),
            event__sequence__lt=OuterRef("event__sequence"),
        )
        due = Delivery.objects.filter(state=Delivery.PENDING, run_at__lte=Now()).exclude(Exists(earlier))
        ids = list(due.order_by("run_at").values_list("id", flat=True)[:BATCH])
    for delivery in ids:
        _deliver(tenant, delivery)
    return len(ids)


def _deliver(tenant: UUID, delivery_id: UUID) -> None:
    """The hearer's rows and the delivery's mark are one transaction: its effect in the database happens once."""
    try:
        with tenant_scope(tenant):
            rows = Delivery.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
            delivery = rows.select_related("event").filter(id=delivery_id, state=Delivery.PENDING).first()
            if delivery is None:
                return
            hearer: Hearer = import_string(delivery.hearer)
            hearer(delivery.event)
            Delivery.objects.filter(id=delivery_id).update(state=Delivery.DONE)
    except Exception as problem:
        log.error("delivery.failed", delivery=str(delivery_id), error=type(problem).__name__, exc_info=problem)
        _postpone(tenant, delivery_id, type(problem).__name__)


def _postpone(tenant: UUID, delivery_id: UUID, error: str) -> None:
    with tenant_scope(tenant):
        delivery = Delivery.objects.get(id=delivery_id)
        delivery.attempts += 1
        delivery.state = Delivery.DEAD if delivery.attempts >= MAX_ATTEMPTS else Delivery.PENDING
        delivery.error = error[:200]
        Delivery.objects.filter(id=delivery_id).update(
            attempts=delivery.attempts,
            state=delivery.state,
            error=delivery.error,
            run_at=Now() + timedelta(seconds=min(3_600, 2**delivery.attempts)),
        )
