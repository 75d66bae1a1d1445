"""Groups of contacts, as requests name them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assistant.foundation.segments import SEGMENTS_MAX, segments_of


class SegmentsField(serializers.ListField):
    """Names of segments; `null`, where it is allowed, says nothing."""

    def __init__(self, *, allow_null: bool = True, **options: Any) -> None:  # Any: options of a field
        super().__init__(
            child=serializers.CharField(max_length=80), max_length=SEGMENTS_MAX, allow_null=allow_null, **options
        )

    def to_internal_value(self, data: Any) -> list[str]:  # Any: JSON
        """Small, sorted, each once."""
        try:
            return segments_of(super().to_internal_value(data))
        except ValueError as problem:
            raise serializers.ValidationError(f"{problem}") from problem
