"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """See the folder's modules."""

    name = "assistant.conversations"
