"""The ground floor."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FoundationConfig(AppConfig):
    """Registers checks and grants the application its rights on shared tables after each migration."""

    name = "assistant.foundation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Wire the checks and the grant."""
        from assistant.foundation import checks  # noqa: PLC0415, F401 registers itself
        from assistant.foundation.grants import grant_shared  # noqa: PLC0415 needs loaded models

        post_migrate.connect(grant_shared, dispatch_uid="deskside.grant_shared")
