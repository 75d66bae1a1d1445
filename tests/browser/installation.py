"""The product as people meet it, on a home of its own: `python -m tests.browser.installation`.

Starts database, embedder, engine, web and worker, loads the demo tenants without any conversation, prints one line of
JSON (`address`, `password`), and ends everything when its standard input closes. It is a process of its own because
the test process has other settings, and because the parts die with the thread that starts them.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tests.servers import free_port

if TYPE_CHECKING:
    from deploy.up.child import Child
    from deploy.up.warden import Warden

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "var" / "browser"
KEPT = "conversations_inbox"
LOOK_EVERY_S = 1.0
DESK = "Desk"
"""The source that holds what people write on the desk."""
OF_CONVERSATIONS = (
    "conversations_",
    "privacy_",
    "dialogue_",
    "foundation_event",
    "foundation_delivery",
    "crm_integration_contactlink",
    "knowledge_gap",
    "knowledge_unanswered",
)
WRITTEN = ("unansweredquestion", "gap", "curatedphrasing", "curatedanswer", "evaluationquestion", "evaluationrun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where it answers, and the password of every demo log-in."""

    address: str
    password: str


@contextmanager
def running_installation() -> Iterator[Installation]:
    """The installation, from another process. Raises RuntimeError with its last words when it does not start."""
    port = free_port()
    variables = {name: value for name, value in os.environ.items() if name != "PUBLIC_URL"}
    variables |= {"DESKSIDE_HOME": str(ROOT / "var"), "WEB_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        cwd=ROOT,
        env=variables | {"DJANGO_SETTINGS_MODULE": "deploy.settings.base"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the installation did not start; its logs are in {HOME / 'logs'}")
        yield Installation(**json.loads(line))
    finally:
        process.stdin.close()
        process.wait(timeout=60)


def main() -> None:
    """Start, say where, wait, stop."""
    from deploy.settings.env import environment
    from deploy.settings.secrets import read_secrets
    from deploy.up.child import Child, stop_together
    from deploy.up.parts import build_parts
    from deploy.up.runner import LocalParts, run_step
    from deploy.up.warden import Warden

    settings = environment().model_copy(update={"deskside_home": HOME})
    logs = HOME / "logs"
    parts = {part.name: part for part in build_parts(settings, models=environment().deskside_home / "models")}
    children: list[Child] = []
    with LocalParts().running(["postgres", "embedder", "engine"], home=HOME), Warden() as warden:
        try:
            _forget_conversations()
            run_step(parts["demo"], logs)
            for name in ("web", "worker"):
                children.append(Child(parts[name], logs, warden))
            for child in children:
                _wait(child)
            password = read_secrets(HOME)["demo_password"]
            sys.stdout.write(json.dumps({"address": settings.public_url, "password": password}) + "\n")
            sys.stdout.flush()
            while not select.select([sys.stdin], [], [], LOOK_EVERY_S)[0]:
                _revive(children, logs, warden)
        finally:
            stop_together(children)


def _revive(children: list[Child], logs: Path, warden: Warden) -> None:
    """Start what has ended, as `make up` does, and say so: the report of the tests shows it."""
    for place, child in enumerate(children):
        if child.exit_code() is not None:
            sys.stderr.write(f"\n{child.part.name} ended and is started again:\n{child.last_lines()}\n")
            children[place] = type(child)(child.part, logs, warden)


@contextmanager
def past_all_policies() -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Its database, as the superuser. (Any: rows of any table.)"""
    from deploy.settings.env import environment
    from deploy.up.postgres import place_of

    place = place_of(environment().model_copy(update={"deskside_home": HOME}))
    with psycopg.connect(place.dsn("superuser"), autocommit=True) as server:
        server.execute("SET session_replication_role = replica")
        yield server


def how_it_stands() -> str:
    """Its processes' last words, and what its background work has not finished: for the report of a failed test."""
    said = [f"--- {name}.log\n" + _last_lines(HOME / "logs" / f"{name}.log") for name in ("web", "worker")]
    with past_all_policies() as server:
        for table, what in (("delivery", "hearer"), ("job", "kind")):
            query = (
                f"SELECT {what}, state, attempts, error, now() - run_at FROM foundation_{table} WHERE state <> 'done'"
            )
            said += [f"--- {table}: " + " ".join(map(str, row)) for row in server.execute(query.encode())]
    return "\n".join(said)


def _last_lines(log: Path, count: int = 12) -> str:
    return "\n".join(line[:500] for line in log.read_text(errors="replace").splitlines()[-count:])


def tables(server: psycopg.Connection[tuple[Any, ...]]) -> list[str]:
    """Names of all tables. (Any: as above.)"""
    rows = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [str(table) for (table,) in rows]


def forget_what_was_written(*sources: str) -> None:
    """Delete what people did on the knowledge desk, with the sources that they added; the demo's articles stay."""
    with past_all_policies() as server:
        desk = "SELECT id FROM knowledge_knowledgesource WHERE name = ANY(%s)"
        written = f"SELECT id FROM knowledge_document WHERE source_id IN ({desk})"
        runs = f"SELECT id FROM knowledge_sourcerun WHERE source_id IN ({desk})"
        names = ([DESK, *sources],)
        for table in ("knowledge_passage", "knowledge_documentversion"):
            server.execute(f"DELETE FROM {table} WHERE document_id IN ({written})".encode(), names)
        server.execute(f"DELETE FROM knowledge_document WHERE id IN ({written})".encode(), names)
        for table in WRITTEN:
            server.execute(f"DELETE FROM knowledge_{table}".encode())
        server.execute(f"DELETE FROM knowledge_sourceproblem WHERE run_id IN ({runs})".encode(), names)
        server.execute(f"DELETE FROM knowledge_upload WHERE source_id IN ({desk})".encode(), names)
        server.execute(f"DELETE FROM knowledge_sourcerun WHERE source_id IN ({desk})".encode(), names)
        server.execute(b"DELETE FROM knowledge_knowledgesource WHERE name = ANY(%s) AND name <> %s", (*names, DESK))
        server.execute(b"UPDATE knowledge_corpus SET answered_from = 0.5")  # an evaluation sets it


def _forget_conversations() -> None:
    """Delete what earlier runs said; articles and people stay, which saves half a minute."""
    with past_all_policies() as server:
        for table in tables(server):
            if table.startswith(OF_CONVERSATIONS) and table != KEPT:
                server.execute(f'DELETE FROM "{table}"'.encode())


def _wait(child: object) -> None:
    from deploy.up.child import Child
    from deploy.up.part import CannotStart

    assert isinstance(child, Child)
    deadline = time.monotonic() + child.part.ready_within_s
    while child.part.is_ready is not None and not child.part.is_ready():
        if child.exit_code() is not None or time.monotonic() > deadline:
            raise CannotStart(f"{child.part.name} does not start:\n{child.last_lines()}")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
