"""National identity numbers whose own check decides: US SSN, UK NINO, CN resident id, ES DNI and NIE."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.privacy.detectors import Detector, Spans

CN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_ssn(value: str) -> bool:
    """Areas 000, 666 and 900-999 were never given, nor group 00 or serial 0000. Source: SSA POMS RM 10201.035."""
    area, group, serial = re.split(r"[ -]", value)
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def is_cn_id(value: str) -> bool:
    """Source: GB 11643-1999."""
    total = sum(int(digit) * weight for digit, weight in zip(value[:17], CN_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == value[17].upper()


def is_dni(value: str) -> bool:
    """Spain: the letter is the number modulo 23; a NIE begins with X, Y or Z for 0, 1 or 2."""
    body = re.sub(r"[ -]", "", value).upper()
    number = int(body[:-1].translate(str.maketrans("XYZ", "012")))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] == body[-1]


def always(value: str) -> bool:
    """The pattern alone decides."""
    return True


FORMS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"(?<![\w-])\d{3}([ -])\d{2}\1\d{4}(?![\w-])"), is_ssn),
    (
        re.compile(
            r"(?<!\w)(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)"
        ),
        always,
    ),
    (re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\w)"), is_cn_id),
    (re.compile(r"(?<![\w-])(?:\d{8}|[XYZxyz]-?\d{7})[ -]?[A-Za-z](?!\w)"), is_dni),
)


def find(text: str, region: str) -> Spans:
    """All forms, everywhere: people travel."""
    for pattern, is_valid in FORMS:
        for match in pattern.finditer(text):
            if is_valid(match.group()):
                yield match.start(), match.end()


def plain(value: str) -> str:
    """Without gaps, in capitals."""
    return re.sub(r"[\s-]", "", value).upper()


DETECTOR = Detector(kind="NATIONAL_ID", rank=20, find=find, normal=plain)
