"""One format per file. A file ends with `IMPORTER = …`; this folder is scanned, nothing else changes.

Importers run in a child process (`intake.parsing`), which has no Django, no database and no network. Heavy
libraries are imported inside `read`: the web process only asks for names and suffixes.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module

from assistant.foundation.errors import BadInput
from assistant.foundation.segments import segments_of
from assistant.knowledge.intake.problems import Problem

AUDIENCES = ("public", "internal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as an importer read it; `body` is Markdown."""

    external_id: str
    title: str
    body: str
    audience: str = ""
    """`public` or `internal`; empty: as the source says."""
    segments: tuple[str, ...] = ()
    """Groups of contacts that may see it; empty: all."""
    language: str = ""
    product: str = ""
    kind: str = "article"
    """`pair`: `title` is a question and `body` its answer."""
    url: str = ""
    """Where people read it."""
    place: str = ""
    """Where in the file it stands, in words: `line 3`, `pages 1-20`."""
    valid_from: date | None = None
    valid_until: date | None = None


Read = Callable[[bytes, str], Iterator[Article | Problem]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """`read(content, name)` yields articles and problems in their order; Unusable is raised for a file as a whole."""

    name: str
    suffixes: tuple[str, ...]
    read: Read
    is_plain: bool = False
    """Reads text that needs no parser, so that it may be looked through where it arrives."""


@cache
def importers() -> dict[str, Importer]:
    """Every importer of this folder, by name."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    return {module.IMPORTER.name: module.IMPORTER for module in modules}


def importer_for(suffix: str) -> Importer:
    """The importer of a file suffix such as `.md`. Raises BadInput."""
    for importer in importers().values():
        if suffix.lower() in importer.suffixes:
            return importer
    raise BadInput(f"Files of the kind {suffix!r} cannot be imported.")


def article_from(fields: dict[str, str], *, external_id: str, title: str, body: str, place: str = "") -> Article:
    """An article with the optional fields of front matter, rows and lines. Raises ValueError in words."""
    audience = fields.get("audience", "").strip().lower()
    if audience not in ("", *AUDIENCES):
        raise ValueError("audience is public or internal")
    return Article(
        external_id=external_id,
        title=title,
        body=body,
        audience=audience,
        segments=tuple(segments_of(filter(None, map(str.strip, fields.get("segments", "").split(","))))),
        language=fields.get("language", "").strip(),
        product=fields.get("product", "").strip(),
        url=fields.get("url", "").strip(),
        place=place,
        valid_from=_day(fields, "valid_from"),
        valid_until=_day(fields, "valid_until"),
    )


def _day(fields: dict[str, str], name: str) -> date | None:
    text = fields.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as problem:
        raise ValueError(f"{name} is a day such as 2026-12-31") from problem
