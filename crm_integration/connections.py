"""Make and synchronise connections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assistant.foundation.outbox.jobs import enqueue
from assistant.foundation.outbox.models import Job
from assistant.foundation.tenancy import tenant_scope
from crm_integration.models import Connection

SHOP_STREAMS: dict[str, Any] = {  # Any: JSON settings of the files connector
    "products": {
        "file": "products.json",
        "entity": "product",
        "id": "sku",
        "fields": {"name": "name", "category": "category", "price_minor": "price_minor", "currency": "currency"},
    },
    "customers": {
        "file": "customers.csv",
        "entity": "customer",
        "id": "id",
        "fields": {
            "name": "name",
            "email": "email",
            "phone": "phone",
            "city": "city",
            "country": "country",
            "loyalty_tier": "loyalty_tier",
            "since": "created_at",
        },
    },
    "orders": {
        "file": "orders.json",
        "entity": "order",
        "id": "id",
        "fields": {
            "customer_external_id": "customer_id",
            "status": "status",
            "currency": "currency",
            "total_minor": "total_minor",
            "placed_at": "placed_at",
            "tracking_number": "tracking_number",
        },
        "lines": "lines",
        "line_fields": {
            "sku": "sku",
            "name": "name",
            "quantity": "quantity",
            "unit_price_minor": "unit_price_minor",
        },
    },
    "tickets": {
        "file": "tickets.csv",
        "entity": "ticket",
        "id": "id",
        "fields": {
            "customer_external_id": "customer_id",
            "subject": "subject",
            "status": "status",
            "created_at": "created_at",
        },
    },
}
"""How a shop's export is read: products, customers, orders with lines, tickets."""


def connect_files(tenant: UUID, *, name: str, folder: str, streams: dict[str, Any] | None = None) -> Job:
    """Make or update a connection to exported files and queue its synchronisation."""
    with tenant_scope(tenant):
        connection, _ = Connection.objects.update_or_create(
            name=name,
            defaults={"connector": "files", "settings": {"folder": folder, "streams": streams or SHOP_STREAMS}},
        )
        return enqueue("crm.sync", connection=connection.id)
