"""What this part hears of the product."""

from __future__ import annotations

from assistant.foundation.outbox.models import Event
from crm_integration.models import ContactLink


def link_contact(event: Event) -> None:
    """A contact proved an e-mail: remember its keyed hash, which finds the customer now or when they arrive."""
    email_print = event.payload.get("email_print", "")
    if not email_print:
        ContactLink.objects.filter(contact_id=event.stream_id).delete()
        return
    ContactLink.objects.update_or_create(contact_id=event.stream_id, defaults={"email_print": email_print})


def forget_contact(event: Event) -> None:
    """A contact was erased: nothing joins them to a customer any more. The customer is the company's own record."""
    ContactLink.objects.filter(contact_id=event.stream_id).delete()
