"""Migration operations: row-level security, enabled and forced, and references that stay inside one tenant."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

APP_ROLE = "desk_app"
TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"

SHARED_MODELS: dict[str, str] = {
    "foundation.Tenant": "the list of tenants itself, read to find out which one to bind",
    "foundation.User": "a person may be a member of several tenants; log-in happens before one is chosen",
    "auth.Permission": "Django's own, the same for all",
    "auth.Group": "Django's own, the same for all",
    "contenttypes.ContentType": "Django's own, the same for all",
    "sessions.Session": "log-in sessions; they name a user, not tenant data",
    "admin.LogEntry": "who changed what in the operator's admin; holds ids and field names",
    "account.EmailAddress": "log-in addresses of users",
    "account.EmailConfirmation": "log-in addresses of users",
}
"""Every model that is not a TenantModel, and why."""


class _Sql(Operation, ABC):
    """SQL that knows its way back."""

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing of the models changes."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Run `up`."""
        for statement in self.up(app_label, schema_editor):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Run `down`."""
        for statement in self.down(app_label, schema_editor):
            schema_editor.execute(statement)

    @abstractmethod
    def up(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
        """Statements forward."""

    @abstractmethod
    def down(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
        """Statements back."""


class Protect(_Sql):
    """Enable and force row-level security on a table, and let the application read and write it."""

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """For squashing."""
        return "Protect", [self.table], {}

    def describe(self) -> str:
        """One line for `migrate --plan`."""
        return f"Protect {self.table} by tenant"

    def up(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
        """Policy and grant; TRUNCATE is never granted: it ignores policies."""
        return [
            f"ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {self.table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant ON {self.table} USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {self.table} TO {APP_ROLE}",
        ]

    def down(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
        """The reverse."""
        return [
            f"REVOKE ALL ON {self.table} FROM {APP_ROLE}",
            f"DROP POLICY tenant ON {self.table}",
            f"ALTER TABLE {self.table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {self.table} DISABLE ROW LEVEL SECURITY",
        ]


class SameTenant(_Sql):
    """A composite foreign key (tenant_id, column) -> (tenant_id, id): a plain one accepts another tenant's row.

    FORCE is lifted from both tables meanwhile: under it the owner sees no rows, and the key would be marked
    valid without looking.
    """

    def __init__(self, table: str, column: str, to: str) -> None:
        self.table, self.column, self.to = table, column, to
        self.name = f"{table}_{column}_same"[:63]

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """For squashing."""
        return "SameTenant", [self.table, self.column, self.to], {}

    def describe(self) -> str:
        """One line for `migrate --plan`."""
        return f"Keep {self.table}.{self.column} inside its tenant"

    def up(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
        """Add the key beside Django's own."""
        tables = dict.fromkeys((self.table, self.to))
        return [
            *(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in tables),
            f"ALTER TABLE {self.table} ADD CONSTRAINT {self.name} FOREIGN KEY (tenant_id, {self.column}) "
            f"REFERENCES {self.to} (tenant_id, id) DEFERRABLE INITIALLY DEFERRED",
            *(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in tables),
        ]

    def down(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
        """Drop it."""
        return [f"ALTER TABLE {self.table} DROP CONSTRAINT {self.name}"]
