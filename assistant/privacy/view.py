"""A text as detectors read it: disguises taken off, with the way back to the places in the original.

Full-width and other digits become ASCII, look-alike letters become Latin inside words that hold Latin ones,
characters without width disappear, dashes, spaces and quotes become the plain ones. Detectors report places in
`plain`; `place` turns them into code points of the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

CACHED_CODES = 20_000
WORD = re.compile(r"[a-zà-öø-ž]+")
HAN = re.compile("[\u3400-\u9fff]")
DIGITS = re.compile(r"[0-9]+")
LOOKING_LATIN = dict(
    zip(
        map(ord, "аеёкорсухіїјѕԁԛԝһАВЕІЈКМНОРЅСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαρνιτυκɡıⅼ"),
        "aeekopcyxiijsdqwhABEIJKMHOPSCTYXABEZHIKMNOPTYXoapvitukgil",
        strict=True,
    )
)
LOOK_ALIKE = re.compile(f"[{''.join(map(chr, LOOKING_LATIN))}]")
MIXED = re.compile(r"[\w@.+-]*[A-Za-z0-9@][\w@.+-]*")
OTHER = {0x2028: "\n", 0x2029: "\n", 0x85: "\n", 0x2018: "'", 0x2019: "'", 0x02BC: "'", 0x2212: "-", 0x2044: "/"}
OTHER |= dict.fromkeys(map(ord, "…•∙‧●｡"), ".")
GAP_MAX = 3
GROUPS_MAX = 24


class _Plain(dict[int, str | None]):
    """One character's plain form, None when it has no width; worked out on first use."""

    def __missing__(self, code: int) -> str | None:
        plain = _plain(chr(code))
        if len(self) < CACHED_CODES:
            self[code] = plain
        return plain


def _plain(character: str) -> str | None:
    code = ord(character)
    if code in OTHER:
        return OTHER[code]
    category = unicodedata.category(character)
    if category == "Cf" or 0xFE00 <= code <= 0xFE0F or code == 0x034F:
        return None
    if category == "Pd":
        return "-"
    if category == "Zs":
        return " "
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


PLAIN = _Plain()


@dataclass(frozen=True, slots=True)
class Chain:
    """Groups of digits with short gaps between them: `020 7946 0958`.

    `digits` holds all of them; `starts[i]` is the index of the first digit of group i in it.
    """

    groups: Sequence[tuple[int, int]]
    digits: str
    starts: Sequence[int]


class View:
    """A text without its disguises. `starts[i]` and `ends[i]` are the places of `plain[i]` in the original."""

    def __init__(self, plain: str, starts: Sequence[int] | None = None, ends: Sequence[int] | None = None) -> None:
        self.plain = plain
        self._starts = starts
        self._ends = ends

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Code points of the original, end exclusive."""
        if self._starts is None or self._ends is None:
            return start, end
        return self._starts[start], self._ends[end - 1]

    def rewritten(self, pieces: Sequence[tuple[str, int, int]]) -> View:
        """Another reading of the same text: `pieces` replace stretches (text, start, end) of `plain`, in order."""
        plain: list[str] = []
        starts: list[int] = []
        ends: list[int] = []

        def copy(start: int, end: int) -> None:
            plain.append(self.plain[start:end])
            for index in range(start, end):
                first, last = self.place(index, index + 1)
                starts.append(first)
                ends.append(last)

        done = 0
        for text, start, end in pieces:
            copy(done, start)
            first, last = self.place(start, end)
            plain.append(text)
            starts += [first] * len(text)
            ends += [last] * len(text)
            done = end
        copy(done, len(self.plain))
        return View("".join(plain), starts, ends)

    @cached_property
    def lower(self) -> str:
        """`plain` in lower case, of the same length."""
        lower = self.plain.lower()
        if len(lower) != len(self.plain):
            lower = "".join(low if len(low := character.lower()) == 1 else character for character in self.plain)
        return lower

    @cached_property
    def words(self) -> dict[str, list[int]]:
        """The Latin words of the text in lower case with the places where they begin."""
        words: dict[str, list[int]] = {}
        for match in WORD.finditer(self.lower):
            words.setdefault(match.group(), []).append(match.start())
        return words

    @cached_property
    def has_han(self) -> bool:
        """Is there a Chinese character?"""
        return not self.plain.isascii() and HAN.search(self.plain) is not None

    @cached_property
    def groups(self) -> list[tuple[int, int]]:
        """Places of all groups of digits."""
        return [match.span() for match in DIGITS.finditer(self.plain)]

    @cached_property
    def chains(self) -> list[Chain]:
        """Groups of digits that stand close to each other, with nothing but marks between."""
        chains: list[Chain] = []
        current: list[tuple[int, int]] = []
        for group in self.groups:
            if current and not self._is_gap(current[-1][1], group[0]):
                chains.append(self._chain(current))
                current = []
            current.append(group)
        if current:
            chains.append(self._chain(current))
        return chains

    def numbers(self, shortest: int, longest: int) -> Iterator[tuple[int, int, str]]:
        """Stretches of whole groups with so many digits in all: start, end, digits.

        Rows of very many groups begin at their lines only.
        """
        for chain in self.chains:
            if len(chain.digits) >= shortest:
                yield from self._numbers(chain, shortest, longest)

    def _numbers(self, chain: Chain, shortest: int, longest: int) -> Iterator[tuple[int, int, str]]:
        groups, starts = chain.groups, [*chain.starts, len(chain.digits)]
        for first in range(len(groups)):
            is_break = first == 0 or "\n" in self.plain[groups[first - 1][1] : groups[first][0]]
            if len(groups) > GROUPS_MAX and not is_break:
                continue
            for last in range(first, len(groups)):
                length = starts[last + 1] - starts[first]
                if length > longest:
                    break
                if length >= shortest:
                    yield groups[first][0], groups[last][1], chain.digits[starts[first] : starts[last + 1]]

    def before(self, start: int, length: int = 40) -> str:
        """What stands before a place, in lower case."""
        return self.lower[max(0, start - length) : start]

    def after(self, end: int, length: int = 24) -> str:
        """What stands after a place, in lower case."""
        return self.lower[end : end + length]

    def _is_gap(self, start: int, end: int) -> bool:
        return end - start <= GAP_MAX and not any(mark.isalnum() for mark in self.plain[start:end])

    def _chain(self, groups: Sequence[tuple[int, int]]) -> Chain:
        starts: list[int] = []
        length = 0
        for start, end in groups:
            starts.append(length)
            length += end - start
        return Chain(groups, "".join(self.plain[start:end] for start, end in groups), starts)


def view_of(text: str) -> View:
    """Take the disguises off a text; plain ASCII has none."""
    if text.isascii():
        return View(text)
    plain = text.translate(PLAIN)
    if LOOK_ALIKE.search(plain):
        plain = MIXED.sub(_latin, plain)
    if len(plain) == len(text):
        return View(plain)
    starts = [place for place, character in enumerate(text) if PLAIN[ord(character)] is not None]
    return View(plain, starts, [start + 1 for start in starts])


def _latin(match: re.Match[str]) -> str:
    return match.group().translate(LOOKING_LATIN)
