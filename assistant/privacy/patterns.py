"""Patterns that begin with known words. A text without them costs nothing but looking them up.

A word begins and ends at Latin letters here: Chinese stands beside it without a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.privacy.view import View

LETTER = "a-zà-öø-ž"
EDGE = f"(?:(?<![{LETTER}0-9])(?=[{LETTER}0-9])|(?<=[{LETTER}0-9])(?![{LETTER}0-9]))"
BEGIN, END = f"(?<![{LETTER}])", f"(?![{LETTER}])"


def words(pattern: str) -> re.Pattern[str]:
    r"""Compile for text in lower case. `\b` is an edge of a Latin word or number, `\B<` and `\B>` its begin and end."""
    return re.compile(pattern.replace(r"\B<", BEGIN).replace(r"\B>", END).replace(r"\b", EDGE))


@dataclass(frozen=True, slots=True)
class Cue:
    """A Latin pattern that begins with one of the words `first` or of the `stems`, and a Chinese one anywhere."""

    first: frozenset[str]
    stems: tuple[str, ...]
    latin: re.Pattern[str]
    han: re.Pattern[str] | None

    def matches(self, view: View) -> Iterator[re.Match[str]]:
        """Where it stands in the text, the Latin ones first."""
        begins = self.first & view.words.keys()
        if self.stems:
            begins |= {word for word in view.words if word.startswith(self.stems)}
        for word in begins:
            for start in view.words[word]:
                match = self.latin.match(view.lower, start)
                if match is not None:
                    yield match
        if self.han is not None and view.has_han:
            yield from self.han.finditer(view.lower)


def cue(first: str, latin: str, han: str = "", *, stems: str = "") -> Cue:
    """`first`: words between spaces, `stems`: how compounds begin; `latin` is read as by `words`, from there on."""
    return Cue(frozenset(first.split()), tuple(stems.split()), words(f"(?:{latin})"), re.compile(han) if han else None)
