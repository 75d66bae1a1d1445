"""JSON Lines: one article a line, `{id, title, text or content, audience?, language?, product?}`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from assistant.foundation.errors import BadInput
from assistant.knowledge.importers import Article, Importer


def read(text: str) -> Iterator[Article]:
    """Articles line by line; empty lines are passed over."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield _article(line, number)


def _article(line: str, number: int) -> Article:
    try:
        row = json.loads(line)
        article = Article(
            external_id=str(row["id"]),
            title=str(row["title"]),
            body=str(row["text"] if "text" in row else row["content"]),
            audience=str(row.get("audience") or "public"),
            language=str(row.get("language") or ""),
            product=str(row.get("product") or ""),
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise BadInput(f"Line {number}: an article needs id, title and text ({problem}).") from problem
    if article.audience not in ("public", "internal"):
        raise BadInput(f"Line {number}: audience is public or internal.")
    return article


IMPORTER = Importer(name="jsonl", suffixes=(".jsonl", ".ndjson"), read=read)
