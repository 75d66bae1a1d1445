"""One supervisor for one home: a locked file that names its process. `python3 -m deploy.up.lock` stops it.

Runs with the system's python3 too: the standard library only, and no syntax newer than Python 3.8.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.up.preflight import ROOT

STOPPED_WITHIN_S = 60.0


def home_folder() -> Path:
    """The installation's folder, for the commands that must work without the virtual environment."""
    return Path(os.environ.get("DESKSIDE_HOME") or ROOT / "var").resolve()


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Be the supervisor of this home until the block ends. Raises SystemExit when somebody is."""
    home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(_path(home), os.O_RDWR | os.O_CREAT, 0o644)
    with os.fdopen(descriptor, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"Deskside runs already on {home} (process {file.read().strip()}). make down stops it.")
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def holder(home: Path) -> int | None:
    """The process id of the supervisor, or None. The lock goes with its process, so a stale file says nothing."""
    try:
        with open(_path(home)) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read())
    except FileNotFoundError:
        pass
    return None


def stop(home: Path) -> bool:
    """Ask the supervisor to stop and wait for it; False when none runs. Raises SystemExit when it does not end."""
    process = holder(home)
    if process is None:
        return False
    if not _has_open(process, _path(home)):
        sys.exit(f"{_path(home)} names process {process}, which is not our supervisor: not touched")
    os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + STOPPED_WITHIN_S
    while holder(home) == process:
        if time.monotonic() > deadline:
            sys.exit(f"process {process} has not ended after {STOPPED_WITHIN_S:.0f} s")
        time.sleep(0.1)
    return True


def server_of(home: Path) -> int | None:
    """The process id of a living PostgreSQL on this home's data folder, whoever started it."""
    try:
        process = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
        command = Path(f"/proc/{process}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return None
    return process if b"postgres" in command else None


def _path(home: Path) -> Path:
    return home / "supervisor.pid"


def _has_open(process: int, path: Path) -> bool:
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        try:
            if descriptor.samefile(path):
                return True
        except OSError:  # closed meanwhile, or a pipe
            continue
    return False


if __name__ == "__main__":
    print("stopped" if stop(home_folder()) else f"nothing runs on {home_folder()}")
