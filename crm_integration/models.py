"""Rows of the company's business system as we keep them: raw records, and the canonical entities made of them.

Canonical rows are found by (connection, external_id): references between them are external ids, because an order may
arrive before its customer. Amounts are in minor units with their currency beside.
"""

from __future__ import annotations

from django.db import models

from assistant.foundation.clock import now
from assistant.foundation.managers import TenantModel


class Connection(TenantModel):
    """A tenant's configured connector."""

    name = models.CharField(max_length=120)
    connector = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)
    is_enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="crm_connection_own"),
            models.UniqueConstraint(fields=["tenant", "name"], name="crm_connection_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Checkpoint(TenantModel):
    """How far a stream was read; written in the same transaction as the rows it stands for."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    stream = models.CharField(max_length=40)
    cursor = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "connection", "stream"], name="crm_checkpoint_once")]


class SyncRun(TenantModel):
    """One execution: what it read, changed and removed, and why it ended."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=12, default="running")
    read = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="crm_syncrun_own")]


class SourceRecord(TenantModel):
    """One record as the system gave it. `seen` names the pass that saw it last: a full pass removes the others."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    stream = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    raw = models.JSONField()
    content_hash = models.CharField(max_length=64)
    seen = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "connection", "stream", "external_id"], name="crm_sourcerecord_once"
            )
        ]


class Entity(TenantModel):
    """Base of the canonical rows."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=120)

    class Meta(TenantModel.Meta):
        abstract = True


class Customer(Entity):
    """The business system's record of a person."""

    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    email_print = models.CharField(max_length=64, blank=True, help_text="Keyed hash; joins a verified contact.")
    phone = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=60, blank=True)
    loyalty_tier = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField(null=True)

    class Meta(Entity.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["tenant", "connection", "external_id"], name="crm_customer_once")
        ]
        indexes = [models.Index(fields=["tenant", "email_print"], name="crm_customer_email")]


class Product(Entity):
    """Something that is sold."""

    name = models.CharField(max_length=200)
    category = models.CharField(max_length=120, blank=True)
    price_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta(Entity.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "connection", "external_id"], name="crm_product_once")]


class Order(Entity):
    """A purchase."""

    customer_external_id = models.CharField(max_length=120)
    status = models.CharField(max_length=60)
    currency = models.CharField(max_length=3, blank=True)
    total_minor = models.BigIntegerField(null=True)
    placed_at = models.DateTimeField(null=True)
    tracking_number = models.CharField(max_length=80, blank=True)

    class Meta(Entity.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="crm_order_own"),
            models.UniqueConstraint(fields=["tenant", "connection", "external_id"], name="crm_order_once"),
        ]
        indexes = [models.Index(fields=["tenant", "connection", "customer_external_id"], name="crm_order_of_customer")]


class OrderLine(TenantModel):
    """One position of an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField()
    unit_price_minor = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "order", "number"], name="crm_orderline_once")]


class Ticket(Entity):
    """A case in the company's own system."""

    customer_external_id = models.CharField(max_length=120)
    subject = models.CharField(max_length=300)
    status = models.CharField(max_length=60)
    created_at = models.DateTimeField(null=True)

    class Meta(Entity.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["tenant", "connection", "external_id"], name="crm_ticket_once")]
        indexes = [models.Index(fields=["tenant", "connection", "customer_external_id"], name="crm_ticket_of_customer")]


class ContactLink(TenantModel):
    """A contact whose verified e-mail was told to us; it finds its customer whenever that one arrives."""

    contact_id = models.UUIDField()
    email_print = models.CharField(max_length=64)
    linked_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "contact_id"], name="crm_contactlink_once")]
