"""Names of persons of many origins: our own lists, the generator's locales, romanised ones, and names made up."""

from __future__ import annotations

import importlib
from collections import defaultdict
from random import Random

from inference.tagging.corpus.grammar import LISTS, read_sections
from inference.tagging.corpus.romanise import romanised

NEAR = {
    "en": ("en_US", "en_GB", "english", "en_IE", "en_NZ"),
    "de": ("de_DE", "de_AT", "de_CH", "german", "tr_TR"),
    "fr": ("fr_FR", "fr_CA", "fr_CH", "french", "fr_DZ"),
    "es": ("es_ES", "es_MX", "es_AR", "hispanic", "es_CO"),
}
FRONTS = ("Mc", "Mac", "O'", "van ", "von ", "de ", "van der ", "de la ", "al-", "bin ")
FAMILY_FIRST = {"chinese", "vietnamese", "hu_HU", "ko_KR", "japanese"}
JOINED_FAMILIES = {"es_ES", "es_MX", "es_AR", "es_CL", "es_CO", "hispanic", "pt_BR", "pt_PT"}


class People:
    """Draws names. `given` and `family` hold the words of each origin."""

    def __init__(self, random: Random, wordnames: list[str]) -> None:
        self.random = random
        self.wordnames = [word.title() for word in wordnames]
        self.given: dict[str, list[str]] = defaultdict(list)
        self.family: dict[str, list[str]] = defaultdict(list)
        own = read_sections(LISTS / "names.txt")
        own_locales = own.pop("locales")
        for name, words in own.items():
            kind, origin = name.split(":")
            (self.given if kind == "given" else self.family)[origin] += words
        for locale in own_locales:
            self._read_locale(locale)
        zh = read_sections(LISTS / "zh.txt")
        self.zh_given = list(zh["given_chars"][0])
        provider = importlib.import_module("faker.providers.person.zh_CN").Provider
        self.zh_family: list[str] = [name for name in provider.last_names if len(name) == 1]
        self.zh_common = self.zh_family[:60]
        self.zh_compound = zh["compound_surnames"]
        self.zh_first: list[str] = list(provider.first_names)
        self.origins = sorted(origin for origin in self.given if self.given[origin] and self.family.get(origin))
        self._makers = {
            (kind, origin): MadeUp(words, random)
            for kind, table in (("given", self.given), ("family", self.family))
            for origin, words in table.items()
        }

    def origin(self, language: str) -> str:
        """Where a person in a text of this language comes from: near in half of the cases."""
        if language in NEAR and self.random.random() < 0.45:
            return self.random.choice(NEAR[language])
        return self.random.choice(self.origins)

    def one_given(self, origin: str, *, is_alone: bool = False) -> str:
        """A given name; some are two, some nobody has, and where it does not stand alone, some are words."""
        draw = self.random.random()
        if draw < 0.18:
            return self._makers["given", origin].word()
        if draw < 0.24 and origin in NEAR["en"] and not is_alone:
            return self.random.choice(self.wordnames)
        name = self.random.choice(self.given[origin])
        if draw > 0.97:
            return f"{name}-{self.random.choice(self.given[origin])}"
        return name

    def one_family(self, origin: str, *, is_alone: bool = False) -> str:
        """A family name, as `one_given`."""
        draw = self.random.random()
        if draw < 0.28:
            name = self._makers["family", origin].word()
        elif draw < 0.34 and origin in NEAR["en"] and not is_alone:
            name = self.random.choice(self.wordnames)
        else:
            name = self.random.choice(self.family[origin])
        if draw > 0.97:
            return f"{name}-{self.random.choice(self.family[origin])}"
        if draw > 0.955:
            return self.random.choice(FRONTS) + name
        return name

    def full(self, language: str) -> str:
        """A whole name in one of the ways it is written."""
        if language == "zh" and self.random.random() < 0.82:
            return self.chinese()
        pick = self.random.random
        origin = self.origin(language)
        given, family = self.one_given(origin), self.one_family(origin if pick() < 0.93 else self.origin(language))
        draw = pick()
        if origin in FAMILY_FIRST and draw < 0.45:
            return f"{family} {given}"
        if origin in JOINED_FAMILIES and draw < 0.4:
            return f"{given} {family}{self.random.choice((' ', ' ', ' y ', '-'))}{self.one_family(origin)}"
        if draw < 0.66:
            return f"{given} {family}"
        if draw < 0.80:
            return f"{given} {self._initial()}{self.random.choice(('.', '.', ''))} {family}"
        if draw < 0.85:
            return f"{given} {self.one_given(origin)} {family}"
        if draw < 0.89:
            return f"{family}, {given}"
        if draw < 0.94:
            return f"{self._initial()}. {family}"
        if draw < 0.96:
            return f"{self._initial()}. {self._initial()}. {family}"
        if draw < 0.97:
            return f"{self._initial()}.{self._initial()}. {family}"
        if draw < 0.98:
            return f"{given} {family[0]}."
        return f"{given} {family} {self.one_family(origin)}"

    def word_person(self) -> str:
        """A name whose parts are words."""
        family = self.random.choice(self.wordnames) if self.random.random() < 0.6 else self.one_family("en_US")
        return f"{self.random.choice(self.wordnames)} {family}"

    def chinese(self) -> str:
        """A Chinese name of two to four characters."""
        return self.chinese_family() + self.chinese_given()

    def chinese_family(self) -> str:
        """A Chinese family name; common ones more often."""
        draw = self.random.random()
        if draw < 0.12:
            return self.random.choice(self.zh_compound)
        return self.random.choice(self.zh_common if draw < 0.7 else self.zh_family)

    def chinese_given(self) -> str:
        """One or two characters."""
        draw = self.random.random()
        if draw < 0.25:
            return self.random.choice(self.zh_first)
        return "".join(self.random.choice(self.zh_given) for _ in range(2 if draw < 0.85 else 1))

    def _initial(self) -> str:
        return self.random.choice("ABCDEFGHIJKLMNOPRSTVWYZ")

    def _read_locale(self, locale: str) -> None:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute, table in (("first_names", self.given), ("last_names", self.family)):
            names: set[str] = set()
            for suffix in ("", "_male", "_female", "_unisex", "_masculine", "_feminine"):
                found = getattr(provider, attribute + suffix, ())
                names |= set(found) if isinstance(found, tuple | list | dict) else set()
            if locale == "is_IS" and attribute == "last_names":
                stems = sorted(provider.last_names_without_suffix)
                names = {stem + end for stem in stems for end in ("son", "dóttir")}
            table[locale] += sorted({romanised(name) for name in names if len(name) > 1 and "." not in name})


class MadeUp:
    """Makes up words that look like those of a list: each letter follows the two or three before it as in the list."""

    def __init__(self, words: list[str], random: Random) -> None:
        self.random = random
        self.words = words
        self.next: dict[str, list[str]] = defaultdict(list)
        for word in words:
            padded = f"^^^{word}$"
            for at in range(3, len(padded)):
                self.next[padded[at - 3 : at]].append(padded[at])
                self.next[padded[at - 2 : at]].append(padded[at])

    def word(self) -> str:
        """One word of three to sixteen letters."""
        memory = self.random.choice((2, 3))
        for _ in range(8):
            made = "^^^"
            while made[-1] != "$" and len(made) < 20:
                made += self.random.choice(self.next[made[-memory:]])
            if made[-1] == "$" and len(made) > 6:
                return made[3:-1]
        return self.random.choice(self.words)
