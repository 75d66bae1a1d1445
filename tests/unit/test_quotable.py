"""Which sentences of a passage may be quoted, and when they keep their label."""

from __future__ import annotations

import pytest

from assistant.knowledge.text.passages import clean_sentences


@pytest.mark.parametrize(
    ("passage", "quotable"),
    [
        ("- Value: $2,750.\n- Ask for them in the app.", ["AWS credits: Value: $2,750.", "Ask for them in the app."]),
        ("**Not covered:**\n- Items bought abroad.", ["Not covered: Items bought abroad."]),
        ("- Yes.\n- Great value.\n\nSee 3.", []),
        ("**Limits**\n- Daily: $50.", ["Limits: Daily: $50."]),
    ],
)
def test_an_item_that_says_nothing_alone_keeps_its_label(passage: str, quotable: list[str]) -> None:
    assert [text for text, _ in clean_sentences("Perks › AWS credits", passage)] == quotable


def test_a_numbered_item_is_a_step() -> None:
    assert clean_sentences("", "1. Open the app and wait.") == [("Open the app and wait.", True)]
