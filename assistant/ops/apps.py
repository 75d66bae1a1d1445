"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """See the folder's modules."""

    name = "assistant.ops"
