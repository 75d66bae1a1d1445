"""Answer a question as for a customer, but nobody sees it and nothing is stored: for a tenant's own evaluation."""

from __future__ import annotations

import time
from uuid import UUID

from assistant.conversations.context import Answer, TurnContext
from assistant.conversations.states import Pending, State
from assistant.dialogue.answer import AnswerDraft
from assistant.dialogue.lease import Lease
from assistant.dialogue.turn import StoreSink, generate
from assistant.foundation.ids import uuid7
from assistant.foundation.people import Tenant
from assistant.knowledge.keeping.judging import Row
from assistant.knowledge.retrieve import SHOWN, find_evidence
from assistant.knowledge.search.reader import CUSTOMER
from assistant.privacy.text import Redacted
from assistant.privacy.vault import Vault
from inference.contract import Embedder, Engine


async def rehearse(
    tenant: Tenant,
    question: Redacted,
    *,
    language: str,
    engine: Engine | None,
    embedder: Embedder,
    window_tokens: int,
) -> tuple[Answer, list[str]]:
    """(the answer, external ids of the articles found, best first). Without an engine the articles speak themselves."""
    started = time.perf_counter()
    context = _context(tenant, question, language)
    evidence = await find_evidence(tenant.id, question, reader=CUSTOMER, embedder=embedder)
    draft = AnswerDraft(
        context=context, evidence=evidence, sink=StoreSink(), lease=Lease(Redacted("")), started=started
    )
    if draft.needs_words and engine is not None:
        await generate(draft, engine, embedder, window_tokens)
    return await draft.complete(), evidence.documents[:SHOWN]


def row_of(question: UUID, answer: Answer, retrieved: list[str]) -> Row:
    """What came of a question, as `judge` takes it."""
    return {
        "id": str(question),
        "retrieved": retrieved,
        "outcome": answer.outcome,
        "answer": answer.text,
        "citations": [str(cite["id"]) for cite in answer.citations],
        "first_token_ms": answer.timings_ms.get("first_token_ms", 0.0),
        "trace": answer.trace,
        "total_ms": answer.timings_ms.get("total_ms", 0.0),
    }


def _context(tenant: Tenant, question: Redacted, language: str) -> TurnContext:
    """A first question of nobody."""
    return TurnContext(
        tenant_id=tenant.id,
        tenant_name=tenant.name,
        region=tenant.region,
        conversation_id=uuid7(),
        turn_id=uuid7(),
        answer_id=uuid7(),
        generation=1,
        fence=1,
        attempt=1,
        state=State.ASSISTANT,
        pending=Pending.NONE,
        language=language,
        assistant_name="Assistant",
        inbox_key="",
        question=question,
        history=(),
        partial=Redacted(""),
        vault=Vault(),
    )
