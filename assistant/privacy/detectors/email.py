"""E-mail addresses."""

from __future__ import annotations

import re

from assistant.privacy.detectors import Detector, Spans

PATTERN = re.compile(r"(?<![\w.+-])[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}(?![\w@])")


def find(text: str, region: str) -> Spans:
    """Local part, at sign, dotted host."""
    return ((match.start(), match.end()) for match in PATTERN.finditer(text)) if "@" in text else ()


DETECTOR = Detector(kind="EMAIL", rank=40, find=find, normal=str.casefold)
