"""What the person who typed `make up` sees: one line a part, live on a terminal, appended elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text


class State(StrEnum):
    """Where a part is in its life."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    RESTING = "ended"
    STOPPED = "stopped"


COLOURS = {State.READY: "green", State.DONE: "green", State.STARTING: "yellow", State.RESTING: "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One part as shown."""

    name: str
    state: State
    note: str = ""
    seconds: float | None = None
    log: Path


class Status:
    """The display. After `settle` it only appends what changes. A terminal that went away is no reason to fail."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._shown: dict[str, tuple[State, str]] = {}
        if self._live is not None:
            self._live.start()

    def show(self, lines: Sequence[Line]) -> None:
        """Show the parts as they are now."""
        if self._live is not None:
            with suppress(OSError):
                self._live.update(as_table(lines), refresh=True)
        else:
            for line in lines:
                if self._shown.get(line.name, (State.WAITING, "")) != (line.state, line.note):
                    self.say(as_text(line))
        self._shown = {line.name: (line.state, line.note) for line in lines}

    def settle(self) -> None:
        """Leave the last picture standing and go on below it."""
        if self._live is not None:
            with suppress(OSError):
                self._live.stop()
            self._live = None

    def say(self, text: str) -> None:
        """Print a sentence, above the live lines while there are some."""
        with suppress(OSError):
            self.console.print(Text(text), soft_wrap=True)


def as_table(lines: Sequence[Line]) -> Table:
    """The live picture."""
    table = Table.grid(padding=(0, 2))
    for _ in range(4):
        table.add_column(no_wrap=True)
    for line in lines:
        state = Text(f"{line.state} {line.note}".strip(), style=COLOURS.get(line.state, "dim"))
        seconds = "" if line.seconds is None else f"{line.seconds:.1f} s"
        table.add_row(f"  {line.name}", state, Text(seconds, justify="right"), Text(str(line.log), style="dim"))
    return table


def as_text(line: Line) -> str:
    """One appended line."""
    seconds = "" if line.seconds is None or line.state is State.STARTING else f"{line.seconds:.1f} s"
    return f"  {line.name:<10} {f'{line.state} {line.note}'.strip():<32} {seconds:>8}  {line.log}"


def shown_path(path: Path) -> Path:
    """Relative to where the person stands, when that is shorter."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
