"""A person asks to be forgotten, or time does it: the values behind placeholders go, the placeholders stay.

Erasing begins with the step that nothing can take back, the contact's key. Whatever fails after it can be repeated
until the rows are gone as well; in between they open for nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from assistant.conversations.models import Contact, Conversation, ConversationVector, Message, Turn
from assistant.conversations.services import change_state, say_system
from assistant.conversations.states import State
from assistant.events import ContactErased, ContactIdentified
from assistant.foundation import keyring
from assistant.foundation.audit import record
from assistant.foundation.clock import now
from assistant.foundation.crypto import fingerprint
from assistant.foundation.errors import NotFound
from assistant.foundation.outbox.models import Event
from assistant.foundation.outbox.publish import publish
from assistant.privacy import vault
from assistant.privacy.redactor import scrub

BLANK: dict[str, object] = {
    "visitor_hash": "",
    "previous_visitor_hash": "",
    "visitor_until": None,
    "external_id": "",
    "email_print": "",
    "sealed": "",
    "segments": [],
}
"""A contact of whom nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """How much an erasure found; nothing when it is repeated."""

    contacts: int
    conversations: int
    values: int


def erase_contact(contact_id: UUID, *, by: str, reason: str) -> Erasure:
    """Destroy what a person told us, in all their browsers and conversations. A repeat is harmless. Raises NotFound.

    Placeholders stay in the texts for ever. Their browser starts anew; the link to the CRM goes with the event.
    """
    people = _lock_people(contact_id)
    for person in people:
        keyring.erase_key(person.id)
    known = [person for person in people if person.erased_at is None]
    conversations = Conversation.objects.select_for_update(no_key=True, of=("self",)).select_related("assignee")
    own = list(conversations.filter(contact__in=people).order_by("id"))
    for conversation in own:
        _close(conversation)
    values = vault.forget(conversation.id for conversation in own)
    _forget_words(own, people)
    Contact.objects.filter(id__in=[person.id for person in people]).update(**BLANK)
    Contact.objects.filter(id__in=[person.id for person in known]).update(erased_at=now())
    for person in known:
        publish(ContactErased(stream_id=person.id))
        record("contact.erased", actor=by, subject=person.id, reason=scrub(reason), asked_for=str(contact_id))
    return Erasure(contacts=len(known), conversations=len(own) if known else 0, values=values)


def find_contacts(*, email: str = "", external_id: str = "") -> list[UUID]:
    """Contacts whose identity was proven with this e-mail or id."""
    email_print = fingerprint(email.casefold(), purpose="contact-email")
    wanted = Q(external_id=external_id) if external_id else Q(email_print=email_print)
    return list(Contact.objects.filter(wanted).order_by("id").values_list("id", flat=True))


def come_back() -> list[UUID]:
    """Erased contacts whose rows are there again, because the database was restored from a back-up."""
    return list(Contact.objects.filter(id__in=keyring.erased_contacts(), erased_at=None).values_list("id", flat=True))


def _lock_people(contact_id: UUID) -> list[Contact]:
    """The contact and all that turned out to be the same person, locked: nobody joins them meanwhile."""
    ids = {contact_id}
    while True:
        people = list(Contact.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id"))
        if not people:
            raise NotFound
        joined = Q(id__in=ids) | Q(same_as__in=ids) | Q(id__in=[one.same_as_id for one in people if one.same_as_id])
        found = set(Contact.objects.filter(joined).values_list("id", flat=True))
        if found == ids:
            return people
        ids = found


def _close(conversation: Conversation) -> None:
    """Nobody will come back to it; a running answer ends."""
    if conversation.state == State.RESOLVED:
        return
    conversation.waiting_since = None
    change_state(conversation, State.RESOLVED)
    say_system(conversation, "erased")


def _forget_words(conversations: Iterable[Conversation], people: Iterable[Contact]) -> None:
    """What could hold words of theirs or find them again."""
    own = [conversation.id for conversation in conversations]
    Turn.objects.filter(conversation__in=own).update(prompt="", partial="", trace={})
    Message.objects.filter(conversation__in=own).exclude(body_hash="").update(body_hash="")
    ConversationVector.objects.filter(conversation__in=own).delete()
    told = Event.objects.filter(stream_id__in=[person.id for person in people], kind=ContactIdentified.kind)
    told.update(payload={"email_print": ""})  # one that was not heard yet would join them to the CRM again
