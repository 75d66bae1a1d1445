"""App configuration: carries the command that loads the demo."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Demo tenants; no models."""

    name = "deploy.demo"
    label = "demo"
