"""`manage.py evaluate answers | redaction`: figures about the product on a set of questions or texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from assistant.foundation.conf import conf, provider
from assistant.knowledge.keeping.judging import Result
from assistant.ops.evaluation import redaction, redaction_speed
from assistant.ops.evaluation.answers import evaluate, read_questions
from assistant.ops.evaluation.presidio import NotInstalled, presidio
from assistant.ports import PartsRunner


class Command(BaseCommand):
    """Starts what it needs when it is not running, uses a tenant of its own, and cleans up."""

    help = "Measure the quality of answers, or of redaction."
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
        answers.add_argument(
            "--planted", action="store_true", help="Plant names, cards and addresses in each question."
        )
        answers.add_argument("--arms", action="store_true", help="Measure what each part of retrieval earns.")
        answers.add_argument("--baseline", action="store_true", help="Ask the engine with the five nearest passages.")
        masks = kinds.add_parser("redaction", help="Find personal data in texts and compare with their labels.")
        masks.add_argument("--data", type=Path, required=True, help="JSON Lines {text, spans?} or presidio's layout.")
        masks.add_argument("--json", type=Path, required=True, help="Where to write rows, times and summary.")
        masks.add_argument("--compare", choices=["presidio"], help="Measure this one beside, on the same rows.")
        masks.add_argument("--speed", action="store_true", help="Time messages of 300 characters made of these texts.")
        masks.add_argument("--hostile", type=Path, help="JSON Lines {id, unit, tail}: time these shapes.")
        masks.add_argument("--misses", type=int, default=0, help="Print so many of what was missed and wrong.")

    def handle(self, *args: Any, **options: Any) -> None:
        """(Any: Django's own signature.)"""
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
        if options["what"] == "redaction":
            measure_redaction(options)
        else:
            measure_answers(options)


def measure_redaction(options: dict[str, Any]) -> None:
    """Needs nothing running. (Any: options as parsed.)"""
    try:
        rows = redaction.read_rows(options["data"])
        other = presidio() if options["compare"] else None
    except (OSError, ValueError, KeyError, NotInstalled) as problem:
        raise CommandError(f"{type(problem).__name__}: {problem}") from problem
    out = redaction.measure(rows, other)
    report = out.report()
    if options["speed"]:
        report["speed_ms_300_characters"] = redaction_speed.speed(rows)
    if options["hostile"]:
        report["hostile"] = redaction_speed.hostile(options["hostile"])
    options["json"].write_text(json.dumps(report, ensure_ascii=False, indent=1))
    table = Table(title=f"redaction of {len(rows)} texts")
    for name in ("figure", "Deskside", *([options["compare"]] if other else [])):
        table.add_column(name, justify="left" if name == "figure" else "right")
    for line in out.lines():
        table.add_row(*line)
    console = Console(highlight=False, markup=False)
    console.print(table)
    for name in ("speed_ms_300_characters", "hostile"):
        if name in report:
            console.print(f"{name}: {json.dumps(report[name])}")
    for word, examples in (("missed", out.tally.missed), ("wrong", out.tally.wrong)):
        for row, kind, value in examples[: options["misses"]]:
            console.print(f"{word} {row} {kind}: {value!r}")


def measure_answers(options: dict[str, Any]) -> None:
    """Starts what it needs. (Any: options as parsed.)"""
    parts = ["postgres", "embedder"] + ([] if options["no_generation"] else ["engine"])
    runner: PartsRunner = provider(PartsRunner)
    with runner.running(parts):
        result = evaluate(
            options["articles"].read_text(),
            read_questions(options["questions"], options["limit"]),
            generates=not options["no_generation"],
            is_planted=options["planted"],
            has_arms=options["arms"],
            has_baseline=options["baseline"],
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
