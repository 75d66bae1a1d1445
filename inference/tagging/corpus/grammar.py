"""Templates: a text file of sections becomes a generator of texts whose names and addresses are marked.

`[section]` begins a section of one template a line, `[section,]` one of words separated by commas, `#` a remark. In a
template `(a|b)` picks one, `{slot}` another section or something that a producer writes, `\\n` is a line break.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

LISTS = Path(__file__).with_name("lists")
SPOKEN = "say_"  # sections of whole texts; a tenth of their lines is held back for measuring
SLOT = re.compile(r"\{([A-Za-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text with its label; "" for text that is nobody's name or address."""

    text: str
    label: str = ""


Node = str | tuple[str, ...]
Producer = Callable[[], list[Piece]]


@dataclass(slots=True)
class Grammar:
    """The sections of one language, and what produces the slots that no section has."""

    sections: dict[str, list[str]]
    producers: dict[str, Producer]
    random: Random
    depth_max: int = 7
    _depth: int = field(default=0, init=False)

    def write(self, section: str) -> list[Piece]:
        """One text of a section."""
        return self._slot(section)

    def expand(self, template: str) -> list[Piece]:
        """Fill a template."""
        pieces: list[Piece] = []
        for node in parse(template):
            if isinstance(node, str):
                pieces.append(Piece(node))
            elif node[0] == "slot":
                pieces += self._slot(node[1])
            else:
                pieces += self.expand(self.random.choice(node[1:]))
        return pieces

    def _slot(self, name: str) -> list[Piece]:
        if name in self.producers:
            return self.producers[name]()
        if name in self.sections:
            return self._line(name)
        if name.endswith("_title"):
            return [Piece(piece.text.title(), piece.label) for piece in self._slot(name.removesuffix("_title").lower())]
        if name[0].isupper():
            return capitalised(self._slot(name[0].lower() + name[1:]))
        raise KeyError(name)

    def _line(self, name: str) -> list[Piece]:
        self._depth += 1
        line = self.random.choice(self.sections[name])
        while self._depth > self.depth_max and f"{{{SPOKEN}" in line:
            line = self.random.choice(self.sections[name])
        pieces = self.expand(line)
        self._depth -= 1
        return pieces


def capitalised(pieces: list[Piece]) -> list[Piece]:
    """With a large first letter."""
    if not pieces or not pieces[0].text:
        return pieces
    first = pieces[0]
    return [Piece(first.text[0].upper() + first.text[1:], first.label), *pieces[1:]]


def read_sections(path: Path) -> dict[str, list[str]]:
    """The sections of a file."""
    sections: dict[str, list[str]] = {}
    name, is_list = "", False
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("# "):
            continue
        if found := re.fullmatch(r"\[([A-Za-z_0-9:]+)(,?)\]", line):
            name, is_list = found[1], bool(found[2])
            sections[name] = []
        elif is_list:
            sections[name] += [word.strip() for word in line.split(",") if word.strip()]
        else:
            sections[name].append(line)
    return sections


def part_of(sections: dict[str, list[str]], *, is_held_back: bool) -> dict[str, list[str]]:
    """The sections with only the lines for training, or only those held back."""
    chosen = dict(sections)
    for name, lines in sections.items():
        if name.startswith(SPOKEN):
            chosen[name] = [line for line in lines if (zlib.crc32(line.encode()) % 10 == 0) == is_held_back] or lines
    return chosen


@cache
def parse(template: str) -> list[Node]:
    """Literal strings, ("slot", name) and ("choice", template, template, …)."""
    nodes: list[Node] = []
    literal, at = "", 0
    while at < len(template):
        character = template[at]
        if character == "\\" and at + 1 < len(template):
            literal += "\n" if template[at + 1] == "n" else template[at + 1]
            at += 2
            continue
        node: Node | None = None
        if character == "{" and (found := SLOT.match(template, at)):
            node, end = ("slot", found[1]), found.end()
        elif character == "(" and (choices := _choices(template, at)):
            node, end = ("choice", *choices[0]), choices[1]
        else:
            end = at + 1
        if node is None:
            literal += character
        else:
            nodes += [literal, node] if literal else [node]
            literal = ""
        at = end
    return [*nodes, literal] if literal else nodes


def _choices(template: str, at: int) -> tuple[list[str], int] | None:
    """The alternatives of the bracket that opens here and where it ends; None when it is just a bracket."""
    found: list[str] = []
    depth, begin = 0, at + 1
    place = at
    while place < len(template):
        character = template[place]
        if character == "\\":
            place += 2
            continue
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return ([*found, template[begin:place]], place + 1) if found else None
        elif character == "|" and depth == 1:
            found.append(template[begin:place])
            begin = place + 1
        place += 1
    return None
