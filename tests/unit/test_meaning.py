"""A sentence in other words is told only when the encoder finds that it means what its source says."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from assistant.dialogue.meaning import means_the_same
from inference.contract import EngineUnavailable
from tests.fakes import ContentEmbedder

SOURCE = "The transfer is free when you hold the Blue Account."


class TwoVectors:
    """An encoder for which the two texts are so near."""

    dimensions = 2
    label = ""
    is_multilingual = False

    def __init__(self, cosine: float) -> None:
        self.cosine = cosine
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        raise NotImplementedError

    async def embed_now(self, texts: Sequence[str]) -> list[list[float]]:
        self.asked += texts
        return [[1.0, 0.0], [self.cosine, (1 - self.cosine**2) ** 0.5]]


class Away(TwoVectors):
    async def embed_now(self, texts: Sequence[str]) -> list[list[float]]:
        raise EngineUnavailable("away")


@pytest.mark.parametrize(("cosine", "is_told"), [(0.9, True), (0.61, True), (0.59, False), (-0.2, False)])
def test_what_is_far_from_its_source_is_not_told(cosine: float, is_told: bool) -> None:
    sentence = "When you hold the Blue Account the transfer is free."
    assert asyncio.run(means_the_same(sentence, SOURCE, TwoVectors(cosine))) is is_told


def test_a_copied_sentence_costs_no_encoding() -> None:
    encoder = TwoVectors(0.0)
    assert asyncio.run(means_the_same(SOURCE, SOURCE, encoder))
    assert encoder.asked == []


def test_without_the_encoder_the_words_decide() -> None:
    assert asyncio.run(means_the_same("Free transfers.", SOURCE, Away(0.0)))


@pytest.mark.parametrize(("sentence", "is_told"), [("账户月费免费", True), ("存款限额，每天", False)])
def test_chinese_is_judged_as_the_english_words_that_the_encoder_knows(sentence: str, is_told: bool) -> None:
    assert asyncio.run(means_the_same(sentence, "账户的月费是免费的。", ContentEmbedder())) is is_told


def test_an_encoder_of_many_languages_reads_chinese_itself() -> None:
    encoder = TwoVectors(0.9)
    encoder.is_multilingual = True
    asyncio.run(means_the_same("账户月费免费", "账户的月费是免费的。", encoder))
    assert encoder.asked == ["账户月费免费", "账户的月费是免费的。"]


def test_an_english_encoder_is_shown_no_chinese() -> None:
    encoder = TwoVectors(0.9)
    asyncio.run(means_the_same("账户月费免费", "账户的月费是免费的。", encoder))
    assert encoder.asked[0].isascii()
    assert encoder.asked[1].isascii()
