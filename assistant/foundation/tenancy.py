"""Who the rows belong to right now.

A tenant is bound at four doors only: HTTP middleware, socket connect, job runner, command. Everything below asks
`required()`. PostgreSQL enforces the same through forced row-level security: each transaction carries the tenant.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, connections, transaction

from assistant.foundation.errors import TenantNotBound

if TYPE_CHECKING:
    from assistant.foundation.postgresql.base import DatabaseWrapper

P = ParamSpec("P")
R = TypeVar("R")

_current: ContextVar[UUID | None] = ContextVar("tenant", default=None)
_pool: ThreadPoolExecutor | None = None


def current() -> UUID | None:
    """The bound tenant, or None."""
    return _current.get()


def required() -> UUID:
    """The bound tenant. Raises TenantNotBound."""
    tenant = _current.get()
    if tenant is None:
        raise TenantNotBound("no tenant is bound")
    return tenant


def tenant_key(*parts: object) -> str:
    """A name for a cache entry, group, lock, limiter or file that no other tenant can have."""
    return ".".join([required().hex, *(str(part) for part in parts)])


@contextmanager
def bound(tenant: UUID) -> Iterator[None]:
    """Bind the tenant for this context. Saved and restored by value: a token reset in another thread raises."""
    previous = _current.get()
    _current.set(tenant)
    try:
        yield
    finally:
        _current.set(previous)


@contextmanager
def tenant_scope(tenant: UUID) -> Iterator[None]:
    """One transaction of this tenant. Scopes nest; the outer tenant is put back on the way out.

    The reset happens on success only: in a `finally` it would hide the real error behind
    "current transaction is aborted", and a rolled-back savepoint restores the setting by itself.
    """
    db = _connection()
    outer = db.tenant if db.in_atomic_block else None
    try:
        with bound(tenant), transaction.atomic():
            if db.tenant != tenant:
                db.bind_tenant(tenant)
            yield
            if db.savepoint_ids and outer != tenant:
                db.bind_tenant(outer)
    except BaseException:
        if db.in_atomic_block:
            db.tenant = outer
        raise


async def in_tenant(tenant: UUID, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """The one door from async code to the database: run `fn` in a transaction of the tenant, in our own pool.

    A cancelled caller rolls back, unless the commit is already under way: callers stay idempotent.
    """
    call = _Call(tenant=tenant, fn=fn, args=args, kwargs=kwargs)
    future = asyncio.get_running_loop().run_in_executor(_threads(), copy_context().run, call)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        call.is_gone = True
        future.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody else asks for it
        raise


class Cancelled(Exception):
    """The caller of `in_tenant` went away before the commit."""


@dataclass(slots=True, kw_only=True)
class _Call(Generic[R]):
    tenant: UUID
    fn: Callable[..., R]
    args: tuple[object, ...]
    kwargs: dict[str, object]
    is_gone: bool = field(default=False)

    def __call__(self) -> R:
        for attempt in range(settings.DATABASE_POOL_SIZE + 1):
            is_open = False
            try:
                with tenant_scope(self.tenant):
                    is_open = True
                    result = self.fn(*self.args, **self.kwargs)
                    if self.is_gone:
                        raise Cancelled
                    return result
            except OperationalError:
                # A pooled connection that died with its server shows at the first statement, before any work.
                if is_open or attempt == settings.DATABASE_POOL_SIZE:
                    raise
            finally:
                connection.close()
        raise AssertionError("unreachable: the last attempt returns or raises")


def _threads() -> ThreadPoolExecutor:
    """As many threads as pooled connections: with more, some wait until the pool gives up [measured]."""
    global _pool  # noqa: PLW0603 made on first use, so that a forked worker gets its own
    if _pool is None:
        _pool = ThreadPoolExecutor(settings.DATABASE_POOL_SIZE, thread_name_prefix="tenant")
    return _pool


def _connection() -> DatabaseWrapper:
    from assistant.foundation.postgresql.base import DatabaseWrapper  # noqa: PLC0415 Django loads the back end late

    wrapper = connections["default"]
    assert isinstance(wrapper, DatabaseWrapper)
    return wrapper


async def in_pool(fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a sync function that needs only shared tables, in the same pool; tenant rows raise inside."""

    def call() -> R:
        try:
            with transaction.atomic():
                return fn(*args, **kwargs)
        finally:
            connection.close()

    return await asyncio.shield(asyncio.get_running_loop().run_in_executor(_threads(), call))
