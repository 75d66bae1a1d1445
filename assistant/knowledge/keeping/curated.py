"""Questions with an approved answer: people write them, learn them from conversations, and decide about each.

Nothing here may run inside a transaction: the vectors of the phrasings are made before the rows are written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from assistant.foundation.audit import record
from assistant.foundation.clock import now
from assistant.foundation.errors import BadInput, Conflict, NotFound
from assistant.foundation.tenancy import required, tenant_scope
from assistant.foundation.texts import language_of
from assistant.knowledge.models import Audience, CuratedAnswer, CuratedPhrasing
from assistant.knowledge.vectors import vectors_of

PHRASINGS_MAX = 20
QUESTION_LENGTH_MAX = 500
ANSWER_LENGTH_MAX = 8_000

State = CuratedAnswer.State
Origin = CuratedAnswer.Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A question and its answer as people write them."""

    question: str
    answer: str
    phrasings: Sequence[str] = ()
    audience: str = Audience.PUBLIC
    segments: Sequence[str] | None = None
    """Contacts who are told it, where that is public; None: as it is, everybody when new."""
    language: str = ""
    """Empty: as the question is written."""


def create_pair(
    pair: Pair,
    *,
    by: str,
    state: State = State.APPROVED,
    origin: Origin = Origin.DESK,
    conversation: UUID | None = None,
) -> CuratedAnswer:
    """Keep a new pair. Raises BadInput, EmbedderAway."""
    _check(pair)
    ways = _ways(pair)
    vectors = vectors_of(ways)
    with tenant_scope(required()):
        curated = CuratedAnswer.objects.create(
            **_columns(pair), state=state, origin=origin, conversation_id=conversation, created_by=by, updated_by=by
        )
        _store_ways(curated, ways, vectors)
        record("pair.created", actor=by, subject=curated.id, state=state, origin=origin)
    return curated


def edit_pair(pair_id: UUID, pair: Pair, *, by: str, version: int) -> CuratedAnswer:
    """Replace what a pair says. Raises NotFound, BadInput, EmbedderAway; Conflict when it changed since `version`."""
    _check(pair)
    ways = _ways(pair)
    vectors = vectors_of(ways)
    with tenant_scope(required()):
        curated = _locked(pair_id, version)
        for name, value in _columns(pair).items():
            setattr(curated, name, value)
        _save(curated, by=by)
        CuratedPhrasing.objects.filter(curated=curated).delete()
        _store_ways(curated, ways, vectors)
        record("pair.edited", actor=by, subject=curated.id, version=curated.version)
    return curated


def decide_pair(pair_id: UUID, state: State, *, by: str, version: int) -> CuratedAnswer:
    """Approve or reject a pair. Raises NotFound, and Conflict when it changed since `version`."""
    with tenant_scope(required()):
        curated = _locked(pair_id, version)
        if curated.state != state:
            curated.state = state
            _save(curated, by=by)
            record(f"pair.{state}", actor=by, subject=curated.id, version=curated.version)
    return curated


def delete_pair(pair_id: UUID, *, by: str) -> None:
    """Remove a pair with its phrasings and vectors. Raises NotFound."""
    with tenant_scope(required()):
        deleted, _ = CuratedAnswer.objects.filter(id=pair_id).delete()
        if not deleted:
            raise NotFound
        record("pair.deleted", actor=by, subject=pair_id)


def embed_phrasings() -> None:
    """Make the vectors of all phrasings again, for another encoder. Raises EmbedderAway."""
    with tenant_scope(required()):
        known = list(CuratedPhrasing.objects.all())
    for phrasing, vector in zip(known, vectors_of([phrasing.text for phrasing in known]), strict=True):
        phrasing.vector = vector
    with tenant_scope(required()):
        CuratedPhrasing.objects.bulk_update(known, ["vector"], batch_size=500)


def _check(pair: Pair) -> None:
    if not pair.question.strip() or not pair.answer.strip():
        raise BadInput("A pair needs a question and an answer.")
    if len(pair.phrasings) > PHRASINGS_MAX:
        raise BadInput(f"Field 'phrasings': at most {PHRASINGS_MAX}.")
    if any(len(way) > QUESTION_LENGTH_MAX for way in (pair.question, *pair.phrasings)):
        raise BadInput(f"A question has at most {QUESTION_LENGTH_MAX} characters.")
    if len(pair.answer) > ANSWER_LENGTH_MAX:
        raise BadInput(f"Field 'answer': at most {ANSWER_LENGTH_MAX} characters.")


def _ways(pair: Pair) -> list[str]:
    """The question first, then every other way to ask it, once each."""
    ways = (" ".join(way.split()) for way in (pair.question, *pair.phrasings))
    return list(dict.fromkeys(way for way in ways if way))


def _columns(pair: Pair) -> dict[str, object]:
    question, *phrasings = _ways(pair)
    segments = {} if pair.segments is None else {"segments": list(pair.segments)}
    return segments | {
        "question": question,
        "phrasings": phrasings,
        "answer": pair.answer.strip(),
        "audience": pair.audience,
        "language": (pair.language or language_of(question, "en"))[:8],
    }


def _locked(pair_id: UUID, version: int) -> CuratedAnswer:
    curated = CuratedAnswer.objects.select_for_update(no_key=True).filter(id=pair_id).first()
    if curated is None:
        raise NotFound
    if curated.version != version:
        raise Conflict
    return curated


def _save(curated: CuratedAnswer, *, by: str) -> None:
    curated.version += 1
    curated.updated_by, curated.updated_at = by, now()
    curated.save()


def _store_ways(curated: CuratedAnswer, ways: Sequence[str], vectors: Sequence[Sequence[float]]) -> None:
    CuratedPhrasing.objects.bulk_create(
        CuratedPhrasing(curated=curated, number=number, text=way, vector=vector)
        for number, (way, vector) in enumerate(zip(ways, vectors, strict=True))
    )
