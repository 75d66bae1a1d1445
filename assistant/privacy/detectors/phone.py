"""Phone numbers: valid ones of the tenant's region, of the widget's large markets, and international ones."""

from __future__ import annotations

import re

import phonenumbers

from assistant.privacy.detectors import Detector, Spans, digits

ALSO = ("GB", "US", "CN", "DE", "SE")
SPOKEN = re.compile(
    r"(?:phone|mobile|cell|tel|call|text|ring|whatsapp|number is|电话|手机|联系)"
    r"\D{0,16}?(\+?\d(?:[ ().-]{0,2}\d){6,14})(?![\w-])",
    re.IGNORECASE,
)
FEWEST_DIGITS = 7


def find(text: str, region: str) -> Spans:
    """Validated numbers, then digits after a word that announces one."""
    if sum(character.isdecimal() for character in text) < FEWEST_DIGITS:
        return
    seen: set[tuple[int, int]] = set()
    for country in dict.fromkeys((region, *ALSO)):
        for match in phonenumbers.PhoneNumberMatcher(text, country, leniency=phonenumbers.Leniency.VALID):
            # Of "… / 020 7946 0958" the library's match begins with the space.
            start = match.end - len(match.raw_string.lstrip())
            if _looks_dialled(text[start : match.end]) and _stands_alone(text, start, match.end):
                seen.add((start, match.end))
    # With its country code a number is meant as one, also from a range that nobody has been given.
    for match in phonenumbers.PhoneNumberMatcher(text, None, leniency=phonenumbers.Leniency.POSSIBLE):
        if _stands_alone(text, match.start, match.end):
            seen.add((match.start, match.end))
    seen |= {match.span(1) for match in SPOKEN.finditer(text)}
    yield from sorted(seen, key=lambda span: span[0] - span[1])


def _looks_dialled(raw: str) -> bool:
    """A bare run of digits counts only when it starts as people dial: an order number does not."""
    return raw.startswith(("+", "00", "0", "(", "1")) or any(gap in raw for gap in " -.")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Not a part of a longer code such as NV-240001 or £07.50."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return not (before.isalnum() or (before in "-#/_£$€." and before)) and not (
        after.isalnum() or (after in "-_/" and after)
    )


DETECTOR = Detector(kind="PHONE", rank=50, find=find, normal=digits)
