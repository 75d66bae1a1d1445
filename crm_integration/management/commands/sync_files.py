"""`manage.py sync_files`: connect a folder of exported files to a tenant and bring its customers up to date."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.outbox.models import Job
from assistant.foundation.people import Tenant
from assistant.foundation.tenancy import tenant_scope
from crm_integration.connections import connect_files


class Command(BaseCommand):
    """Runs the job here unless a worker takes it first."""

    help = "Synchronise customers, orders and products from CSV and JSON files."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, from where."""
        parser.add_argument("--tenant", required=True, help="Slug of the tenant.")
        parser.add_argument("--name", required=True, help="Name of the connection.")
        parser.add_argument("--folder", required=True, help="Folder below the installation's `files` folder.")
        parser.add_argument("--streams", type=Path, default=None, help="JSON that maps files to entities.")

    def handle(self, *args: Any, **options: Any) -> None:
        """(Any: Django's own signature.)"""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"there is no tenant {options['tenant']!r}")
        streams = json.loads(options["streams"].read_text()) if options["streams"] else None
        job = connect_files(tenant.id, name=options["name"], folder=options["folder"], streams=streams)
        run_job(tenant.id, job.id)
        while True:
            with tenant_scope(tenant.id):
                row = Job.objects.get(id=job.id)
            if row.state == Job.DONE:
                self.stdout.write(f"{row.report['read']} read, {row.report['changed']} changed")
                return
            if row.state == Job.DEAD:
                raise CommandError(row.error)
            time.sleep(0.5)
