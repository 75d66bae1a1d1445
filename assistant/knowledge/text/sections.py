"""An article as the sections that its headings make, so that some of them can move to another audience."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from markdown_it import MarkdownIt


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """From one heading to the next one of any level. Number 0 is what stands before the first heading."""

    number: int
    level: int
    """Of the heading, from 1; 0 without one."""
    heading: str
    text: str
    """As written, with the heading's line."""


def sections_of(body: str) -> list[Section]:
    """The sections in reading order; joined by line breaks they are the body. A `#` inside code is no heading."""
    lines = body.splitlines()
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    heads = [
        (token.map[0], int(token.tag[1]), tokens[i + 1].content)
        for i, token in enumerate(tokens)
        if token.type == "heading_open" and token.map and token.level == 0
    ]
    starts = [(0, 0, ""), *heads]
    ends = [*(start for start, _, _ in heads), len(lines)]
    return [
        Section(number=number, level=level, heading=heading, text="\n".join(lines[start:end]))
        for number, ((start, level, heading), end) in enumerate(zip(starts, ends, strict=True))
    ]


def divide(body: str, chosen: Collection[int]) -> tuple[str, str]:
    """(what stays, what moves): the chosen sections move, each with the smaller ones below it."""
    stays: list[str] = []
    moves: list[str] = []
    below = 0
    for section in sections_of(body):
        if section.number in chosen:
            below = below if 0 < below < section.level else section.level
            moves.append(section.text)
        elif 0 < below < section.level:
            moves.append(section.text)
        else:
            below = 0
            stays.append(section.text)
    return "\n".join(stays).strip(), "\n".join(moves).strip()
