"""A very large tenant: found through its own index, never beside the reader's audience, and the recall is told."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg import sql

from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.tenancy import tenant_scope
from assistant.knowledge.intake.imports import start_import
from assistant.knowledge.models import Corpus
from assistant.knowledge.search import shelf, vector_index
from deploy.settings.env import environment
from deploy.up.postgres import place_of
from tests.factories import House
from tests.integration.test_segments import call

FEE = "What is the monthly fee of the Blue Account?"


@pytest.fixture
def large(alice: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """As if a handful of passages were very many."""
    rows = [
        {"id": f"n{n}", "title": f"Topic {n}", "text": f"Word{n} and word{n * 7} are explained."} for n in range(60)
    ]
    with tenant_scope(alice.tenant.id):
        job = start_import(source="many", importer="jsonl", body="\n".join(map(json.dumps, rows)))
    run_job(alice.tenant.id, job.id)
    monkeypatch.setattr(shelf, "LARGEST", 10)
    return alice


@pytest.fixture
def indexed(large: House) -> Iterator[House]:
    """With the index that the command makes, which only the tables' owner may."""
    name, tenant = sql.Identifier("test_nearest"), sql.Literal(large.tenant.id)
    with psycopg.connect(place_of(environment()).dsn("superuser"), autocommit=True) as server:
        server.execute(vector_index.CREATE.format(name, tenant))
        yield large
        server.execute(vector_index.DROP.format(name))


def found(house: House) -> dict[str, object]:
    response = call(house, "POST", "search", {"question": FEE})
    assert response.status_code == 200
    body = response.json()
    return {
        "recall": body["recall"],
        "first": body["passages"][0]["title"],
        "all": {p["title"] for p in body["passages"]},
    }


def test_beyond_the_memory_the_nearest_are_found_by_a_scan(large: House) -> None:
    told = found(large)
    assert (told["recall"], told["first"]) == (1.0, "Blue Account: limits")
    assert "Internal" not in str(told["all"])


def test_the_index_finds_what_a_scan_finds_and_nothing_internal(indexed: House) -> None:
    measured = vector_index.measure(indexed.tenant.id, questions=20)
    told = found(indexed)
    assert measured.recall > 0.9
    assert (told["recall"], told["first"]) == (round(measured.recall, 3), "Blue Account: limits")
    assert "Internal" not in str(told["all"])


def test_the_recall_that_was_measured_is_told(large: House) -> None:
    with tenant_scope(large.tenant.id):
        Corpus.objects.update(recall=0.93)
    assert found(large)["recall"] == 0.93


def test_a_small_tenant_needs_no_index(alice: House) -> None:
    with pytest.raises(CommandError, match="need no index"):
        call_command("index_vectors", tenant=alice.tenant.slug)
