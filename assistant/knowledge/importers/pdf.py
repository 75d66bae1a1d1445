"""PDF: the text page by page, headings by the size of their letters, each heading with its page.

A long file becomes several articles of twenty pages, so that a changed page makes little work and every passage can
name its page. Tables come as lines: a PDF does not say what a table is.
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from assistant.knowledge.importers import Article, Importer
from assistant.knowledge.intake.problems import Problem, Unusable

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

PAGES_OF_AN_ARTICLE = 20
MOST_PAGES = 2_000
HEADING_IS_LARGER = 1.15
LONGEST_HEADING = 120
GAP_OF_A_PARAGRAPH = 1.7
"""Distance of two lines, in heights of a letter, from which on a new paragraph begins."""
RUNNING_SHARE = 0.6
"""A first or last line on so many pages is a running head or a page number."""
BULLET = re.compile(r"^[•◦▪●‣·–]\s*")
NO_TITLE = re.compile(r"untitled|microsoft word|\.(?:docx?|indd|pptx?|pdf)$", re.IGNORECASE)
END = re.compile(r"[.!?:;。！？：；”\")]$")


@dataclass(slots=True, kw_only=True)
class Line:
    """A printed line."""

    text: str = ""
    size: float = 0.0
    y: float = 0.0


@dataclass(slots=True, kw_only=True)
class Page:
    """A page and what is printed on it."""

    number: int
    lines: list[Line] = field(default_factory=list)


def read(body: bytes, name: str) -> Iterator[Article | Problem]:
    """Articles of twenty pages. Raises Unusable for a file that is encrypted, damaged or without text."""
    if b"%PDF-" not in body[:1_024]:
        raise Unusable("empty" if not body.strip() else "wrong_format", "This is no PDF file." if body.strip() else "")
    reader = _open(body)
    count = len(reader.pages)
    pages: list[Page] = []
    for number in range(1, min(count, MOST_PAGES) + 1):
        page = _page(reader.pages[number - 1], number, name)
        if isinstance(page, Problem):
            yield page
        else:
            pages.append(page)
    _drop_running_lines(pages)
    if not any(page.lines for page in pages):
        raise Unusable("no_text")
    yield from _articles(pages, _title(reader, pages, name), name)
    if count > MOST_PAGES:
        yield Problem(code="too_many", message=f"Only the first {MOST_PAGES} of {count} pages were read.", place=name)


def _open(body: bytes) -> PdfReader:
    from pypdf import PdfReader  # noqa: PLC0415 heavy; see the package
    from pypdf.errors import FileNotDecryptedError, PyPdfError  # noqa: PLC0415 the same

    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unusable("encrypted")
        len(reader.pages)
    except FileNotDecryptedError as problem:
        raise Unusable("encrypted") from problem
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as problem:
        raise Unusable("unreadable") from problem
    return reader


def _page(page: PageObject, number: int, name: str) -> Page | Problem:
    """The lines of a page; a page that cannot be read costs itself only."""
    from pypdf.errors import LimitReachedError  # noqa: PLC0415 heavy; see the package

    lines = [Line()]

    def hear(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        # (Any: pypdf's own type.) The size on paper is the font's, scaled by both matrices.
        scale = math.sqrt(abs(tm[0] * tm[3] - tm[1] * tm[2]) * abs(cm[0] * cm[3] - cm[1] * cm[2]))
        _take(lines, text, round(size * scale * 2) / 2, tm[5] * cm[3] + cm[5])

    place = f"{name}, page {number}"
    try:
        page.extract_text(visitor_text=hear)
    except LimitReachedError:
        return Problem(code="too_big", message="The page is too big when it is unpacked.", place=place)
    except (MemoryError, RecursionError):
        return Problem(code="too_big", place=place)
    except Exception:  # noqa: BLE001 damaged files make pypdf raise nearly anything
        return Problem(code="unreadable", message="The page is damaged.", place=place)
    return Page(number=number, lines=[line for line in lines if line.text.strip()])


def _take(lines: list[Line], text: str, size: float, y: float) -> None:
    """Add a printed fragment: line breaks begin a line, the largest letters give its size."""
    for number, part in enumerate(text.split("\n")):
        if number:
            lines.append(Line())
        if part.strip():
            line = lines[-1]
            line.y = line.y if line.text.strip() else y
            line.size = max(line.size, size)
        lines[-1].text += part


def _drop_running_lines(pages: list[Page]) -> None:
    """Running heads, feet and page numbers are no text. Three pages of three lines are needed to see them."""
    full = [page for page in pages if len(page.lines) >= 3]
    if len(full) < 3:
        return
    ends = Counter(key for page in full for key in {_running(line) for line in page.lines[:1] + page.lines[-1:]})
    running = {key for key, count in ends.items() if count >= RUNNING_SHARE * len(full)}
    for page in full:
        if _running(page.lines[0]) in running:
            page.lines.pop(0)
        if _running(page.lines[-1]) in running:
            page.lines.pop()


def _running(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.strip())


def _title(reader: PdfReader, pages: list[Page], name: str) -> str:
    """What the file says of itself, or its name."""
    try:
        title = str((reader.metadata.title if reader.metadata else "") or "").strip()
    except Exception:  # noqa: BLE001 damaged metadata is no reason to lose the text
        title = ""
    return title if title and not NO_TITLE.search(title) else PurePosixPath(name).stem


def _articles(pages: list[Page], title: str, name: str) -> Iterator[Article]:
    levels = _levels(pages)
    for start in range(0, len(pages), PAGES_OF_AN_ARTICLE):
        part = pages[start : start + PAGES_OF_AN_ARTICLE]
        span = f"{part[0].number}-{part[-1].number}"
        body = "\n\n".join(block for block in _blocks(part, levels) if block)
        if body:
            is_whole = len(pages) <= PAGES_OF_AN_ARTICLE
            yield Article(
                external_id=name if is_whole else f"{name}#{span}",
                title=title if is_whole else f"{title} (pages {span})",
                body=body,
                place=f"pages {span}",
            )


def _levels(pages: list[Page]) -> dict[float, int]:
    """Size of letters -> level of a heading, for what is larger than most of the text."""
    sizes = Counter[float]()
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0]
    larger = sorted((size for size in sizes if size >= body * HEADING_IS_LARGER), reverse=True)
    return {size: min(2 + place, 4) for place, size in enumerate(larger)}


def _blocks(pages: list[Page], levels: dict[float, int]) -> Iterator[str]:
    """Headings and paragraphs. Where a page begins, the heading is said again with the page."""
    heading, level = "", 2
    for page in pages:
        lines = page.lines
        if lines and not _is_heading(lines[0], levels):
            yield f"{'#' * level} {heading} (page {page.number})" if heading else f"## Page {page.number}"
        while lines:
            if _is_heading(lines[0], levels):
                size = lines[0].size
                run = _run(lines, lambda line, size=size: line.size == size and _is_heading(line, levels))
                heading, level = " ".join(line.text.strip() for line in run), levels[size]
                yield f"{'#' * level} {heading} (page {page.number})"
            else:
                run = _run(lines, lambda line: not _is_heading(line, levels))
                yield from _paragraphs(run)
            lines = lines[len(run) :]


def _is_heading(line: Line, levels: dict[float, int]) -> bool:
    text = line.text.strip()
    return line.size in levels and len(text) <= LONGEST_HEADING and any(char.isalpha() for char in text)


def _run(lines: list[Line], belongs: Any) -> list[Line]:
    """The lines from the first on that belong together. (Any: a function of a line.)"""
    return lines[: next((place for place, line in enumerate(lines) if not belongs(line)), len(lines))]


def _paragraphs(lines: list[Line]) -> Iterator[str]:
    text = ""
    for before, line in pairwise([Line(), *lines]):
        words = line.text.strip()
        if BULLET.match(words):
            words = BULLET.sub("- ", words)
            yield text
            text = words
        elif text and _continues(before, line):
            text = _joined(text, words)
        else:
            yield text
            text = words
    yield text


def _continues(before: Line, line: Line) -> bool:
    """Near enough below; without places on the page, a line that does not end a sentence goes on."""
    distance = before.y - line.y
    if distance > 0:
        return distance <= GAP_OF_A_PARAGRAPH * max(line.size, 1.0)
    return not END.search(before.text.strip())


def _joined(text: str, words: str) -> str:
    """A word that was parted at the end of a line is one word again."""
    if re.search(r"[^\W\d]-$", text) and words[:1].islower():
        return text[:-1] + words
    return f"{text} {words}"


IMPORTER = Importer(name="pdf", suffixes=(".pdf",), read=read)
