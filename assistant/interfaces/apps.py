"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class InterfacesConfig(AppConfig):
    """Sockets, REST, pages and admin."""

    name = "assistant.interfaces"

    def ready(self) -> None:
        """Tell the schema generator about our authentication."""
        from assistant.interfaces.api import schema  # noqa: PLC0415, F401 registers itself
