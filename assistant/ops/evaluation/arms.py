"""What each part of retrieval earns, and what a plain assistant without it would say, on the same questions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from assistant.dialogue.prompt import SYSTEM
from assistant.foundation.conf import conf, provider
from assistant.foundation.ids import uuid7
from assistant.foundation.tenancy import in_tenant
from assistant.foundation.texts import language_of
from assistant.knowledge.keeping.judging import Question, Row
from assistant.knowledge.retrieve import SHOWN, WEIGHTS, Weights, embedded, in_turn, rank
from assistant.knowledge.search.key_sentences import Ranked
from assistant.knowledge.search.reader import CUSTOMER
from assistant.knowledge.search.shelf import names_now
from assistant.knowledge.text.names import Names
from assistant.knowledge.text.questions import Asked, understand
from assistant.knowledge.text.words import query_words
from assistant.privacy.text import Redacted
from inference.contract import Embedder, Engine, GenerationRequest, Segment

NOTHING = Weights(
    words=0, names=0, cosine=0, passage=0, topic=0, sentence=0, named=0, other_product=0, also_named=0, other_language=0
)
FUSED = replace(NOTHING, words=0.7, names=0.3, cosine=1, passage=1, other_language=0.3)
PRODUCTS = replace(FUSED, named=0.5, other_product=-0.7, also_named=0.4)
TOPIC = replace(PRODUCTS, topic=1.0)
PLAIN_TOP = 5
"""Passages in the prompt of the plain assistant."""

Reading = Callable[[Redacted, Names], list[Asked]]


def _plain(question: Redacted, names: Names) -> list[Asked]:
    """The question as it stands, products included."""
    words = tuple(query_words(question))
    values = understand(question, names)[0].values
    mentions = tuple(names.mentions(question))
    plain = Asked(
        text=question,
        topic=question,
        words=words,
        own_words=words,
        values=values,
        mentions=mentions,
        said=(question, question),
    )
    return [plain]


def _without_products(question: Redacted, names: Names) -> list[Asked]:
    """One part; what a product is called counts for the product only."""
    if language_of(question, "en") == "zh":
        return _plain(question, names)
    (plain,), parts = _plain(question, names), understand(question, names)
    own = tuple(dict.fromkeys(word for part in parts for word in part.own_words))
    words = tuple(dict.fromkeys([*plain.words, *own]))  # a part has short words written out
    return [replace(plain, topic=" ".join(part.topic for part in parts), words=words, own_words=own)]


def _in_parts(question: Redacted, names: Names) -> list[Asked]:
    return _plain(question, names) if language_of(question, "en") == "zh" else understand(question, names)


ARMS: dict[str, tuple[Reading, Weights]] = {
    "full text only": (_plain, replace(NOTHING, words=1, names=1)),
    "vectors only": (_plain, replace(NOTHING, cosine=1, passage=1)),
    "names only": (_plain, replace(NOTHING, names=1, named=0.5, other_product=-0.7, also_named=0.4)),
    "fused": (_plain, FUSED),
    "+ products of the question": (_plain, PRODUCTS),
    "+ topic without products": (_without_products, TOPIC),
    "+ best sentence": (_without_products, replace(TOPIC, passage=0, sentence=1.6)),
    "+ parts of the question": (_in_parts, WEIGHTS),
    "+ Chinese read as English": (understand, WEIGHTS),
}
"""Each further step on top of the one before; the last is what customers get."""


def ask_arms(tenant: UUID, questions: Sequence[Question]) -> dict[str, list[Row]]:
    """Rows with what each arm retrieves, for the judge."""
    return {name: asyncio.run(_retrieve(tenant, questions, *arm)) for name, arm in ARMS.items()}


async def _retrieve(tenant: UUID, questions: Sequence[Question], reading: Reading, weights: Weights) -> list[Row]:
    names = await in_tenant(tenant, names_now)
    rows: list[Row] = []
    for question in questions:
        parts = reading(Redacted(question.text), names)
        vectors = await embedded(parts, provider(Embedder))
        passages = await in_tenant(tenant, _ranked, parts, vectors, weights)
        rows.append(_row(question, passages))
    return rows


def _ranked(parts: list[Asked], vectors: NDArray[np.float32] | None, weights: Weights) -> tuple[Ranked, ...]:
    return in_turn([one.passages for one in rank(parts, vectors, reader=CUSTOMER, weights=weights)])


def ask_plainly(tenant: UUID, questions: Sequence[Question]) -> list[Row]:
    """The baseline: the five nearest passages into the same model's prompt, and whatever it says is the answer."""
    return asyncio.run(_ask_all(tenant, questions))


async def _ask_all(tenant: UUID, questions: Sequence[Question]) -> list[Row]:
    rows: list[Row] = []
    names = await in_tenant(tenant, names_now)
    for question in questions:
        parts = _plain(Redacted(question.text), names)
        vectors = await embedded(parts, provider(Embedder))
        passages = await in_tenant(tenant, _ranked, parts, vectors, ARMS["vectors only"][1])
        answer = await _say(question, passages[:PLAIN_TOP])
        row = _row(question, passages)
        rows.append(row | {"answer": answer, "outcome": "declined" if "I do not know" in answer else "generated"})
    return rows


async def _say(question: Question, passages: Sequence[Ranked]) -> str:
    articles = "\n\n".join(f"[{n}] {one.heading}\n{one.text}" for n, one in enumerate(passages, 1))
    system = SYSTEM.format(assistant="Assistant", tenant="the company")
    request = GenerationRequest(
        id=str(uuid7()),
        segments=(
            Segment(role="system", text=system),
            Segment(role="user", text=f"Articles:\n\n{articles}\n\nCustomer: {question.text}"),
        ),
        salt="baseline",
        max_tokens=conf().answer_max_tokens,
    )
    engine: Engine = provider(Engine)
    async with engine.stream(request) as deltas:
        return "".join([delta.text async for delta in deltas])


def _row(question: Question, passages: Sequence[Ranked]) -> dict[str, Any]:  # Any: a line of the output file
    documents = list(dict.fromkeys(one.external_id for one in passages))[:SHOWN]
    return {
        "id": question.id,
        "retrieved": documents,
        "outcome": "extractive",
        "answer": "",
        "citations": list(dict.fromkeys(one.external_id for one in passages[:PLAIN_TOP])),
        "first_token_ms": 0.0,
        "total_ms": 0.0,
    }
