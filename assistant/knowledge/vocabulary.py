"""The names that the tenant's own articles use (implements `ports.HouseNames`)."""

from __future__ import annotations

from collections.abc import Collection

from assistant.knowledge.models import Document


class ArticleNames:
    """Products of the articles."""

    def names(self) -> Collection[str]:
        """Each once."""
        return set(Document.objects.exclude(about="").values_list("about", flat=True).distinct())
