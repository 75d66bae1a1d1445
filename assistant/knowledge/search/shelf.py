"""A tenant's passages as arrays in this process: an exact search over thousands takes a millisecond.

A shelf is a cache of rows: it is filled under the tenant's row-level security with the audience in the SQL, it knows
the version that it was filled at, and what it finds is read from the database again before anybody sees it. The
tenants used last stay, as far as memory is given.
"""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from pgvector import HalfVector

from assistant.foundation.binary import read_rows
from assistant.foundation.conf import conf
from assistant.foundation.ids import PassageId
from assistant.foundation.tenancy import required
from assistant.knowledge.models import DIMENSIONS
from assistant.knowledge.search.reader import MAY_READ, Reader
from assistant.knowledge.text.names import Names
from assistant.knowledge.text.terms import Postings

LARGEST = 30_000
"""Passages of a tenant that are searched exactly in memory; of more, PostgreSQL finds the nearest first."""
NEAREST = 400
APPROXIMATE = "SET LOCAL hnsw.iterative_scan = relaxed_order; SET LOCAL hnsw.ef_search = 1000"
"""Goes on through the index until so many were found that the reader may see."""
ANSWERED = 0.5
"""The confidence from which on a tenant answers that has no evaluation set: 4 % of answerable questions stay below."""
HEADER_BYTES = 4
"""PostgreSQL sends a halfvec as its length, two unused bytes, and big-endian numbers."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Passages of one tenant for one kind of reader, in the order of their ids."""

    version: int
    names: Names
    ids: list[PassageId]
    vectors: NDArray[np.float32]  # [passages, 384], unit length; zeros where there is none
    products: NDArray[np.int32]  # index into `product_names`, -1 for none
    product_names: list[str]
    is_chinese: NDArray[np.bool_]
    postings: Postings
    total: int
    """Passages that there are, counted to one more than LARGEST; `ids` are fewer when only the nearest were read."""

    @property
    def nbytes(self) -> int:
        """Memory, nearly."""
        return self.vectors.nbytes + self.postings.nbytes + 120 * len(self.ids)


class Shelves:
    """The shelves of this process, those used last first to stay."""

    def __init__(self) -> None:
        self._shelves: OrderedDict[tuple[UUID, Reader], Shelf] = OrderedDict()
        self._bytes = 0
        self._too_large: set[tuple[UUID, Reader]] = set()
        """Those found too large for a shelf; counted before each search, for they may have shrunk."""
        self._lock = threading.Lock()

    def of(self, reader: Reader, vectors: NDArray[np.float32]) -> Shelf:
        """The bound tenant's shelf as of now. `vectors` [questions, 384] choose what is read of a very large one."""
        version = _version()
        key = (required(), reader)
        with self._lock:
            kept = self._shelves.get(key)
            if kept is not None and kept.version == version:
                self._shelves.move_to_end(key)
                return kept
        names = learned_now().names
        may_fit = key not in self._too_large or _count(reader) <= LARGEST
        shelf = _fill(reader, version, names) if may_fit else None
        if shelf is None:
            with self._lock:
                self._too_large.add(key)
            return replace(_nearest(reader, vectors, version, names), total=LARGEST + 1)
        self._keep(key, shelf)
        return shelf

    def _keep(self, key: tuple[UUID, Reader], shelf: Shelf) -> None:
        with self._lock:
            self._too_large.discard(key)
            old = self._shelves.pop(key, None)
            self._shelves[key] = shelf
            self._bytes += shelf.nbytes - (old.nbytes if old else 0)
            while len(self._shelves) > 1 and self._bytes > _room():
                _, oldest = self._shelves.popitem(last=False)
                self._bytes -= oldest.nbytes

    def kept(self) -> list[Shelf]:
        """Those in memory now."""
        with self._lock:
            return list(self._shelves.values())

    def forget(self) -> None:
        """Be as in a new process."""
        with self._lock:
            self._shelves.clear()
            self._bytes = 0
            self._too_large.clear()


def _room() -> int:
    """Bytes for all shelves of this process."""
    given = conf().search_memory_mb
    return given * 1_000_000 if given else _memory() // 10


