"""One kind of personal data per file. A file ends with `DETECTOR = …`; this folder is scanned, nothing else changes.

A detector reads a View and yields spans of its `plain` text, end exclusive. Patterns have bounded repeats only and
look at windows of bounded length: all of them are linear in their input.
"""

from __future__ import annotations

import pkgutil
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from assistant.privacy.spoken import respelled
from assistant.privacy.view import View, view_of

DIVISIBLE = frozenset({"PERSON", "ADDRESS"})
REST_MIN = 3

Spans = Iterable[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """`kind` names the placeholder; of overlapping spans the one with the lower `rank` wins, then the longer."""

    kind: str
    rank: int
    find: Callable[[View, str], Spans]
    normal: Callable[[str], str]
    """Brings two spellings of the same value together, so that they share a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A personal datum in a text, in code points."""

    start: int
    end: int
    kind: str
    value: str


Candidate = tuple[int, int, int, str]
"""rank, start, end, kind"""


@cache
def detectors() -> tuple[Detector, ...]:
    """Every detector of this folder, by rank."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    found: list[Detector] = [module.DETECTOR for module in modules]
    return tuple(sorted(found, key=lambda detector: detector.rank))


@cache
def kinds() -> frozenset[str]:
    """Every kind that some detector finds."""
    return frozenset(detector.kind for detector in detectors())


def normal_of(kind: str, value: str) -> str:
    """The form of a value that all its spellings share."""
    return _normals().get(kind, str.casefold)(view_of(value).plain)


def candidates_in(view: View, region: str) -> list[Candidate]:
    """What the detectors find in a text, in places of the original; they read spelled numbers as digits too."""
    candidates = _candidates(view, region)
    spoken = respelled(view)
    if spoken is not None:
        candidates += _candidates(spoken, region)
    return candidates


def without_overlaps(candidates: Iterable[Candidate], text: str) -> list[tuple[int, int, str]]:
    """Of overlapping candidates the best stays; of names and addresses also what it leaves of them.

    Two that found the same name or address, one more of it, are one.
    """
    taken: list[tuple[int, int, str]] = []
    for _, start, end, kind in sorted(_united(candidates), key=lambda one: (one[0], one[1] - one[2], one[1])):
        place = bisect_right(taken, (start, end, kind))
        first = max(start, taken[place - 1][1]) if place else start
        last = min(end, taken[place][0]) if place < len(taken) else end
        rest: tuple[int, int] | None = (first, last)
        if (first, last) != (start, end):
            rest = place_of_word(text, first, last) if kind in DIVISIBLE else None
        if rest is not None and rest[0] < rest[1]:
            taken.insert(place, (*rest, kind))
    return taken


def _united(candidates: Iterable[Candidate]) -> list[Candidate]:
    united: list[Candidate] = []
    divisible: list[Candidate] = []
    for one in candidates:
        (divisible if one[3] in DIVISIBLE else united).append(one)
    for one in sorted(divisible, key=lambda one: (one[3], one[1])):
        last = united[-1] if united else None
        if last is not None and last[3] == one[3] and last[2] > one[1]:
            united[-1] = (min(last[0], one[0]), last[1], max(last[2], one[2]), one[3])
        else:
            united.append(one)
    return united


def place_of_word(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The stretch without marks at its ends; None when hardly anything is left."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return (start, end) if end - start >= REST_MIN else None


def digits(value: str) -> str:
    """The decimal digits of a value."""
    return "".join(character for character in value if character.isdecimal())


def capitals(value: str) -> str:
    """Letters and digits of a value, in capitals."""
    return "".join(character for character in value if character.isalnum()).upper()


def _candidates(view: View, region: str) -> list[Candidate]:
    found: list[Candidate] = []
    for detector in detectors():
        for start, end in detector.find(view, region):
            found.append((detector.rank, *view.place(start, end), detector.kind))
    return found


@cache
def _normals() -> dict[str, Callable[[str], str]]:
    return {detector.kind: detector.normal for detector in reversed(detectors())}
