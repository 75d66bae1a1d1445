"""Turns text into Redacted text. The only door."""

from __future__ import annotations

from uuid import UUID

from assistant.privacy import vault
from assistant.privacy.detectors import find_all
from assistant.privacy.text import PLACEHOLDER, Redacted

MASK = "█"


def redact(text: str, *, conversation: UUID, region: str) -> Redacted:
    """Replace personal data by the conversation's placeholders and keep the values in its vault.

    Text that looks like a placeholder but was typed loses its brackets: nobody conjures another's value.
    The caller holds the conversation's lock.
    """
    pieces: list[str] = []
    end = 0
    for found in find_all(text, region):
        pieces.append(_defused(text[end : found.start]))
        pieces.append(vault.put(conversation, kind=found.kind, value=found.value, normal=found.normal))
        end = found.end
    pieces.append(_defused(text[end:]))
    return Redacted("".join(pieces))


def redact_forever(text: str, *, region: str) -> Redacted:
    """Replace personal data by its kind alone, keeping nothing: for text that needs no way back."""
    pieces: list[str] = []
    end = 0
    for found in find_all(text, region):
        pieces += [text[end : found.start], f"<{found.kind}>"]
        end = found.end
    return Redacted("".join([*pieces, text[end:]]))


def scrub(text: str) -> str:
    """For log records: the last net under everything that should have been redacted before."""
    return redact_forever(text, region="GB")


def _defused(text: str) -> str:
    return PLACEHOLDER.sub(lambda match: match.group()[1:-1], text)
