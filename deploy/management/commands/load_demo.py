"""`manage.py load_demo`: the two demo tenants, their people, articles and shop data. A second run changes nothing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistant.conversations.models import Inbox
from assistant.foundation.crypto import seal
from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.outbox.models import Job
from assistant.foundation.people import Member, Tenant, User
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import tenant_scope
from assistant.interfaces.pages import DEMO_KEY
from assistant.knowledge.importers.markdown import SEPARATOR
from assistant.knowledge.intake.imports import start_import
from crm_integration.connections import connect_files
from deploy.demo.norrvik import generate
from deploy.settings.env import ROOT

DEMO = ROOT / "deploy" / "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTenant:
    """One invented company."""

    slug: str
    name: str
    region: str
    folder: str
    key: str
    inbox: str
    assistant: str
    greeting: str
    color: str
    people: tuple[tuple[str, str, Role], ...]


TENANTS = (
    DemoTenant(
        slug="larkfield-bank",
        name="Larkfield Bank",
        region="GB",
        folder="larkfield_bank",
        key="larkfield-bank-demo",
        inbox="Larkfield Bank Help",
        assistant="Wren",
        greeting="Hello, I'm Wren. Ask me about accounts, cards and limits.",
        color="#0f5c4a",
        people=(
            ("agent@larkfield.example", "Tom Hale", Role.AGENT),
            ("manager@larkfield.example", "Priya Nair", Role.MANAGER),
            ("admin@larkfield.example", "Ines Park", Role.ADMIN),
            ("observer@larkfield.example", "Owen Reid", Role.OBSERVER),
        ),
    ),
    DemoTenant(
        slug="norrvik",
        name="Norrvik",
        region="SE",
        folder="norrvik",
        key="norrvik-demo",
        inbox="Norrvik Support",
        assistant="Alva",
        greeting="Hej! I'm Alva. Ask me about deliveries, returns and our furniture.",
        color="#9a4a1c",
        people=(("agent@norrvik.example", "Sanna Lind", Role.AGENT),),
    ),
)


class Command(BaseCommand):
    """Loads what a newcomer sees first."""

    help = "Load the demo tenants (harmless to repeat)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The password of the demo log-ins."""
        parser.add_argument("--password", default="", help="Password of the demo log-ins; the kept one by default.")

    def handle(self, *args: Any, **options: Any) -> None:
        """(Any: Django's own signature.)"""
        password = options["password"] or settings.SECRETS["demo_password"]
        for demo in TENANTS:
            tenant, _ = Tenant.objects.get_or_create(
                slug=demo.slug, defaults={"name": demo.name, "region": demo.region}
            )
            with tenant_scope(tenant.id):
                _people(tenant, demo, password)
                _inbox(demo)
                jobs = [_articles(demo)]
            if demo.slug == "norrvik":
                jobs.append(_shop(tenant))
            for job in jobs:
                _finish(tenant.id, job)
            self.stdout.write(f"{demo.name}: ready")
        if not User.objects.filter(email="operator@deskside.example").exists():
            User.objects.create_superuser("operator@deskside.example", password, name="Operator")


def _people(tenant: Tenant, demo: DemoTenant, password: str) -> None:
    for email, name, role in demo.people:
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, password, name=name, home=tenant)
        Member.objects.get_or_create(user=user, defaults={"name": name, "role": role})


def _inbox(demo: DemoTenant) -> None:
    """The shop's inbox gets a key, so that its page can show a signed-in customer (`DEMO_KEY` in `pages`)."""
    inbox, _ = Inbox.objects.get_or_create(
        key=demo.key,
        defaults={
            "name": demo.inbox,
            "assistant_name": demo.assistant,
            "greeting": demo.greeting,
            "color": demo.color,
        },
    )
    if demo.slug == "norrvik" and not inbox.identity_keys:
        sealed = seal(secrets.token_urlsafe(32), purpose="identity-key", place=inbox.key)
        inbox.identity_keys = [{"id": DEMO_KEY, "alg": "HS256", "sealed": sealed}]
        inbox.save(update_fields=["identity_keys"])


def _articles(demo: DemoTenant) -> Job:
    files = sorted((DEMO / demo.folder / "articles").glob("*.md"))
    body = SEPARATOR.join(file.read_text() for file in files)
    return start_import(source="Help centre", importer="markdown", body=body, replaces=True)


def _shop(tenant: Tenant) -> Job:
    """Write the shop's export and read it through the files connector, as a customer's own shop would be."""
    folder: Path = settings.CRM_FILES / "norrvik"
    folder.mkdir(parents=True, exist_ok=True)
    generate.write(folder)
    return connect_files(tenant.id, name="Norrvik shop", folder="norrvik")


def _finish(tenant: UUID, job: Job) -> None:
    """Run the job here if no worker took it yet, and wait for one that did."""
    run_job(tenant, job.id)
    with tenant_scope(tenant):
        state = Job.objects.get(id=job.id)
    if state.state == Job.DEAD:
        raise CommandError(f"{state.kind}: {state.error}")
