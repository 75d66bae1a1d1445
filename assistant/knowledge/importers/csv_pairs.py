"""Question-answer pairs: a table with the columns question and answer, and audience, language, product if there are.

Cells are text, whatever they begin with: nothing here computes a formula.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.knowledge.importers import Article, Importer, article_from
from assistant.knowledge.intake.decoding import decode
from assistant.knowledge.intake.problems import Problem, Unusable

DELIMITERS = ",;\t|"
LONGEST_CELL = 200_000
COLUMNS = {
    "question": "question",
    "q": "question",
    "frage": "question",
    "问题": "question",
    "answer": "answer",
    "a": "answer",
    "antwort": "answer",
    "答案": "answer",
    "回答": "answer",
}
"""Head of a column -> what we call it; others keep their name."""


def read(body: bytes, name: str) -> Iterator[Article | Problem]:
    """One article a row, of the kind `pair`; a bad row costs itself only."""
    decoded = decode(body)
    yield from decoded.notes(name)
    csv.field_size_limit(LONGEST_CELL)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return
    rows = csv.reader(io.StringIO(text), delimiter=delimiter_of(text), strict=True)
    try:
        heads = [_head(cell) for cell in next(rows)]
        if not {"question", "answer"} <= set(heads):
            raise Unusable("wrong_format", "The first row names the columns; two of them are question and answer.")
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield _pair(dict(zip(heads, cells, strict=False)), f"line {rows.line_num}")
    except csv.Error as problem:
        yield Problem(code="unreadable", message=f"Line {rows.line_num}: {problem}.", place=f"line {rows.line_num}")


def delimiter_of(text: str) -> str:
    """What parts the heads of the columns."""
    first = next(line for line in text.split("\n") if line.strip())
    return max(DELIMITERS, key=first.count)


def _head(cell: str) -> str:
    name = re.sub(r"\s+", "_", cell.strip().lower())
    return COLUMNS.get(name, name)


def _pair(row: dict[str, str], place: str) -> Article | Problem:
    question, answer = row["question"].strip(), row.get("answer", "").strip()
    if not question or not answer:
        return Problem(code="bad_field", message="A pair needs a question and an answer.", place=place)
    external_id = row.get("id", "").strip() or hashlib.sha256(question.lower().encode()).hexdigest()[:16]
    try:
        article = article_from(row, external_id=external_id, title=question, body=answer, place=place)
    except ValueError as problem:
        return Problem(code="bad_field", message=f"{problem}.".capitalize(), place=place)
    return replace(article, kind="pair")


IMPORTER = Importer(name="csv", suffixes=(".csv", ".tsv"), read=read, is_plain=True)
