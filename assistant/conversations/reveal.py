"""Look behind placeholders: with a reason where the tenant wants one, and never without a trace."""

from __future__ import annotations

from assistant.conversations.models import Conversation
from assistant.foundation.audit import record
from assistant.foundation.errors import BadInput
from assistant.privacy import vault
from assistant.privacy.models import tenant_policy
from assistant.privacy.redactor import scrub
from assistant.privacy.vault import Thread


class ReasonRequired(BadInput):
    """This tenant wants to know why somebody looks."""

    code = "reason_required"
    status = 422
    public_message = "Please say why you need to see this."


def reveal(conversation: Conversation, placeholder: str = "", *, by: str, reason: str) -> dict[str, str]:
    """The value behind one placeholder, or behind all of the conversation's, as first written.

    Raises ReasonRequired, NotFound, Erased (also for a value that went with time) and Unreadable. The audit keeps
    who, why and which, never what.
    """
    if tenant_policy().must_give_reason and not reason.strip():
        raise ReasonRequired
    thread = Thread(conversation.id, conversation.contact_id)
    values = {placeholder: vault.reveal(thread, placeholder)} if placeholder else vault.reveal_all(thread)
    record(
        "placeholder.revealed",
        actor=by,
        subject=conversation.id,
        placeholders=sorted(values),
        reason=scrub(reason.strip()),
    )
    return values
