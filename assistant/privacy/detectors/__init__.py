"""One kind of personal data per file. A file ends with `DETECTOR = …`; this folder is scanned, nothing else changes.

A detector gets text and the tenant's region and yields spans in code points, end exclusive. Patterns have bounded
repeats only: they are linear in their input.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

Spans = Iterable[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """`kind` names the placeholder; of overlapping spans the detector with the lower `rank` wins."""

    kind: str
    rank: int
    find: Callable[[str, str], Spans]
    normal: Callable[[str], str]
    """Brings two spellings of the same value together, so that they share a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A personal datum in a text."""

    start: int
    end: int
    kind: str
    value: str
    normal: str


@cache
def detectors() -> tuple[Detector, ...]:
    """Every detector of this folder, by rank."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    found: list[Detector] = [module.DETECTOR for module in modules]
    return tuple(sorted(found, key=lambda detector: detector.rank))


def find_all(text: str, region: str) -> list[Found]:
    """All personal data in the text, in order, without overlaps."""
    taken: list[Found] = []
    for detector in detectors():
        for start, end in detector.find(text, region):
            if all(end <= other.start or start >= other.end for other in taken):
                value = text[start:end]
                taken.append(
                    Found(start=start, end=end, kind=detector.kind, value=value, normal=detector.normal(value))
                )
    return sorted(taken, key=lambda found: found.start)


def digits(value: str) -> str:
    """The decimal digits of a value, of any script, as ASCII."""
    return "".join(str(int(character)) for character in value if character.isdecimal())
