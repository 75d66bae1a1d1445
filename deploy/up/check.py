"""Everything CI checks, one line a step: `python -m deploy.up.check [STEP …]`.

A failing step shows what it said and the command that repeats it; the others still run.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from deploy.settings.env import ROOT, environment
from deploy.up.part import CannotStart
from deploy.up.runner import LocalParts

BIN = Path(sys.executable).parent
STATIC = ROOT / "assistant" / "static" / "deskside"
TEMPLATES = ("assistant", "crm_integration")
WHOLE = ("tests/chaos", "tests/browser")
"""Each runs a whole installation on a home of its own: one after the other, after all the others."""
PYTEST = ("-q", "-n2", "--dist=loadfile", *(f"--ignore={folder}" for folder in WHOLE))
"""Two processes, each with a home of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a step went. `summary` stands on its line; `output` is shown when it failed."""

    is_ok: bool
    output: str = ""
    summary: str = ""
    is_skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that is checked."""

    name: str
    repeat: str
    """The command that a person types to see it again."""
    run: Callable[[], Outcome]


@dataclass(slots=True)
class Report:
    """The steps that failed, in their order."""

    failed: list[Step] = field(default_factory=list)

    def take(self, step: Step) -> None:
        """Run a step and print its line."""
        print(f"  {step.name:<12}", end="", flush=True)
        started = time.monotonic()
        outcome = step.run()
        word = "skipped" if outcome.is_skipped else "ok" if outcome.is_ok else "FAILED"
        print(f"{word:<8}{time.monotonic() - started:6.1f} s  {outcome.summary}".rstrip(), flush=True)
        if not outcome.is_ok:
            print(f"\n{outcome.output.strip()}\n\n  again: {step.repeat}\n", flush=True)
            self.failed.append(step)


def all_steps() -> list[Step]:
    """In the order of their price."""
    home = environment().deskside_home.resolve() / "test"
    return [
        _command("format", "ruff", "format", "--check", "."),
        _command("lint", "ruff", "check", "."),
        _command("imports", "lint-imports"),
        _templates(),
        _command("types", "mypy"),
        _manage("migrations", "makemigrations", "--check", "--dry-run", home=home, with_database=True),
        _manage("deploy", "check", "--deploy", "--fail-level", "WARNING", home=home),
        _manage("schema", "spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null", home=home),
        _manage("generated", "generate", "--check", home=home),
        Step(name="front-end", repeat="npm ci && npm run check && npm test && make assets", run=_front_end),
        _pytest("pytest", PYTEST),
        _pytest("installation", ("-q", *WHOLE)),
    ]


def main() -> int:
    """Run the named steps, or all."""
    steps = {step.name: step for step in all_steps()}
    names = sys.argv[1:] or list(steps)
    if unknown := [name for name in names if name not in steps]:
        sys.exit(f"there is no step {', '.join(unknown)}; there are: {', '.join(steps)}")
    report = Report()
    started = time.monotonic()
    for name in names:
        report.take(steps[name])
    if report.failed:
        print(f"\nfailed: {', '.join(step.name for step in report.failed)}")
        return 1
    print(f"\nall {len(names)} ok in {time.monotonic() - started:.0f} s")
    return 0


def _command(name: str, program: str, *arguments: str) -> Step:
    command = [str(BIN / program), *arguments]
    return Step(name=name, repeat=" ".join([f".venv/bin/{program}", *arguments]), run=lambda: _run(command))


def _templates() -> Step:
    step = _command("templates", "djlint", "--check", "--quiet", *TEMPLATES)
    has_some = any(path for folder in TEMPLATES for path in (ROOT / folder).rglob("templates/**/*.html"))
    return step if has_some else Step(name="templates", repeat=step.repeat, run=lambda: _skipped("there are none"))


def _manage(name: str, *arguments: str, home: Path, with_database: bool = False) -> Step:
    """A Django command on a home of its own, so that a running `make up` is not disturbed."""
    command = [sys.executable, "manage.py", *arguments]
    needed = ["postgres"] if with_database else []

    def run() -> Outcome:
        home.mkdir(parents=True, exist_ok=True)
        try:
            with _parts(needed, home):
                return _run(command, {"DESKSIDE_HOME": str(home)})
        except CannotStart as problem:
            return Outcome(is_ok=False, output=str(problem))

    return Step(name=name, repeat=f"make check STEP={name}", run=run)


def _parts(names: Sequence[str], home: Path) -> AbstractContextManager[None]:
    return LocalParts().running(names, home=home) if names else nullcontext()


def _pytest(name: str, arguments: Sequence[str]) -> Step:
    command = [str(BIN / "pytest"), *arguments]

    def run() -> Outcome:
        outcome = _run(command)
        last = (outcome.output.strip().splitlines() or [""])[-1].strip("= ")
        return Outcome(is_ok=outcome.is_ok, output=outcome.output, summary=last)

    return Step(name=name, repeat=f".venv/bin/pytest {' '.join(arguments)}", run=run)


def _front_end() -> Outcome:
    """The committed files are what the sources give, byte for byte. Node is needed by those who change them only."""
    if shutil.which("npm") is None:
        if os.environ.get("CI") == "true":
            return Outcome(is_ok=False, output="npm is missing; CI must compare the built files")
        return _skipped("npm is missing; sudo apt-get install -y npm enables it")
    for command in (None, ["npm", "run", "check"], ["npm", "test"]):
        outcome = _npm_ci() if command is None else _run(command)
        if not outcome.is_ok:
            return outcome
    with tempfile.TemporaryDirectory() as built:
        outcome = _run(["npm", "run", "build"], {"DESKSIDE_OUT": built})
        changed = differing(STATIC, Path(built)) if outcome.is_ok else []
    if changed:
        return Outcome(is_ok=False, output=f"not what the sources give (make assets): {', '.join(changed)}")
    return outcome


def _npm_ci() -> Outcome:
    """Install what package-lock.json lists, unless that was done."""
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    stamp = ROOT / "node_modules" / ".deskside"
    if stamp.exists() and stamp.read_text() == lock:
        return Outcome(is_ok=True)
    outcome = _run(["npm", "ci", "--no-audit", "--no-fund"])
    if outcome.is_ok:
        stamp.write_text(lock)
    return outcome


def differing(one: Path, other: Path) -> list[str]:
    """Names of files that are in one folder only or differ, sorted."""
    names = {str(path.relative_to(top)) for top in (one, other) for path in top.rglob("*") if path.is_file()}
    same, _, _ = filecmp.cmpfiles(one, other, names, shallow=False)
    return sorted(names - set(same))


def _run(command: Sequence[str], variables: Mapping[str, str] | None = None) -> Outcome:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **(variables or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return Outcome(is_ok=done.returncode == 0, output=done.stdout)


def _skipped(why: str) -> Outcome:
    return Outcome(is_ok=True, is_skipped=True, summary=why)


if __name__ == "__main__":
    sys.exit(main())
