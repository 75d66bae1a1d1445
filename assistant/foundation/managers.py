"""The base of every tenant row: scoped when read, filled when written, refused without a tenant."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler

from assistant.foundation import tenancy
from assistant.foundation.errors import TenantNotBound
from assistant.foundation.ids import uuid7
from assistant.foundation.postgresql.base import DatabaseWrapper

M = TypeVar("M", bound=models.Model)


class BoundTenant(Expression):
    """The tenant, looked up when the SQL is made: a queryset may be declared anywhere and runs where it is used."""

    def __init__(self) -> None:
        super().__init__(output_field=models.UUIDField())

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Raises TenantNotBound, also outside a transaction that carries it: 0 rows otherwise.

        (Any: a UUID parameter.)
        """
        tenant = tenancy.required()
        if cast(DatabaseWrapper, connection).tenant != tenant:  # our ENGINE is the only one configured
            raise TenantNotBound("the transaction does not carry the bound tenant")
        return "%s", [tenant]


class TenantManager(models.Manager[M]):
    """Filters by the scope, lazily: forms, DRF and the admin may build querysets at import time."""

    def get_queryset(self) -> models.QuerySet[M]:
        """All rows of the bound tenant."""
        return super().get_queryset().filter(tenant_id=BoundTenant())

    def none(self) -> models.QuerySet[M]:
        """No rows, also without a tenant."""
        return models.QuerySet(self.model, using=self._db).none()


class TenantField(models.ForeignKey[Any, Any]):
    """Filled from the scope when saved; another tenant's value is refused. (Any: the stubs' own parameters.)"""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.update(to="foundation.Tenant", on_delete=models.CASCADE, editable=False, blank=True, related_name="+")
        super().__init__(**kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> UUID:
        """save, create, bulk_create, get_or_create and related create all pass here."""
        own = getattr(model_instance, self.attname) or tenancy.required()
        setattr(model_instance, self.attname, own)
        if own != tenancy.required():
            raise TenantNotBound("the row belongs to another tenant")
        return cast(UUID, own)


class TenantModel(models.Model):
    """Base of every row that belongs to one tenant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = TenantField()

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Fill the tenant first, or unique constraints that begin with it are skipped as not editable."""
        if getattr(self, "tenant_id", None) is None:
            self.tenant_id = tenancy.required()
        super().validate_constraints(exclude=set(exclude or ()) - {"tenant"})
