"""CSV and JSON files in a folder of this machine, as a shop system exports them.

Each file is a snapshot. The cursor is the file's hash and the rows read of it: a file that did not change is not read
again, and a sync that died goes on in the middle. Only folders below the installation's `files` folder are read.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, ClassVar, Literal

from django.conf import settings as django_settings
from pydantic import BaseModel, Field, ValidationError

from crm_integration.connectors.base import Canonical, ConfigError, Connector, Cursor, Raw, Record, Stream

ENTITY_FIELDS: dict[str, tuple[str, ...]] = {
    "customer": ("name", "email", "phone", "city", "country", "loyalty_tier", "since"),
    "product": ("name", "category", "price_minor", "currency"),
    "order": ("customer_external_id", "status", "currency", "total_minor", "placed_at", "tracking_number"),
    "ticket": ("customer_external_id", "subject", "status", "created_at"),
}
TIMES = {"since", "placed_at", "created_at"}
AMOUNTS = {"price_minor", "total_minor", "unit_price_minor"}


class FileStream(BaseModel):
    """How one file is read. Paths are dotted; `a + b` joins two with a space; `=EUR` is a fixed text."""

    file: str = Field(pattern=r"^[\w.-]+\.(csv|json)$")
    entity: Literal["customer", "product", "order", "ticket"]
    id: str
    inside: str = Field("", description="Where in a JSON file the records are; a map or a list.")
    fields: dict[str, str]
    lines: str = Field("", description="Where an order keeps its positions.")
    line_fields: dict[str, str] = Field(default_factory=dict)
    amounts_in_major_units: bool = False


class FilesSettings(BaseModel):
    """Settings of a connection."""

    folder: str = Field(pattern=r"^[\w-]+$", description="Folder below the installation's `files` folder.")
    streams: dict[str, FileStream]


class Files(Connector):
    """Files of a folder. No rate limit."""

    name: ClassVar[str] = "files"
    settings_model: ClassVar[type[BaseModel]] = FilesSettings

    def __init__(self, settings: dict[str, Any]) -> None:
        try:
            self.settings = FilesSettings.model_validate(settings)
        except ValidationError as problem:
            raise ConfigError(str(problem.errors(include_url=False, include_input=False)[0]["msg"])) from problem
        self._folder = Path(django_settings.CRM_FILES) / self.settings.folder

    def check(self) -> None:
        """Every file is there."""
        for stream in self.streams():
            self._path(stream)

    def streams(self) -> list[Stream]:
        """One per file."""
        return [Stream(name=name, is_snapshot=True) for name in self.settings.streams]

    def generation(self, stream: Stream, since: Cursor) -> str:
        """The file's hash."""
        with self._path(stream).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def read(self, stream: Stream, since: Cursor) -> Iterator[Record]:
        """Rows of the file after the cursor's, or all when the file changed."""
        generation = self.generation(stream, since)
        done = int(since.get("rows", 0)) if since.get("file") == generation else 0
        spec = self.settings.streams[stream.name]
        for number, raw in enumerate(self._rows(stream), start=1):
            if number > done:
                external_id = pick(raw, spec.id)
                if external_id in (None, ""):  # 0 is one
                    raise ConfigError(f"{spec.file}: row {number} has no {spec.id}.")
                yield Record(external_id=str(external_id), raw=raw, cursor={"file": generation, "rows": number})

    def canonical(self, stream: Stream, raw: Raw) -> Canonical:
        """By the stream's field paths; a field that is not mapped stays empty."""
        spec = self.settings.streams[stream.name]
        fields = {
            name: self._value(name, pick(raw, spec.fields[name]), spec)
            for name in ENTITY_FIELDS[spec.entity]
            if name in spec.fields
        }
        lines = tuple(
            {name: self._value(name, pick(line, path), spec) for name, path in spec.line_fields.items()}
            for line in (pick(raw, spec.lines) or ())
        ) if spec.lines else ()  # fmt: skip
        return Canonical(entity=spec.entity, fields=fields, lines=lines)

    def _path(self, stream: Stream) -> Path:
        path = self._folder / self.settings.streams[stream.name].file
        # The operator may link the folder; a link that came with the files must not lead out of it.
        if not path.is_file() or not path.resolve().is_relative_to(self._folder.resolve()):
            raise ConfigError(f"There is no file {path.name} in the folder {self.settings.folder}.")
        return path

    def _rows(self, stream: Stream) -> Iterator[Raw]:
        path, spec = self._path(stream), self.settings.streams[stream.name]
        if path.suffix == ".csv":
            with path.open(newline="", encoding="utf-8-sig") as file:
                yield from csv.DictReader(file)
            return
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as problem:
            raise ConfigError(f"{path.name} is not valid JSON.") from problem
        found = pick(found, spec.inside) if spec.inside else found
        rows = list(found.values()) if isinstance(found, dict) else found or []
        if not isinstance(rows, list):
            raise ConfigError(f"{path.name} holds no rows{f' at {spec.inside}' if spec.inside else ''}.")
        yield from rows

    def _value(self, name: str, value: Any, spec: FileStream) -> Any:
        if name in TIMES:
            return _moment(value)
        if name in AMOUNTS:
            return _amount(value, is_major=spec.amounts_in_major_units)
        if name == "quantity":
            return int(value or 1)
        return "" if value is None else str(value)


def pick(raw: Any, path: str) -> Any:
    """The value at a dotted path, two joined by ` + `, or the fixed text after `=`. (Any: JSON.)"""
    if path.startswith("="):
        return path[1:]
    if " + " in path:
        return " ".join(str(pick(raw, part) or "") for part in path.split(" + ")).strip()
    for part in path.split("."):
        if isinstance(raw, list):
            raw = raw[int(part)] if part.isdigit() and int(part) < len(raw) else None
        else:
            raw = raw.get(part) if isinstance(raw, dict) else None
    return raw


def _moment(value: Any) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as problem:
        raise ConfigError("A time is not ISO 8601.") from problem
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _amount(value: Any, *, is_major: bool) -> int | None:
    if value in (None, ""):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation as problem:
        raise ConfigError("An amount is not a number.") from problem
    return int((amount * 100).to_integral_value() if is_major else amount)


CONNECTOR = Files
