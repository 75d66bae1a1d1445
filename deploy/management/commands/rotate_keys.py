"""`manage.py rotate_keys`: seal everything under the newest master key, while the product runs."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistant.conversations.rotation import reseal_identity_keys
from assistant.foundation import crypto
from assistant.foundation.conf import conf
from assistant.foundation.crypto import Rotated
from assistant.foundation.keyring import rewrap_keys
from assistant.foundation.people import Tenant
from assistant.foundation.tenancy import bound

STEPS: dict[str, Callable[[], Rotated]] = {
    "keys of contacts": rewrap_keys,
    "identity keys of inboxes": reseal_identity_keys,
}
"""Everything that is sealed under master keys, and who seals it anew for the bound tenant."""
PASSES = 3


class Command(BaseCommand):
    """Says when old master keys may go. May be broken off and repeated."""

    help = "Seal everything under the first of MASTER_KEYS, and say whether the others may be removed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Or only a key?"""
        parser.add_argument("--new-key", default="", metavar="ID", help="Only print a new master key with this id.")

    def handle(self, *args: Any, **options: Any) -> None:
        """(Any: Django's own signature.)"""
        if not conf().fingerprint_key.get_secret_value():  # the last master key serves: it may be no other, nor go
            raise CommandError(f"first set FINGERPRINT_KEY to what stands behind the last key, {crypto.last_key()}:")
        if options["new_key"]:
            self.stdout.write(f"{options['new_key']}:{base64.b64encode(secrets.token_bytes(32)).decode()}")
            return
        # A process that was not restarted yet may seal under an old key behind our back: look until nothing is left.
        done = self._pass()
        for _ in range(PASSES - 1):
            if done.changed:
                done = self._pass()
        if done.unopened:
            raise CommandError(f"{done.unopened} do not open: a master key was removed too early; put it back")
        if done.changed:
            raise CommandError("others still seal under an old key: restart all processes, then run this again")
        old = ", ".join(crypto.old_keys())
        if not old:
            self.stdout.write(f"everything is sealed under {crypto.newest_key()}, the only master key")
            return
        self.stdout.write(
            f"nothing needs {old} any more: remove from MASTER_KEYS once every process was started with "
            f"{crypto.newest_key()} in front, and keep beside the back-ups made until now"
        )

    def _pass(self) -> Rotated:
        total = Rotated()
        for what, step in STEPS.items():
            counts = Rotated()
            for tenant in Tenant.objects.values_list("id", flat=True):
                with bound(tenant):
                    counts += step()
            self.stdout.write(f"{what}: {counts.changed} sealed anew, {counts.current} already so")
            total += counts
        return total
