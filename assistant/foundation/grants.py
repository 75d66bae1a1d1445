"""What the application's role may do on tables that belong to no tenant.

There are no default privileges: a forgotten table fails with "permission denied" in its first test.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections, models

from assistant.foundation.rls import APP_ROLE, SHARED_MODELS


def grant_shared(sender: AppConfig, *, using: str, **kwargs: Any) -> None:
    """After `migrate`: grant on the shared models of this app. (Any: Django's signal arguments.)"""
    if sender.label != "foundation":
        return
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    tables = {"django_migrations": "SELECT"}
    for label in SHARED_MODELS:
        for table in _tables_of(apps.get_model(label)):
            tables[table] = "SELECT, INSERT, UPDATE, DELETE"
    with connection.cursor() as cursor:
        for table in sorted(set(tables) & existing):
            cursor.execute(f'GRANT {tables[table]} ON "{table}" TO {APP_ROLE}')


def _tables_of(model: type[models.Model]) -> list[str]:
    links = (field.remote_field.through for field in model._meta.local_many_to_many)
    return [model._meta.db_table, *(link._meta.db_table for link in links if link is not None)]
