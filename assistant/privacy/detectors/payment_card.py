"""Payment cards: 12 to 19 digits, with spaces or dashes between, whose Luhn sum is right."""

from __future__ import annotations

import re

from assistant.privacy.detectors import Detector, Spans, digits

PATTERN = re.compile(r"(?<![\w.-])\d(?:[ \u00a0-]?\d){11,18}(?![\w-])")

SHORTEST = 12
USUAL = (15, 16)


def find(text: str, region: str) -> Spans:
    """Numbers that begin as a card network's do and check out, cards of the usual lengths first.

    Other digits may stand before and after: an expiry date, a code. One in ten numbers checks out by chance.
    """
    found: list[tuple[int, int]] = []
    start = 0
    while (match := PATTERN.search(text, start)) is not None:
        start = match.start() + 1
        gaps = (match.start() + gap.start() for gap in re.finditer("[ \u00a0-]", match.group()))
        found += [(match.start(), end) for end in {match.end(), *gaps} if is_card(digits(text[match.start() : end]))]
    yield from sorted(found, key=lambda span: (len(digits(text[slice(*span)])) not in USUAL, span[0] - span[1]))


def is_card(number: str) -> bool:
    """Length, first digit and sum."""
    return len(number) >= SHORTEST and number[0] in "23456" and is_luhn(number)


def is_luhn(number: str) -> bool:
    """Source: ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


DETECTOR = Detector(kind="CARD", rank=10, find=find, normal=digits)
