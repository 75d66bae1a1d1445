"""A conversation as one line of the dashboard's list, the same in REST and socket."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from assistant.conversations.models import Conversation
from assistant.conversations.selectors import contact_details, top_sequence
from assistant.foundation.clock import wire
from assistant.interfaces.sockets.protocol import Row


def row_of(conversation: Conversation, *, member: UUID | None) -> Row:
    """The line as this member sees it. `contact`, `inbox` and `assignee` should be loaded with it."""
    contact = conversation.contact
    name = contact_details(contact).get("name") or f"Visitor {contact.id.hex[-4:].upper()}"
    return Row(
        id=conversation.id,
        state=cast(Any, conversation.state),  # a constraint names the four states
        pending=cast(Any, conversation.pending),  # written from Pending only
        contact=name,
        is_verified=contact.is_verified,
        inbox=conversation.inbox.name,
        preview=conversation.preview,
        language=conversation.language,
        reason=conversation.reason,
        assignee=conversation.assignee.name if conversation.assignee else None,
        is_mine=member is not None and conversation.assignee_id == member,
        waiting_since=wire(conversation.waiting_since) if conversation.waiting_since else None,
        s=top_sequence(conversation.id),
        updated_at=wire(conversation.updated_at),
    )
