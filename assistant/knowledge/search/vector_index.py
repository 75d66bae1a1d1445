"""A vector index for one very large tenant, and how much of what is nearest it finds.

Below `shelf.LARGEST` passages everything is compared, so recall is 1. Above, PostgreSQL scans all vectors, exactly but
slowly, until the operator makes an index (`manage.py index_vectors`), which is quick and misses a little.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db import connection
from pgvector import HalfVector
from psycopg import sql

from assistant.foundation.tenancy import required, tenant_scope
from assistant.knowledge.models import DIMENSIONS, Corpus
from assistant.knowledge.search.shelf import APPROXIMATE, NEAREST

JUDGED = 25
"""Nearest passages that have to be among those found: as many as are read for an answer."""
QUESTIONS = 100
CREATE = sql.SQL(
    "CREATE INDEX CONCURRENTLY {} ON knowledge_passage USING hnsw (vector halfvec_cosine_ops) WHERE tenant_id = {}"
)
DROP = sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Recall over questions, and the time of one look-up with the index and by a scan, in milliseconds (median)."""

    recall: float
    index_ms: float
    scan_ms: float


def make_index(tenant: UUID) -> None:
    """Make the tenant's index, while others read and write; one that is there is made anew. As the tables' owner."""
    drop_index(tenant)
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(CREATE.format(_name(tenant), sql.Literal(tenant)))


def drop_index(tenant: UUID) -> None:
    """Search by a scan again. As the tables' owner."""
    with tenant_scope(tenant):
        Corpus.objects.update(recall=None)
    with connection.cursor() as cursor:
        cursor.execute(DROP.format(_name(tenant)))


def measure(tenant: UUID, *, questions: int = QUESTIONS) -> Measured:
    """Look up what the headings of stored passages are near to, both ways; searches tell the recall from then on."""
    with tenant_scope(tenant):
        asked = _questions(questions)
        found, index_ms = _look_up(asked, APPROXIMATE, NEAREST)
        exact, scan_ms = _look_up(asked, "SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off", JUDGED)
        shares = [len(set(near) & set(every)) / len(near) for near, every in zip(exact, found, strict=True)]
        measured = Measured(recall=sum(shares) / len(shares), index_ms=index_ms, scan_ms=scan_ms)
        Corpus.objects.update(recall=measured.recall)
    return measured


def _questions(count: int) -> list[str]:
    """Vectors of headings: short as questions are, and about what the passages are about."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substring(sentence_vectors FROM 1 FOR %s) FROM knowledge_passage "
            "WHERE tenant_id = %s AND vector IS NOT NULL ORDER BY md5(id::text) LIMIT %s",
            [2 * DIMENSIONS, required(), count],
        )
        rows = [np.frombuffer(row[0], dtype=np.float16).astype(np.float32) for row in cursor.fetchall()]
    return [HalfVector(row.tolist()).to_text() for row in rows]


def _look_up(asked: list[str], how: str, most: int) -> tuple[list[list[UUID]], float]:
    found, times = [], []
    with connection.cursor() as cursor:
        cursor.execute(how)
        for vector in asked:
            started = time.perf_counter()
            cursor.execute(
                "SELECT id FROM knowledge_passage WHERE tenant_id = %s ORDER BY vector <=> %s::halfvec LIMIT %s",
                [required(), vector, most],
            )
            found.append([row[0] for row in cursor.fetchall()])
            times.append((time.perf_counter() - started) * 1_000)
        cursor.execute("SET LOCAL enable_indexscan = on; SET LOCAL enable_bitmapscan = on")
    return found, sorted(times)[len(times) // 2]


def _name(tenant: UUID) -> sql.Identifier:
    return sql.Identifier(f"knowledge_nearest_{tenant.hex}")
