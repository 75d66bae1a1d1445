"""Background work as rows: claimed once, taken over, tried again; and events that reach their hearers."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection, transaction

from assistant.conversations.models import Contact
from assistant.events import ContactIdentified
from assistant.foundation.clock import now
from assistant.foundation.errors import BadInput
from assistant.foundation.ids import uuid7
from assistant.foundation.outbox import jobs, relay
from assistant.foundation.outbox.jobs import JobRun, due_jobs, enqueue, run_job
from assistant.foundation.outbox.models import Delivery, Event, Job
from assistant.foundation.outbox.publish import publish
from assistant.foundation.outbox.relay import deliver_due
from assistant.foundation.tenancy import current, tenant_scope
from assistant.ops.management.commands import work as loops
from tests.factories import House

KIND = "test.work"
HEARER = "tests.integration.test_jobs.hear"


class Work:
    """What the handler below does, and what it saw."""

    runs: list[JobRun] = []
    tenants: list[UUID | None] = []
    heard: list[tuple[UUID, int]] = []
    raises: Exception | None = None
    meanwhile: Any = None


def work(run: JobRun) -> None:
    Work.runs.append(run)
    Work.tenants.append(current())
    if Work.meanwhile is not None:
        Work.meanwhile(run)
    if Work.raises is not None:
        raise Work.raises


def hear(event: Event) -> None:
    if Work.raises is not None and event.payload["email_print"] == "bad":
        raise Work.raises
    Work.heard.append((event.stream_id, event.sequence))


@pytest.fixture(autouse=True)
def kinds(settings: Any) -> None:
    settings.JOBS = settings.JOBS | {KIND: f"{__name__}.work"}
    settings.SUBSCRIPTIONS = {"ContactIdentified": (HEARER,)}
    Work.runs, Work.tenants, Work.heard = [], [], []
    Work.raises = Work.meanwhile = None


@pytest.fixture
def job(alice: House) -> Job:
    with tenant_scope(alice.tenant.id):
        return enqueue(KIND, thing=uuid7())


def again(house: House, job: Job) -> Job:
    with tenant_scope(house.tenant.id):
        return Job.objects.get(id=job.id)


def change(house: House, job: Job, **fields: Any) -> None:
    with tenant_scope(house.tenant.id):
        Job.objects.filter(id=job.id).update(**fields)


def test_a_job_runs_once_in_its_tenant(alice: House, job: Job) -> None:
    assert run_job(alice.tenant.id, job.id) is True
    assert run_job(alice.tenant.id, job.id) is False
    assert (len(Work.runs), Work.tenants) == (1, [alice.tenant.id])
    assert (again(alice, job).state, again(alice, job).attempts) == (Job.DONE, 1)


def test_a_kind_that_nobody_listed_cannot_be_queued(alice: House) -> None:
    with pytest.raises(LookupError), tenant_scope(alice.tenant.id):
        enqueue("no.such.kind")


def test_a_rolled_back_change_leaves_no_job(alice: House) -> None:
    with pytest.raises(ZeroDivisionError), tenant_scope(alice.tenant.id):
        enqueue(KIND, number=str(1 // (enqueue(KIND).attempts)))
    with tenant_scope(alice.tenant.id):
        assert not Job.objects.filter(kind=KIND).exists()


def test_of_two_workers_one_runs_it(alice: House, job: Job) -> None:
    both_in = threading.Barrier(2, timeout=10)
    results: list[bool] = []

    def worker() -> None:
        both_in.wait()
        results.append(run_job(alice.tenant.id, job.id))
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, True]
    assert len(Work.runs) == 1


def test_a_job_whose_worker_died_is_taken_over_with_a_higher_fence(alice: House, job: Job) -> None:
    change(alice, job, state=Job.RUNNING, fence=3, lease_until=now() - timedelta(seconds=1))
    with tenant_scope(alice.tenant.id):
        assert due_jobs() == [job.id]
    assert run_job(alice.tenant.id, job.id)
    assert Work.runs[0].fence == 4


def test_a_job_that_is_held_is_left_alone(alice: House, job: Job) -> None:
    change(alice, job, state=Job.RUNNING, lease_until=now() + timedelta(hours=1))
    with tenant_scope(alice.tenant.id):
        assert due_jobs() == []
    assert run_job(alice.tenant.id, job.id) is False


def test_a_worker_that_lost_its_lease_writes_nothing(alice: House, job: Job) -> None:
    def another_takes_over(run: JobRun) -> None:
        change(alice, job, fence=run.fence + 1)
        run.report(mine=True)

    Work.meanwhile = another_takes_over
    assert run_job(alice.tenant.id, job.id) is False
    assert (again(alice, job).state, again(alice, job).report) == (Job.RUNNING, {})


def test_a_worker_that_lost_its_lease_unnoticed_does_not_finish_the_other_ones_run(alice: House, job: Job) -> None:
    Work.meanwhile = lambda run: change(alice, job, fence=run.fence + 1)
    run_job(alice.tenant.id, job.id)
    assert again(alice, job).state == Job.RUNNING


def test_progress_keeps_the_lease(alice: House, job: Job) -> None:
    change(alice, job, state=Job.QUEUED)

    def goes_on(run: JobRun) -> None:
        change(alice, job, lease_until=now())
        run.progress(3, 7)

    Work.meanwhile = goes_on
    run_job(alice.tenant.id, job.id)
    found = again(alice, job)
    assert (found.progress, found.total) == (3, 7)
    assert found.lease_until is not None
    assert found.lease_until > now() + timedelta(seconds=jobs.LEASE_S - 5)


def test_a_failure_is_tried_again_later_and_dies_in_the_end(alice: House, job: Job) -> None:
    Work.raises = ValueError("the phone number is 07700 900123")
    found = job
    for attempt in range(1, jobs.MAX_ATTEMPTS + 1):
        change(alice, job, run_at=now())
        before = now()
        assert run_job(alice.tenant.id, job.id)
        found = again(alice, job)
        assert found.attempts == attempt
        wait = timedelta(seconds=jobs.BACK_OFF_S[min(attempt, len(jobs.BACK_OFF_S)) - 1])
        assert before <= found.run_at - wait <= now()
        assert run_job(alice.tenant.id, job.id) is False  # not due yet, or dead
    assert (found.state, found.error, found.finished_at is None) == (Job.DEAD, "ValueError", False)


def test_a_mistake_of_the_sender_is_final_and_says_what_to_mend(alice: House, job: Job) -> None:
    Work.raises = BadInput("Line 3: there is no title.")
    run_job(alice.tenant.id, job.id)
    assert (again(alice, job).state, again(alice, job).error) == (Job.DEAD, "Line 3: there is no title.")


def test_the_sweeper_rings_only_for_what_somebody_should_be_running(alice: House, charlie: House, job: Job) -> None:
    change(alice, job, run_at=now())
    with tenant_scope(alice.tenant.id):
        assert due_jobs() == []  # the first ring may still be on its way
    change(alice, job, run_at=now() - timedelta(seconds=jobs.RING_AGAIN_AFTER_S + 1))
    with tenant_scope(alice.tenant.id):
        assert due_jobs() == [job.id]
    with tenant_scope(charlie.tenant.id):
        assert due_jobs() == []


# --- events and their hearers ---------------------------------------------------------------------------------------


def tell(house: House, stream: UUID, *texts: str) -> None:
    with tenant_scope(house.tenant.id):
        for text in texts:
            publish(ContactIdentified(stream_id=stream, email_print=text))


def test_hearers_hear_each_event_once_and_in_order(alice: House) -> None:
    one, other = uuid7(), uuid7()
    tell(alice, one, "a", "b")
    tell(alice, other, "c")
    while deliver_due(alice.tenant.id):
        pass
    assert [sequence for stream, sequence in Work.heard if stream == one] == [1, 2]
    assert [sequence for stream, sequence in Work.heard if stream == other] == [1]
    assert deliver_due(alice.tenant.id) == 0


def test_a_deaf_hearer_holds_up_its_own_stream_only(alice: House) -> None:
    one, other = uuid7(), uuid7()
    Work.raises = OSError("away")
    tell(alice, one, "bad", "after")
    tell(alice, other, "c")
    before = now() + timedelta(seconds=1)
    deliver_due(alice.tenant.id)
    with tenant_scope(alice.tenant.id):
        waiting = Delivery.objects.get(event__stream_id=one, event__sequence=1)
        assert (waiting.attempts, waiting.error, waiting.run_at > before) == (1, "OSError", True)
        Delivery.objects.filter(id=waiting.id).update(run_at=now() + timedelta(hours=1))
    for _ in range(2):
        deliver_due(alice.tenant.id)
    assert Work.heard == [(other, 1)]


def test_a_delivery_that_never_succeeds_dies_and_lets_the_next_one_pass(alice: House) -> None:
    stream = uuid7()
    Work.raises = OSError("away")
    tell(alice, stream, "bad", "after")
    for _ in range(relay.MAX_ATTEMPTS + 1):
        deliver_due(alice.tenant.id)
        with tenant_scope(alice.tenant.id):
            Delivery.objects.filter(state=Delivery.PENDING).update(run_at=now())
    with tenant_scope(alice.tenant.id):
        states = list(Delivery.objects.order_by("event__sequence").values_list("state", "attempts"))
    assert states == [(Delivery.DEAD, relay.MAX_ATTEMPTS), (Delivery.DONE, 0)]
    assert Work.heard == [(stream, 2)]


def test_a_hearers_rows_and_its_mark_are_one_transaction(alice: House, visitor: Contact, settings: Any) -> None:
    settings.SUBSCRIPTIONS = {"ContactIdentified": ("tests.integration.test_jobs.write_and_fail",)}
    tell(alice, uuid7(), "x")
    deliver_due(alice.tenant.id)
    with tenant_scope(alice.tenant.id):
        assert not Contact.objects.filter(external_id="half").exists()


def write_and_fail(event: Event) -> None:
    Contact.objects.update(external_id="half")
    raise OSError("in the middle")


@pytest.mark.parametrize("problem", [KeyError("surprise"), OperationalError("away")])
def test_what_fails_for_one_tenant_delivers_to_the_others(
    alice: House, charlie: House, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    """Whichever of the two comes first in the table."""
    for failing, other in ((alice, charlie), (charlie, alice)):

        def deliver(tenant: UUID, failing: House = failing) -> int:
            if tenant == failing.tenant.id:
                raise problem
            return deliver_due(tenant)

        monkeypatch.setattr(loops, "deliver_due", deliver)
        stream = uuid7()
        tell(failing, stream, "a")
        tell(other, stream, "a")
        Work.heard = []
        loops.relay()
        assert Work.heard == [(stream, 1)]
        with tenant_scope(failing.tenant.id):
            assert Delivery.objects.filter(state=Delivery.PENDING).exists()
        monkeypatch.undo()
        deliver_due(failing.tenant.id)


def test_an_event_outside_its_change_is_a_programming_error(alice: House) -> None:
    assert not connection.in_atomic_block
    with pytest.raises(AssertionError):
        publish(ContactIdentified(stream_id=uuid7()))


def test_a_rolled_back_change_tells_nobody_and_leaves_no_gap(alice: House) -> None:
    stream = uuid7()
    with pytest.raises(ZeroDivisionError), tenant_scope(alice.tenant.id):
        _ = publish(ContactIdentified(stream_id=stream)) / 0
    tell(alice, stream, "a")
    with tenant_scope(alice.tenant.id), transaction.atomic():
        assert list(Event.objects.filter(stream_id=stream).values_list("sequence", flat=True)) == [1]
