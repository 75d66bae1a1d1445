"""Canonical rows in the database, written so that a repeat changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import ForeignKey

from assistant.foundation.crypto import fingerprint
from crm_integration.connectors.base import Canonical
from crm_integration.models import Connection, Customer, Entity, Order, OrderLine, Product, SourceRecord, Ticket

ENTITIES: dict[str, type[Entity]] = {"customer": Customer, "product": Product, "order": Order, "ticket": Ticket}


def upsert(connection: Connection, rows: Iterable[tuple[str, Canonical]]) -> None:
    """Write rows by (connection, external id); an order's positions are replaced with it."""
    by_entity: dict[str, list[tuple[str, Canonical]]] = {}
    for external_id, row in rows:
        by_entity.setdefault(row.entity, []).append((external_id, row))
    for entity, own in by_entity.items():
        model = ENTITIES[entity]
        columns = [
            field.name
            for field in model._meta.local_fields
            if field.name not in ("id", "external_id") and not isinstance(field, ForeignKey)
        ]
        model._base_manager.bulk_create(
            [model(connection=connection, external_id=name, **_fields(row)) for name, row in own],
            update_conflicts=True,
            unique_fields=["tenant", "connection", "external_id"],
            update_fields=columns,
        )
        if entity == "order":
            _replace_lines(connection, own)


def remove(connection: Connection, stream: str, *, but_seen: str) -> int:
    """Remove what a complete pass did not see: raw records and the rows made of them."""
    gone = SourceRecord.objects.filter(connection=connection, stream=stream).exclude(seen=but_seen)
    names = list(gone.values_list("external_id", flat=True))
    if names:
        entity = ENTITIES[connection.settings["streams"][stream]["entity"]]
        entity._base_manager.filter(connection=connection, external_id__in=names).delete()
        gone.delete()
    return len(names)


def _fields(row: Canonical) -> dict[str, Any]:
    fields = dict(row.fields)
    if row.entity == "customer" and fields.get("email"):
        fields["email_print"] = fingerprint(fields["email"].casefold(), purpose="contact-email")
    return fields


def _replace_lines(connection: Connection, orders: list[tuple[str, Canonical]]) -> None:
    ids = dict(
        Order.objects.filter(connection=connection, external_id__in=[name for name, _ in orders]).values_list(
            "external_id", "id"
        )
    )
    OrderLine.objects.filter(order_id__in=ids.values()).delete()
    OrderLine.objects.bulk_create(
        OrderLine(order_id=ids[name], number=number, **{"quantity": 1, "unit_price_minor": 0} | line)
        for name, row in orders
        for number, line in enumerate(row.lines, start=1)
    )
