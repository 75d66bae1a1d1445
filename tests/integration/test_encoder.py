"""The encoder is one setting: a multilingual one is given what people wrote, and articles are made searchable again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from assistant.conversations.models import ConversationVector
from assistant.foundation import conf
from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.outbox.models import Job
from assistant.foundation.tenancy import bound, tenant_scope
from assistant.knowledge.index import queue_reindex
from assistant.knowledge.keeping.curated import Pair, create_pair
from assistant.knowledge.models import Document
from assistant.knowledge.retrieve import find_evidence
from assistant.knowledge.search.reader import CUSTOMER
from assistant.privacy.text import Redacted
from tests.factories import House, make_visitor, say
from tests.fakes import WordEmbedder

QUESTION = Redacted("Blue Account 的月费是多少？")


class Multilingual(WordEmbedder):
    """Says what it was given."""

    label = "abc123"
    is_multilingual = True

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.asked += texts
        return super().embed(texts)


@pytest.fixture
def multilingual(alice: House) -> Iterator[Multilingual]:
    encoder = Multilingual()
    conf._built["Embedder"] = encoder
    yield encoder
    del conf._built["Embedder"]


def test_a_multilingual_encoder_reads_the_question_as_it_was_written(alice: House, multilingual: Multilingual) -> None:
    asyncio.run(find_evidence(alice.tenant.id, QUESTION, reader=CUSTOMER, embedder=multilingual))
    assert multilingual.asked[0] == QUESTION
    assert "月费" in multilingual.asked[1]


def test_the_english_one_reads_english(alice: House) -> None:
    encoder = Multilingual()
    encoder.is_multilingual = False
    asyncio.run(find_evidence(alice.tenant.id, QUESTION, reader=CUSTOMER, embedder=encoder))
    assert all("月" not in text for text in encoder.asked)
    assert "fee" in encoder.asked[0]


def test_with_another_encoder_all_articles_are_made_searchable_again(alice: House, multilingual: Multilingual) -> None:
    with bound(alice.tenant.id):
        create_pair(Pair(question="Is parking free?", answer="Yes."), by="Bob")
    conversation = say(alice, make_visitor(alice), "Hello!").conversation_id
    with tenant_scope(alice.tenant.id):
        ConversationVector.objects.create(conversation_id=conversation, vector=[0.05] * 384, text_hash="x")
    multilingual.asked.clear()
    with tenant_scope(alice.tenant.id):
        before = set(Document.objects.values_list("cut", flat=True))
        queue_reindex()
        job = Job.objects.get(kind="knowledge.reindex")
    run_job(alice.tenant.id, job.id)
    with tenant_scope(alice.tenant.id):
        assert not ConversationVector.objects.exists()
        assert {cut + multilingual.label for cut in before} == set(Document.objects.values_list("cut", flat=True))
    assert any("Blue Account" in text for text in multilingual.asked)
    assert "Is parking free?" in multilingual.asked
