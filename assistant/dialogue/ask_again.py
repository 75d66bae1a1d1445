"""Would the questions of a gap be answered now? Retrieval and the decision to answer, as for a customer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from assistant.foundation.conf import provider
from assistant.foundation.tenancy import in_tenant
from assistant.knowledge.keeping.gaps import State, access_gap, questions_of, set_state
from assistant.knowledge.models import Gap
from assistant.knowledge.retrieve import Evidence, find_evidence
from assistant.knowledge.search.confidence import sure_of
from assistant.knowledge.search.reader import CUSTOMER
from assistant.privacy.text import Redacted
from inference.contract import Embedder

ASKED_AT_MOST = 12
"""Questions nearest to the middle; the others of a large gap would say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAgain:
    """One of the questions, and which article would answer it; empty when none would."""

    question: str
    is_answered: bool
    title: str


async def ask_again(tenant: UUID, gap_id: UUID, *, by: str) -> tuple[Gap, list[AskedAgain]]:
    """Ask a gap's questions once more; it counts as answered when most of them, the middle one included, would be.

    Raises NotFound.
    """
    questions = await in_tenant(tenant, _questions, gap_id)
    asked = [await _ask(tenant, question) for question in questions]
    is_answered = asked[0].is_answered and 2 * sum(one.is_answered for one in asked) > len(asked)
    gap = await in_tenant(tenant, _note, gap_id, is_answered=is_answered, by=by)
    return gap, asked


def _questions(gap_id: UUID) -> list[Redacted]:
    rows = questions_of(access_gap(gap_id), limit=ASKED_AT_MOST)
    return list(dict.fromkeys(Redacted(row.text) for row in rows))


async def _ask(tenant: UUID, question: Redacted) -> AskedAgain:
    embedder: Embedder = provider(Embedder)
    evidence = await find_evidence(tenant, question, reader=CUSTOMER, embedder=embedder)
    is_good = evidence.curated is not None or bool(sure_of(evidence.findings, evidence.answered_from))
    return AskedAgain(question=question, is_answered=is_good, title=_title(evidence) if is_good else "")


def _title(evidence: Evidence) -> str:
    return evidence.curated.question if evidence.curated else evidence.passages[0].title


def _note(gap_id: UUID, *, is_answered: bool, by: str) -> Gap:
    if is_answered:
        set_state(gap_id, State.ANSWERED, by=by)
    return access_gap(gap_id)
