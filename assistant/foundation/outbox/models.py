"""Rows of the outbox."""

from __future__ import annotations

from django.db import models

from assistant.foundation.clock import now
from assistant.foundation.managers import TenantModel


class EventCounter(TenantModel):
    """The last sequence number given in one conversation; its row lock orders the conversation's events."""

    stream_id = models.UUIDField(help_text="The conversation; for events about a person, the contact.")
    top = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "stream_id"], name="foundation_counter_once")]


class Event(TenantModel):
    """Something that happened, written with the change itself. Sequence is dense per conversation, from 1."""

    stream_id = models.UUIDField(help_text="The conversation; for events about a person, the contact.")
    sequence = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="foundation_event_own"),
            models.UniqueConstraint(fields=["tenant", "stream_id", "sequence"], name="foundation_event_dense"),
        ]


class Delivery(TenantModel):
    """One event for one hearer: pending, done, or dead after too many attempts."""

    PENDING, DONE, DEAD = "pending", "done", "dead"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    hearer = models.CharField(max_length=120)
    state = models.CharField(max_length=8, default=PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_at = models.DateTimeField(default=now)
    error = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(
                fields=["tenant", "run_at"], name="foundation_delivery_due", condition=models.Q(state="pending")
            )
        ]


class Job(TenantModel):
    """Background work. `ids` are ids only; Celery carries the row's id and nothing else."""

    QUEUED, RUNNING, DONE, DEAD = "queued", "running", "done", "dead"

    kind = models.CharField(max_length=60)
    ids = models.JSONField(default=dict)
    state = models.CharField(max_length=8, default=QUEUED)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_at = models.DateTimeField(default=now)
    lease_until = models.DateTimeField(null=True)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(
                fields=["tenant", "run_at"],
                name="foundation_job_due",
                condition=models.Q(state__in=("queued", "running")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
