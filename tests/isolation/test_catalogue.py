"""What PostgreSQL itself says about tenancy: read from `pg_catalog`, compared with the design (section 5, rule 3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from psycopg import sql

from assistant.conversations.models import Contact
from assistant.foundation.managers import TenantModel
from assistant.foundation.rls import SHARED_MODELS
from assistant.foundation.tenancy import tenant_scope
from deploy.settings.env import environment
from deploy.up.postgres import place_of
from tests.factories import House

EXEMPT = {"django_migrations"}
"""Tables that are neither a tenant's nor a shared model's."""

CATALOGUE: dict[str, LiteralString] = {
    "rls": """
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attname = 'tenant_id'
        WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND (
          NOT (relrowsecurity AND relforcerowsecurity AND attnotnull)
          OR 1 <> (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid)
          OR NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND polcmd = '*' AND polpermissive
            AND pg_get_expr(polqual, polrelid) = pg_get_expr(polwithcheck, polrelid)
            AND pg_get_expr(polqual, polrelid)
              = '(tenant_id = (NULLIF(current_setting(''app.tenant''::text, true), ''''::text))::uuid)'))""",
    "view": """
        SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND (relkind = 'm' OR relkind = 'v' AND coalesce(reloptions::text, '') !~ 'security_invoker=(true|on|1)')""",
    "foreign key": """
        WITH t AS (SELECT attrelid AS oid FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
          WHERE attname = 'tenant_id' AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace)
        SELECT conname::text FROM pg_constraint k WHERE contype = 'f'
        AND conrelid IN (SELECT oid FROM t) AND confrelid IN (SELECT oid FROM t)
        AND NOT EXISTS (SELECT FROM pg_constraint s JOIN pg_attribute i
          ON i.attrelid = s.conrelid AND i.attnum = ANY (s.conkey) AND attname = 'tenant_id'
          WHERE s.contype = 'f' AND s.conrelid = k.conrelid AND s.confrelid = k.confrelid AND s.conkey @> k.conkey)""",
    "unique": """
        SELECT indexrelid::regclass::text FROM pg_index x
        JOIN pg_attribute own ON own.attrelid = indrelid AND own.attname = 'tenant_id'
        JOIN pg_class c ON c.oid = indrelid AND relnamespace = 'public'::regnamespace
        JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = indkey[0]
        WHERE indisunique AND a.attname <> 'tenant_id'
        AND NOT (indisprimary AND indnkeyatts = 1 AND a.atttypid = 'uuid'::regtype)""",
    "role": """
        SELECT rolname::text FROM pg_roles r WHERE rolname = 'desk_app' AND (rolsuper OR rolbypassrls OR rolcreaterole
          OR rolcreatedb OR rolreplication OR EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid)
          OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid))""",
    "grant": """
        SELECT c.oid::regclass || ' ' || privilege_type FROM pg_class c, aclexplode(relacl) a
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND (grantee = 0
          OR grantee = 'desk_app'::regrole
            AND (is_grantable OR privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')))""",
    "definer": """
        SELECT p.oid::regprocedure::text FROM pg_proc p WHERE prosecdef AND pronamespace = 'public'::regnamespace
        AND has_function_privilege('desk_app', p.oid, 'EXECUTE')""",
}
"""Rule -> a query whose every row is a violation."""

PLANTED: dict[str, tuple[LiteralString, ...]] = {
    "rls": ("CREATE TABLE planted (tenant_id uuid NOT NULL)",),
    "view": ("CREATE VIEW planted AS SELECT * FROM conversations_message",),
    "foreign key": (
        "CREATE TABLE planted (tenant_id uuid, message uuid REFERENCES conversations_message (id))",
        "ALTER TABLE planted ENABLE ROW LEVEL SECURITY",
    ),
    "unique": ("CREATE TABLE planted (tenant_id uuid, name text UNIQUE)",),
    "role": ("ALTER ROLE desk_app BYPASSRLS",),
    "grant": ("GRANT TRUNCATE ON conversations_message TO desk_app",),
    "definer": (
        "CREATE FUNCTION planted() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
        "AS 'SELECT count(*) FROM conversations_message'",
        "GRANT EXECUTE ON FUNCTION planted() TO desk_app",
    ),
}
"""Rule -> a fault of its kind."""


@contextmanager
def superuser() -> Iterator[psycopg.Connection[tuple[str, ...]]]:
    """A transaction of the superuser that is always rolled back."""
    with psycopg.connect(place_of(environment()).dsn("superuser")) as server:
        yield server
        server.rollback()


def violations(server: psycopg.Connection[tuple[str, ...]], rule: str) -> list[str]:
    return [row[0] for row in server.execute(CATALOGUE[rule]).fetchall()]


def tenant_tables() -> list[str]:
    return sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel))


@pytest.mark.parametrize("rule", CATALOGUE)
def test_the_schema_keeps_the_rule(database: None, rule: str) -> None:
    with superuser() as server:
        assert violations(server, rule) == []


@pytest.mark.parametrize("rule", CATALOGUE)
def test_a_planted_fault_is_found(database: None, rule: str) -> None:
    with superuser() as server:
        server.execute("SET LOCAL lock_timeout = '5s'")
        for statement in PLANTED[rule]:
            server.execute(statement)
        assert violations(server, rule) != []


def test_a_policy_that_lets_null_in_is_found(database: None) -> None:
    with superuser() as server:
        server.execute("CREATE TABLE planted (tenant_id uuid NOT NULL)")
        server.execute("ALTER TABLE planted ENABLE ROW LEVEL SECURITY")
        server.execute("ALTER TABLE planted FORCE ROW LEVEL SECURITY")
        server.execute("CREATE POLICY tenant ON planted USING (true)")
        assert "planted" in violations(server, "rls")


def test_every_table_is_protected_or_shared_with_a_reason(database: None) -> None:
    with superuser() as server:
        found = server.execute(
            "SELECT c.relname::text, "
            "EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'tenant_id') "
            "FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        ).fetchall()
    shared = {apps.get_model(label)._meta.db_table for label in SHARED_MODELS}
    links = {
        link.remote_field.through._meta.db_table
        for label in SHARED_MODELS
        for link in apps.get_model(label)._meta.local_many_to_many
    }
    unexplained = {name for name, has_tenant in found if not has_tenant} - shared - links - EXEMPT
    assert unexplained == set(), "give the model a tenant, or list it in foundation.rls.SHARED_MODELS with its reason"
    assert set(tenant_tables()) <= {name for name, has_tenant in found if has_tenant}


def test_without_a_tenant_the_application_sees_no_row(alice: House) -> None:
    visible = {}
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tenant_tables():
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)).as_string(None))
            visible[table] = cursor.fetchone()[0]
    assert {table for table, rows in visible.items() if rows} == set()


def test_outside_a_transaction_it_sees_no_row_either(alice: House) -> None:
    with tenant_scope(alice.tenant.id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM conversations_inbox")
        assert cursor.fetchone()[0] == 1
    with connection.cursor() as cursor:  # the same connection, after its first transaction: the setting reads as ''
        cursor.execute("SELECT count(*) FROM conversations_inbox")
        assert cursor.fetchone()[0] == 0


def test_without_a_tenant_nothing_can_be_inserted(alice: House) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO foundation_eventcounter (id, tenant_id, stream_id, top) VALUES (%s, %s, %s, 1)",
            [uuid4(), alice.tenant.id, uuid4()],
        )


def test_in_charlies_scope_alices_rows_can_be_neither_seen_nor_changed(alice: House, charlie: House) -> None:
    with tenant_scope(charlie.tenant.id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM conversations_inbox WHERE tenant_id = %s", [alice.tenant.id])
        assert cursor.fetchone()[0] == 0
        cursor.execute("UPDATE conversations_inbox SET name = 'mine' WHERE tenant_id = %s", [alice.tenant.id])
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM knowledge_document WHERE tenant_id = %s", [alice.tenant.id])
        assert cursor.rowcount == 0


def test_a_row_cannot_be_given_to_another_tenant(alice: House, charlie: House) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        tenant_scope(charlie.tenant.id),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE conversations_inbox SET tenant_id = %s", [alice.tenant.id])


def test_the_application_may_not_truncate(alice: House) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        tenant_scope(alice.tenant.id),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE conversations_message CASCADE")


def test_a_reference_to_another_tenants_row_is_refused(alice: House, charlie: House) -> None:
    with pytest.raises(IntegrityError, match="_same"), tenant_scope(charlie.tenant.id):
        Contact.objects.create(inbox_id=alice.inbox.id)
