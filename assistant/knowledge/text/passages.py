"""Cut an article into passages, by heading, tables whole, and a passage into the sentences that may be quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from semantic_text_splitter import MarkdownSplitter

from assistant.knowledge.grounding import LIST_MARKER, NEGATION, numbers, sentences
from assistant.knowledge.text.orders import is_order, seen_text, told_title
from assistant.knowledge.text.words import words_of

LONGEST = 900
"""Code points of a passage; about 200 tokens: short prompts are quick prompts."""
SHORTEST = 160
FEWEST_WORDS = 3
STEP = re.compile(r"\s*\d{1,2}[.)]\s")
RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A passage before it is stored."""

    heading: str
    text: str


def cut(title: str, body: str) -> list[Piece]:
    """Passages in reading order; a short section joins the one before it."""
    body = seen_text(body)
    title = told_title(title, body)
    pieces: list[Piece] = []
    splitter = MarkdownSplitter(LONGEST)
    for heading, text in _sections(body):
        path = " › ".join(part for part in (title, heading) if part)
        for chunk in splitter.chunks(plain_tables(text)):
            last = pieces[-1] if pieces else None
            if last and len(chunk) < SHORTEST and len(last.text) + len(chunk) < LONGEST:
                label = f"**{heading}**\n" if heading and path != last.heading else ""
                pieces[-1] = Piece(heading=last.heading, text=f"{last.text}\n\n{label}{chunk}")
            else:
                pieces.append(Piece(heading=path, text=chunk))
    return pieces or [Piece(heading=title, text=title)]


def clean_sentences(heading: str, passage: str) -> list[tuple[str, bool]]:
    """(sentence, is a numbered step) of a passage; markers are cut, headings, labels and scraps left out.

    An item of a list under "what we cannot do" keeps that label: alone it would say the opposite; so does one that is
    hardly more than a figure, as "Value: $2,750." under "AWS credits".
    """
    label = heading.rpartition(" › ")[2]
    found: list[tuple[str, bool]] = []
    for sentence in sentences(passage):
        text = re.sub(r"\s+", " ", LIST_MARKER.sub("", sentence)).strip()
        if is_label(text):
            label = text.strip("#*:： ")
            continue
        is_item, is_scrap = LIST_MARKER.match(sentence) is not None, len(words_of(text)) < FEWEST_WORDS
        if is_scrap and not (is_item and label and numbers(text)):
            continue
        needs_label = is_scrap or (is_item and NEGATION.search(label) is not None)
        found.append((f"{label}: {text}" if needs_label else text, STEP.match(sentence) is not None))
    return found


def is_label(text: str) -> bool:
    """A heading, a bold label, a question of a FAQ or a line that only announces what follows."""
    return (
        text.startswith("#")
        or text.endswith((":", "：", "?", "？"))
        or re.fullmatch(r"\*\*[^*]+\*\*:?", text) is not None
    )


def plain_tables(text: str) -> str:
    """Table rows as sentences: `| Fee | £5 |` under `| What | Amount |` becomes `Fee: £5.`

    A model and a customer read them more easily than bars, and each row can be cited alone.
    """
    lines: list[str] = []
    head: list[str] = []
    rows = text.splitlines()
    for place, line in enumerate(rows):
        if not line.lstrip().startswith("|"):
            head = []
            lines.append(line)
        elif RULE.match(line):
            continue
        elif place + 1 < len(rows) and RULE.match(rows[place + 1]):
            head = _cells(line)
        else:
            lines.append(_row_sentence(head, _cells(line)))
    return "\n".join(lines)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _row_sentence(head: list[str], cells: list[str]) -> str:
    if len(cells) <= 2 or len(head) != len(cells):
        return "- " + ": ".join(cell for cell in cells if cell) + "."
    values = ", ".join(f"{name} {cell}" for name, cell in zip(head[1:], cells[1:], strict=True) if cell)
    name = f"{head[0]} {cells[0]}" if cells[0].isdecimal() else cells[0]
    return f"- {name}: {values}."


def _sections(body: str) -> Iterator[tuple[str, str]]:
    """(heading path below the title, text) by the Markdown syntax tree: a `#` inside code is no heading."""
    lines = body.splitlines()
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    heads = [
        (token.map, int(token.tag[1]), tokens[i + 1].content)
        for i, token in enumerate(tokens)
        if token.type == "heading_open" and token.map
    ]
    path: list[tuple[int, str]] = []
    start = 0
    for (first, last), level, heading in [*heads, ((len(lines), len(lines)), 0, "")]:
        text = "\n".join(lines[start:first]).strip()
        if text:
            yield " › ".join(name for _, name in path if not is_order(name)), text
        path = [(depth, name) for depth, name in path if depth < level] + [(level, heading)]
        start = last
