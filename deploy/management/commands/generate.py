"""`manage.py generate`: write the files that are made from the code; `--check` says which are stale."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from assistant.interfaces.sockets import protocol
from deploy.settings.env import ROOT, Environment

README = ROOT / "README.md"
FRAMES = ROOT / "assistant" / "frontend" / "shared" / "frames.ts"
SCHEMA = ROOT / "docs" / "openapi.yaml"
TABLE = re.compile(r"(<!-- settings -->\n).*?(<!-- /settings -->)", re.DOTALL)
SCALARS: dict[Any, str] = {str: "string", UUID: "string", int: "number", float: "number", bool: "boolean"}
LINE_WIDTH = 120  # as biome formats
UNIONS = {
    "WidgetClientFrame": protocol.WidgetFrame,
    "WidgetServerFrame": protocol.ServerFrame,
    "DeskClientFrame": protocol.DeskFrame,
    "DeskServerFrame": protocol.DeskServerFrame,
}


class Command(BaseCommand):
    """Keeps documentation and types as true as the code."""

    help = "Write generated files: the settings table, the frames' types, the API's schema."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Only compare?"""
        parser.add_argument("--check", action="store_true", help="Write nothing; fail when a file is stale.")

    def handle(self, *args: Any, **options: Any) -> None:
        """(Any: Django's own signature.)"""
        makers: dict[Path, Callable[[], str]] = {README: readme, FRAMES: frames, SCHEMA: schema}
        stale = []
        for path, make in makers.items():
            text = make()
            if path.exists() and path.read_text() == text:
                continue
            stale.append(str(path.relative_to(ROOT)))
            if not options["check"]:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        if stale and options["check"]:
            raise CommandError(f"stale: {', '.join(stale)}; run make docs")
        self.stdout.write(f"written: {', '.join(stale)}" if stale else "nothing to do")


def readme() -> str:
    """The README with its configuration table."""
    rows = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for name, field in Environment.model_fields.items():
        rows.append(f"| `{name.upper()}` | {_default(field)} | {field.description} |")
    return TABLE.sub(lambda match: match[1] + "\n".join(rows) + "\n" + match[2], README.read_text())


def schema() -> str:
    """The OpenAPI document."""
    out = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    return out.getvalue()


def frames() -> str:
    """TypeScript types of all frames."""
    models = [
        model
        for model in vars(protocol).values()
        if isinstance(model, type) and issubclass(model, BaseModel) and not model.__name__.startswith("_")
        if model.__module__ == protocol.__name__
    ]
    parts = ["// Generated from assistant/interfaces/sockets/protocol.py by `manage.py generate`. Do not edit."]
    parts += [_interface(model) for model in models]
    parts += [_union(name, kind) for name, kind in UNIONS.items()]
    return "\n\n".join(parts) + "\n"


def _default(field: FieldInfo) -> str:
    value = field.get_default()
    if isinstance(value, Path):
        return f"`{value.relative_to(ROOT)}`"
    text = str(getattr(value, "get_secret_value", lambda: value)())
    return f"`{text}`" if text not in ("", "None") else "–"


def _interface(model: type[BaseModel]) -> str:
    doc = (model.__doc__ or "").strip().splitlines()[0]
    is_from_client = any(
        model in get_args(get_args(kind)[0]) for kind in UNIONS.values() if get_origin(kind) is not None
    )
    lines = [f"/** {doc} */", f"export interface {model.__name__} {{"]
    for name, field in model.model_fields.items():
        # The server leaves out what is None; a client may leave out whatever has a default.
        may_lack = _is_optional(field.annotation) or (not field.is_required() and is_from_client and name != "t")
        lines.append(f"  {field.serialization_alias or name}{'?' if may_lack else ''}: {_type(field.annotation)};")
    return "\n".join([*lines, "}"])


def _union(name: str, kind: Any) -> str:
    inner = get_args(kind)[0] if get_origin(kind) not in (UnionType, Union) else kind
    names = [member.__name__ for member in get_args(inner)]
    line = f"export type {name} = {' | '.join(names)};"
    return line if len(line) <= LINE_WIDTH else f"export type {name} =\n  | " + "\n  | ".join(names) + ";"


def _is_optional(annotation: Any) -> bool:
    return get_origin(annotation) in (UnionType, Union) and type(None) in get_args(annotation)


def _type(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation is type(None):
        return "null"
    if annotation in SCALARS:
        return SCALARS[annotation]
    if origin is Literal:
        return " | ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in inner)
    if origin is list:
        return f"{_type(inner[0])}[]"
    if origin in (UnionType, Union):
        return " | ".join(_type(part) for part in inner)
    return str(annotation.__name__)
