"""`manage.py evaluate answers`: figures about the product on a set of questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.table import Table

from assistant.foundation.conf import conf, provider
from assistant.ops.evaluation.answers import Result, evaluate, read_questions
from assistant.ports import PartsRunner


class Command(BaseCommand):
    """Starts what it needs when it is not running, uses a tenant of its own, and cleans up."""

    help = "Measure the quality of answers."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand per thing to measure."""
        kinds = parser.add_subparsers(dest="what", required=True)
        answers = kinds.add_parser("answers", help="Ask questions through the widget's code path.")
        answers.add_argument("--articles", type=Path, required=True, help="JSON Lines {id, title, text, audience}.")
        answers.add_argument("--questions", type=Path, required=True, help="JSON Lines {id, question, language, …}.")
        answers.add_argument("--json", type=Path, required=True, help="Where to write summary and rows.")
        answers.add_argument("--limit", type=int, default=None, help="Ask only the first so many questions.")
        answers.add_argument("--no-generation", action="store_true", help="Leave the engine out.")

    def handle(self, *args: Any, **options: Any) -> None:
        """(Any: Django's own signature.)"""
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
        parts = ["postgres", "embedder"] + ([] if options["no_generation"] else ["engine"])
        runner: PartsRunner = provider(PartsRunner)
        with runner.running(parts):
            result = evaluate(
                options["articles"].read_text(),
                read_questions(options["questions"], options["limit"]),
                generates=not options["no_generation"],
            )
        out = {"summary": result.summary, "rows": result.rows}
        options["json"].write_text(json.dumps(out, ensure_ascii=False, indent=1))
        print_result(result)


def print_result(result: Result) -> None:
    """The summary as a table, and which questions of each kind failed."""
    table = Table(title=f"answers, at most {conf().answer_max_tokens} tokens each")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in result.summary.items():
        table.add_row(name, json.dumps(value))
    console = Console()
    console.print(table)
    for name, ids in result.failed.items():
        console.print(f"{name}: {', '.join(ids)}")
