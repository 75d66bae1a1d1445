"""Bytes to text when nobody says how its letters are stored."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.knowledge.intake.problems import Problem, Unusable

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte-order marks; the longer ones first, because one begins like another."""
SAMPLE = 100_000
HIGH_RUN = re.compile(rb"[\x80-\xff]+")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
CERTAIN = frozenset({"utf-8", "utf-8-sig", "utf-16", "utf-32"})
MOST_CONTROLS = 0.01
"""A text has hardly any control characters; a picture called `.txt` does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text, and which encoding it was taken for."""

    text: str
    encoding: str

    def notes(self, name: str) -> Iterator[Problem]:
        """A remark when the encoding was guessed."""
        if self.encoding not in CERTAIN:
            message = f"The letters were taken for {self.encoding}; save the file as UTF-8 if they look wrong."
            yield Problem(code="encoding_guessed", message=message, place=name)


def decode(body: bytes) -> Decoded:
    """The text: by its mark, as UTF-8, or guessed among UTF-16, GB 18030 and Latin 1. Raises Unusable."""
    encoding = _encoding_of(body)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as problem:
        raise Unusable("unreadable", f"It begins like {encoding} but is not.") from problem
    sample = text[:SAMPLE]
    if len(CONTROLS.findall(sample)) > MOST_CONTROLS * len(sample):
        raise Unusable("wrong_format", "This is no text.")
    return Decoded(text=text.removeprefix("\ufeff"), encoding=encoding)


def _encoding_of(body: bytes) -> str:
    for mark, encoding in MARKS:
        if body.startswith(mark):
            return encoding
    if (wide := _wide(body[:SAMPLE])) is not None:
        return wide
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030" if _looks_chinese(body) else "cp1252" if _is_cp1252(body) else "latin-1"
    return "utf-8"


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: in most texts every other byte is zero."""
    if len(sample) < 4:
        return None
    even, odd = sample[0::2].count(0) / len(sample[0::2]), sample[1::2].count(0) / len(sample[1::2])
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else None


def _looks_chinese(body: bytes) -> bool:
    """Chinese letters come in pairs of high bytes, accents of Western languages stand alone."""
    runs = [len(run) for run in HIGH_RUN.findall(body[:SAMPLE])]
    in_pairs = sum(run for run in runs if run % 2 == 0)
    if not runs or in_pairs < 0.8 * sum(runs):
        return False
    try:
        body.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _is_cp1252(body: bytes) -> bool:
    try:
        body.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True
