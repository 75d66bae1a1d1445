"""Ends what a killed supervisor leaves behind.

The kernel tells the children when their parent dies, but a program may be deaf at that moment (vLLM while it loads
loses SIGTERM) and its own children hear nothing. So a tiny process of its own session holds the end of a pipe: when
the pipe closes, it gives every group that was not signed off its grace time and then kills it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

POLL_S = 0.1


class Warden:
    """Our side of the pipe. Losing the warden is no reason to stop: it is the second net."""

    def __enter__(self) -> Warden:
        """Start it; it holds none of our files and hears no Ctrl-C."""
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={},
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """It ends with the pipe."""
        with suppress(OSError):
            self._process.communicate()

    def watch(self, group: int, grace_s: float) -> None:
        """End this group when we are killed."""
        self._write(f"+ {group} {grace_s}")

    def forget(self, group: int) -> None:
        """It has ended; its number may be given to somebody else."""
        self._write(f"- {group} 0")

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None, "asked for a pipe above"
        with suppress(OSError):
            os.write(self._process.stdin.fileno(), f"{line}\n".encode())


def main() -> None:
    """Listen until the pipe closes, then end what is left."""
    groups: dict[int, float] = {}
    for line in sys.stdin:
        sign, group, grace_s = line.split()
        if sign == "+":
            groups[int(group)] = float(grace_s)
        else:
            groups.pop(int(group), None)
    started = time.monotonic()
    while groups := {group: grace_s for group, grace_s in groups.items() if _is_alive(group)}:
        for group, grace_s in groups.items():
            if time.monotonic() - started > grace_s:
                _signal(group, signal.SIGKILL)
        if time.monotonic() - started > max(groups.values()) + 1.0:
            return  # unreaped zombies answer too
        time.sleep(POLL_S)


def _is_alive(group: int) -> bool:
    return _signal(group, 0)


def _signal(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


if __name__ == "__main__":
    main()
