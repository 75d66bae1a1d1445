"""Files are read in a child process, so that a file made to hurt costs a process and not the worker.

The child has memory, processor time and no network; we look at the clock. When it dies over one member of an archive,
that member gets a Problem and a new child goes on with the next one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from assistant.foundation.conf import conf
from assistant.knowledge.importers import Article
from assistant.knowledge.intake.problems import Problem

ROOT = Path(__file__).resolve().parents[3]
LOOK_EVERY_S = 0.05
LOOK_AT_MOST_EVERY_S = 1.0
BEAT_EVERY_S = 5.0
"""Well within the lease of a job."""
CLOCK_TIMES = 3
"""A child on a busy machine may take so many times its processor time by the clock."""
DAYS = ("valid_from", "valid_until")
EXIT_CPU = (-24, -9)
"""SIGXCPU, and SIGKILL from us or the kernel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What a page says besides its article."""

    links: tuple[str, ...] = ()
    canonical: str = ""
    is_indexable: bool = True


Item = Article | Problem | PageFacts


@dataclass(slots=True, kw_only=True)
class _Progress:
    """Where a child is."""

    index: int = 0
    name: str = ""
    is_done: bool = False
    began_at: float = 0.0


def nothing() -> None:
    """A beat for callers that hold no lease."""


def parse_file(content: IO[bytes], name: str, *, beat: Callable[[], None] = nothing) -> Iterator[Article | Problem]:
    """Articles and problems of a file, as they come.

    `beat` is called every few seconds; what it raises ends the child.
    """
    start = 0
    while True:
        progress = _Progress(index=start, name=name)
        for item in _child(content, ["--start", str(start), "--", name], progress, beat):
            if not isinstance(item, PageFacts):
                yield item
        if progress.is_done:
            return
        start = progress.index + 1
        if not name.lower().endswith(".zip"):
            return


def parse_content(content: bytes, name: str, *, beat: Callable[[], None] = nothing) -> list[Article | Problem]:
    """Articles and problems of a small file that is in memory."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        return list(parse_file(file, name, beat=beat))


def parse_page(content: bytes, url: str, *, encoding: str = "", beat: Callable[[], None] = nothing) -> list[Item]:
    """The facts and the article of a web page, or a problem."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        arguments = [f"--page={url}", f"--encoding={encoding[:40]}", "--", url]
        return list(_child(file, arguments, _Progress(name=url), beat))


def _child(content: IO[bytes], arguments: list[str], progress: _Progress, beat: Callable[[], None]) -> Iterator[Item]:
    """One process from start to end; its death becomes a Problem."""
    settings = conf()
    limits = ["--memory-mb", str(settings.parse_memory_mb), "--seconds", str(settings.parse_seconds)]
    content.seek(0)
    with (
        tempfile.NamedTemporaryFile() as written,
        open(written.name, "rb") as out,  # opened again: a shared one would move the place where the child writes
        subprocess.Popen(
            [sys.executable, "-m", "assistant.knowledge.intake.child", *limits, *arguments],
            cwd=ROOT,
            env={"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=content,
            stdout=written,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield from _watch(process, out, progress, beat, settings.parse_seconds * CLOCK_TIMES)
        finally:
            process.kill()


def _watch(
    process: subprocess.Popen[bytes], out: IO[bytes], progress: _Progress, beat: Callable[[], None], longest_s: float
) -> Iterator[Item]:
    wait_s, beaten_at = LOOK_EVERY_S, time.monotonic()
    progress.began_at = beaten_at
    seen = 0
    while True:
        code = process.poll()
        out.seek(seen)
        for line in out.read().splitlines(keepends=True):
            if line.endswith(b"\n"):
                seen += len(line)
                yield from _items(line, progress)
        if code is not None:
            break
        if time.monotonic() - progress.began_at > longest_s:
            process.kill()
        if time.monotonic() - beaten_at > BEAT_EVERY_S:
            beat()
            beaten_at = time.monotonic()
        _sleep(process, wait_s)
        wait_s = min(wait_s * 1.5, LOOK_AT_MOST_EVERY_S)
    if not progress.is_done:
        yield _obituary(code, progress)


def _sleep(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Until the child ends, or so long."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _items(line: bytes, progress: _Progress) -> Iterator[Item]:
    row: dict[str, Any] = json.loads(line)  # (Any: our own child's JSON)
    kind, fields = next(iter(row.items()))
    if kind == "done":
        progress.is_done = True
    elif kind == "began":
        progress.index, progress.name, progress.began_at = fields["index"], fields["name"], time.monotonic()
    elif kind == "article":
        days = {name: date.fromisoformat(fields[name]) if fields[name] else None for name in DAYS}
        yield Article(**{**fields, **days})
    elif kind == "problem":
        yield Problem(**fields)
    elif kind == "page":
        yield PageFacts(**{**fields, "links": tuple(fields["links"])})


def _obituary(code: int, progress: _Progress) -> Problem:
    """Why a child died: of its time, or of what it read."""
    reason = "took_too_long" if code in EXIT_CPU else "too_big" if code == 1 else "unreadable"
    return Problem(code=reason, place=progress.name, external_id=progress.name)
