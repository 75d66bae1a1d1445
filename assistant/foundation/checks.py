"""System checks: every model has a tenant or a reason, and the database role really is bound by the policies."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from assistant.foundation.managers import TenantManager, TenantModel
from assistant.foundation.rls import SHARED_MODELS


@register(Tags.models)
def every_model_has_a_tenant_or_a_reason(**kwargs: Any) -> list[CheckMessage]:
    """(Any: Django's check arguments.)"""
    problems: list[CheckMessage] = []
    for model in apps.get_models():
        label = model._meta.label
        if issubclass(model, TenantModel):
            if not isinstance(model._base_manager, TenantManager):
                problems.append(Error(f"{label}: class Meta must inherit TenantModel.Meta", id="deskside.E002"))
        elif label not in SHARED_MODELS:
            problems.append(Error(f"{label} is neither a TenantModel nor in SHARED_MODELS", id="deskside.E001"))
    return problems


@register(Tags.database)
def the_application_role_is_bound_by_policies(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A superuser or BYPASSRLS role would see every tenant. (Any: Django's check arguments.)"""
    problems: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            name, escapes = cursor.fetchone()
        if escapes:
            problems.append(Error(f"role {name} bypasses row-level security; use desk_app", id="deskside.E003"))
    return problems


def require_bound_role() -> None:
    """For the start of web and worker: end the process when the database role would see every tenant's rows."""
    problems = the_application_role_is_bound_by_policies(databases=["default"])
    connections["default"].close()
    if problems:
        sys.exit("\n".join(problem.msg for problem in problems))
