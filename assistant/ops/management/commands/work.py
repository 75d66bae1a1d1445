"""`manage.py work`: the worker, with the relay and the sweeper beside Celery's threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from celery import current_app
from celery.signals import worker_ready
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection

from assistant.conversations.retention import queue_retention
from assistant.dialogue.recover import queue_recoveries
from assistant.foundation.checks import require_bound_role
from assistant.foundation.clock import now
from assistant.foundation.outbox.jobs import due_jobs, ring
from assistant.foundation.outbox.relay import deliver_due
from assistant.foundation.people import Tenant
from assistant.foundation.tenancy import bound, tenant_scope
from assistant.knowledge.index import queue_reindex
from assistant.knowledge.intake.sources import queue_due_sources
from assistant.knowledge.keeping.gaps import queue_forgetting

RELAY_EVERY_S = 0.5
SWEEP_EVERY_S = 2.0

_swept_on: dict[UUID, date] = {}
"""When this process last queued a tenant's daily work; the rows know better, but need not be asked all the time."""

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    """Runs jobs, delivers events, takes over what others left."""

    help = "Run background work: jobs, event deliveries, recoveries."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to say that it is ready."""
        parser.add_argument("--ready-file", type=Path, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        """Until told to stop. (Any: Django's own signature.)"""
        require_bound_role()
        ready: Path | None = options["ready_file"]

        def on_ready(**kwargs: Any) -> None:
            if ready is not None:
                ready.touch()

        worker_ready.connect(on_ready)
        for name, every_s, step in (("relay", RELAY_EVERY_S, relay), ("sweeper", SWEEP_EVERY_S, sweep)):
            threading.Thread(target=_repeat, args=(name, every_s, step), daemon=True).start()
        current_app.Worker(pool="threads", loglevel="WARNING", without_gossip=True, without_mingle=True).start()


def relay() -> None:
    """Deliver due events of every tenant."""
    _for_each_tenant("relay", deliver_due)


def sweep() -> None:
    """Ring again for due jobs; queue recoveries of dead processes' turns, due sources, and what is due once a day."""
    _for_each_tenant("sweeper", _sweep)


def _sweep(tenant: UUID) -> None:
    with bound(tenant):
        queue_recoveries()
        queue_due_sources()
        if _swept_on.get(tenant) != now().date():
            queue_retention()
            queue_reindex()
            queue_forgetting()
            _swept_on[tenant] = now().date()
    with tenant_scope(tenant):
        due = due_jobs()
    for job in due:
        ring(tenant, job)


def _for_each_tenant(loop: str, act: Callable[[UUID], object]) -> None:
    """What fails for one tenant does not stop the others."""
    for tenant in Tenant.objects.values_list("id", flat=True):
        with _survived(loop, tenant=str(tenant)):
            act(tenant)


def _repeat(name: str, every_s: float, step: Callable[[], None]) -> None:
    """For ever: a database that is away comes back."""
    while True:
        with _survived(name):
            step()
        time.sleep(every_s)


@contextmanager
def _survived(loop: str, **about: str) -> Iterator[None]:
    """Whatever is raised is logged, as a loop that ends in silence delivers nothing more. Gives the connection back."""
    try:
        with closing(connection):
            yield
    except Exception as problem:
        known = isinstance(problem, DatabaseError)
        log.error("loop.failed", loop=loop, error=type(problem).__name__, exc_info=None if known else problem, **about)
