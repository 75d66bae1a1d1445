"""Tenants, people, keys, audit entries, events and jobs."""

from __future__ import annotations

from assistant.foundation.audit import AuditEntry
from assistant.foundation.outbox.models import Delivery, Event, EventCounter, Job
from assistant.foundation.people import ApiKey, Member, Tenant, User

__all__ = ["ApiKey", "AuditEntry", "Delivery", "Event", "EventCounter", "Job", "Member", "Tenant", "User"]
