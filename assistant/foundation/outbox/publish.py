"""Write an event with the change it tells of, and ring for those who watch."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, ClassVar, Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from assistant.foundation import tenancy
from assistant.foundation.ids import uuid7
from assistant.foundation.outbox.hints import hint_conversation
from assistant.foundation.outbox.models import Delivery, Event

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Publishable(Protocol):
    """What `publish` takes: a frozen dataclass of `assistant/events.py`."""

    kind: ClassVar[str]

    @property
    def stream_id(self) -> UUID:
        """The conversation or contact whose events it is one of."""
        ...


def publish(event: Publishable) -> int:
    """Store the event in the open transaction; returns its sequence number in its stream.

    Holds the stream's counter row until the commit, so numbers are dense and in commit order.
    """
    assert connection.in_atomic_block, "an event is written with its change, in one transaction"
    payload = {key: _plain(value) for key, value in asdict(_as_dataclass(event)).items() if key != "stream_id"}
    sequence = _next_sequence(event.stream_id)
    row = Event.objects.create(stream_id=event.stream_id, sequence=sequence, kind=event.kind, payload=payload)
    hearers: tuple[str, ...] = settings.SUBSCRIPTIONS.get(event.kind, ())
    Delivery.objects.bulk_create(Delivery(event=row, hearer=hearer) for hearer in hearers)
    tenant, stream = tenancy.required(), event.stream_id
    transaction.on_commit(lambda: hint_conversation(tenant, stream, sequence))
    return sequence


def _next_sequence(stream: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_eventcounter (id, tenant_id, stream_id, top) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (tenant_id, stream_id) DO UPDATE SET top = foundation_eventcounter.top + 1 RETURNING top",
            [uuid7(), tenancy.required(), stream],
        )
        (top,) = cursor.fetchone()
    return int(top)


def _as_dataclass(event: object) -> DataclassInstance:
    return event  # type: ignore[return-value]  # Publishable is a dataclass by convention; a Protocol cannot say so


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value
