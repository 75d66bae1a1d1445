"""One format per file. A file ends with `IMPORTER = …`; this folder is scanned, nothing else changes."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from assistant.foundation.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as an importer read it; `body` is Markdown."""

    external_id: str
    title: str
    body: str
    audience: str = "public"
    language: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """`read` yields articles; it raises BadInput with the place of the first mistake."""

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[str], Iterator[Article]]


@cache
def importers() -> dict[str, Importer]:
    """Every importer of this folder, by name."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    return {module.IMPORTER.name: module.IMPORTER for module in modules}


def importer_for(suffix: str) -> Importer:
    """The importer of a file suffix such as `.md`. Raises BadInput."""
    for importer in importers().values():
        if suffix in importer.suffixes:
            return importer
    raise BadInput(f"Files of the kind {suffix!r} cannot be imported yet.")
