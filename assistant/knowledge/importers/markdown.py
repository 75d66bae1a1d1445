"""Markdown and plain text with front matter; several in one text are parted by a line `<!-- article -->`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from assistant.knowledge.importers import Article, Importer, article_from
from assistant.knowledge.intake.decoding import decode
from assistant.knowledge.intake.problems import Problem

SEPARATOR = "\n<!-- article -->\n"
FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
FIRST_HEADING = re.compile(r"^#\s+(.+)$", re.MULTILINE)


def read(body: bytes, name: str) -> Iterator[Article | Problem]:
    """Articles in order. A file of one article may lack a title: its name is one."""
    decoded = decode(body)
    yield from decoded.notes(name)
    parts = decoded.text.replace("\r\n", "\n").split(SEPARATOR)
    fallback = PurePosixPath(name).stem if len(parts) == 1 else ""
    for number, part in enumerate(parts, start=1):
        if part.strip():
            yield _article(part.lstrip("\ufeff\n"), f"article {number}" if len(parts) > 1 else "", fallback)


def _article(part: str, place: str, fallback: str) -> Article | Problem:
    match = FRONT_MATTER.match(part)
    fields = _fields(match[1]) if match else {}
    body = part[match.end() :] if match else part
    first_heading = FIRST_HEADING.search(body)
    title = fields.get("title") or (first_heading[1].strip() if first_heading else fallback)
    if not title:
        message = "It needs a title in its front matter or a first heading."
        return Problem(code="bad_field", message=message, place=place)
    external_id = fields.get("id") or re.sub(r"\W+", "-", title.lower()).strip("-") or fallback or title
    try:
        return article_from(fields, external_id=external_id, title=title, body=body.strip(), place=place)
    except ValueError as problem:
        return Problem(code="bad_field", message=f"{problem}.".capitalize(), place=place, external_id=external_id)


def _fields(front_matter: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in front_matter.splitlines() if ":" in line)
    return {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}


IMPORTER = Importer(name="markdown", suffixes=(".md", ".markdown", ".txt"), read=read, is_plain=True)
