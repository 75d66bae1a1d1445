"""Pairs of question and answer, learned from what people answered in resolved conversations, for people to approve."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from django.db.models import Q
from pgvector.django import CosineDistance

from assistant.conversations.models import Conversation, Message
from assistant.conversations.states import State as ConversationState
from assistant.foundation.outbox.jobs import JobRun, enqueue
from assistant.foundation.outbox.models import Event
from assistant.foundation.segments import readers_of
from assistant.foundation.tenancy import required, tenant_scope
from assistant.knowledge.keeping.curated import QUESTION_LENGTH_MAX, Origin, Pair, State, create_pair
from assistant.knowledge.models import CuratedAnswer, CuratedPhrasing
from assistant.knowledge.text.words import query_words
from assistant.knowledge.vectors import cosine, vectors_of
from assistant.privacy.text import PLACEHOLDER

SAME_PAIR = 0.85
"""Cosine from which two questions are taken for the same.

Pairs so near have the same intent in 96 % of cases (462 questions of 77 banking intents that differ little) [M].
"""
SHORTEST_ANSWER = 40
"""Code points; below it stand `Hello!` and `One moment, please.`"""
FEWEST_WORDS = 2
"""Meaningful words of a question; below it stands `Hello?`"""
AT_MOST = 3
"""Pairs of one conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exchange:
    """What a customer said in one breath, and what a person answered to it."""

    question: str
    answer: str
    segments: tuple[str, ...]
    """Of the customer: others may have been answered something else."""


def hear_state(event: Event) -> None:
    """A conversation was resolved: a job looks whether a person answered something worth keeping."""
    if event.payload["state"] == ConversationState.RESOLVED:
        enqueue("knowledge.suggest", conversation=event.stream_id)


def run_suggestions(run: JobRun) -> None:
    """The job: suggest what a person answered, for contacts like the one who asked.

    Not when a pair that they may be told is there already for that question, whatever its state.
    """
    conversation_id = UUID(run.ids["conversation"])
    for exchange in _exchanges_of(conversation_id)[:AT_MOST]:
        if not _is_known(exchange):
            pair = Pair(question=exchange.question, answer=exchange.answer, segments=exchange.segments)
            create_pair(pair, by="", state=State.SUGGESTED, origin=Origin.CONVERSATION, conversation=conversation_id)


def forget_contact(event: Event) -> None:
    """A person was erased: suggestions learned from them go; what people approved forgets where it came from."""
    own = Conversation.objects.filter(contact_id=event.stream_id).values_list("id", flat=True)
    learned = CuratedAnswer.objects.filter(conversation_id__in=list(own))
    learned.filter(state=State.SUGGESTED).delete()
    learned.update(conversation_id=None)


def _exchanges_of(conversation_id: UUID) -> list[_Exchange]:
    """Only what an agent said counts as an answer, and only when neither side holds personal data."""
    with tenant_scope(required()):
        conversation = Conversation.objects.select_related("contact").filter(id=conversation_id).first()
        if conversation is None or conversation.contact.erased_at is not None:
            return []
        rows = Message.objects.filter(conversation=conversation).exclude(kind="system").order_by("sequence")
        said = list(rows.values_list("kind", "text"))
        segments = readers_of([conversation.contact.segments])
    return [exchange for exchange in _paired(said, segments) if _is_worth_keeping(exchange)]


def _paired(said: list[tuple[str, str]], segments: tuple[str, ...]) -> list[_Exchange]:
    """A customer's messages in a row, with the agent's messages that follow them directly."""
    bursts: list[tuple[str, list[str]]] = []
    for kind, text in said:
        if bursts and bursts[-1][0] == kind:
            bursts[-1][1].append(text)
        else:
            bursts.append((kind, [text]))
    return [
        _Exchange(question=" ".join(question), answer="\n\n".join(answer), segments=segments)
        for (asker, question), (answerer, answer) in pairwise(bursts)
        if (asker, answerer) == ("contact", "agent")
    ]


def _is_worth_keeping(exchange: _Exchange) -> bool:
    return (
        PLACEHOLDER.search(f"{exchange.question} {exchange.answer}") is None
        and len(exchange.question) <= QUESTION_LENGTH_MAX
        and len(query_words(exchange.question)) >= FEWEST_WORDS
        and len(exchange.answer) >= SHORTEST_ANSWER
        and not exchange.answer.rstrip().endswith(("?", "？"))
    )


def _is_known(exchange: _Exchange) -> bool:
    (vector,) = vectors_of([exchange.question])
    told = Q(curated__segments=[]) | Q(curated__segments__overlap=list(exchange.segments))
    with tenant_scope(required()):
        nearest = CuratedPhrasing.objects.filter(told).order_by(CosineDistance("vector", vector), "id").first()
        return nearest is not None and cosine(vector, nearest.vector) >= SAME_PAIR
