"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """See the folder's modules."""

    name = "assistant.knowledge"
