"""International bank account numbers: the country's length and mod 97, however they are grouped."""

from __future__ import annotations

import re

from assistant.privacy.checksums import is_mod97
from assistant.privacy.detectors import Detector, Spans, capitals
from assistant.privacy.view import View

# Source: SWIFT, IBAN Registry.
LENGTHS = {
    code: length
    for length, codes in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD FK", 19: "MK SI", 20: "AT BA EE KZ LT LU XK MN",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ TL SO OM",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC",
        33: "RU",
    }.items()
    for code in codes.split()
}  # fmt: skip
GAP = " \t\r\n.,/_-·"
START = re.compile(
    rf"(?<![a-z0-9])(?:{'|'.join(f'{code[0]}[ .,_-]{{0,3}}{code[1]}' for code in sorted(LENGTHS)).lower()})"
    r"[ \t.,/_-]{0,3}[0-9][ \t.,/_-]{0,3}[0-9]"
)
GAPS_MAX = 3
SLIP_DIGITS = 10
CUE = re.compile(r"\biban\b|\bkonto|\baccount|\bcompte|\bcuenta|账")


def find(view: View, region: str) -> Spans:
    """Two letters, two digits, then as many as the country has; a number beside the word IBAN may hold a slip."""
    plain = view.plain
    for match in START.finditer(view.lower):
        start = match.start()
        length = LENGTHS[capitals(match.group())[:2]]
        end, number = _read(plain, start, length)
        if len(number) < length or not number[4:].isascii():
            continue
        follows = plain[end : end + 1]
        if follows.isascii() and follows.isalnum():
            continue
        is_slip = (
            plain[start:end].isupper()
            and sum(map(str.isdecimal, number)) >= SLIP_DIGITS
            and CUE.search(view.before(start, 24)) is not None
        )
        if is_mod97(number) or is_slip:
            yield start, end


def _read(plain: str, start: int, length: int) -> tuple[int, str]:
    """The next `length` letters and digits with at most three marks between; where they end, and they in capitals."""
    kept: list[str] = []
    gap = 0
    for place in range(start, min(len(plain), start + length * (GAPS_MAX + 1))):
        character = plain[place]
        if character.isalnum():
            kept.append(character)
            gap = 0
            if len(kept) == length:
                return place + 1, "".join(kept).upper()
        elif character not in GAP or (gap := gap + 1) > GAPS_MAX:
            break
    return start, ""


DETECTOR = Detector(kind="IBAN", rank=10, find=find, normal=capitals)
