"""Django's PostgreSQL back end, with the tenant written into every transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.backends.postgresql import base

from assistant.foundation import tenancy


class DatabaseWrapper(base.DatabaseWrapper):
    """`tenant` is what the open transaction carries; None outside one."""

    tenant: UUID | None = None

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:
        """Begin or end a transaction; a begun one carries the bound tenant. (Any: Django's own signature.)"""
        super().set_autocommit(autocommit, *args, **kwargs)
        if autocommit:
            self.tenant = None
        elif (tenant := tenancy.current()) is not None:
            self.bind_tenant(tenant)

    def bind_tenant(self, tenant: UUID | None) -> None:
        """Write the tenant into the open transaction, where the row-level policies read it."""
        with self.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant) if tenant else ""])
        self.tenant = tenant
