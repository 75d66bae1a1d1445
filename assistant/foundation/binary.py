"""Rows with much binary in them. Django's own cursor asks for text, in which bytes and vectors are hex."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from django.db import connection


def read_rows(statement: LiteralString, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
    """Rows in PostgreSQL's binary format, read in the open transaction; a third faster where vectors are read.

    (Any: columns as the database gives them; JSON is text, as Django has it.)
    """
    assert connection.in_atomic_block, "the tenant is bound for a transaction"
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement, parameters, binary=True, prepare=False).fetchall()
