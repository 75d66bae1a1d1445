"""A question in English words, in parts, with the kinds of value that it wants."""

from __future__ import annotations

import pytest

from assistant.knowledge.text.bilingual import glossary, in_english
from assistant.knowledge.text.names import Names, Product
from assistant.knowledge.text.questions import Value, understand, values_in
from assistant.privacy.text import Redacted

NAMES = Names(
    products=(
        Product(name="Cedar Saver", words=("cedar", "saver")),
        Product(name="Maple Saver", words=("mapl", "saver")),
    ),
    distinctive=frozenset({"cedar", "mapl"}),
    glossary={"雪松": "Cedar Saver"},
)


def asked(text: str, before: str = "") -> list[str]:
    return [part.text for part in understand(Redacted(text), NAMES, before=Redacted(before))]


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("how much is the wire fee abroad and how many free withdrawals do i get", 2),
        ("what is the fee for wires abroad? also when does my card arrive by mail?", 2),
        ("what is the fee?", 1),
        ("is my tv covered and up to how much?", 1),
        ("Hi! I moved house last week, it was a mess. How long until a new card arrives", 1),
        ("每月手续费是多少?另外境外取现要收多少手续费?", 2),
    ],
)
def test_things_asked(question: str, parts: int) -> None:
    assert len(asked(question)) == parts


def test_no_word_of_the_customer_is_lost_between_the_parts() -> None:
    parts = asked("my cat ate it. how much is the wire fee abroad and how many free withdrawals do i get, please")
    assert all(word in " ".join(parts) for word in ("cat", "wire", "withdrawals", "please"))


def test_the_topic_leaves_the_product_out() -> None:
    (part,) = understand(Redacted("what does the Cedar Saver cost"), NAMES)
    assert "Cedar" in part.text
    assert "Cedar" not in part.topic
    assert [set(mention.products) for mention in part.mentions] == [{"Cedar Saver"}]


def test_a_follow_up_about_another_product_asks_the_same_of_it() -> None:
    (text,) = asked("and for the Maple Saver?", before="what is the monthly fee of the Cedar Saver")
    assert "monthly fee" in text
    assert "Maple" in text
    assert "Cedar" not in text


def test_a_follow_up_without_a_product_stays_with_the_one_before() -> None:
    (text,) = asked("and the limit?", before="what is the monthly fee of the Cedar Saver")
    assert "Cedar" in text
    assert "limit" in text


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("how much is it", Value.MONEY),
        ("what percent do you take", Value.SHARE),
        ("how long does it take", Value.DURATION),
        ("until when can i apply", Value.DATE),
        ("几点关门", Value.CLOCK),
        ("最多可以办几张", Value.NUMBER),
    ],
)
def test_the_value_that_is_wanted(question: str, value: Value) -> None:
    assert value in understand(Redacted(question), NAMES)[0].values


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("The fee is $3.", Value.MONEY),
        ("You earn 2 % back.", Value.SHARE),
        ("It takes two business days.", Value.DURATION),
        ("The offer ends on 2026-03-31.", Value.DATE),
        ("We close at 5 PM.", Value.CLOCK),
    ],
)
def test_the_value_that_is_held(sentence: str, value: Value) -> None:
    assert value in values_in(sentence)


def test_chinese_is_read_as_english_words() -> None:
    assert in_english("境外取现手续费是多少？").count("fee") == 1
    assert "how long" in in_english("转账要多久到账?")


def test_a_tenants_own_term_goes_before_the_glossary() -> None:
    assert "Cedar Saver" in in_english("雪松的利率", NAMES.glossary)
    assert "Cedar" not in in_english("雪松的利率")


def test_latin_text_stays_as_it_is() -> None:
    assert in_english("What is the fee?") == "What is the fee?"


def test_the_glossary_is_in_order() -> None:
    terms = glossary()
    assert len(terms) > 5_000
    assert all(english.isascii() for english in terms.values())
