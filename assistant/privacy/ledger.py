"""Who numbers the values of a text: in memory for one text, or in a conversation's vault.

A value keeps its number however it is spelled; another spelling of it is kept beside it, so that everybody gets back
exactly what was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from assistant.privacy.text import placeholder


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a value went: its placeholder, and which of its spellings this one is (0 = the first that was seen)."""

    placeholder: str
    spelling: int


class Ledger(Protocol):
    """Gives values their placeholders."""

    def known(self, kind: str) -> Mapping[str, int]:
        """Values of a kind in their normal form, with their numbers."""
        ...

    def keep(self, *, kind: str, value: str, normal: str) -> Kept:
        """Keep a value. The same normal form of a kind gets the same number, whatever happens around it."""
        ...


@dataclass(slots=True)
class MemoryLedger:
    """Numbers for one text, kept by nobody else."""

    numbers: dict[str, dict[str, int]] = field(default_factory=dict, repr=False)
    spellings: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def known(self, kind: str) -> Mapping[str, int]:
        """As in the protocol."""
        return self.numbers.get(kind, {})

    def keep(self, *, kind: str, value: str, normal: str) -> Kept:
        """As in the protocol."""
        numbers = self.numbers.setdefault(kind, {})
        name = placeholder(kind, numbers.setdefault(normal, len(numbers) + 1))
        spellings = self.spellings.setdefault(name, [])
        if value not in spellings:
            spellings.append(value)
        return Kept(placeholder=name, spelling=spellings.index(value))
