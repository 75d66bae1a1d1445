"""What an article answered, and what customers thought of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max

from assistant.conversations.models import Message, Rating, Turn
from assistant.knowledge.models import Document
from assistant.privacy.text import Redacted

RECENT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question that the article answered."""

    question: Redacted
    conversation: UUID
    rating: str
    """`up`, `down`, or empty when nobody said."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How often an article was cited, how those answers came about, and how they were rated."""

    cited: int
    last_cited_at: datetime | None
    up: int
    down: int
    outcomes: dict[str, int]
    recent: tuple[Answered, ...]


def usage_of(document: Document) -> Usage:
    """Every answer that cites the article; the latest ones with their questions."""
    answers = Message.objects.filter(kind="assistant", citations__contains=[{"document": str(document.id)}])
    total = answers.aggregate(cited=Count("id"), last=Max("at"))
    ratings = Rating.objects.filter(message__in=answers)
    turns = Turn.objects.filter(answer_id__in=answers.values("id"))
    counted = turns.values("outcome").annotate(n=Count("id")).order_by("outcome")
    return Usage(
        cited=total["cited"],
        last_cited_at=total["last"],
        up=ratings.filter(value=Rating.Value.UP).count(),
        down=ratings.filter(value=Rating.Value.DOWN).count(),
        outcomes={row["outcome"]: row["n"] for row in counted},
        recent=_recent([answer.id for answer in answers.order_by("-at", "id")[:RECENT]]),
    )


def _recent(answers: list[UUID]) -> tuple[Answered, ...]:
    rated = dict(Rating.objects.filter(message_id__in=answers).values_list("message_id", "value"))
    turns = Turn.objects.select_related("message").filter(answer_id__in=answers).order_by("-created_at", "id")
    return tuple(
        Answered(
            question=Redacted(turn.message.text),
            conversation=turn.conversation_id,
            rating=rated.get(turn.answer_id, ""),
            at=turn.created_at,
        )
        for turn in turns
    )
