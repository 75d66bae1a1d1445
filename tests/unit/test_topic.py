"""What a question is about, whoever asks it."""

from __future__ import annotations

import pytest

from assistant.privacy.text import Redacted
from assistant.privacy.topic import topic_of


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("What is the fee?", "What is the fee?"),
        ("Hi, this is <PERSON_1>. What is the fee? My card is <CREDIT_CARD_1>.", "What is the fee?"),
        ("Why was my card <CREDIT_CARD_1> declined?", "Why was my card declined?"),
        ("ich heiße <PERSON_1> und wohne in <ADDRESS_1>, was kostet das Konto?", "was kostet das Konto?"),
        ("我叫<PERSON_1>，我的卡号是<CREDIT_CARD_1>，月费是多少？", "月费是多少？"),
        ("my name is <PERSON_1>", "my name is"),
        ("how do I block it My card is <CREDIT_CARD_1> and I live at <ADDRESS_1>.", "how do I block it"),
        ("Is my card <CREDIT_CARD_1> still valid?", "Is my card still valid?"),
        ("<EMAIL_1>", ""),
    ],
)
def test_an_introduction_is_not_the_topic(text: str, topic: str) -> None:
    assert topic_of(Redacted(text)) == topic
