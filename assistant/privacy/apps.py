"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig

from assistant.foundation.logs import set_scrubber


class PrivacyConfig(AppConfig):
    """Personal data in and out of text."""

    name = "assistant.privacy"

    def ready(self) -> None:
        """Make every log record pass the detectors."""
        from assistant.privacy.redactor import scrub  # noqa: PLC0415 needs loaded apps

        set_scrubber(scrub)
