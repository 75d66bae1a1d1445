"""Does a sentence for an agent follow from its material? Values exactly, the rest as an answer's.

That is its words (`grounding`) and its meaning (`dialogue.meaning`), which comes last because it costs an encoding. The
threshold for answers holds here: of 17 true sentences in other words 13 pass, among them 11 of 13 that report what
somebody said ("The customer asked whether ..."), with all-MiniLM-L6-v2 [M]. What falls is quoted instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from assistant.desk.material import Statement
from assistant.dialogue.meaning import means_the_same
from assistant.dialogue.release import MARKUP
from assistant.knowledge.grounding import LINK, LIST_MARKER, is_supported, numbers, sentences
from assistant.knowledge.text.figures import figures_in
from assistant.knowledge.text.visible import visible
from assistant.knowledge.text.words import fold
from assistant.privacy.leak import mask_leaks
from assistant.privacy.restore import straighten
from assistant.privacy.text import PLACEHOLDER, Redacted
from inference.contract import Embedder

DOMAIN = re.compile(r"\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}\b(?:/[^\s)\]>\"']*)?", re.IGNORECASE)
REPORTING = (
    "customer agent assistant asked asks said says wants wanted requested told explained explains answered replied "
    "informed reported whether 客户 客服 助手 询问 回答 表示 希望 告知"
)
"""Words with which one tells what others said; they support nothing by themselves."""


@dataclass(slots=True, kw_only=True)
class Checked:
    """What passed, in the model's order, with the statement behind each sentence; and how many did not."""

    texts: list[Redacted] = field(default_factory=list)
    behind: list[Statement] = field(default_factory=list)
    dropped: int = 0

    @property
    def text(self) -> Redacted:
        """The sentences together."""
        return Redacted(" ".join(self.texts))


async def check_all(
    written: str, material: Sequence[Statement], *, region: str, embedder: Embedder, lent: str = ""
) -> Checked:
    """The sentences of a model's text that follow from one statement each. `lent` words may be said beside its own."""
    checked = Checked()
    known = placeholders(one.text for one in material)
    for sentence in sentences(written):
        text = clean(sentence, known)
        behind = await _behind(text, material, embedder, lent)
        if text and behind is not None:
            checked.texts.append(mask_leaks(text, shown=behind.text, region=region))
            checked.behind.append(behind)
        elif text:
            checked.dropped += 1
    return checked


async def _behind(text: str, material: Sequence[Statement], embedder: Embedder, lent: str) -> Statement | None:
    for one in material:
        if follows(text, one.text, lent=lent) and await means_the_same(text, one.text, embedder):
            return one
    return None


def follows(sentence: str, source: str, *, lent: str = "") -> bool:
    """Does a sentence use the source's words, no other value and not their opposite?"""
    return keeps_values(sentence, source) and is_supported(sentence, [source], name=lent)


def keeps_values(sentence: str, source: str) -> bool:
    """Does each number, amount, unit, link and placeholder of the sentence stand in the source?"""
    folded = fold(source)
    return (
        numbers(sentence) <= numbers(source)
        and _amounts(sentence) <= _amounts(source)
        and placeholders([sentence]) <= placeholders([source])
        and all(fold(link).rstrip(".,;") in folded for link in addresses(sentence))
    )


def clean(sentence: str, known: Collection[str]) -> str:
    """A sentence without markup, images and invisible characters; bent placeholders of `known` are straight again."""
    text = visible(MARKUP.sub("", LIST_MARKER.sub("", straighten(sentence, known))))
    return re.sub(r"\s+", " ", text).strip()


def addresses(text: str) -> set[str]:
    """Addresses and what could be read as one."""
    return {*LINK.findall(text), *DOMAIN.findall(text)}


def placeholders(texts: Iterable[str]) -> set[str]:
    """The placeholders in them."""
    return {match.group() for text in texts for match in PLACEHOLDER.finditer(text)}


def _amounts(text: str) -> set[tuple[str, str]]:
    """£4 is not $4, and 4 days are not 4 weeks."""
    return {(figure.unit, figure.number) for figure in figures_in(text) if figure.unit}
