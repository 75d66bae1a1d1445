"""`manage.py index_vectors`: a vector index for a tenant with very many passages, and its recall."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistant.foundation.people import Tenant
from assistant.foundation.tenancy import tenant_scope
from assistant.knowledge.models import Passage
from assistant.knowledge.search.shelf import LARGEST
from assistant.knowledge.search.vector_index import drop_index, make_index, measure


class Command(BaseCommand):
    """Runs as the owner of the tables; searches and imports go on meanwhile."""

    help = "Make (or drop) the vector index of one very large tenant, and measure how much of the nearest it finds."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose."""
        parser.add_argument("--tenant", required=True, help="Slug of the tenant.")
        parser.add_argument("--drop", action="store_true", help="Search by a scan again.")
        parser.add_argument("--measure", action="store_true", help="Only measure the index that is there.")

    def handle(self, *args: Any, **options: Any) -> None:
        """(Any: Django's own signature.)"""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"there is no tenant {options['tenant']!r}")
        if options["drop"]:
            drop_index(tenant.id)
            self.stdout.write("dropped")
            return
        with tenant_scope(tenant.id):
            passages = Passage.objects.count()
        if passages <= LARGEST:
            raise CommandError(f"{passages:,} passages need no index: up to {LARGEST:,} all are compared")
        if not options["measure"]:
            make_index(tenant.id)
        measured = measure(tenant.id)
        self.stdout.write(
            f"recall {measured.recall:.3f}, {measured.index_ms:.1f} ms a look-up instead of {measured.scan_ms:.1f} ms"
        )
