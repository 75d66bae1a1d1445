"""What a connector is: streams of records, read from a cursor on, and turned into canonical rows.

ConnectorError
├── ConfigError       what an administrator must mend, in their words
└── TransientError    try again later
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel

Cursor = Mapping[str, Any]  # Any: each connector's own JSON
Raw = dict[str, Any]  # Any: JSON of a foreign system


class ConnectorError(Exception):
    """Base of what a connector may raise."""


class ConfigError(ConnectorError):
    """The settings do not work; the text says what is missing."""


class TransientError(ConnectorError):
    """The system is away or busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record, and the cursor with which reading goes on after it."""

    external_id: str
    raw: Raw
    cursor: Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Canonical:
    """A record as a canonical row: `entity` is customer, product, order or ticket; `lines` belong to an order."""

    entity: str
    fields: dict[str, Any]
    lines: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One feed. A `snapshot` stream holds everything that exists: what it no longer names is gone."""

    name: str
    is_snapshot: bool


class Connector(ABC):
    """A system of one tenant, with its settings."""

    name: ClassVar[str]
    settings_model: ClassVar[type[BaseModel]]

    @abstractmethod
    def check(self) -> None:
        """Raises ConfigError in words for an administrator."""

    @abstractmethod
    def streams(self) -> list[Stream]:
        """The feeds, in the order in which they should be read."""

    @abstractmethod
    def read(self, stream: Stream, since: Cursor) -> Iterator[Record]:
        """Records after the cursor. May repeat, never skips."""

    @abstractmethod
    def generation(self, stream: Stream, since: Cursor) -> str:
        """Names the pass that reading from this cursor belongs to."""

    @abstractmethod
    def canonical(self, stream: Stream, raw: Raw) -> Canonical:
        """Raises ConfigError when the mapping does not fit."""
