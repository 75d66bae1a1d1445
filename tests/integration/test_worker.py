"""The real worker process, over each kind of doorbell."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from celery import Celery
from django.test import Client

import deploy.celery
from assistant.foundation.clock import now
from assistant.foundation.outbox.jobs import RING_AGAIN_AFTER_S
from assistant.foundation.outbox.models import Job
from assistant.foundation.people import make_api_key
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import tenant_scope
from assistant.knowledge.models import Document, Upload
from deploy.settings.env import ROOT, environment
from tests.factories import House

STARTS_WITHIN_S = 40.0
DONE_WITHIN_S = 60.0
TRIES = 20


@pytest.fixture(autouse=True)
def _no_old_rings() -> None:
    """Other tests ring too, and nobody hears it: a worker would answer thousands of them first."""
    for ring in (environment().deskside_home / "doorbell").rglob("*.msg"):
        ring.unlink(missing_ok=True)


@pytest.fixture(params=["filesystem", "redis", "amqp"])
def broker(request: pytest.FixtureRequest) -> Iterator[str]:
    """Both ends' doorbell; empty for the folder of files."""
    if request.param == "filesystem":
        yield ""
        return
    url = request.getfixturevalue(f"{request.param}_url")
    app = Celery("deskside-test", broker=url)
    app.set_current()
    yield url
    app.close()
    deploy.celery.app.set_current()


@contextmanager
def worker(broker: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that is ready."""
    ready = folder / f"ready-{time.monotonic_ns()}"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "deploy.settings.test", "TEST_BROKER_URL": broker}
    command = [sys.executable, str(ROOT / "manage.py"), "work", "--ready-file", str(ready)]
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        until(ready.exists, STARTS_WITHIN_S, what=f"worker: {(folder / 'worker.log').read_text()[-2_000:]}")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def until(is_so: Callable[[], Any], within_s: float, *, what: str) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def start_import(house: House, articles: int, *, source: str) -> UUID:
    """Through the API, as an administrator does it."""
    with tenant_scope(house.tenant.id):
        key = make_api_key(house.tenant, name=source, role=Role.MANAGER)
    rows = [{"id": f"{source}-{n}", "title": f"Article {n}", "text": f"Text of {n}. " * 20} for n in range(articles)]
    body = {"source": source, "importer": "jsonl", "body": "\n".join(map(json.dumps, rows))}
    client = Client(headers={"Authorization": f"Bearer {key}"})
    response = client.post("/api/v1/knowledge/imports", json.dumps(body), content_type="application/json")
    assert response.status_code == 202
    return UUID(response.json()["id"])


def job_of(house: House, job: UUID) -> Job:
    with tenant_scope(house.tenant.id):
        return Job.objects.get(id=job)


def is_done(house: House, job: UUID) -> bool:
    return job_of(house, job).state == Job.DONE


def test_an_import_is_carried_out_by_the_worker_at_the_ring(alice: House, broker: str, tmp_path: Path) -> None:
    took: list[float] = []
    with worker(broker, tmp_path):
        for number in range(TRIES):
            job = start_import(alice, 3, source=f"s{number}")
            until(partial(is_done, alice, job), DONE_WITHIN_S, what="the import")
            found = job_of(alice, job)
            assert found.finished_at is not None
            assert found.report == {"articles": 3, "changed": 3}
            took.append((found.finished_at - found.created_at).total_seconds())
            if took[-1] < RING_AGAIN_AFTER_S:
                break
    # The sweeper would have rung later than this: so the doorbell did.
    assert min(took) < RING_AGAIN_AFTER_S


@pytest.mark.parametrize("written", ["", '{"body": "'])
def test_a_ring_that_its_writer_did_not_finish_ends_no_worker(alice: House, tmp_path: Path, written: str) -> None:
    doorbell = environment().deskside_home / "doorbell"
    with worker("", tmp_path) as process:
        (doorbell / "messages" / "0_half.celery.msg").write_text(written)
        until(lambda: not list(doorbell.glob("messages/0_half*")), DONE_WITHIN_S, what="the half message")
        job = start_import(alice, 3, source="after")
        until(partial(is_done, alice, job), DONE_WITHIN_S, what="the import after it")
        assert process.poll() is None


def test_an_import_whose_worker_was_killed_is_finished_by_the_next_one(alice: House, tmp_path: Path) -> None:
    articles = 600
    with worker("", tmp_path) as process:
        job = start_import(alice, articles, source="long")
        until(lambda: job_of(alice, job).progress > 0, DONE_WITHIN_S, what="progress")
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    found = job_of(alice, job)
    assert (found.state, 0 < found.progress < articles) == (Job.RUNNING, True)
    with tenant_scope(alice.tenant.id):  # as if the lease's time had passed
        Job.objects.filter(id=job).update(lease_until=now() - timedelta(seconds=1))
    with worker("", tmp_path):
        until(partial(is_done, alice, job), DONE_WITHIN_S, what="the second worker")
    found = job_of(alice, job)
    assert (found.attempts, found.fence, found.report["articles"]) == (2, 2, articles)
    with tenant_scope(alice.tenant.id):
        assert Document.objects.filter(source__name="long").count() == articles
        assert not Upload.objects.exists()
