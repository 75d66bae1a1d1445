"""Measure answers: every question goes through the same code path as the widget's, in a scratch tenant."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from assistant.conversations import services
from assistant.conversations.context import Answer
from assistant.conversations.models import Inbox, Message
from assistant.dialogue.turn import StoreSink, run_turn
from assistant.foundation.conf import provider
from assistant.foundation.ids import uuid7
from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.outbox.models import Job
from assistant.foundation.people import Tenant
from assistant.foundation.tenancy import in_tenant, tenant_scope
from assistant.knowledge.intake.imports import start_import
from assistant.knowledge.keeping.judging import Question, Result, Row, judge, risk_coverage, spread
from assistant.knowledge.models import Document
from assistant.knowledge.retrieve import SHOWN, find_evidence
from assistant.knowledge.search.reader import CUSTOMER
from assistant.ops.evaluation.arms import ask_arms, ask_plainly
from inference.contract import Embedder, Engine, EngineUnavailable, GenerationRequest, Health

SCRATCH = "evaluation-scratch"
POLL_S = 0.2


class NoEngine:
    """An engine that is never there: measures what the articles say by themselves."""

    def stream(self, request: GenerationRequest) -> AbstractAsyncContextManager[Any]:
        """Raises EngineUnavailable."""
        raise EngineUnavailable("--no-generation")

    async def health(self) -> Health:
        """Not there."""
        return Health(is_ready=False, model="", running=0, waiting=0)


def read_questions(path: Path, limit: int | None) -> list[Question]:
    """Questions of a JSON Lines file; gold may be absent."""
    rows = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    return [
        Question(
            id=str(row["id"]),
            text=row["question"],
            language=row.get("language", "en"),
            kind=row.get("kind", ""),
            gold_groups=tuple(tuple(group) for group in row.get("gold_groups", ())),
            must_contain=tuple(row.get("must_contain", ())),
            must_not_contain=tuple(row.get("must_not_contain", ())),
        )
        for row in rows[:limit]
    ]


def evaluate(
    articles: str,
    questions: list[Question],
    *,
    generates: bool,
    is_planted: bool = False,
    has_arms: bool = False,
    has_baseline: bool = False,
) -> Result:
    """Import the articles into a scratch tenant, ask everything, compare with gold where there is any.

    `is_planted` asks everything once more with a name, a card and an address in each question, and compares.
    `has_arms` tells what each part of retrieval earns; `has_baseline` asks the engine without any of it.
    """
    with scratch_tenant() as tenant:
        started = time.perf_counter()
        texts = _import(tenant, articles)
        import_s = round(time.perf_counter() - started, 1)
        rows = asyncio.run(_ask_all(tenant, questions, generates=generates))
        result = judge(questions, rows, texts)
        result.summary |= {"import_s": import_s, "near_duplicates_confused": _confused(questions, rows)}
        result.summary["retrieval_ms"] = spread(row["retrieval_ms"] for row in rows)
        result.summary["risk_coverage"] = risk_coverage(questions, rows)
        if has_arms:
            arms = ask_arms(tenant.id, questions)
            result.summary["arms"] = {name: _hits(judge(questions, found, texts)) for name, found in arms.items()}
        if has_baseline:
            plain = judge(questions, ask_plainly(tenant.id, questions), texts)
            result.summary["baseline"] = {name: plain.summary.get(name) for name in COMPARED}
        if is_planted:
            asked = [planted(question, place) for place, question in enumerate(questions)]
            second = judge(asked, asyncio.run(_ask_all(tenant, asked, generates=generates)), texts)
            result.rows += second.rows
            result.summary["planted"] = second.summary
            plain, with_data = (one.get("facts_complete", 0.0) for one in (result.summary, second.summary))
            result.summary["facts_planted_to_plain"] = round(with_data / plain, 3) if plain else None
            result.failed |= {f"planted {name}": ids for name, ids in second.failed.items()}
    return result


COMPARED = (
    "hit_at_1",
    "hit_at_5",
    "facts_complete",
    "declined_unanswerable",
    "declined_answerable",
    "internal_leaks",
    "unsupported_numbers",
)


def _confused(questions: list[Question], rows: list[Row]) -> int:
    """Near-duplicate products: answered, from articles of which none is right."""
    return sum(
        bool(row["citations"]) and not any(set(group) & set(row["citations"]) for group in question.gold_groups)
        for question, row in zip(questions, rows, strict=True)
        if question.kind == "near_duplicate"
    )


def _hits(result: Result) -> list[float]:
    return [result.summary["hit_at_1"], result.summary["hit_at_5"]]


PLANTED = {
    "en": "Hi, this is {name}. {question} My card is {card} and I live at {address}.",
    "zh": "你好，我叫{name}。{question} 我的卡号是{card}，住址是{address}。",
}
NAMES = {"en": ("Maria Okafor", "Deshawn Whitaker", "Ingrid Solberg"), "zh": ("欧阳晓雯", "王建国", "林思齐")}
CARDS = ("4111 1111 1111 1111", "5555555555554444", "3782 822463 10005")
ADDRESSES = {
    "en": ("31 Plum Court, Tulsa, OK 74103", "8 Fern Lane, Leeds LS1 4AP"),
    "zh": ("浙江省杭州市西湖区例子路66号2幢301", "北京市朝阳区样板街18号5楼"),
}


def planted(question: Question, place: int) -> Question:
    """The question as somebody asks it who tells everything about themselves."""
    language = "zh" if question.language.startswith("zh") else "en"
    text = PLANTED[language].format(
        question=question.text,
        name=NAMES[language][place % len(NAMES[language])],
        card=CARDS[place % len(CARDS)],
        address=ADDRESSES[language][place % len(ADDRESSES[language])],
    )
    return replace(question, id=f"{question.id}-planted", text=text)


@contextmanager
def scratch_tenant() -> Iterator[Tenant]:
    """A tenant of its own, removed on the way out; one left by a killed run is removed first."""
    _drop()
    tenant = Tenant.objects.create(slug=SCRATCH, name="Evaluation", region="US")
    try:
        with tenant_scope(tenant.id):
            Inbox.objects.create(key=f"{SCRATCH}-inbox", name="Evaluation")
        yield tenant
    finally:
        _drop()


def _import(tenant: Tenant, articles: str) -> dict[str, tuple[str, str]]:
    with tenant_scope(tenant.id):
        job = start_import(source="evaluation", importer="jsonl", body=articles)
    while _is_waiting(tenant, job.id):
        if not run_job(tenant.id, job.id):
            time.sleep(POLL_S)  # a running installation's worker was quicker
    with tenant_scope(tenant.id):
        done = Job.objects.get(id=job.id)
        if done.state != Job.DONE:
            raise SystemExit(f"the import failed: {done.error}")
        rows = Document.objects.values_list("external_id", "audience", "title", "body")
        return {name: (audience, f"{title}\n{body}") for name, audience, title, body in rows}


def _is_waiting(tenant: Tenant, job_id: UUID) -> bool:
    with tenant_scope(tenant.id):
        return Job.objects.filter(id=job_id, state__in=(Job.QUEUED, Job.RUNNING)).exists()


async def _ask_all(tenant: Tenant, questions: list[Question], *, generates: bool) -> list[Row]:
    """One after the other, each as a new visitor."""
    return [await _ask(tenant.id, question, generates=generates) for question in questions]


async def _ask(tenant: UUID, question: Question, *, generates: bool) -> Row:
    since = time.perf_counter()
    received = await in_tenant(tenant, _receive, question)
    assert received.turn is not None, "a new conversation belongs to the assistant"
    embedder: Embedder = provider(Embedder)
    engine: Engine = provider(Engine) if generates else NoEngine()
    answer = await run_turn(
        received.turn,
        engine=engine,
        embedder=embedder,
        sink=StoreSink(),
        window_tokens=provider("EngineWindow"),
        since=since,
    )
    assert answer is not None, "nobody else writes in a scratch tenant"
    evidence = await find_evidence(tenant, received.turn.question, reader=CUSTOMER, embedder=embedder)
    stored = await in_tenant(tenant, Message.objects.get, id=received.turn.answer_id)
    return _row(question, answer, stored.text, evidence.documents[:SHOWN])


def _receive(question: Question) -> Any:
    contact = services.new_contact(Inbox.objects.get(), visitor_hash="")
    return services.receive_message(contact, client_id=uuid7(), text=question.text, language=question.language)


def _row(question: Question, answer: Answer, text: str, retrieved: list[str]) -> Row:
    return {
        "id": question.id,
        "retrieved": retrieved,
        "outcome": answer.outcome,
        "answer": text,
        "citations": [str(cite["id"]) for cite in answer.citations],
        "retrieval_ms": answer.timings_ms.get("retrieval_ms", 0.0),
        "first_token_ms": answer.timings_ms.get("first_token_ms", 0.0),
        "total_ms": answer.timings_ms.get("total_ms", 0.0),
        "trace": answer.trace,
        "usage": answer.usage,
    }


def _drop() -> None:
    tenant = Tenant.objects.filter(slug=SCRATCH).first()
    if tenant is not None:
        with tenant_scope(tenant.id):
            tenant.delete()
