"""The one place that reads the time."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present, with time zone UTC."""
    return datetime.now(UTC)


def wire(moment: datetime) -> str:
    """A moment as every face gets it: ISO 8601, UTC, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
