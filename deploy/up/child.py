"""One started process, its group and its log; nothing of it outlives us, even if we are killed."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO

from deploy.up.part import Part
from deploy.up.warden import Warden

LOG_MAX_BYTES = 10_000_000
LOGS_KEPT = 3
POLL_S = 0.05
STARTING_GRACE_S = 2.0
HURRIED_GRACE_S = 1.0
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)  # loaded here: after a fork is too late


class Child:
    """A process that leads a group of its own.

    Start it from the main thread: the kernel's "your parent died" signal follows the thread, not the process.
    """

    def __init__(self, part: Part, logs: Path, warden: Warden) -> None:
        """Start. Raises CannotStart from the part's preparation and OSError when the program is missing."""
        part.prepare()
        self.part = part
        self.log = logs / f"{part.name}.log"
        self.grace_s = min(part.grace_s, STARTING_GRACE_S)
        account = part.account
        with open_log(self.log) as log:
            self._process = subprocess.Popen(
                list(part.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(part.environment),
                cwd=part.folder,
                start_new_session=True,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                # Called after the change of user, which is right: the kernel forgets the death signal at such a change.
                preexec_fn=partial(_tie_to_parent, os.getpid(), part.stop_signal, part.nice),  # noqa: PLW1509 one thread
            )
        self._warden = warden
        warden.watch(self.pid, part.grace_s)

    @property
    def pid(self) -> int:
        """Its process id, which is its group's id too."""
        return self._process.pid

    def mark_ready(self) -> None:
        """From now on it has work in progress, which deserves its whole grace time."""
        self.grace_s = self.part.grace_s

    def exit_code(self) -> int | None:
        """None while it runs. When it has ended, what is left of its group is ended too."""
        if self._process.returncode is None and os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            # Not reaped yet, so the group's number cannot belong to somebody else.
            self._sweep()
        return self._process.returncode

    def send(self, number: signal.Signals) -> None:
        """Signal the process itself, unless it has ended."""
        if self.exit_code() is None:
            self._process.send_signal(number)

    def kill(self) -> None:
        """End it and its group at once."""
        if self.exit_code() is None:
            self._sweep()

    def last_lines(self, count: int = 12) -> str:
        """The end of its log."""
        with open(self.log, "rb") as file:
            file.seek(max(0, self.log.stat().st_size - 8_192))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])

    def _sweep(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._warden.forget(self.pid)


def stop_together(children: Sequence[Child], *, is_hurried: Callable[[], bool] = lambda: False) -> None:
    """Ask them to stop, wait out each one's grace time, then kill what is left. Hurried, they are not asked twice."""
    started = time.monotonic()
    hurried = False
    for child in children:
        child.send(child.part.stop_signal)
    while left := [child for child in children if child.exit_code() is None]:
        if is_hurried() and not hurried:
            hurried, started = True, time.monotonic()
            for child in left:
                child.send(child.part.hurry_signal)
        for child in left:
            if time.monotonic() - started > (HURRIED_GRACE_S if hurried else child.grace_s):
                child.kill()
        time.sleep(POLL_S)


def open_log(path: Path) -> IO[bytes]:
    """The log to append to; a long one is put aside first, three old ones are kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_MAX_BYTES:
        for number in range(LOGS_KEPT - 1, 0, -1):
            older = path.with_suffix(f".log.{number}")
            if older.exists():
                older.rename(path.with_suffix(f".log.{number + 1}"))
        path.rename(path.with_suffix(".log.1"))
    return open(path, "ab")


def _tie_to_parent(parent: int, number: signal.Signals, nice: int) -> None:
    """Runs in the child before its program: get this signal when the parent dies, whatever kills it."""
    if _LIBC.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0) != 0 or os.getppid() != parent:
        os._exit(127)  # the parent died before the kernel knew of our wish
    os.nice(nice)
