"""The check on the way out: personal data that the model made up or remembered does not leave."""

from __future__ import annotations

from assistant.privacy.policy import SAFE, Rules, essence
from assistant.privacy.redactor import MASK, find
from assistant.privacy.text import PLACEHOLDER, Redacted


def mask_leaks(text: str, *, shown: str, region: str, rules: Rules = SAFE) -> Redacted:
    """Mask every personal datum that does not stand in what was `shown` to the model as evidence."""
    pieces: list[str] = []
    end = 0
    evidence = ""
    for found in find(text, region=region, rules=rules):
        if PLACEHOLDER.fullmatch(found.value):
            continue
        evidence = evidence or essence(shown)
        pieces.append(text[end : found.start])
        pieces.append(found.value if essence(found.value) in evidence else MASK * 4)
        end = found.end
    return Redacted("".join([*pieces, text[end:]]))
