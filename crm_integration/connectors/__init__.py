"""One system per file. A file ends with `CONNECTOR = …`; this folder is scanned, nothing else changes."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from crm_integration.connectors.base import Connector

NOT_CONNECTORS = {"base"}


@cache
def connectors() -> dict[str, type[Connector]]:
    """Every connector of this folder, by name."""
    names = (module.name for module in pkgutil.iter_modules(__path__) if module.name not in NOT_CONNECTORS)
    found = (import_module(f"{__name__}.{name}").CONNECTOR for name in names)
    return {connector.name: connector for connector in found}
