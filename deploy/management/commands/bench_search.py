"""`manage.py bench_search`: how long a search takes, and what memory it needs, as the knowledge grows.

Passages are made up and written straight into the tables: words and sentences drawn from a pool, vectors in clusters,
each a centre of the pool with the noise of another one. Run it with a `DESKSIDE_HOME` of its own: it leaves a large
database there.
"""

from __future__ import annotations

import json
import random
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from django.core.management.base import BaseCommand, CommandParser
from pgvector import HalfVector
from psycopg import sql
from psycopg.types.json import Jsonb
from rich.console import Console
from rich.table import Table

from assistant.foundation.people import Tenant
from assistant.foundation.tenancy import tenant_scope
from assistant.knowledge.models import DIMENSIONS
from assistant.knowledge.retrieve import rank
from assistant.knowledge.search.reader import CUSTOMER
from assistant.knowledge.search.shelf import LARGEST, shelves
from assistant.knowledge.search.vector_index import CREATE, measure
from assistant.knowledge.text.questions import Asked
from assistant.knowledge.text.terms import pack
from deploy.growth_plot import growth_plot
from deploy.settings.env import environment
from deploy.up.postgres import place_of
from deploy.up.runner import LocalParts

POOL = 2_000
NOISE = 0.8
"""Length of what is added to a centre: two passages of a cluster have a cosine of about 0.6."""
WORDS = [f"word{n}" for n in range(6_000)]
QUESTIONS = 200
FEW_QUESTIONS = 20
"""Where each takes a second."""
A_DOCUMENT = 10_000
"""Passages of one document; its number is a small integer."""
FILL = """
INSERT INTO knowledge_passage (id, tenant_id, document_id, number, heading, text, audience, segments, language, terms,
                               vector, sentences, sentence_vectors)
SELECT gen_random_uuid(), %(tenant)s, %(document)s, i, 'A heading', p.text, 'public', '{}', 'en', p.terms,
       l2_normalize(p.vector + q.noise), p.sentences, p.sentence_vectors
FROM generate_series(0, %(last)s) AS i
JOIN bench_pool p ON p.n = (%(first)s + i) %% %(pool)s
JOIN bench_pool q ON q.n = ((%(first)s + i) / %(pool)s * 7 + i) %% %(pool)s
"""
SOURCE = """
INSERT INTO knowledge_knowledgesource (id, tenant_id, name, kind, audience, segments, url, max_depth, max_pages,
                                       every_hours, is_paused, created_at)
VALUES (gen_random_uuid(), %s, 'bench', 'upload', 'public', '{}', '', 1, 1, 0, false, now()) RETURNING id
"""
DOCUMENT = """
INSERT INTO knowledge_document (id, tenant_id, source_id, external_id, title, body, audience, segments, language,
                                product, about, cut, kind, url, place, content_hash, updated_at, version, is_edited)
VALUES (gen_random_uuid(), %s, %s, %s, 'A title', '', 'public', '{}', 'en', '', '', '', 'article', '', '', '', now(), 1,
        false)
RETURNING id
"""
CORPUS = """
INSERT INTO knowledge_corpus (id, tenant_id, version, answered_from, names)
VALUES (gen_random_uuid(), %s, 1, 0.5, '{}')
"""


class Command(BaseCommand):
    """Needs nothing running."""

    help = "Measure the search against the number of passages."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which sizes."""
        parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000], help="Of one tenant.")
        parser.add_argument("--tenants", type=int, default=0, help="So many more tenants of 1,000 passages each.")
        parser.add_argument("--index", action="store_true", help="Beyond the memory also with a vector index.")
        parser.add_argument("--plot", type=Path, default=None, help="Where to draw the figures, as SVG.")
        parser.add_argument("--json", type=Path, default=None, help="Where to write the figures.")

    def handle(self, *args: Any, **options: Any) -> None:
        """(Any: Django's own signature.)"""
        figures: dict[str, dict[str, float]] = {}
        with LocalParts().running(["postgres"]), _filling() as server:
            for size in options["sizes"]:
                tenant = _tenant(server, size)
                figures[f"{size:,}"] = _measure(server, [tenant], QUESTIONS if size <= LARGEST else FEW_QUESTIONS)
                if size > LARGEST and options["index"]:
                    figures[f"{size:,} indexed"] = _indexed(server, tenant)
            if options["tenants"]:
                many = [_tenant(server, 1_000) for _ in range(options["tenants"])]
                figures[f"{len(many):,} tenants x 1,000"] = _measure(server, many, 2 * QUESTIONS)
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=1))
        if options["plot"]:
            options["plot"].write_text(growth_plot(figures))
        Console(width=100).print(_table(figures))


