"""Background work as rows. Celery only rings: `enqueue` writes, a worker claims, a sweeper rings again.

Handlers are idempotent: a job whose worker died runs again from its start or its own checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from assistant.foundation import tenancy
from assistant.foundation.clock import now
from assistant.foundation.errors import DesksideError
from assistant.foundation.outbox.models import Job

LEASE_S = 20
MAX_ATTEMPTS = 5
BACK_OFF_S = (5, 30, 120, 600)
RING_AGAIN_AFTER_S = 2
TASK = "deskside.ring"

log = structlog.get_logger(__name__)


class LeaseLost(Exception):
    """Another worker took this job over; stop without writing."""


@dataclass(slots=True, kw_only=True)
class JobRun:
    """One attempt at one job, as its handler sees it."""

    id: UUID
    ids: dict[str, str]
    fence: int

    def progress(self, done: int, total: int) -> None:
        """Say how far it is, and keep the lease. Raises LeaseLost."""
        self._update(progress=done, total=total, lease_until=Now() + timedelta(seconds=LEASE_S))

    def report(self, **report: object) -> None:
        """Leave a result for whoever asks for the job. Raises LeaseLost."""
        self._update(report=report)

    def _update(self, **changes: object) -> None:
        with tenancy.tenant_scope(tenancy.required()):
            if not Job.objects.filter(id=self.id, fence=self.fence, state=Job.RUNNING).update(**changes):
                raise LeaseLost


def enqueue(kind: str, **ids: UUID | str) -> Job:
    """Store a job in the open transaction; the doorbell rings after the commit. Raises LookupError for no such kind."""
    if kind not in settings.JOBS:
        raise LookupError(f"no job kind {kind}; list it in deploy/subscriptions.py")
    job = Job.objects.create(kind=kind, ids={key: str(value) for key, value in ids.items()})
    tenant = tenancy.required()
    transaction.on_commit(lambda: ring(tenant, job.id))
    return job


def enqueue_once(kind: str, *, key: str) -> None:
    """Store a job that nobody stored before under this key; it is rung by the sweeper. Raises LookupError."""
    if kind not in settings.JOBS:
        raise LookupError(f"no job kind {kind}; list it in deploy/subscriptions.py")
    job = Job(id=uuid5(tenancy.required(), f"{kind}|{key}"), kind=kind, ids={})
    Job.objects.bulk_create([job], ignore_conflicts=True)


def ring(tenant: UUID, job: UUID) -> None:
    """Tell a worker about a job. A broker that is away is no error: the sweeper rings again."""
    try:
        current_app.send_task(TASK, args=[str(tenant), str(job)], ignore_result=True)
    except Exception as problem:  # noqa: BLE001 kombu's transports raise their own trees; the row is safe
        log.warning("job.not_rung", job=str(job), kind=type(problem).__name__)


def run_job(tenant: UUID, job_id: UUID) -> bool:
    """Claim and run one job; False when it was not due, or somebody else has it."""
    run = _claim(tenant, job_id)
    if run is None:
        return False
    kind, attempt, job = run
    handler: Callable[[JobRun], None] = import_string(settings.JOBS[kind])
    try:
        with tenancy.bound(tenant):
            handler(job)
    except LeaseLost:
        log.warning("job.lease_lost", job=str(job_id), job_kind=kind)
        return False
    except Exception as problem:  # noqa: BLE001 whatever a handler raises becomes a retry or a dead row
        _fail(tenant, job, attempt, problem)
        return True
    with tenancy.tenant_scope(tenant):
        Job.objects.filter(id=job.id, fence=job.fence).update(state=Job.DONE, finished_at=now(), error="")
    log.info("job.done", job=str(job_id), job_kind=kind)
    return True


def due_jobs(*, limit: int = 50) -> list[UUID]:
    """Jobs of the bound tenant that somebody should be running, oldest first."""
    waiting = Q(state=Job.QUEUED, run_at__lte=Now() - timedelta(seconds=RING_AGAIN_AFTER_S))
    abandoned = Q(state=Job.RUNNING, lease_until__lt=Now())
    return list(Job.objects.filter(waiting | abandoned).order_by("run_at").values_list("id", flat=True)[:limit])


def _claim(tenant: UUID, job_id: UUID) -> tuple[str, int, JobRun] | None:
    """A claim is a conditional update that must touch exactly one row."""
    with tenancy.tenant_scope(tenant):
        due = Q(state=Job.QUEUED, run_at__lte=Now()) | Q(state=Job.RUNNING, lease_until__lt=Now())
        claimed = Job.objects.filter(due, id=job_id).update(
            state=Job.RUNNING,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
            lease_until=Now() + timedelta(seconds=LEASE_S),
        )
        if claimed != 1:
            return None
        job = Job.objects.get(id=job_id)
        return job.kind, job.attempts, JobRun(id=job.id, ids=job.ids, fence=job.fence)


def _fail(tenant: UUID, job: JobRun, attempt: int, problem: Exception) -> None:
    is_final = attempt >= MAX_ATTEMPTS or (isinstance(problem, DesksideError) and not problem.retryable)
    # The text of an unknown error may quote personal data: its type is enough for the row, the log has the place.
    text = problem.public_message if isinstance(problem, DesksideError) else type(problem).__name__
    wait = timedelta(seconds=BACK_OFF_S[min(attempt, len(BACK_OFF_S)) - 1])
    log.error("job.failed", job=str(job.id), attempt=attempt, error=type(problem).__name__, exc_info=problem)
    with tenancy.tenant_scope(tenant):
        Job.objects.filter(id=job.id, fence=job.fence).update(
            state=Job.DEAD if is_final else Job.QUEUED,
            run_at=now() + wait,
            error=text[:300],
            finished_at=now() if is_final else None,
        )
