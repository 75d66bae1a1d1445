"""International bank account numbers, checked by mod 97."""

from __future__ import annotations

import re

from assistant.privacy.detectors import Detector, Spans

PATTERN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])")
SHORTEST = 15


def find(text: str, region: str) -> Spans:
    """The longest prefix that checks out: a word, or another one, may follow after a space."""
    start = 0
    while (match := PATTERN.search(text, start)) is not None:
        start = match.start() + 1
        for end in ends(match):
            if is_iban(plain(text[match.start() : end])):
                yield match.start(), end
                start = end
                break


def ends(match: re.Match[str]) -> list[int]:
    """Where the value may end: at the end of the match, or before a gap in it; the longest first."""
    gaps = (match.start() + gap.start() for gap in re.finditer("[ \u00a0-]", match.group()))
    return sorted({match.end(), *gaps}, reverse=True)


def plain(value: str) -> str:
    """Without gaps, in capitals."""
    return re.sub(r"[\s-]", "", value).upper()


def is_iban(number: str) -> bool:
    """Source: ISO 13616; letters count from 10."""
    if len(number) < SHORTEST or not number.isascii() or not number.isalnum():
        return False
    return int("".join(str(int(character, 36)) for character in number[4:] + number[:4])) % 97 == 1


DETECTOR = Detector(kind="IBAN", rank=5, find=find, normal=plain)
