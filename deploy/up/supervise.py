"""Starts the parts in their order, keeps them running, stops them in reverse. One process, one thread, one loop."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.up.child import Child, stop_together
from deploy.up.part import CannotStart, Part, back_off_s, stop_waves
from deploy.up.status import Line, State, Status, shown_path
from deploy.up.warden import Warden

TICK_S = 0.25
STEADY_S = 60.0
"""A part that ran this long has recovered: its next failure counts as the first."""
NOT_WORTH_REPEATING = os.EX_CONFIG
"""A part that ends with this code says: a restart would not help, somebody must change a setting."""


class Watched:
    """A part and how it fares."""

    def __init__(self, part: Part, logs: Path) -> None:
        self.part = part
        self.logs = logs
        self.state = State.WAITING
        self.child: Child | None = None
        self.started_at = 0.0
        self.ready_at: float | None = None
        self.failures = 0
        self.retry_at = 0.0
        self.note = ""

    @property
    def was_ready(self) -> bool:
        """Those who wait for it may start. It stays so while a dead part is restarted: they reconnect."""
        return self.ready_at is not None

    def start(self, now: float, warden: Warden) -> None:
        """Start it. Raises CannotStart when trying again would not help."""
        self.started_at, self.note, self.state = now, "", State.STARTING
        try:
            self.child = Child(self.part, self.logs, warden)
        except OSError as problem:
            raise CannotStart(f"{self.part.name}: {problem}") from problem
        except subprocess.CalledProcessError as problem:
            raise CannotStart(f"{self.part.name}: {problem}\n{problem.stderr or ''}") from problem

    def look(self, now: float) -> None:
        """Notice that it became ready, ended, or takes too long. Raises CannotStart."""
        if self.child is None:
            return
        code = self.child.exit_code()
        if code is not None:
            self._ended(self.child, code, now)
        elif self.state is State.STARTING and self.part.is_ready is not None:
            if self.part.is_ready():
                self.state, self.ready_at = State.READY, time.monotonic()
                self.child.mark_ready()
            elif now - self.started_at > self.part.ready_within_s:
                self.child.kill()
                self._rest(f"not ready after {self.part.ready_within_s:.0f} s", now)

    def line(self, now: float) -> Line:
        """As shown: how long it took to become ready, or how long it has been trying."""
        since = self.ready_at if self.state in (State.READY, State.DONE) and self.ready_at else now
        seconds = None if self.state in (State.WAITING, State.STOPPED) else since - self.started_at
        log = shown_path(self.logs / f"{self.part.name}.log")
        return Line(name=self.part.name, state=self.state, note=self.note, seconds=seconds, log=log)

    def _ended(self, child: Child, code: int, now: float) -> None:
        if self.part.is_step and code == 0:
            self.state, self.ready_at, self.child = State.DONE, now, None
        elif self.part.is_step or code == NOT_WORTH_REPEATING:
            raise CannotStart(f"{self.part.name} failed ({_exit_text(code)}):\n{child.last_lines()}")
        else:
            self._rest(_exit_text(code), now)

    def _rest(self, why: str, now: float) -> None:
        was_steady = self.state is State.READY and self.ready_at is not None and now - self.ready_at > STEADY_S
        self.failures = 1 if was_steady else self.failures + 1
        wait_s = back_off_s(self.failures)
        self.state, self.child, self.retry_at = State.RESTING, None, now + wait_s
        self.note = f"({why}), again in {wait_s:.0f} s"


class Supervisor:
    """The loop. `on_settled` is called once, when everything runs or is being retried."""

    def __init__(
        self, parts: Sequence[Part], *, logs: Path, status: Status, on_settled: Callable[[], None] = lambda: None
    ) -> None:
        self.watched = {part.name: Watched(part, logs) for part in parts}
        self.status = status
        self.on_settled = on_settled
        self.signals = 0
        self.is_settled = False

    def run(self) -> int:
        """Supervise until a signal comes or all there was were steps. Returns the exit code."""
        with self._signals() as wake, Warden() as warden:
            try:
                self._loop(wake, warden)
                return os.EX_OK
            except CannotStart as problem:
                self.status.settle()
                self.status.say(f"\n{problem}\n")
                return 1
            finally:
                self.status.settle()
                self._stop()

    def _loop(self, wake: Callable[[float], None], warden: Warden) -> None:
        while not self.signals and not self._is_finished():
            now = time.monotonic()
            for watched in self.watched.values():
                self._advance(watched, now, warden)
            self.status.show([watched.line(now) for watched in self.watched.values()])
            self._notice_settled()
            wake(TICK_S if self._is_moving() else STEADY_S)

    def _advance(self, watched: Watched, now: float, warden: Warden) -> None:
        waits = watched.state is State.WAITING and all(self.watched[name].was_ready for name in watched.part.after)
        if waits or (watched.state is State.RESTING and now >= watched.retry_at):
            watched.start(now, warden)
        else:
            watched.look(now)

    def _notice_settled(self) -> None:
        fresh = any(w.state in (State.WAITING, State.STARTING) and w.failures == 0 for w in self.watched.values())
        if not fresh and not self.is_settled:
            self.is_settled = True
            self.status.settle()
            self.on_settled()

    def _is_moving(self) -> bool:
        return any(w.state in (State.WAITING, State.STARTING, State.RESTING) for w in self.watched.values())

    def _is_finished(self) -> bool:
        """Only steps, and all done?"""
        return all(watched.state is State.DONE for watched in self.watched.values())

    def _stop(self) -> None:
        """Users before what they use; steps in progress first. A further signal hurries."""
        asked = self.signals
        steps = [w.part for w in self.watched.values() if w.part.is_step]
        for wave in [steps, *stop_waves([watched.part for watched in self.watched.values()])]:
            watched = [self.watched[part.name] for part in wave]
            children = [w.child for w in watched if w.child is not None]
            stop_together(children, is_hurried=lambda: self.signals > max(asked, 1))
            for w in watched:
                if w.child is not None:
                    w.state, w.note, w.child = State.STOPPED, "", None
            self.status.show([w.line(time.monotonic()) for w in self.watched.values()])

    @contextmanager
    def _signals(self) -> Iterator[Callable[[float], None]]:
        """Count the signals that mean "stop"; yields a sleep that any of them, or a child's end, cuts short."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        before = {number: signal.signal(number, self._count) for number in _stop_signals()}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, _only_wake)
        descriptor = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(ours, selectors.EVENT_READ)
                yield lambda seconds: _sleep(selector, ours, seconds)
        finally:
            signal.set_wakeup_fd(descriptor)
            for number, handler in before.items():
                signal.signal(number, handler)
            ours.close()
            theirs.close()

    def _count(self, _number: int, _frame: object) -> None:
        self.signals += 1


def _only_wake(_number: int, _frame: object) -> None:
    """The byte in the wake-up socket is all we want of it."""


def _stop_signals() -> list[signal.Signals]:
    """A hang-up stops us too, except under nohup, which had it ignored."""
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([] if ignored else [signal.SIGHUP])]


def _sleep(selector: selectors.BaseSelector, wake: socket.socket, seconds: float) -> None:
    if selector.select(seconds):
        wake.recv(4_096)


def _exit_text(code: int) -> str:
    return f"exit {code}" if code >= 0 else signal.Signals(-code).name
