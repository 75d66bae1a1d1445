"""Markdown articles with front matter; several in one text are parted by a line `<!-- article -->`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.foundation.errors import BadInput
from assistant.knowledge.importers import Article, Importer

SEPARATOR = "\n<!-- article -->\n"
FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


def read(text: str) -> Iterator[Article]:
    """Articles in order."""
    for number, part in enumerate(text.split(SEPARATOR), start=1):
        if part.strip():
            yield _article(part.lstrip("\ufeff\n"), number)


def _article(part: str, number: int) -> Article:
    match = FRONT_MATTER.match(part)
    fields = _fields(match[1]) if match else {}
    body = part[match.end() :] if match else part
    first_heading = re.search(r"^#\s+(.+)$", body, re.MULTILINE)
    title = fields.get("title") or (first_heading[1].strip() if first_heading else "")
    if not title:
        raise BadInput(f"Article {number}: it needs a title in its front matter or a first heading.")
    audience = fields.get("audience", "public")
    if audience not in ("public", "internal"):
        raise BadInput(f"Article {number}: audience is public or internal.")
    return Article(
        external_id=fields.get("id") or re.sub(r"\W+", "-", title.lower()).strip("-"),
        title=title,
        body=body.strip(),
        audience=audience,
        language=fields.get("language", ""),
        product=fields.get("product", ""),
    )


def _fields(front_matter: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in front_matter.splitlines() if ":" in line)
    return {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}


IMPORTER = Importer(name="markdown", suffixes=(".md", ".markdown"), read=read)
