"""What a part of the installation is, and in which order parts start and stop."""

from __future__ import annotations

import pwd
import signal
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

BACK_OFF_MAX_S = 30.0


def _nothing() -> None:
    """Most parts need no preparation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A process to keep running or, without `is_ready`, a step that runs once and must end with 0."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    """The whole environment, not an addition to ours."""
    folder: Path
    account: pwd.struct_passwd | None = None
    """Whom it runs as; None: as we do."""
    after: tuple[str, ...] = ()
    """Starts once these are ready."""
    uses: tuple[str, ...] = ()
    """Starts without these, but stops before them."""
    prepare: Callable[[], None] = _nothing
    """Called right before each start. Raises CannotStart when a restart would not help."""
    is_ready: Callable[[], bool] | None = None
    ready_within_s: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    hurry_signal: signal.Signals = signal.SIGKILL
    grace_s: float = 5.0
    nice: int = 0

    @property
    def is_step(self) -> bool:
        """Runs once?"""
        return self.is_ready is None


class CannotStart(Exception):
    """A part cannot start and trying again would not help; the text says what would."""


def back_off_s(failures: int) -> float:
    """Seconds before the next start after so many failures in a row: 1, 2, 4 … 30."""
    return min(BACK_OFF_MAX_S, float(2 ** min(failures - 1, 10)))


def without(parts: Sequence[Part], absent: Collection[str]) -> list[Part]:
    """The parts that are left, none of them waiting for an absent one."""
    left = [part for part in parts if part.name not in absent]
    return [_narrowed(part, {other.name for other in left}) for part in left]


def only(parts: Sequence[Part], names: Collection[str]) -> list[Part]:
    """These parts and everything they wait for. Raises CannotStart on an unknown name."""
    known = {part.name: part for part in parts}
    wanted: set[str] = set()
    queue = list(names)
    while queue:
        name = queue.pop()
        if name not in known:
            raise CannotStart(f"there is no part {name!r}; there are: {', '.join(known)}")
        if name not in wanted:
            wanted.add(name)
            queue += known[name].after
    return without(parts, set(known) - wanted)


def stop_waves(parts: Sequence[Part]) -> list[list[Part]]:
    """Who stops together, users before what they use; inside a wave the order of `parts`, reversed."""
    left = [part for part in reversed(parts) if not part.is_step]
    through_steps = {part.name: _reached(part, parts) for part in left}
    waves: list[list[Part]] = []
    while left:
        needed = {name for part in left for name in through_steps[part.name]}
        wave = [part for part in left if part.name not in needed]
        if not wave:
            raise CannotStart(f"these parts wait for each other: {', '.join(part.name for part in left)}")
        waves.append(wave)
        left = [part for part in left if part not in wave]
    return waves


def _reached(part: Part, parts: Sequence[Part]) -> set[str]:
    """Everything a part needs, also by way of steps."""
    known = {other.name: other for other in parts}
    reached: set[str] = set()
    queue = [*part.after, *part.uses]
    while queue:
        name = queue.pop()
        if name in known and name not in reached:
            reached.add(name)
            queue += [*known[name].after, *known[name].uses]
    return reached


def _narrowed(part: Part, names: Collection[str]) -> Part:
    after = tuple(name for name in part.after if name in names)
    uses = tuple(name for name in part.uses if name in names)
    return replace(part, after=after, uses=uses)
