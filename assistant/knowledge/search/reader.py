"""Who a search is for. What they may not see is left out by the database, so that it is never even a candidate."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from assistant.knowledge.models import Audience

MAY_READ = "p.audience = %s AND (%s::text[] IS NULL OR p.segments = '{}' OR p.segments && %s::varchar[])"
"""Of a passage or a curated pair `p`; takes `Reader.parameters`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """An audience and, of customers, the segments that they are in; None: agents see those of everybody."""

    audience: str = Audience.PUBLIC
    segments: frozenset[str] | None = frozenset()

    @property
    def parameters(self) -> tuple[str, list[str] | None, list[str] | None]:
        """For MAY_READ."""
        segments = None if self.segments is None else sorted(self.segments)
        return self.audience, segments, segments

    def among(self, known: Collection[str]) -> Reader:
        """The same reader, without segments that no article knows: fewer readers differ."""
        return self if self.segments is None else replace(self, segments=self.segments & frozenset(known))


CUSTOMER = Reader()
"""Anybody."""
EVERYBODYS = tuple(Reader(audience=audience, segments=None) for audience in Audience.values)
"""What agents see, one audience after the other."""
