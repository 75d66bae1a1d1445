"""Two tiny programs under a real supervisor: what dies comes back, what stops stays stopped, nothing is left over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.settings.env import ROOT
from deploy.up import lock

pytestmark = pytest.mark.timeout(240)
PATIENCE_S = 60.0

PROGRAM = """
import os, pathlib, signal, subprocess, sys, time
home, name = pathlib.Path(sys.argv[1]), sys.argv[2]
if name == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open(home / "pids", "a") as file:
    file.write(f"{name} {os.getpid()} {helper.pid}\\n")
(home / f"{name}.ready").touch()
time.sleep(600)
"""

SUPERVISOR = """
import sys
from functools import partial
from pathlib import Path
from rich.console import Console
from deploy.up import lock
from deploy.up.part import Part
from deploy.up.status import Status
from deploy.up.supervise import Supervisor

home, program = Path(sys.argv[1]), sys.argv[2]

def part(name, *after):
    mark = home / f"{name}.ready"
    return Part(name=name, command=[sys.executable, "-c", program, str(home), name], environment={}, folder=home,
                after=after, prepare=partial(mark.unlink, missing_ok=True), is_ready=mark.exists, grace_s=1.0)

with lock.held(home):
    status = Status(Console())
    parts = [part("base"), part(sys.argv[3], "base")]
    sys.exit(Supervisor(parts, logs=home / "logs", status=status, on_settled=lambda: status.say("settled")).run())
"""


def _hang_up_as_usual() -> None:
    """The suite itself may be started with `nohup`, which what it starts would inherit."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Installation:
    """A supervisor in a process of its own, and what it said."""

    def __init__(self, home: Path, second: str = "top") -> None:
        self.home = home
        self.output = home / "output"
        with open(self.output, "w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SUPERVISOR, str(home), PROGRAM, second],
                cwd=ROOT,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_hang_up_as_usual,  # noqa: PLW1509 one thread
            )
        wait_until(lambda: "settled" in self.output.read_text(), what=self.output)

    def pids(self, name: str) -> list[int]:
        """Program and its helper, of the newest start."""
        rows = [line.split() for line in (self.home / "pids").read_text().splitlines()]
        return [int(pid) for pid in [row for row in rows if row[0] == name][-1][1:]]

    def all_pids(self) -> set[int]:
        return {int(pid) for line in (self.home / "pids").read_text().splitlines() for pid in line.split()[1:]}

    def order(self) -> list[str]:
        return [line.split()[0] for line in (self.home / "pids").read_text().splitlines()]


Start = Callable[..., Installation]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    made: list[Installation] = []

    def start(second: str = "top") -> Installation:
        made.append(Installation(tmp_path, second))
        return made[-1]

    yield start
    for installation in made:
        if installation.process.poll() is None:
            installation.process.kill()
        installation.process.wait()
        wait_until(lambda: not alive(installation.all_pids()))  # noqa: B023 called at once


def wait_until(fact: Callable[[], bool], *, within_s: float = PATIENCE_S, what: Path | None = None) -> None:
    deadline = time.monotonic() + within_s
    while not fact():
        assert time.monotonic() < deadline, what.read_text() if what else "it did not happen"
        time.sleep(0.05)


def alive(pids: set[int]) -> set[int]:
    """Those that run; a zombie does not."""
    return {pid for pid in pids if _state(pid) not in (None, "Z")}


def _state(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def test_who_waits_starts_second(start: Start) -> None:
    assert start().order() == ["base", "top"]


def test_a_killed_part_is_swept_with_its_helpers_and_comes_back(start: Start) -> None:
    installation = start()
    before = set(installation.pids("top"))
    os.kill(installation.pids("top")[0], signal.SIGKILL)
    wait_until(lambda: installation.order().count("top") == 2, what=installation.output)
    wait_until(lambda: not alive(before))
    assert len(alive(set(installation.pids("top")))) == 2
    assert "ended (SIGKILL), again in 1 s" in installation.output.read_text()
    assert installation.order().count("base") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_users_first(start: Start, number: signal.Signals) -> None:
    installation = start()
    installation.process.send_signal(number)
    assert installation.process.wait(PATIENCE_S) == os.EX_OK
    wait_until(lambda: not alive(installation.all_pids()))
    stopped = [line.split()[0] for line in installation.output.read_text().splitlines() if "stopped" in line]
    assert stopped == ["top", "base"]


def test_a_part_that_does_not_listen_is_killed_after_its_grace_time(start: Start) -> None:
    installation = start("deaf")
    installation.process.send_signal(signal.SIGINT)
    assert installation.process.wait(PATIENCE_S) == os.EX_OK
    wait_until(lambda: not alive(installation.all_pids()))


@pytest.mark.parametrize("second", ["top", "deaf"])
def test_a_killed_supervisor_leaves_no_orphan(start: Start, second: str) -> None:
    installation = start(second)
    installation.process.kill()
    installation.process.wait()
    wait_until(lambda: not alive(installation.all_pids()))


def test_make_down_stops_it_and_only_one_runs_at_a_time(start: Start) -> None:
    installation = start()
    with pytest.raises(SystemExit, match=f"process {installation.process.pid}"), lock.held(installation.home):
        pass
    assert lock.stop(installation.home) is True
    assert installation.process.wait(PATIENCE_S) == os.EX_OK
    assert lock.stop(installation.home) is False
