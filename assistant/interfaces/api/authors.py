"""Who changed something, by the name that colleagues know."""

from __future__ import annotations

from typing import cast

from rest_framework import serializers

from assistant.foundation.people import Member


class AuthorField(serializers.CharField):
    """An actor as rows and the audit name it, shown by the member's name of today; a key stays as it is called."""

    def to_representation(self, value: str) -> str:
        """Members of a tenant are few: they are read once for a whole answer."""
        context = cast("dict[str, dict[str, str]]", self.context)  # DRF's is one dict for the whole answer
        if "authors" not in context:
            rows = Member.objects.values_list("id", "name")
            context["authors"] = {f"member:{member}": name for member, name in rows}
        return context["authors"].get(value, value)
