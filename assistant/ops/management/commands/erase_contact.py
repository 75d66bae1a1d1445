"""`manage.py erase_contact`: forget a person, found by contact, verified e-mail or the company's own id."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistant.conversations.erasure import come_back, erase_contact, find_contacts
from assistant.foundation.errors import NotFound
from assistant.foundation.people import Tenant
from assistant.foundation.tenancy import tenant_scope


class Command(BaseCommand):
    """May be repeated, also after a crash. The key goes first: from then on nothing opens."""

    help = "Destroy the personal data of a contact, in back-ups too."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom."""
        parser.add_argument("--tenant", required=True, help="Slug of the tenant.")
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--contact", type=UUID, help="Id of the contact.")
        whom.add_argument("--email", default="", help="Verified e-mail; every contact with it.")
        whom.add_argument("--external-id", default="", help="The company's own id (`sub` of the signed identity).")
        whom.add_argument(
            "--after-restore",
            action="store_true",
            help="Everybody who was erased before and came back with a restored database.",
        )
        parser.add_argument("--reason", default="", help="For the audit.")

    def handle(self, *args: Any, **options: Any) -> None:
        """(Any: Django's own signature.)"""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"there is no tenant {options['tenant']!r}")
        with tenant_scope(tenant.id):
            found = _found(options)
        if not found and not options["after_restore"]:
            raise CommandError("there is no such contact in this tenant")
        contacts = conversations = values = 0
        for contact in found:
            with tenant_scope(tenant.id):
                try:
                    erased = erase_contact(contact, by="command", reason=options["reason"])
                except NotFound as problem:
                    raise CommandError("there is no such contact in this tenant") from problem
            contacts += erased.contacts
            conversations += erased.conversations
            values += erased.values
        self.stdout.write(f"erased {contacts} contacts, {values} values in {conversations} conversations")


def _found(options: dict[str, Any]) -> list[UUID]:
    if options["after_restore"]:
        return come_back()
    if options["contact"]:
        return [options["contact"]]
    return find_contacts(email=options["email"], external_id=options["external_id"])
