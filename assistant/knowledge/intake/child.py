"""`python -m assistant.knowledge.intake.child NAME`: reads a file on its input, writes articles and problems as JSON.

Started by `intake.parsing` only. Before it looks at the first byte it gives up memory, processor time, files and
network, because what it reads comes from strangers and the parsers are large.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import resource
import sys
from dataclasses import asdict
from datetime import date
from typing import Any

from assistant.knowledge.importers import Article
from assistant.knowledge.intake.problems import Problem, Unusable
from assistant.knowledge.intake.reading import Began, read_file, tidied

MEGABYTE = 1_000_000
MOST_OUTPUT_BYTES = 200 * MEGABYTE
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.remove", "os.rename")
"""Beginnings of audit events that a parser has no reason to cause."""


def main() -> None:
    """Read one file, or one web page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--page", default="")
    parser.add_argument("--encoding", default="")
    parser.add_argument("--memory-mb", type=int, required=True)
    parser.add_argument("--seconds", type=int, required=True)
    options = parser.parse_args()
    give_up(options.memory_mb)
    logging.disable()  # parsers quote what they read
    body = sys.stdin.buffer.read()
    if options.page:
        _allow_seconds(options.seconds)
        _read_page(body, options.page, options.encoding)
    else:
        for item in read_file(body, options.name, start=options.start):
            if isinstance(item, Began):
                _allow_seconds(options.seconds)
            say(item)
    say({"done": True})


def give_up(memory_mb: int) -> None:
    """Bound this process for the rest of its life."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_OUTPUT_BYTES,) * 2)
    os.nice(10)
    sys.setrecursionlimit(2_000)
    sys.addaudithook(refuse)


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Called for everything that the interpreter does. (Any: Python's own signature.)"""
    if event.startswith(FORBIDDEN):
        raise PermissionError(event)
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        raise PermissionError(event)


def say(item: Article | Problem | Began | dict[str, Any]) -> None:
    """One line. (Any: JSON values.)"""
    row = item if isinstance(item, dict) else {type(item).__name__.lower(): asdict(item)}
    sys.stdout.write(json.dumps(row, default=_day) + "\n")
    sys.stdout.flush()


def _read_page(body: bytes, url: str, encoding: str) -> None:
    from assistant.knowledge.intake.pages import web_page  # noqa: PLC0415 heavy, and other files do not need it

    try:
        page = web_page(body, url=url, encoding=encoding)
    except Unusable as problem:
        return say(Problem(code=problem.code, message=problem.message, place=url, external_id=url))
    except MemoryError:
        return say(Problem(code="too_big", place=url, external_id=url))
    except Exception:  # noqa: BLE001 a page of strangers' making; see `reading.read_with`
        return say(Problem(code="unreadable", place=url, external_id=url))
    say({"page": {"links": page.links, "canonical": page.canonical, "is_indexable": page.is_indexable}})
    if page.is_indexable:
        say(
            tidied(
                Article(
                    external_id=url, title=page.title or url, body=page.body, language=page.language, url=url, place=url
                )
            )
        )
    return None


def _allow_seconds(seconds: int) -> None:
    """So much processor time from now on, for the next member."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    main()
