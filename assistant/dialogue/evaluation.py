"""Run a tenant's own evaluation: every question through retrieval and answer as for a customer, then the figures."""

from __future__ import annotations

import asyncio
from typing import Any

from assistant.dialogue.rehearse import rehearse, row_of
from assistant.foundation.clock import now
from assistant.foundation.conf import provider
from assistant.foundation.outbox.jobs import JobRun
from assistant.foundation.people import Tenant
from assistant.foundation.tenancy import in_tenant, required, tenant_scope
from assistant.knowledge.keeping.evaluation_set import judged
from assistant.knowledge.keeping.judging import Row, calibrated, holds_all, judge, operating_point, risk_coverage
from assistant.knowledge.models import Corpus, Document, EvaluationQuestion, EvaluationRun
from assistant.knowledge.search.shelf import learned_now
from assistant.privacy.policy import tenant_rules
from assistant.privacy.redactor import redact
from assistant.privacy.text import Redacted
from inference.contract import Embedder, Engine


def run_evaluation(run: JobRun) -> None:
    """The job. A repeat asks everything again; a run that is done stays as it is."""
    with tenant_scope(required()):
        evaluation = EvaluationRun.objects.filter(id=run.ids["run"], state=EvaluationRun.State.QUEUED).first()
        questions = list(EvaluationQuestion.objects.order_by("created_at", "id"))
    if evaluation is None:
        return
    rows = asyncio.run(_ask_all(run, questions))
    texts = _texts_of(rows)
    asked = [judged(question) for question in questions]
    result = judge(asked, rows, texts)
    result.summary["risk_coverage"] = risk_coverage(asked, rows)
    shown = [_shown(question, row) for question, row in zip(questions, rows, strict=True)]
    with tenant_scope(required()):
        if (answered_from := calibrated(asked, rows)) is not None:
            result.summary["answered_from"] = answered_from
            Corpus.objects.update(answered_from=answered_from)
        result.summary["threshold"] = operating_point(asked, rows, learned_now().answered_from)
        EvaluationRun.objects.filter(id=evaluation.id, state=EvaluationRun.State.QUEUED).update(
            state=EvaluationRun.State.DONE, finished_at=now(), figures=result.summary, rows=shown
        )


async def _ask_all(run: JobRun, questions: list[EvaluationQuestion]) -> list[Row]:
    """One after the other, with the engine if it is up."""
    engine: Engine = provider(Engine)
    embedder: Embedder = provider(Embedder)
    speaks = (await engine.health()).is_ready
    tenant, texts = await in_tenant(required(), _asked, questions)
    rows: list[Row] = []
    for question, text in zip(questions, texts, strict=True):
        answer, retrieved = await rehearse(
            tenant,
            text,
            language=question.language,
            engine=engine if speaks else None,
            embedder=embedder,
            window_tokens=provider("EngineWindow"),
        )
        rows.append(row_of(question.id, answer, retrieved))
        await in_tenant(tenant.id, run.progress, len(rows), len(questions))
    return rows


def _asked(questions: list[EvaluationQuestion]) -> tuple[Tenant, list[Redacted]]:
    """The questions as they would be stored."""
    tenant = Tenant.objects.get(id=required())
    rules = tenant_rules()
    return tenant, [redact(question.question, region=tenant.region, rules=rules).text for question in questions]


def _texts_of(rows: list[Row]) -> dict[str, tuple[str, str]]:
    """External id -> (audience, text) of every article that was found."""
    names = {name for row in rows for name in (*row["retrieved"], *row["citations"])}
    with tenant_scope(required()):
        found = Document.objects.filter(external_id__in=names).values_list("external_id", "audience", "title", "body")
        return {name: (audience, f"{title}\n{body}") for name, audience, title, body in found}


def _shown(question: EvaluationQuestion, row: Row) -> dict[str, Any]:
    """What the desk shows of a question, also after it was changed. (Any: JSON.)"""
    is_found = not question.expected or bool(set(question.expected) & set(row["retrieved"][:5]))
    is_right = (row["outcome"] == "declined") == (question.kind == EvaluationQuestion.Kind.UNANSWERABLE)
    holds = holds_all(row["answer"], question.must_contain)
    is_good = is_found and is_right and holds
    return row | {"question": question.question, "kind": question.kind, "is_found": is_found, "is_good": is_good}
