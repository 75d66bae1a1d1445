"""Payment cards: 12 to 19 digits, with spaces or dashes between, whose Luhn sum is right."""

from __future__ import annotations

import re

from assistant.privacy.detectors import Detector, Spans, digits

PATTERN = re.compile(r"(?<![\w.-])\d(?:[ \u00a0-]?\d){11,18}(?![\w-])")


def find(text: str, region: str) -> Spans:
    """Numbers that begin as a card network's do and check out."""
    for match in PATTERN.finditer(text):
        number = digits(match.group())
        if number[0] in "23456" and is_luhn(number):
            yield match.start(), match.end()


def is_luhn(number: str) -> bool:
    """Source: ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


DETECTOR = Detector(kind="CARD", rank=10, find=find, normal=digits)
