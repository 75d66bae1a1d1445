"""An import between two batches: what people do meanwhile holds, and whatever stops it loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from django.db import connections
from django.test import Client

from assistant.foundation.outbox.models import Job
from assistant.foundation.tenancy import bound, tenant_scope
from assistant.knowledge.importers import Article
from assistant.knowledge.index import begin_articles, index_articles, reindex
from assistant.knowledge.intake import runs
from assistant.knowledge.intake.sources import cancel_run
from assistant.knowledge.keeping import editing
from assistant.knowledge.keeping.editing import ArticleDraft
from assistant.knowledge.models import Document, KnowledgeSource, Passage, SourceRun
from inference.contract import EngineUnavailable
from tests.factories import House
from tests.fakes import WordEmbedder
from tests.integration.test_sources import carry_out, client, made, read, upload

__all__ = ["client"]  # a fixture

NAMES = ("a", "b", "c", "d", "e")
FILES = {f"{name}.md": f"# {name.upper()}\n\nAbout {name} and nothing else.".encode() for name in NAMES}


def on_each_embedding(monkeypatch: pytest.MonkeyPatch, act: Callable[[int], None]) -> None:
    """Do something while vectors are made, with how many requests there were."""
    embed, asked = WordEmbedder.embed, iter(range(1, 1_000))

    def embed_and_act(self: WordEmbedder, texts: Sequence[str]) -> list[list[float]]:
        act(next(asked))
        return embed(self, texts)

    monkeypatch.setattr(WordEmbedder, "embed", embed_and_act)


def documents(house: House, source: object) -> dict[str, str]:
    with tenant_scope(house.tenant.id):
        return dict(Document.objects.filter(source=source).values_list("title", "audience"))


def test_what_people_do_while_vectors_are_made_holds(alice: House) -> None:
    def said(text: str) -> list[Article]:
        return [
            Article(external_id=name, title=name, body=f"{text} about {name}.", audience="public") for name in "abc"
        ]

    with tenant_scope(alice.tenant.id):
        source = KnowledgeSource.objects.create(name="Wiki")
    with bound(alice.tenant.id):
        index_articles(source, said("Something"))
        with tenant_scope(alice.tenant.id):
            ids = dict(Document.objects.filter(source=source).values_list("external_id", "id"))
        begun = begin_articles(source, said("Something else"))
        editing.edit_article(ids["a"], ArticleDraft(title="a", body="Ours.", audience="internal"), by="Bob", version=1)
        editing.set_archived(ids["b"], True, by="Bob", version=1)
        assert begun.store() == 1
        with tenant_scope(alice.tenant.id):
            edited, archived = Document.objects.get(id=ids["a"]), Document.objects.get(id=ids["b"])
            assert (edited.body, edited.audience, edited.conflict is not None) == ("Ours.", "internal", True)
            assert archived.archived_at is not None
            assert not Passage.objects.filter(document=archived).exists()
            assert Document.objects.get(id=ids["c"]).body == "Something else about c."


def test_a_run_that_is_cancelled_stores_nothing_that_was_on_its_way(
    alice: House, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "AT_ONCE", 2)
    source = made(client, name="Files")["id"]
    run = upload(client, source, FILES)

    stored: dict[str, str] = {}

    def cancel_once(asked: int) -> None:
        if asked == 3:  # of the second batch
            with tenant_scope(alice.tenant.id):
                cancel_run(SourceRun.objects.get(id=run))  # waits for a batch that is just being stored
            stored.update(documents(alice, source))
            connections.close_all()  # of this thread

    on_each_embedding(monkeypatch, cancel_once)
    carry_out(alice, run)
    assert read(client, run)["state"] == "cancelled"
    assert documents(alice, source) == stored
    assert len(stored) < len(NAMES)


def test_an_embedder_that_goes_away_between_two_batches_costs_nothing_but_time(
    alice: House, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "AT_ONCE", 2)

    def fail_once(asked: int) -> None:
        if asked == 4:
            raise EngineUnavailable("away")

    on_each_embedding(monkeypatch, fail_once)
    source = made(client, name="Files")["id"]
    run = upload(client, source, FILES)
    carry_out(alice, run)
    assert set(documents(alice, source)) < {name.upper() for name in NAMES}
    with tenant_scope(alice.tenant.id):
        Job.objects.filter(ids={"run": run}).update(run_at="2020-01-01T00:00:00Z")
    carry_out(alice, run)
    assert set(documents(alice, source)) == {name.upper() for name in NAMES}
    told = read(client, run)
    assert (told["state"], told["found"], told["failed"]) == ("done", len(NAMES), 0)
    assert told["changed"] + told["unchanged"] == len(NAMES)


def test_an_article_that_becomes_internal_while_it_is_made_searchable_stays_so(
    alice: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_scope(alice.tenant.id):
        document = Document.objects.filter(audience="public").first()
        assert document is not None
        Document.objects.filter(id=document.id).update(audience="internal")
    with bound(alice.tenant.id):
        reindex(document)
    with tenant_scope(alice.tenant.id):
        passages = Passage.objects.filter(document=document)
        assert set(passages.values_list("audience", flat=True)) == {"internal"}
