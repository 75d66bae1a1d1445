"""Which sentences an agent may be shown, and what a figure belongs to."""

from __future__ import annotations

import pytest

from assistant.desk.checks import follows, keeps_values
from assistant.desk.languages import language_by_words
from assistant.desk.material import statements_of
from assistant.desk.rewrite import _weightiest
from assistant.knowledge.text.figures import figures_in
from assistant.privacy.text import Redacted

FEE = "The monthly fee of the Blue Account is £4."


def test_a_figure_knows_its_unit_and_the_words_beside_it() -> None:
    daily, monthly = figures_in("The daily limit is $1,500 and the monthly limit is $12,500.")
    assert (daily.number, daily.unit, daily.words) == ("1500", "money $", {"daily", "limit"})
    assert (monthly.number, monthly.text, monthly.words) == ("12500", "$12,500", {"monthly", "limit"})


@pytest.mark.parametrize(
    ("text", "unit"), [("30.0% off", "share"), ("within 3 days", "day"), ("in 5 weeks", "week"), ("4 cards", "")]
)
def test_a_number_counts_something(text: str, unit: str) -> None:
    assert [figure.unit for figure in figures_in(text)] == [unit]


@pytest.mark.parametrize(
    "sentence",
    [
        "The monthly fee of the Blue Account is £5.",
        "The monthly fee of the Blue Account is $4.",
        "The monthly fee of the Blue Account is not £4.",
        "The monthly fee of the Blue Account is £4, see evil.example/fee.",
        "The monthly fee of the Blue Account is £4, <EMAIL_1>.",
        "The monthly fee of the Green Account is £4.",
        "",
    ],
)
def test_what_the_source_does_not_say_does_not_follow(sentence: str) -> None:
    assert not follows(sentence, FEE)


def test_other_words_for_the_same_follow() -> None:
    assert follows("The Blue Account has a monthly fee of £4.", FEE)
    assert follows("The customer asked about the fee of the Blue Account", FEE, lent="customer asked about")


def test_a_unit_is_part_of_a_value() -> None:
    assert not keeps_values("It takes 3 weeks", "It takes 3 days")
    assert keeps_values("3 days", "It takes 3 days")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The fee is waived for students.", "en"),
        ("Die Gebühr ist für Studenten nicht fällig.", "de"),
        ("Les frais ne sont pas dus pour les étudiants.", "fr"),
        ("La cuota no es para los estudiantes.", "es"),
        ("学生免收费用。", "zh"),
    ],
)
def test_a_text_shows_its_language(text: str, language: str) -> None:
    assert language_by_words(text) == language


def test_the_sentences_that_say_most_stay_in_their_order() -> None:
    draft = list(
        statements_of(Redacted("Good day. The fee of the Blue Account is £4 now. Pay the fee in May."), kind="x")
    )
    assert [one.text for one in _weightiest(draft)] == ["The fee of the Blue Account is £4 now."]
