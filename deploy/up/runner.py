"""Parts for a command or a test that needs them while `make up` does not run."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.settings.env import Environment, environment
from deploy.up.child import POLL_S, Child, stop_together
from deploy.up.part import CannotStart, Part, stop_waves
from deploy.up.parts import build_parts, prepare_folders
from deploy.up.warden import Warden

OFFERED = frozenset({"postgres", "engine", "embedder"})
BEFORE = {"engine": ("model",)}
AFTER = {"postgres": ("database", "migrate")}
"""Steps that make a part possible, and those that make a freshly started one usable."""
STEP_WITHIN_S = 300.0


class LocalParts:
    """Implements `assistant.ports.PartsRunner`. Use it from the main thread: the parts die with the starting thread."""

    @contextmanager
    def running(self, parts: Collection[str], *, home: Path | None = None) -> Iterator[None]:
        """Start what does not answer, stop on the way out what was started. Raises CannotStart with the log's end.

        Another home has data, logs and sockets of its own; prepared models are taken from the installation's.
        """
        if unknown := set(parts) - OFFERED:
            raise CannotStart(f"a command cannot start {', '.join(sorted(unknown))}")
        own = environment().deskside_home.resolve()
        settings = environment().model_copy(update={"deskside_home": home.resolve() if home else own})
        known = {part.name: part for part in build_parts(settings, models=own / "models")}
        started: list[Child] = []
        with Warden() as warden:
            try:
                with _one_starter(settings):
                    for name in (name for name in known if name in parts):
                        _ensure(name, known, settings.deskside_home / "logs", started, warden)
                yield
            finally:
                for wave in stop_waves(list(known.values())):
                    stop_together([child for child in started if child.part in wave])


def run_step(step: Part, logs: Path) -> None:
    """Run a step to its end. Raises CannotStart with the end of its log when it fails."""
    with Warden() as warden:
        child = Child(step, logs, warden)
        deadline = time.monotonic() + STEP_WITHIN_S
        while (code := child.exit_code()) is None and time.monotonic() < deadline:
            time.sleep(POLL_S)
        child.kill()
    if code != 0:
        raise CannotStart(f"{step.name} failed:\n{child.last_lines()}\nThe whole log is {child.log}")


def _ensure(name: str, known: dict[str, Part], logs: Path, started: list[Child], warden: Warden) -> None:
    """Start this part with its steps unless it answers."""
    part = known[name]
    if part.is_ready is None or part.is_ready():
        return
    for step in BEFORE.get(name, ()):
        run_step(known[step], logs)
    child = Child(part, logs, warden)
    started.append(child)
    _wait(child)
    for step in AFTER.get(name, ()):
        run_step(known[step], logs)


def _wait(child: Child) -> None:
    part = child.part
    deadline = time.monotonic() + part.ready_within_s
    while part.is_ready is not None and not part.is_ready():
        if child.exit_code() is not None or time.monotonic() > deadline:
            raise CannotStart(f"{part.name} does not start:\n{child.last_lines()}")
        time.sleep(POLL_S)
    child.mark_ready()


@contextmanager
def _one_starter(settings: Environment) -> Iterator[None]:
    """Two commands at once on one home: the second finds what the first started."""
    prepare_folders(settings)
    with open(settings.deskside_home / "starting.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
