"""JSON Lines: one article a line.

`{id, title, text or content, audience?, segments?, language?, product?, url?, valid_from?, valid_until?}`
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from assistant.knowledge.importers import Article, Importer, article_from
from assistant.knowledge.intake.decoding import decode
from assistant.knowledge.intake.problems import Problem

FIELDS = ("audience", "segments", "language", "product", "url", "valid_from", "valid_until")


def read(body: bytes, name: str) -> Iterator[Article | Problem]:
    """Articles line by line; empty lines are passed over, a bad line costs itself only."""
    decoded = decode(body)
    yield from decoded.notes(name)
    # Only \n ends a line: JSON strings may hold U+2028 and its like as they are.
    for number, line in enumerate(decoded.text.split("\n"), start=1):
        if line.strip():
            yield _article(line, f"line {number}")


def _article(line: str, place: str) -> Article | Problem:
    try:
        row = json.loads(line)
        fields = {field: _text(row[field]) for field in FIELDS if row.get(field)}
        text = str(row["text"] if "text" in row else row["content"])
        return article_from(fields, external_id=str(row["id"]), title=str(row["title"]), body=text, place=place)
    except KeyError as problem:
        return Problem(code="bad_field", message=f"An article needs id, title and text ({problem}).", place=place)
    except (ValueError, TypeError, AttributeError, RecursionError) as problem:
        return Problem(code="bad_field", message=f"This is no article ({_why(problem)}).", place=place)


def _why(problem: Exception) -> str:
    return "nested too deeply" if isinstance(problem, RecursionError) else str(problem)[:200]


def _text(value: object) -> str:
    """Segments may be a list."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


IMPORTER = Importer(name="jsonl", suffixes=(".jsonl", ".ndjson"), read=read, is_plain=True)
