"""App configuration: carries the commands that know every part."""

from __future__ import annotations

from django.apps import AppConfig


class DeployConfig(AppConfig):
    """No models; `load_demo`, `generate` and `bench`."""

    name = "deploy"