def _table(figures: dict[str, dict[str, float]]) -> Table:
    table = Table(title="a search without embedding the question")
    names = list(dict.fromkeys(name for row in figures.values() for name in row))
    for name in ("passages", *names):
        table.add_column(name, justify="right")
    for size, row in figures.items():
        table.add_row(size, *(f"{row[name]:.3g}" if name in row else "" for name in names))
    return table


def _indexed(server: psycopg.Connection[Any], tenant: UUID) -> dict[str, float]:
    """The same tenant with the index that `index_vectors` makes, and its recall."""
    started = time.perf_counter()
    server.execute("SET maintenance_work_mem = '2GB'")
    server.execute(CREATE.format(sql.Identifier(f"bench_{tenant.hex}"), sql.Literal(tenant)))
    built_s = time.perf_counter() - started
    recall = measure(tenant, questions=FEW_QUESTIONS).recall
    return _measure(server, [tenant], QUESTIONS) | {"recall": recall, "built s": built_s}


def _measure(server: psycopg.Connection[Any], tenants: list[UUID], count: int) -> dict[str, float]:
    """The first search of each as in a new process, then many at random."""
    server.execute("ANALYZE knowledge_passage, knowledge_document")
    draw = random.Random(1)  # noqa: S311 which questions are asked is no secret
    shelves.forget()
    times = []
    for tenant in (*tenants, *draw.choices(tenants, k=count)):
        started = time.perf_counter()
        with tenant_scope(tenant):
            rank([_question(draw)], _vectors(draw), reader=CUSTOMER)
        times.append((time.perf_counter() - started) * 1_000)
    firsts, ordered = sorted(times[: len(tenants)]), sorted(times[len(tenants) :])
    return {
        "first ms": firsts[len(firsts) // 2],
        "p50 ms": ordered[len(ordered) // 2],
        "p99 ms": ordered[int(len(ordered) * 0.99)],
        "shelf MB": sum(shelf.nbytes for shelf in shelves.kept()) / 1e6,
        "recall": 1.0,
        "memory MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024,
    }


def _question(draw: random.Random) -> Asked:
    words = tuple(draw.sample(WORDS, 8))
    return Asked(text="", topic="", words=words, own_words=words, values=frozenset(), mentions=())


def _vectors(draw: random.Random) -> Any:  # Any: float32 [1, 2, 384]
    """As near to a centre as its passages are."""
    place = draw.randrange(POOL)
    noise = np.random.default_rng(draw.randrange(1_000_000)).normal(size=(2, DIMENSIONS))
    return _unit(_centres()[place] + NOISE * _unit(noise))[None]


@cache
def _centres() -> Any:  # Any: float32 [POOL, 384]
    return _unit(np.random.default_rng(2).normal(size=(POOL, DIMENSIONS)))


def _unit(rows: Any) -> Any:  # Any: float arrays [rows, 384]
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@contextmanager
def _filling() -> Iterator[psycopg.Connection[Any]]:
    """A superuser of the scratch server, with the pool to draw from."""
    draw = random.Random(2)  # noqa: S311
    noise = NOISE * _unit(np.random.default_rng(3).normal(size=(POOL, DIMENSIONS)))
    with psycopg.connect(place_of(environment()).dsn("superuser"), autocommit=True) as server:
        server.execute(
            "CREATE TEMP TABLE bench_pool (n int, text text, terms bytea, vector halfvec(384), noise halfvec(384),"
            " sentences jsonb, sentence_vectors bytea)"
        )
        server.execute("SET session_replication_role = replica")
        for n in range(POOL):
            text = " ".join(draw.choices(WORDS, k=60))
            sentences = [{"t": text[:120], "s": False, "w": text[:120], "v": [], "m": False, "o": False}] * 4
            own = _unit(_centres()[n] + NOISE * _unit(np.random.default_rng(n).normal(size=(5, DIMENSIONS))))
            near = [HalfVector(row).to_text() for row in (_centres()[n], noise[n])]
            row = (n, text, pack("a heading", text), *near, Jsonb(sentences), own.astype(np.float16).tobytes())
            server.execute("INSERT INTO bench_pool VALUES (%s, %s, %s, %s, %s, %s, %s)", row)
        server.execute("CREATE INDEX ON bench_pool (n); ANALYZE bench_pool")
        yield server


def _tenant(server: psycopg.Connection[Any], size: int) -> UUID:
    """A tenant with so many passages."""
    tenant = Tenant.objects.create(slug=f"bench-{time.time_ns()}", name="Bench")
    source = server.execute(SOURCE, [tenant.id]).fetchone()
    assert source is not None
    for first in range(0, size, A_DOCUMENT):
        document = server.execute(DOCUMENT, [tenant.id, source[0], str(first)]).fetchone()
        assert document is not None
        last = min(A_DOCUMENT, size - first) - 1
        server.execute(FILL, {"tenant": tenant.id, "document": document[0], "pool": POOL, "first": first, "last": last})
    server.execute(CORPUS, [tenant.id])
    return tenant.id
