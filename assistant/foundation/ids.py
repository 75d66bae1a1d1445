"""Identifiers: UUIDv7 (time-ordered, 74 random bits), and their static types."""

from __future__ import annotations

import os
import secrets
import time
from typing import NewType
from uuid import UUID

PassageId = NewType("PassageId", UUID)

PROCESS = f"{os.uname().nodename}:{os.getpid()}:{secrets.token_hex(4)}"
"""Names this process as the owner of turns and jobs."""


def uuid7() -> UUID:
    """A new time-ordered id. Source: RFC 9562, section 5.7."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)
