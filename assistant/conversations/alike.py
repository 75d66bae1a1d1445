"""Conversations that began with the same concern: by vectors of the customer's first words, made on demand and kept.

Only redacted text is read, without its placeholders. What an erased person wrote gets no vector, and loses the one
that it had (`erasure`).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from pgvector.django import CosineDistance

from assistant.conversations.access import Actor, access_conversation, readable_conversations
from assistant.conversations.models import Conversation, ConversationVector, Message
from assistant.foundation.errors import DesksideError
from assistant.foundation.tenancy import in_tenant
from assistant.privacy.text import Redacted
from assistant.privacy.topic import topic_of
from inference.contract import Embedder, EngineUnavailable

FIRST_MESSAGES = 3
LONGEST = 800
"""Code points of them that are read."""
CONSIDERED = 400
"""Newest conversations that get a vector if they have none yet; older ones keep theirs."""
MADE_AT_ONCE = 100
"""Vectors of one call; the rest follows with the next ones."""


class NotNow(DesksideError):
    """A model that this needs does not answer."""

    code = "not_now"
    status = 503
    retryable = True
    public_message = "The model that compares texts does not answer. Please try again in a moment."


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarConversation:
    """Another conversation; `about` is what its customer wrote first, `score` the cosine of the two beginnings."""

    conversation: Conversation
    about: Redacted
    score: float


async def similar_conversations(
    tenant: UUID, actor: Actor, conversation_id: UUID, *, most: int, embedder: Embedder
) -> list[SimilarConversation]:
    """The conversations most like one, best first, of those that the actor may read. Raises NotFound, NotNow."""
    texts = await in_tenant(tenant, _without_vector, actor, conversation_id)
    try:
        vectors = await embedder.embed_now(list(texts.values())) if texts else []
    except EngineUnavailable as problem:
        raise NotNow from problem
    made = dict(zip(texts, vectors, strict=True))
    return await in_tenant(tenant, _keep_and_rank, actor, conversation_id, texts, made, most=most)


def forget_vectors() -> None:
    """Those of the bound tenant go, as another encoder gives others; they are made again on demand."""
    ConversationVector.objects.all().delete()


def _without_vector(actor: Actor, conversation_id: UUID) -> dict[UUID, Redacted]:
    """First words of this conversation and of others that have no vector, or one of other words."""
    own = access_conversation(actor, conversation_id)
    rows = readable_conversations(actor).filter(contact__erased_at=None).order_by("-updated_at", "id")
    ids = list(dict.fromkeys([own.id, *rows.values_list("id", flat=True)[:CONSIDERED]]))
    known = dict(ConversationVector.objects.filter(conversation__in=ids).values_list("conversation_id", "text_hash"))
    texts = _first_words(ids)
    missing = [one for one in ids if one in texts and known.get(one) != _hash(texts[one])]
    return {one: texts[one] for one in missing[:MADE_AT_ONCE]}


def _first_words(conversations: Sequence[UUID]) -> dict[UUID, Redacted]:
    """What each is about, by the customer's first messages; a conversation in which nobody said anything has none."""
    place = Window(RowNumber(), partition_by=F("conversation_id"), order_by="sequence")
    rows = Message.objects.filter(conversation__in=conversations, kind="contact").annotate(place=place)
    said: dict[UUID, list[str]] = defaultdict(list)
    for conversation, text in rows.filter(place__lte=FIRST_MESSAGES).values_list("conversation_id", "text"):
        said[conversation].append(topic_of(Redacted(text)))
    joined = {conversation: "\n".join(texts)[:LONGEST].strip() for conversation, texts in said.items()}
    return {conversation: Redacted(text) for conversation, text in joined.items() if text}


def _keep_and_rank(
    actor: Actor,
    conversation_id: UUID,
    texts: Mapping[UUID, Redacted],
    made: Mapping[UUID, list[float]],
    *,
    most: int,
) -> list[SimilarConversation]:
    own = access_conversation(actor, conversation_id)
    _keep(texts, made)
    stored = ConversationVector.objects.filter(conversation=own).values_list("vector", flat=True).first()
    vector = made.get(own.id, stored)
    if vector is None:
        return []
    others = ConversationVector.objects.filter(conversation__in=readable_conversations(actor)).exclude(conversation=own)
    nearest = others.annotate(distance=CosineDistance("vector", vector)).order_by("distance", "conversation_id")[:most]
    distances = dict(nearest.values_list("conversation_id", "distance"))
    rows = {row.id: row for row in readable_conversations(actor).filter(id__in=list(distances))}
    about = _first_words(list(distances))
    return [
        SimilarConversation(conversation=rows[one], about=about.get(one, Redacted("")), score=round(1 - distance, 3))
        for one, distance in distances.items()
    ]


def _keep(texts: Mapping[UUID, Redacted], made: Mapping[UUID, list[float]]) -> None:
    """Store vectors, but of nobody who was erased meanwhile; conversations that others hold wait for the next call."""
    free = _free_of_others(made)
    ConversationVector.objects.bulk_create(
        [
            ConversationVector(conversation_id=one, vector=made[one], text_hash=_hash(texts[one]))
            for one in Conversation.objects.filter(id__in=free, contact__erased_at=None).values_list("id", flat=True)
        ],
        update_conflicts=True,
        unique_fields=["tenant", "conversation"],
        update_fields=["vector", "text_hash"],
    )


def _free_of_others(conversations: Iterable[UUID]) -> list[UUID]:
    """Locked, as an erasure locks them."""
    rows = Conversation.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    return [row.id for row in rows.filter(id__in=list(conversations)).order_by("id")]


def _hash(text: Redacted) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
