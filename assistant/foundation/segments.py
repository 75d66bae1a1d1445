"""Segments: groups of contacts that a company names, such as `business` or `gold`.

A contact is in those that its signed identity proves; an article may be for some of them only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

SEGMENT = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
SEGMENTS_MAX = 20


def segments_of(names: Iterable[object]) -> list[str]:
    """The names, small, sorted, each once. Raises ValueError in words."""
    found = sorted({name.strip().lower() if isinstance(name, str) else "" for name in names})
    if len(found) > SEGMENTS_MAX or not all(SEGMENT.fullmatch(name) for name in found):
        raise ValueError(f"at most {SEGMENTS_MAX} segments, each of 1 to 40 letters a-z, digits, - and _")
    return found


def readers_of(told: Iterable[Collection[str]]) -> tuple[str, ...]:
    """Who may read a text made of what these contacts were told, each given by their segments; none: everybody.

    What all of them share who are in any, or else all that they are in: a start, for a person to decide about.
    """
    groups = [set(segments) for segments in told if segments]
    return tuple(sorted(set.intersection(*groups) or set.union(*groups))) if groups else ()
