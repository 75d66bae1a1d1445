"""A real installation whose parts are killed and started again at once, and the checker of what everybody saw."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import psycopg

from deploy.settings.env import ROOT, environment
from deploy.up.child import Child, stop_together
from deploy.up.part import Part
from deploy.up.parts import build_parts
from deploy.up.postgres import place_of
from deploy.up.runner import LocalParts, run_step
from deploy.up.warden import Warden
from tests.chaos.client import Customer
from tests.servers import free_port

KILLED = ("web", "worker", "engine")


@dataclass(slots=True)
class Installation:
    """Parts by name; `kill` is SIGKILL to the whole group, `revive` starts what is dead."""

    home: Path
    base: str
    parts: dict[str, Part]
    warden: Warden
    children: dict[str, Child] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)

    def start(self, *names: str) -> None:
        for name in names:
            self.children[name] = Child(self.parts[name], self.home / "logs", self.warden)
        for name in names:
            self.wait(name)

    def wait(self, name: str) -> None:
        part = self.parts[name]
        assert part.is_ready is not None
        deadline = time.monotonic() + part.ready_within_s
        while not part.is_ready():
            assert time.monotonic() < deadline, self.children[name].last_lines()
            time.sleep(0.1)
        self.children[name].mark_ready()

    def kill(self, name: str) -> None:
        self.children[name].kill()
        self.kills[name] += 1

    def revive(self) -> None:
        """Start dead parts; a part that still starts is left alone."""
        for name, child in self.children.items():
            if child.exit_code() is not None:
                self.children[name] = Child(self.parts[name], self.home / "logs", self.warden)

    def is_up(self, name: str) -> bool:
        part = self.parts[name]
        return part.is_ready is not None and part.is_ready()


@contextmanager
def installation(home: Path) -> Iterator[Installation]:
    """All real parts in a home of their own, with the demo tenants."""
    own = environment().deskside_home
    port = free_port()
    settings = environment().model_copy(
        update={"deskside_home": home, "web_port": port, "public_url": f"http://127.0.0.1:{port}"}
    )
    extra = {"WEB_PORT": str(port), "PUBLIC_URL": settings.public_url, "DATABASE_POOL_SIZE": "8"}
    parts = {
        part.name: replace(part, environment={**part.environment, **extra})
        for part in build_parts(settings, models=own / "models")
    }
    with LocalParts().running(["postgres", "embedder"], home=home), Warden() as warden:
        run_step(parts["model"], home / "logs")
        run_step(parts["demo"], home / "logs")
        running = Installation(home=home, base=settings.public_url, parts=parts, warden=warden)
        try:
            running.start("engine", "web", "worker")
            yield running
        finally:
            stop_together(list(running.children.values()))


def check(home: Path, customers: list[Customer]) -> dict[str, int]:
    """Compare what each customer saw with the rows. Returns counts of everything that is wrong; all must be 0."""
    wrong = Counter({"lost": 0, "doubled": 0, "answers_lost": 0, "answers_doubled": 0, "seen_otherwise": 0})
    place = place_of(environment().model_copy(update={"deskside_home": home}))
    with psycopg.connect(place.dsn("superuser")) as rows:
        for customer in customers:
            _check_one(rows, customer, wrong)
    return dict(wrong)


def _check_one(rows: psycopg.Connection[tuple[object, ...]], customer: Customer, wrong: Counter[str]) -> None:
    conversation = UUID(customer.conversation)
    stored = rows.execute(
        "SELECT client_id::text, id FROM conversations_message WHERE conversation_id = %s AND kind = 'contact'",
        [conversation],
    ).fetchall()
    counted = Counter(client_id for client_id, _ in stored)
    wrong["lost"] += sum(counted[message] == 0 for message in customer.sent)
    wrong["doubled"] += sum(count > 1 for count in counted.values())
    answers = dict(
        rows.execute(
            "SELECT id::text, text FROM conversations_message WHERE conversation_id = %s AND kind = 'assistant'",
            [conversation],
        ).fetchall()
    )
    ends = rows.execute(
        "SELECT t.message_id, count(*) FROM conversations_turn t JOIN foundation_event e "
        "ON e.payload->>'turn_id' = t.id::text AND e.kind = 'AnswerFinished' "
        "WHERE t.conversation_id = %s GROUP BY t.message_id",
        [conversation],
    ).fetchall()
    ended = dict(ends)
    wrong["answers_lost"] += sum(ended.get(message, 0) == 0 for _, message in stored)
    wrong["answers_doubled"] += sum(count != 1 for count in ended.values())
    events = rows.execute(
        "SELECT sequence FROM foundation_event WHERE stream_id = %s ORDER BY sequence", [conversation]
    ).fetchall()
    if [number for (number,) in events] != [sequence for sequence, _, _ in customer.seen.frames]:
        wrong["seen_otherwise"] += 1
    wrong["seen_otherwise"] += sum(answers.get(answer) != text for answer, text in customer.seen.answers.items())


HOME = ROOT / "var" / "chaos"
