"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class DialogueConfig(AppConfig):
    """See the folder's modules."""

    name = "assistant.dialogue"
