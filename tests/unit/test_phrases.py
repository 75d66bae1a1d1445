"""Wishes that people put in words, in English and Chinese."""

from __future__ import annotations

import pytest

from assistant.dialogue.understanding.phrases import asks_for_human, is_follow_up, is_yes, small_talk


@pytest.mark.parametrize(
    "text",
    [
        "I want to talk to a human",
        "can i speak to a real person please",
        "agent",
        "Human please!",
        "connect me with an agent",
        "Is there someone real I can chat with? I need a person",
        "get me a representative",
        "I'd like to speak to someone",
        "let me talk to your customer service team",
        "This is useless. Transfer me to an operator now.",
        "转人工",
        "我要人工客服",
        "请帮我转接真人客服",
        "人工",
        "我想找客服人员",
        "不要紧，转人工吧",
    ],
)
def test_asking_for_a_person_is_understood(text: str) -> None:
    assert asks_for_human(text)


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to talk to a human",
        "no need to speak to an agent",
        "What is the daily limit of the Blue Account?",
        "I need to be an agent to resell your cards?",
        "The person who sent me money was my brother",
        "How do I add another person to my account",
        "My estate agent needs a bank statement",
        "不要转人工",
        "人工费多少钱",
        "我不想找客服",
        "你好",
        "",
    ],
)
def test_talking_about_people_is_no_such_wish(text: str) -> None:
    assert not asks_for_human(text)


@pytest.mark.parametrize("text", ["yes", "Yes please!", "ok", "sure, thanks", "好的", "是的", "可以", "YES."])
def test_a_plain_yes_is_one(text: str) -> None:
    assert is_yes(text)


@pytest.mark.parametrize("text", ["no", "yes but what does it cost?", "okay so how do I", "不", "好像不对", ""])
def test_more_than_a_yes_is_none(text: str) -> None:
    assert not is_yes(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Hi", "greeting"),
        ("hello there!", "greeting"),
        ("你好", "greeting"),
        ("Thank you so much", "thanks"),
        ("ok thanks", "thanks"),
        ("谢谢", "thanks"),
        ("bye", "goodbye"),
        ("再见", "goodbye"),
        ("hi, what is the fee?", None),
        ("thanks, but what is the fee?", None),
        ("high fees", None),
        ("", None),
    ],
)
def test_small_talk_is_only_that(text: str, key: str | None) -> None:
    assert small_talk(text) == key


@pytest.mark.parametrize("text", ["and the limit?", "What about the Green Account?", "那绿色账户呢", "for business?"])
def test_a_follow_up_leans_on_what_was_asked(text: str) -> None:
    assert is_follow_up(text)


@pytest.mark.parametrize("text", ["What is the limit of the Blue Account?", "and " + "very " * 40 + "long", ""])
def test_a_whole_question_stands_alone(text: str) -> None:
    assert not is_follow_up(text)
