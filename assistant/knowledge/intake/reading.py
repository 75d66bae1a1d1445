"""A file to articles: which importer reads it, what is in an archive, and text that nobody can hide anything in.

Runs in the child process of `intake.parsing`; only `read_plain` also runs where a text arrives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePosixPath

from assistant.foundation.errors import BadInput
from assistant.knowledge.importers import Article, Importer, importer_for, importers
from assistant.knowledge.intake.archives import MOST_BYTES, content_of, members_of, open_archive
from assistant.knowledge.intake.problems import Problem, Unusable
from assistant.knowledge.text.visible import visible

MOST_ARTICLES = 20_000
"""Of one file."""
LONGEST_TITLE = 300
LONGEST_BODY = 300_000
"""Code points of an article: about 500 passages, which are embedded at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """The reader is about to read this member; when it dies, this one was it."""

    index: int
    name: str


def read_file(body: bytes, name: str, *, start: int = 0) -> Iterator[Began | Article | Problem]:
    """Everything in a file. In an archive, members before `start` are passed over."""
    if not name.lower().endswith(".zip"):
        yield Began(index=0, name=name)
        yield from read_one(body, name)
        return
    try:
        archive = open_archive(body)
    except Unusable as problem:
        yield Problem(code=problem.code, message=problem.message, place=name)
        return
    taken = 0
    for member in members_of(archive):
        if member.index < start:
            continue
        yield Began(index=member.index, name=member.name)
        try:
            content = content_of(archive, member)
        except Unusable as problem:
            yield Problem(code=problem.code, message=problem.message, place=member.name, external_id=member.name)
            continue
        taken += len(content)
        if taken > MOST_BYTES:
            yield Problem(code="too_big", message="The archive is too big when it is unpacked.", place=member.name)
            return
        yield from read_one(content, member.name)


def read_one(body: bytes, name: str) -> Iterator[Article | Problem]:
    """The articles of one document; whatever is wrong with it becomes a Problem."""
    try:
        importer = importer_for(PurePosixPath(name).suffix)
    except BadInput as problem:
        yield Problem(code="unknown_format", message=problem.public_message, place=name, external_id=name)
        return
    yield from read_with(importer, body, name)


def read_plain(importer: str, text: str) -> Iterator[Article | Problem]:
    """The articles of a text that came without a file."""
    return read_with(importers()[importer], text.encode("utf-8", "replace"), "")


def read_with(importer: Importer, body: bytes, name: str) -> Iterator[Article | Problem]:
    """The articles that one importer finds, tidied and counted."""
    count = 0
    try:
        for item in islice(importer.read(body, name), MOST_ARTICLES + 1):
            if count == MOST_ARTICLES:
                yield Problem(code="too_many", message=f"Only {MOST_ARTICLES} articles were read.", place=name)
                return
            count += 1
            found = tidied(item) if isinstance(item, Article) else item
            yield found if isinstance(found, Article) else _placed(found, name)
        if not count:
            yield Problem(code="empty", place=name, external_id=name)
    except Unusable as problem:
        yield Problem(code=problem.code, message=problem.message, place=name, external_id=name)
    except MemoryError:
        yield Problem(code="too_big", message="Reading it takes too much memory.", place=name, external_id=name)
    except RecursionError:
        yield Problem(code="unreadable", message="It is nested too deeply.", place=name, external_id=name)
    except Exception:  # noqa: BLE001 parsers of strangers' files raise anything; one document must not stop the rest
        yield Problem(code="unreadable", place=name, external_id=name)


def tidied(article: Article) -> Article | Problem:
    """The article without invisible letters, or why it is none."""
    title = " ".join(visible(article.title).split())[:LONGEST_TITLE]
    body = visible(article.body).strip()
    external_id = visible(article.external_id).strip()
    if not external_id or not title or not body:
        lacking = "a name" if not external_id else "a title" if not title else "a text"
        return Problem(code="empty", message=f"It lacks {lacking}.", place=article.place, external_id=external_id)
    if len(body) > LONGEST_BODY:
        message = f"An article has at most {LONGEST_BODY} characters; part it."
        return Problem(code="too_big", message=message, place=article.place, external_id=external_id)
    return replace(
        article, title=title, body=body, external_id=external_id, language=_language(article), url=visible(article.url)
    )


def _language(article: Article) -> str:
    tag = article.language.strip().lower()
    return tag if re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{2,4})?", tag) else ""


def _placed(problem: Problem, name: str) -> Problem:
    """The problem with the file's name in its place."""
    if name and name not in problem.place:
        return replace(problem, place=f"{name}, {problem.place}" if problem.place else name)
    return problem
