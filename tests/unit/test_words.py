"""Words as both sides of the search see them, and passages as articles are cut into them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.knowledge.text.passages import LONGEST, cut, plain_tables
from assistant.knowledge.text.words import fold, query_words, stem, words_of

TABLE = "| Card | Fee | Limit |\n|---|---|---|\n| Blue | £4 | £500 |\n| Green | £9 | £900 |"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Deposits", "deposit"),
        ("fees", "fee"),
        ("CAFÉ", "cafe"),
        ("policies", "policy"),
        ("transferring", "transferr"),
        ("Ｂｌｕｅ", "blue"),
        ("customer's", "customer"),
        ("charges", "charge"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


def test_chinese_becomes_overlapping_pairs() -> None:
    assert words_of("存款限额") == ["存款", "款限", "限额"]
    assert words_of("Blue卡") == [stem("blue"), "卡"]


def test_a_question_keeps_the_words_that_carry_meaning() -> None:
    assert query_words("What is the fee of the Blue Account, please?") == [stem("fee"), stem("blue"), stem("account")]
    assert query_words("What's this?") == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_folding_and_splitting_never_fail_and_settle(text: str) -> None:
    words_of(text)
    assert fold(fold(text)) == fold(text)


def test_a_table_row_becomes_a_sentence_of_its_own() -> None:
    assert plain_tables(TABLE).splitlines() == ["- Blue: Fee £4, Limit £500.", "- Green: Fee £9, Limit £900."]
    assert plain_tables("| Fee | £5 |") == "- Fee: £5."


def test_rows_of_a_table_stay_whole() -> None:
    rows = "\n".join(f"| Product {n} with a long name | £{n} | £{n}00 |" for n in range(100))
    pieces = cut("Fees", f"## Table\n\n| Card | Fee | Limit |\n|---|---|---|\n{rows}\n")
    lines = [line for piece in pieces for line in piece.text.splitlines() if line.strip()]
    assert lines == [f"- Product {n} with a long name: Fee £{n}, Limit £{n}00." for n in range(100)]
    assert all(len(piece.text) <= LONGEST for piece in pieces)


def test_passages_carry_their_heading_path() -> None:
    body = f"# A\n\n## B\n\n{'Text of b. ' * 30}\n\n## C\n\n{'Text of c. ' * 30}"
    assert [piece.heading for piece in cut("Title", body)] == ["Title › A › B", "Title › A › C"]


def test_a_hash_inside_code_is_no_heading() -> None:
    (piece,) = cut("T", "```\n# not a heading\n```\n\nText.")
    assert piece.heading == "T"


def test_an_article_without_text_is_still_found_by_its_title() -> None:
    assert [(piece.heading, piece.text) for piece in cut("Title", "")] == [("Title", "Title")]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab \n|*`1."), max_size=400))
def test_cutting_loses_no_word_of_the_text(body: str) -> None:
    joined = " ".join(f"{piece.heading} {piece.text}" for piece in cut("T", body))
    assert set(words_of(body)) <= set(words_of(joined))
