"""How well personal data is found: recall, precision, what is masked for nothing, and how long it takes."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.privacy.redactor import REGIONS, find
from assistant.privacy.restore import LITERAL

Span = tuple[int, int, str]
"""Start, end (code points, exclusive), type."""

STRUCTURED = ("EMAIL", "CREDIT_CARD", "IBAN", "NATIONAL_ID", "IP_ADDRESS", "URL_WITH_TOKEN", "SECRET")
TYPES = (*STRUCTURED, "PHONE", "PERSON", "ADDRESS", "DATE_OF_BIRTH", "ACCOUNT_ID", "PASSWORD")
AS_ONE = {"PASSWORD": "CREDENTIAL", "SECRET": "CREDENTIAL"}
"""Whether a word is a password or a key is not always to be told: either counts for both."""
RENAMED = {
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "IBAN_CODE": "IBAN",
    "STREET_ADDRESS": "ADDRESS",
    "US_SSN": "NATIONAL_ID",
    "US_DRIVER_LICENSE": "NATIONAL_ID",
}
"""Labels of presidio-research's layout. Its other labels are not personal data here: not asked for, not punished."""
HALF = 0.5
GAP_MAX = 4

Finder = Callable[[str, str | None], list[Span]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One text; `spans` is None when nobody labelled it."""

    id: Any  # what the file calls it
    text: str
    spans: list[Span] | None
    language: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class Score:
    """Counts of one type."""

    labelled: int = 0
    found: int = 0
    predicted: int = 0
    right: int = 0

    def figures(self) -> dict[str, float | int]:
        """Recall, precision and F1; 1 where there was nothing to find or nothing was said."""
        recall = self.found / self.labelled if self.labelled else 1.0
        precision = self.right / self.predicted if self.predicted else 1.0
        both = recall + precision
        return {
            "labelled": self.labelled,
            "predicted": self.predicted,
            "recall": round(recall, 4),
            "precision": round(precision, 4),
            "f1": round(2 * recall * precision / both, 4) if both else 0.0,
        }


@dataclass(slots=True)
class Tally:
    """Everything counted over a file."""

    types: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    characters: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of a file. `other` is the same of the yardstick. (Any: JSON.)"""

    rows: list[dict[str, Any]]
    ms: dict[str, float]
    summary: dict[str, Any]
    tally: Tally
    other: tuple[dict[str, Any], dict[str, float]] | None = None

    def report(self) -> dict[str, Any]:
        """The output file."""
        report: dict[str, Any] = {"rows": self.rows, "ms_per_message": self.ms, "summary": self.summary}
        if self.other is not None:
            report["compared_with"] = {"summary": self.other[0], "ms_per_message": self.other[1]}
        return report

    def lines(self) -> Iterator[list[str]]:
        """Figure, ours, and the yardstick's beside it."""
        sides = [(self.summary, self.ms), *([self.other] if self.other else [])]
        for name in ("structured", "micro", *self.summary.get("types", {})):
            for figure in ("recall", "precision", "f1"):
                values = [side[0].get(name) or side[0].get("types", {}).get(name) for side in sides]
                if values[0] and (values[0]["labelled"] or values[0]["predicted"]):
                    yield [f"{name} {figure}", *(f"{value[figure]:.3f}" if value else "-" for value in values)]
        for figure in (
            "characters_masked",
            "innocent_masked_per_1000",
            "rows_without_personal_data",
            "of_them_with_anything_masked",
            "rows",
            "rows_with_anything_masked",
        ):
            if figure in self.summary:
                yield [figure, *(str(side[0].get(figure, "-")) for side in sides)]
        for share in ("p50", "p99"):
            yield [f"ms per message {share}", *(str(side[1][share]) for side in sides)]


def measure(rows: Sequence[Row], other: Finder | None = None) -> Measured:
    """Find, time and compare; `other` does the same on the same rows."""
    predicted, took = run(rows, ours)
    summary, tally = summarise(rows, predicted)
    by_tag = {
        tag: summarise(
            *zip(*[(row, spans) for row, spans in zip(rows, predicted, strict=True) if tag in row.tags], strict=True)
        )[0]
        for tag in sorted({tag for row in rows for tag in row.tags})
    }
    if by_tag:
        summary["tags"] = {tag: {"rows": one["rows"], "micro": one.get("micro")} for tag, one in by_tag.items()}
    beside = None
    if other is not None:
        theirs, their_time = run(rows, other)
        beside = (summarise(rows, theirs)[0], times(their_time))
    return Measured(
        rows=[
            {"id": row.id, "spans": [list(span) for span in spans]} for row, spans in zip(rows, predicted, strict=True)
        ],
        ms=times(took),
        summary=summary,
        tally=tally,
        other=beside,
    )


def times(took: Sequence[float]) -> dict[str, float]:
    """Median and 99th percentile, in ms."""
    return {"p50": percentile(took, 0.5), "p99": percentile(took, 0.99)}


def read_rows(path: Path) -> list[Row]:
    """A JSON list in presidio-research's layout, or JSON Lines `{id?, text, spans?}`."""
    text = path.read_text()
    if text.lstrip().startswith("["):
        rows = json.loads(text)
    else:
        rows = [json.loads(line) for line in text.split("\n") if line.strip()]
    return [_row(index, row) for index, row in enumerate(rows)]


def ours(text: str, language: str | None) -> list[Span]:
    """What Deskside finds."""
    region = REGIONS.get((language or "en")[:2], "US")
    return [(one.start, one.end, one.kind) for one in find(text, region=region) if one.kind != LITERAL]


def run(rows: Sequence[Row], finder: Finder) -> tuple[list[list[Span]], list[float]]:
    """The spans of each row, and the milliseconds that each took; the first calls warm up and are not counted."""
    for row in rows[:20]:
        finder(row.text, row.language)
    predicted: list[list[Span]] = []
    took: list[float] = []
    for row in rows:
        started = time.perf_counter()
        predicted.append(finder(row.text, row.language))
        took.append((time.perf_counter() - started) * 1000)
    return predicted, took


def summarise(rows: Sequence[Row], predicted: Sequence[list[Span]]) -> tuple[dict[str, Any], Tally]:
    """Figures per type, over the structured kinds and over all of them, and of characters. (Any: JSON.)"""
    tally = Tally()
    for row, spans in zip(rows, predicted, strict=True):
        tally.rows["all"] += 1
        tally.rows["masked"] += bool(spans)
        if row.spans is not None:
            _count(row, spans, tally)
    if not any(row.spans is not None for row in rows):
        share = tally.rows["masked"] / max(1, len(rows))
        return {"rows": len(rows), "rows_with_anything_masked": round(share, 5)}, tally
    clean = max(1, tally.rows["clean"])
    return {
        "rows": tally.rows["all"],
        "types": {name: tally.types[name].figures() for name in TYPES if name in tally.types},
        "structured": _together(tally, STRUCTURED),
        "micro": _together(tally, TYPES),
        "characters_masked": round(tally.characters["masked"] / max(1, tally.characters["personal"]), 4),
        "innocent_masked_per_1000": round(
            1000 * tally.characters["innocent_masked"] / max(1, tally.characters["innocent"]), 3
        ),
        "rows_without_personal_data": tally.rows["clean"],
        "of_them_with_anything_masked": round(tally.rows["clean_masked"] / clean, 4),
    }, tally


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` of them lie."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3) if ordered else 0.0


def _row(index: int, row: Mapping[str, Any]) -> Row:
    """(Any: JSON.)"""
    if "full_text" in row:
        spans = [
            (span["start_position"], span["end_position"], RENAMED.get(span["entity_type"], span["entity_type"]))
            for span in row.get("spans", [])
        ]
        return Row(id=row.get("id", index), text=row["full_text"], spans=spans)
    given = row.get("spans")
    return Row(
        id=row.get("id", index),
        text=row["text"],
        spans=None if given is None else [(start, end, RENAMED.get(name, name)) for start, end, name in given],
        language=row.get("language") or row.get("lang"),
        tags=tuple(row.get("tags", ())),
    )


def _count(row: Row, predicted: list[Span], tally: Tally) -> None:
    labels = _merged(row.text, [span for span in row.spans or [] if span[2] in TYPES])
    others = [span for span in row.spans or [] if span[2] not in TYPES]
    for start, end, kind in labels:
        tally.types[kind].labelled += 1
        if _covered(start, end, predicted, kind) >= HALF:
            tally.types[kind].found += 1
        else:
            tally.missed.append((str(row.id), kind, row.text[start:end]))
    for start, end, kind in predicted:
        if _covered(start, end, labels, kind) >= HALF:
            tally.types[kind].right += 1
        elif _covered(start, end, [*labels, *others], None) >= HALF and not _covered(start, end, labels, None):
            continue  # on a label that nobody counts
        else:
            tally.wrong.append((str(row.id), kind, row.text[start:end]))
        tally.types[kind].predicted += 1
    personal = _places(labels)
    known = _places([*labels, *others]) | _between(row.text, [*labels, *others])
    masked = _places(predicted)
    tally.characters["personal"] += len(personal)
    tally.characters["masked"] += len(personal & masked)
    tally.characters["innocent"] += len(row.text) - len(known)
    tally.characters["innocent_masked"] += len(masked - known)
    if not labels:
        tally.rows["clean"] += 1
        tally.rows["clean_masked"] += bool(masked - known)


def _merged(text: str, spans: Sequence[Span]) -> list[Span]:
    """Parts of one address that stand beside each other are one: how a template cut it is nobody's business."""
    merged: list[Span] = []
    for start, end, kind in sorted(spans):
        if merged and kind == "ADDRESS" == merged[-1][2] and not text[merged[-1][1] : start].strip(" \n,>"):
            merged[-1] = (merged[-1][0], end, kind)
        else:
            merged.append((start, end, kind))
    return merged


def _between(text: str, spans: Sequence[Span]) -> set[int]:
    """Marks and breaks between the labelled parts of one address belong to it: they are no innocent words."""
    ordered = sorted(spans)
    gaps = zip((end for _, end, _ in ordered), (start for start, _, _ in ordered[1:]), strict=False)
    return {
        place
        for end, start in gaps
        if end < start <= end + GAP_MAX and not any(map(str.isalnum, text[end:start]))
        for place in range(end, start)
    }


def _covered(start: int, end: int, spans: Sequence[Span], kind: str | None) -> float:
    """The share of a stretch that spans of a kind (None: of any) cover."""
    same = AS_ONE.get(kind, kind) if kind else None
    places = _places(span for span in spans if same is None or AS_ONE.get(span[2], span[2]) == same)
    return len(places & set(range(start, end))) / max(1, end - start)


def _places(spans: Iterable[Span]) -> set[int]:
    return {place for start, end, _ in spans for place in range(start, end)}


def _together(tally: Tally, names: Sequence[str]) -> dict[str, float | int]:
    total = Score()
    for name in names:
        if name in tally.types:
            one = tally.types[name]
            total.labelled += one.labelled
            total.found += one.found
            total.predicted += one.predicted
            total.right += one.right
    return total.figures()
