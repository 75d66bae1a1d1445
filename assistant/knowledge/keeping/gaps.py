"""What customers ask and no article answers: declined questions gathered into gaps, ranked by how many asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import QuerySet
from pgvector.django import CosineDistance

from assistant.conversations.context import FAILED
from assistant.conversations.models import Contact, Turn
from assistant.conversations.selectors import turn_context
from assistant.foundation.audit import record
from assistant.foundation.clock import now
from assistant.foundation.errors import NotFound
from assistant.foundation.outbox.jobs import JobRun, enqueue, enqueue_once
from assistant.foundation.outbox.models import Event
from assistant.foundation.tenancy import required, tenant_key, tenant_scope
from assistant.knowledge.models import Document, Gap, UnansweredQuestion
from assistant.knowledge.vectors import cosine, middle_of, vectors_of
from assistant.privacy.models import tenant_policy
from assistant.privacy.text import Redacted
from assistant.privacy.topic import topic_of

SAME_QUESTION = 0.7
"""Cosine with a gap's middle from which a question belongs to it, in every language.

Of 462 questions of 77 banking intents that differ little, pairs joined at 0.60 / 0.70 / 0.80 have the same intent in
29 / 56 / 88 % of cases, and at 0.80 most gaps hold one question; 99 % of pairs of unrelated questions about a bank's
articles stay below 0.54, of Chinese ones below 0.65 [M].
"""
FORGET = "knowledge.forget"
LABEL_LENGTH = 500

State = Gap.State
log = structlog.get_logger(__name__)


def hear_answer(event: Event) -> None:
    """An answer is final: when it was declined, its question is gathered by a job, as vectors need the network.

    A turn that failed says nothing about the articles.
    """
    declined = Turn.objects.filter(id=event.payload["turn_id"], outcome="declined")
    if declined.exclude(trace__has_key=FAILED).exists():
        enqueue("knowledge.unanswered", turn=event.payload["turn_id"])


def run_unanswered(run: JobRun) -> None:
    """The job: find the gap that a declined question belongs to, or open a new one. A repeat changes nothing."""
    with tenant_scope(required()):
        turn = Turn.objects.select_related("message", "conversation").filter(id=run.ids["turn"]).first()
        if turn is None:
            return
        question = turn_context(turn).question
    (vector,) = vectors_of([topic_of(question)])
    with tenant_scope(required()):
        contact = Contact.objects.select_for_update(no_key=True).get(id=turn.conversation.contact_id)
        if contact.erased_at is None:  # its erasure waits for us, or we see it
            _gather(turn, question, vector)


def ranked_gaps(*, state: str = "") -> QuerySet[Gap]:
    """Gaps, the one that most customers asked first."""
    rows = Gap.objects.select_related("document").order_by("-asked", "-last_asked_at", "id")
    return rows.filter(state=state) if state else rows


def access_gap(gap_id: UUID) -> Gap:
    """One gap, for reading. Raises NotFound."""
    gap = Gap.objects.select_related("document").filter(id=gap_id).first()
    if gap is None:
        raise NotFound
    return gap


def questions_of(gap: Gap, *, limit: int) -> list[UnansweredQuestion]:
    """Its questions, the one nearest to the middle first."""
    rows = UnansweredQuestion.objects.filter(gap=gap)
    return list(rows.order_by(CosineDistance("vector", gap.centre), "id")[:limit])


def set_state(gap_id: UUID, state: State, *, by: str, document: Document | None = None) -> Gap:
    """Say what became of a gap. Raises NotFound."""
    gap = Gap.objects.select_for_update(no_key=True, of=("self",)).filter(id=gap_id).first()
    if gap is None:
        raise NotFound
    if gap.state != state or document is not None:
        gap.state = state
        gap.document = document or gap.document
        gap.save(update_fields=["state", "document"])
        record(f"gap.{state}", actor=by, subject=gap.id)
    return gap


def embed_questions() -> None:
    """Make the vectors of all unanswered questions and gaps again, for another encoder. Raises EmbedderAway."""
    with tenant_scope(required()):
        known = list(UnansweredQuestion.objects.all())
    vectors = vectors_of([topic_of(Redacted(question.text)) for question in known])
    for question, vector in zip(known, vectors, strict=True):
        question.vector = vector
    with tenant_scope(required()):
        _one_at_a_time()
        UnansweredQuestion.objects.bulk_update(known, ["vector"], batch_size=500)
        _recount_all({question.gap_id for question in known})


def _gather(turn: Turn, question: str, vector: list[float]) -> None:
    _one_at_a_time()
    if UnansweredQuestion.objects.filter(turn_id=turn.id).exists():
        return
    gap = _nearest(vector) or Gap.objects.create(label=question[:LABEL_LENGTH], centre=vector)
    UnansweredQuestion.objects.create(
        gap=gap,
        conversation=turn.conversation,
        turn_id=turn.id,
        text=question,
        language=turn.conversation.language,
        vector=vector,
        asked_at=turn.created_at,
    )
    if gap.state == State.ANSWERED:  # what was thought to answer it does not
        gap.state = State.OPEN
    _recount(gap)
    log.info("gap.asked", gap=str(gap.id), asked=gap.asked)


def _nearest(vector: list[float]) -> Gap | None:
    """The gap whose middle is nearest, if it is near enough."""
    gap = Gap.objects.order_by(CosineDistance("centre", vector), "id").first()
    return gap if gap is not None and cosine(vector, gap.centre) >= SAME_QUESTION else None


def _recount(gap: Gap) -> None:
    """Make middle, label and counts from the questions that are left; a gap without any goes."""
    questions = list(UnansweredQuestion.objects.filter(gap=gap).order_by("asked_at", "id"))
    if not questions:
        gap.delete()
        return
    vectors = [question.vector for question in questions]
    middle = middle_of(vectors)
    nearest = max(range(len(questions)), key=lambda place: cosine(middle, vectors[place]))
    gap.centre = middle
    gap.label = questions[nearest].text[:LABEL_LENGTH]
    gap.asked = len({question.conversation_id for question in questions})
    gap.first_asked_at, gap.last_asked_at = questions[0].asked_at, questions[-1].asked_at
    gap.save()


# --- forgetting -----------------------------------------------------------------------------------------------------


def forget_contact(event: Event) -> None:
    """A person was erased: what they asked goes, and a gap that nobody else asked with it."""
    _forget(UnansweredQuestion.objects.filter(conversation__contact_id=event.stream_id))


def queue_forgetting() -> None:
    """Once a day for the bound tenant, however many sweepers ask."""
    with tenant_scope(required()):
        enqueue_once(FORGET, key=now().date().isoformat())


def run_forgetting(run: JobRun) -> None:
    """The job: questions older than the tenant keeps personal data go, as the values of their conversations do."""
    with tenant_scope(required()):
        before = now() - timedelta(days=tenant_policy().retention_days)
        run.report(questions=_forget(UnansweredQuestion.objects.filter(asked_at__lt=before)))


def _forget(questions: QuerySet[UnansweredQuestion]) -> int:
    _one_at_a_time()
    gaps = set(questions.values_list("gap_id", flat=True))
    forgotten, _ = questions.delete()
    _recount_all(gaps)
    return forgotten


def _recount_all(gaps: Collection[UUID]) -> None:
    found: Iterable[Gap] = Gap.objects.select_for_update(no_key=True, of=("self",)).filter(id__in=gaps).order_by("id")
    for gap in found:
        _recount(gap)


def _one_at_a_time() -> None:
    """Until the commit nobody else gathers for this tenant: two jobs would open the same gap twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [tenant_key("gaps")])
