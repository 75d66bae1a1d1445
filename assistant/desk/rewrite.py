"""Other words for an agent's draft: shorter, friendlier, in another language. The facts stay the draft's."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum

from assistant.desk.checks import addresses, check_all, clean, keeps_values, placeholders
from assistant.desk.languages import CLOSINGS, GREETINGS, language_by_words
from assistant.desk.material import Made, NotPossible, Statement, joined, statements_of
from assistant.desk.writing import Writer
from assistant.dialogue.meaning import means_the_same
from assistant.foundation.tenancy import in_tenant
from assistant.knowledge.grounding import NAME, numbers, sentences
from assistant.knowledge.search.shelf import names_now
from assistant.knowledge.text.words import fold, query_words, words_of
from assistant.privacy.leak import mask_leaks
from assistant.privacy.text import Redacted
from inference.contract import Embedder

TOKENS = 320
KEPT_SHARE = 0.6
"""Of the sentences, when the model gave nothing shorter."""
LENGTHS = (0.25, 4.0)
"""How much shorter or longer a translation may be; Chinese says it in a third of the letters."""
UNRELIABLE = "The model of this installation cannot translate this reliably."


class Style(StrEnum):
    """What is wanted."""

    SHORTER = "shorter"
    FRIENDLIER = "friendlier"
    TRANSLATE = "translate"


INSTRUCTIONS: Mapping[Style, str] = {
    Style.SHORTER: "Shorten this message of a customer service agent. Keep every name, number, amount and link exactly "
    "as it is, and add nothing. Reply with the message only.",
    Style.FRIENDLIER: "Make this message of a customer service agent friendlier. Keep every name, number, amount and "
    "link exactly as it is, and add no facts. Reply with the message only.",
    Style.TRANSLATE: "Translate this message of a customer service agent into {language}. Keep every name, number, "
    "amount, link and placeholder such as <EMAIL_1> exactly as it is. Reply with the translation only.",
}
LANGUAGES = {"en": "English", "zh": "Chinese", "de": "German", "fr": "French", "es": "Spanish"}


async def rewrite(
    writer: Writer, text: Redacted, style: Style, *, language: str, region: str, embedder: Embedder
) -> Made:
    """The text in other words. `language` is what to translate into. Raises NotPossible for a poor translation.

    There are no sources to name: all of it is from the caller's own text, which is stored nowhere.
    """
    draft = list(statements_of(text, kind="draft"))
    instruction = INSTRUCTIONS[style].format(language=LANGUAGES[language])
    written = (await writer.write(instruction, text, max_tokens=TOKENS)).strip()
    if style == Style.TRANSLATE:
        names = await in_tenant(writer.tenant, lambda: [product.name for product in names_now().products])
        made = _translated(text, written, language, names, region)
        if embedder.is_multilingual and not await means_the_same(made.text, text, embedder):
            raise NotPossible(UNRELIABLE)
        return made
    if style == Style.SHORTER:
        return await _shorter(draft, text, written, region, embedder)
    return await _friendlier(draft, text, written, region, embedder)


async def _shorter(draft: Sequence[Statement], text: Redacted, written: str, region: str, embedder: Embedder) -> Made:
    checked = await check_all(written, draft, region=region, embedder=embedder)
    if checked.texts and len(checked.text) < len(text):
        return Made(text=checked.text, sources=(), dropped=checked.dropped, way="generated")
    return Made(text=joined(_weightiest(draft)), sources=(), dropped=checked.dropped, way="extractive")


def _weightiest(draft: Sequence[Statement]) -> list[Statement]:
    """The sentences that say most of what the whole says, in their order; figures and links weigh."""
    whole = Counter(word for one in draft for word in query_words(one.text))

    def weight(place: int) -> float:
        words = query_words(draft[place].text)
        central = sum(whole[word] for word in words) / math.sqrt(len(words) or 1)
        return central + 2 * len(numbers(draft[place].text)) + 2 * len(addresses(draft[place].text))

    best = sorted(range(len(draft)), key=lambda place: (-weight(place), place))
    return [draft[place] for place in sorted(best[: max(1, math.floor(KEPT_SHARE * len(draft)))])]


async def _friendlier(
    draft: Sequence[Statement], text: Redacted, written: str, region: str, embedder: Embedder
) -> Made:
    """The model's, if it kept every value and said besides them only what is polite."""
    polite = {fold(line) for line in (*GREETINGS.values(), *CLOSINGS.values())}
    told = [clean(sentence, placeholders([text])) for sentence in sentences(written)]
    facts = [sentence for sentence in told if sentence and fold(sentence) not in polite]
    checked = await check_all("\n".join(facts), draft, region=region, embedder=embedder)
    is_whole = all(keeps_values(one.text, checked.text) for one in draft) and len(checked.texts) >= len(draft)
    language = language_by_words(text)
    if checked.texts and is_whole and not checked.dropped:
        return Made(text=_framed(checked.text, language), sources=(), dropped=0, way="generated")
    return Made(text=_framed(text.strip(), language), sources=(), dropped=checked.dropped, way="extractive")


def _framed(text: str, language: str) -> Redacted:
    return Redacted(f"{GREETINGS[language]}\n\n{text}\n\n{CLOSINGS[language]}")


def _names_in(text: str) -> list[str]:
    """Names of several words in an English text; other languages write other words with a capital too."""
    return [name for name in NAME.findall(text) if " " in name] if language_by_words(text) == "en" else []


def _translated(text: Redacted, written: str, language: str, names: Sequence[str], region: str) -> Made:
    """The model's translation, whole or not at all."""
    told = " ".join(filter(None, (clean(sentence, placeholders([text])) for sentence in sentences(written))))
    is_true = (
        bool(told)
        and keeps_values(told, text)
        and keeps_values(text, told)
        and all(name in told for name in (*names, *_names_in(text)) if name in text)
        and LENGTHS[0] * len(text) <= len(told) <= LENGTHS[1] * len(text)
        and language_by_words(told) == language
        and fold(told) != fold(text)
        and mask_leaks(told, shown=text, region=region) == told
        and len(set(words_of(told))) >= 0.3 * len(words_of(told))
    )
    if not is_true:
        raise NotPossible(UNRELIABLE)
    return Made(text=Redacted(told), sources=(), dropped=0, way="generated")
