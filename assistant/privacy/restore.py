"""The way back from placeholders, also from those that a model bent: other case, other brackets, none, cut in two.

What a vault does not hold stays as it stands: nobody conjures another person's value by writing its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache

from assistant.privacy.detectors import kinds
from assistant.privacy.text import placeholder

LITERAL = "TEXT"
"""The kind of text that merely looks like a placeholder: somebody typed it."""
OPEN, CLOSE = "<‹〈＜⟨[{", ">›〉＞⟩]}"
LONGEST = 40


def _named(own: frozenset[str]) -> frozenset[str]:
    return kinds() | own | {LITERAL}


def _names(own: frozenset[str]) -> str:
    longest_first = sorted(_named(own), key=lambda kind: (-len(kind), kind))
    return "|".join(kind.replace("_", "[ _-]") for kind in longest_first)


@lru_cache(maxsize=256)
def lookalikes(own: frozenset[str] = frozenset()) -> re.Pattern[str]:
    """Everything that is read as a placeholder: brackets around, or an underscore before the number."""
    names, opening, closing = _names(own), re.escape(OPEN), re.escape(CLOSE)
    return re.compile(
        rf"[{opening}][ \t]{{0,2}}(?P<kind>{names})[ _-]{{0,2}}(?P<number>[0-9]{{1,4}})[ \t]{{0,2}}[{closing}]"
        rf"|(?<![A-Za-z0-9_])(?P<bare>{names})_(?P<count>[0-9]{{1,4}})(?![0-9])",
        re.IGNORECASE,
    )


@lru_cache(maxsize=256)
def typed(own: frozenset[str] = frozenset()) -> re.Pattern[str]:
    """Everything that is, or could become beside other text, what `lookalikes` reads: it is not left in a text."""
    names, opening, closing = _names(own), re.escape(OPEN), re.escape(CLOSE)
    return re.compile(
        rf"[{opening}][ \t]{{0,2}}(?:{names})[ _-]{{0,2}}[0-9]{{1,4}}[ \t]{{0,2}}[{closing}]|(?:{names})_[0-9]{{1,20}}",
        re.IGNORECASE,
    )


def name_of(match: re.Match[str]) -> str:
    """The placeholder that was meant."""
    kind = (match["kind"] or match["bare"]).upper().replace(" ", "_").replace("-", "_")
    return placeholder(kind, int(match["number"] or match["count"]))


def straighten(text: str, known: Collection[str], own: frozenset[str] = frozenset()) -> str:
    """Write the bent placeholders of `known` as they should be. Half a bracket goes with them."""

    def straight(match: re.Match[str]) -> str:
        name = name_of(match)
        return name if name in known else match.group()

    return _without_halves(lookalikes(own).sub(straight, text), known)


def restore(text: str, value: Callable[[str], str | None], own: frozenset[str] = frozenset(), *, start: int = 0) -> str:
    """`text[start:]` with values put back; `value` gives them by placeholder, None for one that it does not hold."""
    pieces: list[str] = []
    end = start
    for match in lookalikes(own).finditer(text, start):
        found = value(name_of(match))
        pieces += [text[end : match.start()], match.group() if found is None else found]
        end = match.end()
    return "".join([*pieces, text[end:]])


class Restorer:
    """Restores a text that comes in pieces: `feed` each, then `close`. What might become a placeholder waits."""

    def __init__(self, value: Callable[[str], str | None], own: frozenset[str] = frozenset()) -> None:
        self._value = value
        self._own = own
        self._held = ""
        self._before = ""

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        text = self._held + piece
        safe = self._safe(text)
        self._held = text[safe:]
        return self._shown(text[:safe])

    def close(self) -> str:
        """The rest."""
        rest, self._held = self._held, ""
        return self._shown(rest)

    def _shown(self, text: str) -> str:
        """Restored in sight of the character before: `0EMAIL_1` is no placeholder."""
        before, self._before = self._before, text[-1:] or self._before
        return restore(before + text, self._value, self._own, start=len(before))

    def _safe(self, text: str) -> int:
        """Where the last place begins that more text could turn into a placeholder, or into a longer one."""
        for place in range(max(0, len(text) - LONGEST), len(text)):
            is_start = text[place] in OPEN or (text[place].isalpha() and not text[max(0, place - 1) : place].isalnum())
            if is_start and _may_grow(text[place:], self._own) and not _within(text, place, self._own):
                return place
        return len(text)


def _may_grow(tail: str, own: frozenset[str]) -> bool:
    body = tail.lstrip(OPEN).lstrip(" \t").upper().replace("-", "_").replace(" ", "_")
    number = body.rstrip("_").rstrip("0123456789")
    return any(
        f"{kind}_".startswith(body) or (number.rstrip("_") == kind and len(body) <= len(kind) + 8)
        for kind in _named(own)
    )


def _within(text: str, place: int, own: frozenset[str]) -> bool:
    """Is the place inside a complete placeholder that began before it?"""
    return any(match.start() < place < match.end() for match in lookalikes(own).finditer(text, max(0, place - LONGEST)))


def _without_halves(text: str, known: Collection[str]) -> str:
    """`<<EMAIL_1>` and `<EMAIL_1>>`: a bracket that stood alone beside a bare name is gone."""
    for name in known:
        if name in text:
            text = re.sub(rf"[{re.escape(OPEN[:5])}]?{re.escape(name)}[{re.escape(CLOSE[:5])}]?", name, text)
    return text
