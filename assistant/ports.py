"""What outsiders implement for the product; bound in `deploy/wiring.py`, found by `foundation.conf.provider`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCard:
    """A customer as shown beside a conversation. Amounts are in minor units with their currency. (Any: JSON.)"""

    customer: Mapping[str, Any]
    orders: tuple[Mapping[str, Any], ...]
    tickets: tuple[Mapping[str, Any], ...]


@runtime_checkable
class CustomerDirectory(Protocol):
    """The company's business system, as far as a conversation needs it."""

    def card(self, contact_id: UUID) -> CustomerCard | None:
        """The customer joined to this contact, in the bound tenant; None when nobody is."""
        ...

    def known(self, contact_id: UUID) -> Sequence[tuple[str, str]]:
        """Kind and value of that customer's own personal data: PERSON, EMAIL, PHONE, ADDRESS. Empty without one."""
        ...


@runtime_checkable
class HouseNames(Protocol):
    """The company's own names: of its products, so that nobody takes `Hunter Green` for a person."""

    def names(self) -> Collection[str]:
        """Names that the bound tenant's own articles use; personal data of nobody."""
        ...


@runtime_checkable
class PartsRunner(Protocol):
    """Starts parts of the installation for a command that needs them and finds them not running."""

    def running(self, parts: Collection[str], *, home: Path | None = None) -> AbstractContextManager[None]:
        """Start what does not run of `postgres`, `engine`, `embedder`; stop on the way out what was started."""
        ...
