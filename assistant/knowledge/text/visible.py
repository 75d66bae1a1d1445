"""Letters that people do not see but machines read are cut off wherever a text comes in or goes out."""

from __future__ import annotations

import re

INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
"""Also those that no database stores. The joiners of Persian and of emoji stay."""


def visible(text: str) -> str:
    """Text as people see it."""
    return INVISIBLE.sub("", text)
