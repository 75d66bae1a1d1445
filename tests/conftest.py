"""What every test may ask for: a database as the application's role, two houses, and three people.

Alice owns a conversation's house, Bob is her colleague, Charlie belongs to another tenant and must find nothing.
Tests commit for real, as the product does; afterwards a superuser of the test server deletes every row.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import psycopg
import pytest
from django.apps import apps
from django.db import connection

import deploy.celery  # noqa: F401 its folder hears the doorbell; the library's default is any broker on this machine
from assistant.conversations.models import Contact
from assistant.foundation import conf as conf_module
from assistant.foundation import limits
from assistant.foundation.outbox import hints
from assistant.foundation.people import Member, User
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import tenant_scope
from deploy.settings.env import ROOT, environment
from deploy.up.postgres import place_of
from deploy.up.runner import LocalParts
from tests.factories import House, make_house, make_visitor

IS_CI = os.environ.get("CI") == "true"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
"""Each process of the suite has a database and a Redis number of its own."""
REDIS_URL = os.environ.get("TEST_REDIS_URL", f"redis://127.0.0.1:6379/{5 + int(WORKER)}")
AMQP_URL = os.environ.get("TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672//")
DAY_S, SPARE_S = 86_400, 60
DATA = ROOT.parent / "shared" / "data"


hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")


def pytest_sessionstart() -> None:
    """The model that `make up` prepared serves the tests as well."""
    prepared, own = ROOT / "var" / "models", environment().deskside_home / "models"
    if prepared.exists() and not own.exists():
        own.parent.mkdir(parents=True, exist_ok=True)
        own.unlink(missing_ok=True)  # a link to where it was before
        own.symlink_to(prepared)


def missing(what: str, enable: str) -> None:
    """Skip by name at home; fail in CI, where every peer has to be there."""
    message = f"{what} is missing. To enable: {enable}"
    if IS_CI:
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None or find_spec("playwright") is None:
        missing("Chromium", "apt-get install chromium")
    assert path is not None
    return path


@pytest.fixture(scope="session")
def redis_url() -> str:
    import redis

    try:
        redis.Redis.from_url(REDIS_URL, socket_connect_timeout=1).ping()
    except redis.RedisError:
        missing("Redis", "apt-get install redis-server && redis-server --daemonize yes")
    return REDIS_URL


@pytest.fixture(scope="session")
def amqp_url() -> str:
    import socket

    parts = urlsplit(AMQP_URL)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 5672), timeout=1).close()
    except OSError:
        missing("RabbitMQ", "apt-get install rabbitmq-server && rabbitmq-server -detached")
    return AMQP_URL


@pytest.fixture(scope="session")
def database(django_db_blocker: Any) -> Iterator[None]:
    """The embedded server of the test home, migrated; left running by others, it is used as it is."""
    with django_db_blocker.unblock(), LocalParts().running(["postgres"]):
        wipe()
        yield
        connection.close()
        close_pool()


@pytest.fixture
def db(database: None) -> Iterator[None]:
    """A clean database. (Named like pytest-django's, which it replaces.)"""
    limits.forget()
    conf_module._built.clear()
    hints._loop = None
    yield
    connection.close()
    wipe()


def wipe() -> None:
    """Delete every row of every model's table, past policies and keys; only a superuser of the test server can."""
    keep = {"django_content_type", "auth_permission", "django_migrations"}
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - keep
    with psycopg.connect(place_of(environment()).dsn("superuser"), autocommit=True) as server:
        deletes = (f'DELETE FROM "{table}"' for table in sorted(tables))
        server.execute("; ".join(["SET session_replication_role = replica", *deletes]))  # one transaction, one answer


def close_pool() -> None:
    from django.db.backends.postgresql.base import DatabaseWrapper

    for pool in list(DatabaseWrapper._connection_pools.values()):
        pool.close()


@pytest.fixture
def set_rate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Give a limit another rate for this test."""

    def set_one(name: str, rate: str) -> None:
        monkeypatch.setitem(limits.RATES, name, rate)
        limits._rates.cache_clear()

    yield set_one
    limits._rates.cache_clear()


@pytest.fixture
def same_day() -> None:
    """Today stays today for the test that asks for this."""
    left = DAY_S - time.time() % DAY_S
    if left < SPARE_S:
        time.sleep(left + 1)


@pytest.fixture
def alice(db: None) -> House:
    """Alice's house: an agent, an inbox, three articles of which one is internal."""
    return make_house("alpha", person="Alice")


@pytest.fixture
def bob(alice: House) -> Member:
    """Alice's colleague, a manager."""
    user = User.objects.create_user("bob@alpha.example", "pass-word-1", name="Bob", home=alice.tenant)
    with tenant_scope(alice.tenant.id):
        return Member.objects.create(user=user, name="Bob", role=Role.MANAGER)


@pytest.fixture
def charlie(db: None) -> House:
    """The stranger: admin of another tenant."""
    return make_house("gamma", person="Charlie", role=Role.ADMIN, articles=False)


@pytest.fixture
def visitor(alice: House) -> Contact:
    """Somebody on Alice's site."""
    return make_visitor(alice)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last: Playwright keeps an event loop running, beside which no other one may start."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
