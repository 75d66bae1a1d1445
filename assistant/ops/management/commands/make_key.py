"""`manage.py make_key`: a key for the REST API, or the key that signs visitors' identities for an inbox."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistant.conversations.models import Inbox
from assistant.foundation.audit import record
from assistant.foundation.crypto import seal
from assistant.foundation.people import Tenant, make_api_key
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import tenant_scope

LIVE_KEYS = 2


class Command(BaseCommand):
    """Prints the key once; only a hash or a sealed copy is kept."""

    help = "Make an API key (--name, --role) or an inbox's identity key (--inbox)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, for what."""
        parser.add_argument("--tenant", required=True, help="Slug of the tenant.")
        parser.add_argument("--name", default="", help="What the API key is for.")
        parser.add_argument("--role", default=Role.MANAGER.value, choices=[role.value for role in Role])
        parser.add_argument("--inbox", default="", help="Key of the inbox whose visitors shall be identified.")

    def handle(self, *args: Any, **options: Any) -> None:
        """(Any: Django's own signature.)"""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"there is no tenant {options['tenant']!r}")
        if not options["inbox"] and not options["name"]:
            raise CommandError("give --name for an API key or --inbox for an identity key")
        with tenant_scope(tenant.id):
            if options["inbox"]:
                self.stdout.write(_identity_key(options["inbox"]))
            else:
                self.stdout.write(make_api_key(tenant, name=options["name"], role=Role(options["role"])))
            record("key.made", actor="command", name=options["name"], inbox=options["inbox"])


def _identity_key(inbox_key: str) -> str:
    """A new HS256 key beside the last one, so that a company can change over without a gap."""
    inbox = Inbox.objects.select_for_update(no_key=True).filter(key=inbox_key).first()
    if inbox is None:
        raise CommandError(f"there is no inbox {inbox_key!r} in this tenant")
    secret = secrets.token_urlsafe(48)
    fresh = {
        "id": secrets.token_hex(4),
        "alg": "HS256",
        "sealed": seal(secret, purpose="identity-key", place=inbox.key),
    }
    inbox.identity_keys = [fresh, *inbox.identity_keys][:LIVE_KEYS]
    inbox.save(update_fields=["identity_keys"])
    return secret
