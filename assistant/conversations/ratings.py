"""Was the answer any good? A customer says so, and may think again."""

from __future__ import annotations

from uuid import UUID

from assistant.conversations.models import Contact, Message, Rating
from assistant.foundation.clock import now
from assistant.foundation.errors import NotFound


def rate_answer(contact: Contact, message_id: UUID, value: str) -> Rating:
    """Keep what the contact thinks of an answer that they were given; the last one counts. Raises NotFound."""
    own = Message.objects.filter(conversation__contact=contact, kind__in=["assistant", "agent"])
    message = own.filter(id=message_id).first()
    if message is None:
        raise NotFound
    rating, _ = Rating.objects.update_or_create(message=message, defaults={"value": value, "at": now()})
    return rating
