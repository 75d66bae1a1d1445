"""The types of text: what passed the redactor, and the placeholders inside it."""

from __future__ import annotations

import re
from typing import NewType

Redacted = NewType("Redacted", str)
"""Text in which personal data is replaced by placeholders. Logs, events, prompts and embeddings accept only this."""

PLACEHOLDER = re.compile(r"<([A-Z][A-Z_]{1,24})_(\d{1,4})>")

DESTROYED = 0
"""The number of a value that was destroyed: `<PASSWORD_0>` is in no vault."""
GONE = re.compile(r"<[A-Z][A-Z_]{1,24}_0>")


def placeholder(kind: str, number: int) -> str:
    """`<EMAIL_1>`."""
    return f"<{kind}_{number}>"
