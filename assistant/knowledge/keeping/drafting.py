"""A first draft of the article that a gap lacks: what human agents answered, else an outline. Nothing is invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.conversations.models import Message, Turn
from assistant.foundation.segments import readers_of
from assistant.knowledge.grounding import sentences
from assistant.knowledge.keeping.gaps import questions_of
from assistant.knowledge.models import Gap, UnansweredQuestion
from assistant.privacy.text import PLACEHOLDER, Redacted
from assistant.privacy.topic import topic_of

QUESTIONS_AT_MOST = 30
REPLIES_AFTER = 6
"""Messages of agents after a question that may still be about it."""
SHORTEST_REPLY = 25
"""Code points; below it stand `Hello!` and `One moment, please.`"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a person answered to one of the gap's questions."""

    question: Redacted
    text: Redacted
    segments: tuple[str, ...]
    """Of the customer who was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapDraft:
    """A title and a body in Markdown for a person to finish. `replies` is all that it was made of."""

    title: str
    body: str
    origin: Literal["replies", "outline"]
    replies: tuple[Reply, ...]
    segments: tuple[str, ...] = ()
    """Contacts that the replies were for, none: all. An outline holds nothing that somebody was told."""


def draft_of(gap: Gap) -> GapDraft:
    """The human answers, each under its question; without any, the questions as headings."""
    questions = questions_of(gap, limit=QUESTIONS_AT_MOST)
    replies = tuple(_distinct([reply for question in questions for reply in _replies_to(question)]))
    title = _as_title(Redacted(gap.label))
    if replies:
        body = "\n\n".join(f"## {_as_title(reply.question)}\n\n{reply.text}" for reply in replies)
        segments = readers_of(reply.segments for reply in replies)
        return GapDraft(title=title, body=body, origin="replies", replies=replies, segments=segments)
    headings = dict.fromkeys(_as_title(Redacted(question.text)) for question in questions)
    return GapDraft(title=title, body="\n\n".join(f"## {one}\n" for one in headings), origin="outline", replies=())


def without_personal(text: str) -> Redacted:
    """The sentences that hold no placeholder: the others are about one person."""
    kept = "".join(sentence for sentence in sentences(text) if PLACEHOLDER.search(sentence) is None)
    return Redacted(kept.strip())


def _replies_to(question: UnansweredQuestion) -> list[Reply]:
    asked = Turn.objects.filter(id=question.turn_id).values_list("message__sequence", flat=True).first()
    rows = Message.objects.filter(conversation_id=question.conversation_id, kind="agent", sequence__gt=asked or 0)
    texts = [without_personal(row.text) for row in rows.order_by("sequence")[:REPLIES_AFTER]]
    said = "\n\n".join(text for text in texts if len(text) >= SHORTEST_REPLY)
    if not said:
        return []
    segments = tuple(question.conversation.contact.segments)
    return [Reply(question=Redacted(question.text), text=Redacted(said), segments=segments)]


def _distinct(replies: list[Reply]) -> list[Reply]:
    """Each text once, and each question once: two who asked the same in one conversation got one answer."""
    by_text = {reply.text: reply for reply in reversed(replies)}
    return [reply for reply in replies if by_text.get(reply.text) is reply]


def _as_title(question: Redacted) -> str:
    return " ".join(topic_of(question).split())[:200]
