"""A tenant's passages as arrays in this process: an exact search over thousands takes a millisecond.

A shelf is a cache of rows: it is filled under the tenant's row-level security with the audience in the SQL, it knows
the version that it was filled at, and what it finds is read from the database again before anybody sees it. The
tenants used last stay, as far as memory is given.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from pgvector import HalfVector

from assistant.foundation.ids import PassageId
from assistant.foundation.tenancy import required
from assistant.knowledge.models import DIMENSIONS
from assistant.knowledge.names import Names
from assistant.knowledge.terms import Postings

MEMORY_BYTES = 48_000_000
LARGEST = 30_000
"""Passages of a tenant that are searched exactly in memory; of more, PostgreSQL finds the nearest first."""
NEAREST = 400
ANSWERED = 0.5
"""The confidence from which on a tenant answers that has no evaluation set: 4 % of answerable questions stay below."""
HEADER_BYTES = 4
"""PostgreSQL sends a halfvec as its length, two unused bytes, and big-endian numbers."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Passages of one tenant for one audience, in the order of their ids."""

    version: int
    names: Names
    ids: list[PassageId]
    vectors: NDArray[np.float32]  # [passages, 384], unit length; zeros where there is none
    products: NDArray[np.int32]  # index into `product_names`, -1 for none
    product_names: list[str]
    is_chinese: NDArray[np.bool_]
    postings: Postings
    total: int
    """Passages that there are; more than `ids` when only the nearest were read."""

    @property
    def nbytes(self) -> int:
        """Memory, nearly."""
        return self.vectors.nbytes + self.postings.nbytes + 120 * len(self.ids)


class Shelves:
    """The shelves of this process, those used last first to stay."""

    def __init__(self, memory_bytes: int = MEMORY_BYTES) -> None:
        self._memory_bytes = memory_bytes
        self._shelves: OrderedDict[tuple[UUID, str], Shelf] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, audience: str, vectors: NDArray[np.float32]) -> Shelf:
        """The bound tenant's shelf as of now. `vectors` [questions, 384] choose what is read of a very large one."""
        version = _version()
        key = (required(), audience)
        with self._lock:
            kept = self._shelves.get(key)
            if kept is not None and kept.version == version:
                self._shelves.move_to_end(key)
                return kept
        total, names = _count(audience), names_now()
        if total > LARGEST:
            return _nearest(audience, vectors, version, names, total)
        shelf = _fill(audience, version, names)
        with self._lock:
            self._shelves[key] = shelf
            self._shelves.move_to_end(key)
            while len(self._shelves) > 1 and sum(one.nbytes for one in self._shelves.values()) > self._memory_bytes:
                self._shelves.popitem(last=False)
        return shelf

    def forget(self) -> None:
        """Be as in a new process."""
        with self._lock:
            self._shelves.clear()


COLUMNS = "p.id, p.terms, halfvec_send(p.vector), d.about, p.language"
JOIN = "JOIN knowledge_document d ON d.tenant_id = p.tenant_id AND d.id = p.document_id"


def names_now() -> Names:
    """The bound tenant's products and glossary."""
    return learned_now()[0]


def learned_now() -> tuple[Names, float]:
    """The bound tenant's products and glossary, and the confidence from which on it answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT names::text, answered_from FROM knowledge_corpus WHERE tenant_id = %s", [required()])
        row = cursor.fetchone()
    return (_names(row[0]), row[1]) if row else (Names(), ANSWERED)


def _version() -> int:
    """Asked with every search, so by itself: names are read once a question."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM knowledge_corpus WHERE tenant_id = %s", [required()])
        row = cursor.fetchone()
    return row[0] if row else 0


def _names(text: str) -> Names:
    """Parsed once for each text: a tenant's names change with an import, not with a question."""
    names = _PARSED.get(text)
    if names is None:
        _PARSED[text] = names = Names.of_json(json.loads(text))
        while len(_PARSED) > 64:
            _PARSED.pop(next(iter(_PARSED)))
    return names


_PARSED: dict[str, Names] = {}


def _count(audience: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM "
            "(SELECT 1 FROM knowledge_passage WHERE tenant_id = %s AND audience = %s LIMIT %s) AS counted",
            [required(), audience, LARGEST + 1],
        )
        (count,) = cursor.fetchone() or (0,)
        return int(count)


def _fill(audience: str, version: int, names: Names) -> Shelf:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM knowledge_passage p {JOIN} "  # noqa: S608 constants of this file
            "WHERE p.tenant_id = %s AND p.audience = %s ORDER BY p.id",
            [required(), audience],
        )
        rows = cursor.fetchall()
    return _shelf(rows, version, names)


def _nearest(audience: str, vectors: NDArray[np.float32], version: int, names: Names, total: int) -> Shelf:
    """The nearest of a very large tenant's passages: through its vector index if it has one, else by a scan."""
    found: dict[PassageId, tuple[object, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL hnsw.iterative_scan = relaxed_order; SET LOCAL hnsw.ef_search = 200")
        for vector in vectors:
            cursor.execute(
                f"SELECT {COLUMNS} FROM knowledge_passage p {JOIN} "  # noqa: S608 constants of this file
                "WHERE p.tenant_id = %s AND p.audience = %s ORDER BY p.vector <=> %s::halfvec LIMIT %s",
                [required(), audience, HalfVector(vector.tolist()).to_text(), NEAREST],
            )
            found |= {row[0]: row for row in cursor.fetchall()}
    shelf = _shelf([found[one] for one in sorted(found)], version, names)
    return replace(shelf, total=total)


def _shelf(rows: list[tuple[object, ...]], version: int, names: Names) -> Shelf:
    product_names = [product.name for product in names.products]
    place = {name: index for index, name in enumerate(product_names)}
    return Shelf(
        version=version,
        names=names,
        ids=[PassageId(row[0]) for row in rows],  # type: ignore[arg-type]  # a UUID, by the statement
        vectors=_vectors([row[2] for row in rows]),
        products=np.array([place.get(row[3], -1) for row in rows], dtype=np.int32),  # type: ignore[call-overload]
        product_names=product_names,
        is_chinese=np.array([row[4] == "zh" for row in rows], dtype=bool),
        postings=Postings.of([bytes(row[1]) for row in rows]),  # type: ignore[call-overload]
        total=len(rows),
    )


def _vectors(sent: list[object]) -> NDArray[np.float32]:
    empty = b"\0" * (HEADER_BYTES + 2 * DIMENSIONS)
    joined = b"".join(bytes(one) if one is not None else empty for one in sent)  # type: ignore[call-overload]
    rows = np.frombuffer(joined, dtype=np.uint8).reshape(len(sent), HEADER_BYTES + 2 * DIMENSIONS)
    return np.ascontiguousarray(rows[:, HEADER_BYTES:]).view(">f2").astype(np.float32)


shelves = Shelves()
