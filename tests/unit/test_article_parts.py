"""Sections, differences and middles: the pure parts of the knowledge desk."""

from __future__ import annotations

import pytest

from assistant.knowledge.keeping.versions import diff_lines
from assistant.knowledge.text.sections import divide, sections_of
from assistant.knowledge.vectors import cosine, middle_of

BODY = "Intro.\n\n# One\n\n```\n# no heading\n```\n\n## Two\n\nb\n\n# Three\nc"


def test_sections_joined_are_the_article() -> None:
    sections = sections_of(BODY)
    assert [(one.level, one.heading) for one in sections] == [(0, ""), (1, "One"), (2, "Two"), (1, "Three")]
    assert "\n".join(one.text for one in sections) == BODY


def test_a_section_moves_with_the_smaller_ones_below_it() -> None:
    stays, moves = divide(BODY, [1])
    assert stays == "Intro.\n\n# Three\nc"
    assert moves == "# One\n\n```\n# no heading\n```\n\n## Two\n\nb"


def test_what_stands_before_the_first_heading_moves_alone() -> None:
    assert divide(BODY, [0])[1] == "Intro."


@pytest.mark.parametrize("chosen", [[1, 2], [2, 1], [1]])
def test_choosing_a_section_inside_a_chosen_one_changes_nothing(chosen: list[int]) -> None:
    assert divide(BODY, chosen) == divide(BODY, [1])


def test_a_difference_shows_what_was_removed_before_what_took_its_place() -> None:
    lines = [(line.op, line.text) for line in diff_lines("a\nb\nc", "a\nB\nc\nd")]
    assert lines == [("same", "a"), ("removed", "b"), ("added", "B"), ("same", "c"), ("added", "d")]


def test_equal_texts_have_no_difference() -> None:
    assert {line.op for line in diff_lines("a\nb", "a\nb")} == {"same"}


def test_the_middle_is_as_near_to_both() -> None:
    middle = middle_of([[1.0, 0.0], [0.0, 1.0]])
    assert cosine(middle, [1.0, 0.0]) == pytest.approx(cosine(middle, [0.0, 1.0])) == pytest.approx(0.7071, abs=1e-4)
