"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class CrmConfig(AppConfig):
    """CRM and ERP data, synchronised."""

    name = "crm_integration"
