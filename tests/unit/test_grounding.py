"""Which sentences follow from what was shown, and how text falls into sentences."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.knowledge.grounding import is_supported, numbers, sentences

FEE = "The monthly fee of the Blue Account is £4."
TEXT = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            ["It costs £1,500.00. ", "See e.g. page 3. ", "1. First\n", "好的。", "No. 5!", "\n\n", "\u2028", " "]
        ),
    ),
    max_size=8,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_sentences_join_back_to_the_text(text: str) -> None:
    joined = "".join(sentences(text))
    assert text.startswith(joined)
    assert not text[len(joined) :].strip()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("The fee is £4.50 a month.", 1),
        ("See e.g. the table, i.e. page 3.", 1),
        ("1. Open the app\n2. Tap Pay", 2),
        ("您好。限额是多少？", 2),
        ("", 0),
        ("   \n ", 0),
    ],
)
def test_text_falls_into_sentences(text: str, count: int) -> None:
    assert len(list(sentences(text))) == count


@pytest.mark.parametrize(
    "sentence",
    [
        FEE,
        "The Blue Account's monthly fee is £4.00.",
        "Monthly fee of the Blue Account: £4",
    ],
)
def test_a_sentence_that_says_the_same_is_supported(sentence: str) -> None:
    assert is_supported(sentence, [FEE])


@pytest.mark.parametrize(
    "sentence",
    [
        "The monthly fee of the Blue Account is £5.",
        "The monthly fee of the Green Account is £4.",
        "The monthly fee of the Blue Account is £4, see https://evil.example/x.",
        "The monthly fee of the Blue Account is £4, write to mallory@evil.example.",
        "Our overdraft interest rate depends on your credit history and income.",
        "",
        "The the the the the fee fee fee fee.",
    ],
)
def test_a_sentence_that_says_more_or_else_is_not(sentence: str) -> None:
    assert not is_supported(sentence, [FEE])


def test_a_sentence_needs_one_source_and_not_two_halves() -> None:
    halves = ["The monthly fee of the Blue Account is low.", "The yearly fee of another account is £4."]
    assert not is_supported(FEE, halves)


def test_a_question_lends_words_but_no_numbers() -> None:
    assert not is_supported("The monthly fee of the Blue Account is £7.", [FEE], said="is the fee £7?")


def test_repeating_the_question_is_no_answer() -> None:
    assert not is_supported(
        "What is the monthly fee of the Blue Account", [FEE], said="What is the monthly fee of the Blue Account"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("£1,500.00", {"1500"}),
        ("1,500 and 2.50", {"1500", "2.5"}),
        ("1. a step\n2) another", set()),
        ("9:30 on 24/12", {"9:30", "24/12"}),
        ("no number", set()),
    ],
)
def test_numbers_are_compared_by_value(text: str, found: set[str]) -> None:
    assert numbers(text) == found
