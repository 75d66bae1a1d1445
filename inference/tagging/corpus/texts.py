"""Training texts: support talk, letters, chatter and articles in five languages, written from templates.

Everything is drawn from one seed. Texts of templates held back never meet those for training.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from inference.tagging.corpus import english, inflect, noise
from inference.tagging.corpus.facts import fact_producers
from inference.tagging.corpus.grammar import LISTS, Grammar, Piece, part_of, read_sections
from inference.tagging.corpus.people import People
from inference.tagging.corpus.places import FORMS, Places

LANGUAGES = {"en": 0.46, "zh": 0.13, "de": 0.13, "fr": 0.13, "es": 0.15}
SECTIONS = {"say_none": 0.44, "say_person": 0.37, "say_address": 0.19}
ARTICLES = Path(__file__).parents[3] / "deploy" / "demo"
ARTICLE_SHARE = 0.03
SHARED_SHARE = 0.2  # of texts without personal data, those of machines and forms, the same in all languages
EVERYDAY_SHARE = 0.6  # of the words put where they do not belong, those that exist
POOL = 300  # addresses, cities and streets that each locale gives
EVERYDAY_NAMES = {"thing": "everyday_noun", "verb": "everyday_verb", "adjective": "everyday_adjective"}
FORMS_OF = {"de": inflect.german, "fr": inflect.french, "es": inflect.spanish}
LOCALES = {"en": "en_US", "de": "de_DE", "fr": "fr_FR", "es": "es_ES", "zh": "zh_CN"}


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its labelled stretches: start, end (exclusive), label."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


class Corpus:
    """Writes examples without end; the same seed gives the same ones."""

    def __init__(self, seed: int, *, is_held_back: bool = False, pool: int = POOL) -> None:
        self.random = Random(seed)  # noqa: S311 texts, not secrets
        common = read_sections(LISTS / "en_words.txt")
        self.people = People(self.random, common["wordname"])
        self.places = Places(self.random, self.people, pool=pool)
        self.grammars = {language: self._grammar(language, is_held_back=is_held_back) for language in LANGUAGES}
        self.articles = _read_articles()

    def examples(self, count: int) -> Iterator[Example]:
        """So many texts."""
        for _ in range(count):
            yield self.example()

    def example(self) -> Example:
        """One text, or some of one language joined."""
        language = self.random.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
        if self.random.random() < ARTICLE_SHARE and self.articles:
            return self._disturbed([Piece(self.random.choice(self.articles))], "en")
        pieces = self._one(language)
        while self.random.random() < 0.22 and sum(len(piece.text) for piece in pieces) < 400:
            pieces += [Piece(self.random.choice((" ", "\n", ". ", " ", "\n\n", ", ")))]
            pieces += self._one(language)
        return self._disturbed(pieces, language)

    def words_of_lists(self) -> dict[str, list[str]]:
        """The words of each of features.LISTS."""
        people, places = self.people, self.places
        common = [word for grammar in self.grammars.values() for word in _common_words(grammar.sections)]
        return {
            "given": _name_words(people.given) + people.zh_given,
            "family": _name_words(people.family) + people.zh_family + people.zh_compound,
            "common": common,
            "place": places.known + places.countries + places.cities + self._all_of("district"),
            "street": _street_type_words(),
            "organisation": ORGANISATION_WORDS.split(),
            "title": [title for grammar in self.grammars.values() for title in grammar.sections.get("title", [])]
            + TITLE_WORDS.split(),
            "product": self._all_of("brand") + self._all_of("shop"),
        }

    def _all_of(self, section: str) -> list[str]:
        return [word for grammar in self.grammars.values() for word in grammar.sections.get(section, [])]

    def _disturbed(self, pieces: list[Piece], language: str) -> Example:
        grammar = self.grammars[language]

        def strange() -> str:
            return grammar.producers["everyday" if self.random.random() < EVERYDAY_SHARE else "made_up"]()[0].text

        return _joined(noise.disturb(pieces, self.random, language, strange))

    def _one(self, language: str) -> list[Piece]:
        section = self.random.choices(list(SECTIONS), list(SECTIONS.values()))[0]
        grammar = self.grammars[language]
        if section == "say_none" and "say_none_noun" in grammar.sections and self.random.random() < 0.4:
            section = "say_none_noun"
        if section == "say_none" and self.random.random() < SHARED_SHARE:
            section = "say_none_shared"
        return grammar.write(section)

    def _grammar(self, language: str, *, is_held_back: bool) -> Grammar:
        sections = read_sections(LISTS / f"{language}.txt")
        if language == "en":
            sections = (
                english.derived(read_sections(LISTS / "en_words.txt"), read_sections(LISTS / "en_more.txt")) | sections
            )
        english_sections = read_sections(LISTS / "en_words.txt")
        sections = {name: english_sections[name] for name in ("brand", "product_first", "product_second")} | sections
        sections.setdefault("job", _jobs(language))
        sections["lorem_word"] = _lorem_words(language)
        more = "en_templates.txt" if language == "en" else f"{language}_more.txt"
        for name, lines in read_sections(LISTS / more).items():
            sections[name] = sections.get(name, []) + lines
        sections |= read_sections(LISTS / "shared.txt")
        for name in ("thing", "verb", "adjective") if language in FORMS_OF else ():
            own = read_sections(LISTS / f"{language}_everyday.txt")[EVERYDAY_NAMES[name]]
            sections[name] = sections[name] + [word.partition(":")[0] for word in own]
        sections["everyday_form"], sections["everyday_base"] = _everyday(language, sections)
        sections = part_of(sections, is_held_back=is_held_back)
        grammar = Grammar(sections=sections, producers={}, random=self.random)
        grammar.producers |= fact_producers(language, grammar, self.people, self.places)
        return grammar


ORGANISATION_WORDS = (
    "inc llc ltd gmbh ag kg corp corporation company co group holdings plc sa sarl bank university college institute "
    "association foundation council ministry department agency airlines insurance hospital studios records"
)
TITLE_WORDS = "mr mrs ms miss dr prof sir madam herr frau señor señora monsieur madame don doña mme mlle 先生 女士 小姐"


def _name_words(names_of: dict[str, list[str]]) -> list[str]:
    """The words of names; `de`, `van` and the like are none."""
    words = [word for names in names_of.values() for name in names for word in re.findall(r"[^\W\d_]+", name)]
    return [word for word in words if word[0].isupper()]


def _common_words(sections: dict[str, list[str]]) -> list[str]:
    """Words of the word lists that are neither names nor brands."""
    left_out = {"wordname", "brand", "product_first", "product_second", "places", "provinces", "districts", "title"}
    left_out |= {"shop", "district", "lorem_word", "given_chars", "compound_surnames", "street_words", "estates", "job"}
    texts = [line for name, lines in sections.items() if name not in left_out for line in lines]
    return re.findall(r"[^\W\d_]+", " ".join(re.sub(r"\{\w+\}", " ", text) for text in texts))


def _street_type_words() -> list[str]:
    forms = " ".join(FORMS["street_forms"] + FORMS["bare_forms"] + FORMS["units"])
    return re.findall(r"[^\W\d_]{2,}", re.sub(r"\w*\{\w\}\w*", " ", forms))


def _jobs(language: str) -> list[str]:
    name = {"es": "es"}.get(language, LOCALES[language])
    provider = importlib.import_module(f"faker.providers.job.{name}").Provider
    return [str(job).lower() for job in provider.jobs]


def _lorem_words(language: str) -> list[str]:
    provider = importlib.import_module(f"faker.providers.lorem.{LOCALES[language]}").Provider
    return list(provider.word_list)


def _everyday(language: str, sections: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """Words of everyday life in all their forms, and as a dictionary has them."""
    own = read_sections(LISTS / f"{language}_everyday.txt")
    if language in FORMS_OF:
        verbs, adjectives, nouns = (sections[name] for name in ("verb", "adjective", "thing"))
        words = (
            FORMS_OF[language](verbs + own["everyday_verb"], adjectives, nouns)
            + own["everyday_word"]
            + sections["past"]
        )
    elif language == "en":
        words = english.forms(own["everyday_verb"], own["everyday_noun"], own["everyday_adjective"])
        words += own["everyday_word"] + sections["thing"] + sections["past"] + sections["gerund"] + sections["plural"]
    else:
        words = own["everyday"] + sections["thing"] + sections["verb"] + sections["adjective"] + sections["adverb"]
    base = [word for name in ("thing", "adjective", "adverb", "past", "lorem_word") for word in sections.get(name, [])]
    base += [word.partition(":")[0] for name, found in own.items() for word in found] + own.get("everyday_word", []) * 2
    return _single_words(words), _single_words(base)


def _single_words(words: list[str]) -> list[str]:
    return sorted({part for word in words for part in word.split() if len(part) > 1})


def _read_articles() -> list[str]:
    """Stretches of the demonstration companies' articles; those with postal addresses are left out."""
    stretches = []
    for path in sorted(ARTICLES.glob("*/articles/*.md")):
        blocks = path.read_text(encoding="utf-8").split("\n\n")
        if "address" not in path.name and "contact" not in path.name:
            stretches += ["\n\n".join(blocks[at : at + 2]) for at in range(0, len(blocks), 2)]
    return [stretch[:700] for stretch in stretches if len(stretch) > 40]


def _joined(pieces: list[Piece]) -> Example:
    spans, at = [], 0
    for piece in pieces:
        if piece.label and piece.text.strip():
            skipped = len(piece.text) - len(piece.text.lstrip())
            spans.append((at + skipped, at + len(piece.text.rstrip()), piece.label))
        at += len(piece.text)
    return Example("".join(piece.text for piece in pieces), tuple(spans))
