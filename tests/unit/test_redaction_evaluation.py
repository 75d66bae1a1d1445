"""What counts as found, as wrong and as innocent when redaction is measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.ops.evaluation.redaction import Row, Span, measure, read_rows, summarise

TEXT = "Ann Lee, 5 Mill Lane\nLeeds, works at Acme"


def score(labels: list[Span], predicted: list[Span], text: str = TEXT) -> dict[str, dict[str, float]]:
    summary, _ = summarise([Row(id=0, text=text, spans=labels)], [predicted])
    return summary["types"]


def test_presidios_layout_and_json_lines_are_read(tmp_path: Path) -> None:
    listed = tmp_path / "listed.json"
    span = {"entity_type": "EMAIL_ADDRESS", "start_position": 0, "end_position": 3}
    listed.write_text(json.dumps([{"full_text": "a@b", "spans": [span]}]))
    lines = tmp_path / "lines.jsonl"
    lines.write_text(
        '{"text": "x\u2028y"}\n\n{"id": "two", "text": "z", "spans": [[0, 1, "PERSON"]], "language": "zh"}\n'
    )
    assert [(row.id, row.spans) for row in read_rows(listed)] == [(0, [(0, 3, "EMAIL")])]
    assert [(row.id, row.text, row.spans) for row in read_rows(lines)] == [
        (0, "x\u2028y", None),
        ("two", "z", [(0, 1, "PERSON")]),
    ]


def test_half_of_a_label_is_found_and_less_is_not() -> None:
    assert score([(0, 7, "PERSON")], [(0, 4, "PERSON")])["PERSON"]["recall"] == 1
    assert score([(0, 7, "PERSON")], [(0, 3, "PERSON")])["PERSON"]["recall"] == 0


def test_another_type_on_a_label_is_neither_found_nor_right() -> None:
    types = score([(0, 7, "PERSON")], [(0, 7, "EMAIL")])
    assert (types["PERSON"]["recall"], types["EMAIL"]["precision"]) == (0, 0)


def test_a_password_counts_for_a_key() -> None:
    types = score([(0, 7, "SECRET")], [(0, 7, "PASSWORD")])
    assert (types["SECRET"]["recall"], types["PASSWORD"]["precision"]) == (1, 1)


def test_what_stands_on_a_label_that_nobody_counts_is_not_punished() -> None:
    place = TEXT.index("Acme")
    types = score([(place, place + 4, "ORGANIZATION")], [(place, place + 4, "PERSON")])
    assert "PERSON" not in types or types["PERSON"]["predicted"] == 0


def test_the_parts_of_an_address_are_one_and_the_break_between_is_not_innocent() -> None:
    labels: list[Span] = [(9, 20, "ADDRESS"), (21, 26, "GPE")]
    summary, _ = summarise([Row(id=0, text=TEXT, spans=labels)], [[(9, 26, "ADDRESS")]])
    assert summary["types"]["ADDRESS"]["precision"] == 1
    assert summary["innocent_masked_per_1000"] == 0


def test_innocent_characters_and_clean_rows_are_counted() -> None:
    summary, _ = summarise([Row(id=0, text=TEXT, spans=[])], [[(9, 13, "ADDRESS")]])
    assert summary["innocent_masked_per_1000"] == pytest.approx(1000 * 4 / len(TEXT), abs=0.001)
    assert summary["of_them_with_anything_masked"] == 1


def test_without_labels_rows_are_written_and_nothing_is_compared() -> None:
    measured = measure([Row(id="a", text="write to ann@example.com", spans=None)])
    assert measured.report()["rows"] == [{"id": "a", "spans": [[9, 24, "EMAIL"]]}]
    assert measured.summary == {"rows": 1, "rows_with_anything_masked": 1.0}
    assert set(measured.ms) == {"p50", "p99"}
