"""The check on the way out: personal data that the model made up or remembered does not leave."""

from __future__ import annotations

from assistant.privacy.detectors import find_all
from assistant.privacy.redactor import MASK
from assistant.privacy.text import Redacted


def mask_leaks(text: str, *, shown: str, region: str) -> Redacted:
    """Mask every personal datum that does not stand in what was `shown` to the model as evidence."""
    pieces: list[str] = []
    end = 0
    for found in find_all(text, region):
        pieces.append(text[end : found.start])
        pieces.append(found.value if found.value in shown else MASK * 4)
        end = found.end
    return Redacted("".join([*pieces, text[end:]]))