@cache
def _memory() -> int:
    """Bytes of this machine, or of the container that it looks like."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return whole
    return min(whole, int(limit)) if limit.isdecimal() else whole


LEARNED = (
    "SELECT names::text, answered_from, coalesce(recall, 1), "
    "ARRAY(SELECT unnest(d.segments) FROM knowledge_document d WHERE d.tenant_id = %s AND NOT d.segments = '{}' "
    "UNION SELECT unnest(c.segments) FROM knowledge_curatedanswer c WHERE c.tenant_id = %s AND NOT c.segments = '{}') "
    "FROM knowledge_corpus WHERE tenant_id = %s"
)
COLUMNS = "p.id, p.terms, halfvec_send(p.vector), d.about, p.language"
JOIN = "JOIN knowledge_document d ON d.tenant_id = p.tenant_id AND d.id = p.document_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What is known of a tenant's articles as a whole."""

    names: Names = Names()
    """Its products and its glossary."""
    answered_from: float = ANSWERED
    """The confidence from which on it answers."""
    segments: tuple[str, ...] = ()
    """Those that articles are for."""
    recall: float = 1.0
    """Of its vector index; 1 without one, for then everything is compared."""


def names_now() -> Names:
    """The bound tenant's products and glossary."""
    return learned_now().names


def learned_now() -> Learned:
    """Of the bound tenant."""
    with connection.cursor() as cursor:
        cursor.execute(LEARNED, [required()] * 3)
        row = cursor.fetchone()
    if row is None:
        return Learned()
    names, answered_from, recall, segments = row
    return Learned(names=_names(names), answered_from=answered_from, recall=recall, segments=tuple(segments))


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


def _count(reader: Reader) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM "  # noqa: S608 constants of this house
            f"(SELECT 1 FROM knowledge_passage p WHERE p.tenant_id = %s AND {MAY_READ} LIMIT %s) AS counted",
            [required(), *reader.parameters, LARGEST + 1],
        )
        (count,) = cursor.fetchone() or (0,)
        return int(count)


def _fill(reader: Reader, version: int, names: Names) -> Shelf | None:
    """All passages; None when they are too many."""
    rows = read_rows(
        f"SELECT {COLUMNS} FROM knowledge_passage p {JOIN} "  # noqa: S608 constants of this file
        f"WHERE p.tenant_id = %s AND {MAY_READ} ORDER BY p.id LIMIT %s",
        [required(), *reader.parameters, LARGEST + 1],
    )
    return _shelf(rows, version, names) if len(rows) <= LARGEST else None


def _nearest(reader: Reader, vectors: NDArray[np.float32], version: int, names: Names) -> Shelf:
    """The nearest of a very large tenant's passages: through its vector index if it has one, else by a scan."""
    found: dict[PassageId, tuple[Any, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(APPROXIMATE)
    for vector in vectors:
        rows = read_rows(
            f"SELECT {COLUMNS} FROM knowledge_passage p {JOIN} "  # noqa: S608 constants of this file
            f"WHERE p.tenant_id = %s AND {MAY_READ} ORDER BY p.vector <=> %s::halfvec LIMIT %s",
            [required(), *reader.parameters, HalfVector(vector.tolist()).to_text(), NEAREST],
        )
        found |= {row[0]: row for row in rows}
    return _shelf([found[one] for one in sorted(found)], version, names)


def _shelf(rows: list[tuple[Any, ...]], version: int, names: Names) -> Shelf:
    product_names = [product.name for product in names.products]
    place = {name: index for index, name in enumerate(product_names)}
    return Shelf(
        version=version,
        names=names,
        ids=[PassageId(row[0]) for row in rows],
        vectors=_vectors([row[2] for row in rows]),
        products=np.array([place.get(row[3], -1) for row in rows], dtype=np.int32),
        product_names=product_names,
        is_chinese=np.array([row[4] == "zh" for row in rows], dtype=bool),
        postings=Postings.of([row[1] for row in rows]),
        total=len(rows),
    )


def _vectors(sent: list[bytes | None]) -> NDArray[np.float32]:
    empty = b"\0" * (HEADER_BYTES + 2 * DIMENSIONS)
    joined = b"".join(one if one is not None else empty for one in sent)
    rows = np.frombuffer(joined, dtype=np.uint8).reshape(len(sent), HEADER_BYTES + 2 * DIMENSIONS)
    return np.ascontiguousarray(rows[:, HEADER_BYTES:]).view(">f2").astype(np.float32)


shelves = Shelves()
