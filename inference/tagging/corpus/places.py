"""Postal addresses of many countries, and places, companies and jobs beside them."""

from __future__ import annotations

import importlib
from random import Random

from faker import Faker

from inference.tagging.corpus.grammar import LISTS, read_sections
from inference.tagging.corpus.people import MadeUp, People
from inference.tagging.corpus.romanise import romanised_text

NEAR = {
    "en": ("en_US", "en_GB", "en_CA", "en_AU", "en_US"),
    "de": ("de_DE", "de_AT", "de_CH"),
    "fr": ("fr_FR", "fr_CH", "fr_CA"),
    "es": ("es_ES", "es_MX", "es_AR", "es_CO", "es_CL"),
}
DIGITS = "0123456789"
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
FORMS = {
    name: [form.replace("\\n", "\n") for form in forms] for name, forms in read_sections(LISTS / "forms.txt").items()
}


class Places:
    """Draws addresses, cities, countries and companies."""

    def __init__(self, random: Random, people: People, *, pool: int) -> None:
        self.random, self.people = random, people
        self.whole: dict[str, list[str]] = {}
        self.cities: list[str] = []
        self.countries: list[str] = []
        self.companies: list[str] = []
        self.streets: list[str] = []
        for number, locale in enumerate(FORMS["locales"]):
            fake = Faker(locale, use_weighting=False)
            fake.seed_instance(number)
            self.whole[locale] = [romanised_text(fake.address()) for _ in range(pool)]
            if locale != "it_IT":  # its cities come in an order that changes from run to run
                self.cities += [romanised_text(fake.city()) for _ in range(pool)]
            self.streets += [romanised_text(fake.street_name()) for _ in range(pool)]
            self.companies += [romanised_text(fake.company()) for _ in range(pool // 2)]
        for locale in ("en_US", "de_DE", "fr_FR", "es_ES"):
            provider = importlib.import_module(
                f"faker.providers.address.{'es' if locale == 'es_ES' else locale}"
            ).Provider
            self.countries += sorted(getattr(provider, "countries", ()))
        for locale in ("de_DE", "pl_PL", "nl_NL", "sv_SE", "da_DK", "cs_CZ"):
            provider = importlib.import_module(f"faker.providers.address.{locale}").Provider
            self.cities += sorted(getattr(provider, "cities", ()))
        provider = importlib.import_module("faker.providers.address.en_GB").Provider
        self.street_types: list[str] = sorted(set(provider.street_suffixes))
        own = read_sections(LISTS / "places.txt")
        self.known = own["cities"] + own["countries"] + own["regions"]
        self.words = own["street_words"]
        self._city_maker = MadeUp(self.cities, random)
        self.word_maker = MadeUp(own["company_seeds"], random)
        self._zh = read_sections(LISTS / "zh.txt")

    def place(self, language: str) -> str:
        """A city, region or country, alone or two together."""
        pick = self.random.choice
        if language == "zh":
            return pick(self._zh["places"])
        draw = self.random.random()
        if draw < 0.55:
            return pick(self.known)
        if draw < 0.75:
            return pick(self.cities)
        if draw < 0.9:
            return pick(self.countries)
        return f"{pick(self.known)}, {pick(self.known if draw < 0.96 else FORMS['regions'])}"

    def company(self, language: str) -> str:
        """A company or institution."""
        pick = self.random.choice
        if language == "zh":
            name = pick(self._zh["places"]) if self.random.random() < 0.5 else self.people.chinese_given()
            return name + self.people.chinese_given() * (self.random.random() < 0.5) + pick(self._zh["company_kinds"])
        if self.random.random() < 0.2:
            return pick(self.companies)
        form = pick(FORMS["company_forms"])
        while "{f}" in form:
            form = form.replace("{f}", self.people.one_family(self.people.origin(language)), 1)
        form = form.replace("{c}", self.word_maker.word() if self.random.random() < 0.6 else pick(self.words).title())
        form = form.replace("{s}", pick(FORMS["company_ends"])).replace("{x}", pick(FORMS["company_words"]))
        return form.replace("{p}", pick(self.known))

    def address(self, language: str, *, in_lines: bool = False) -> str:
        """A whole postal address; parts stand in one line or in several."""
        if language == "zh" and self.random.random() < 0.9:
            return self.chinese_address()
        draw = self.random.random()
        if draw < 0.3:
            near = self.random.random() < 0.6 and language in NEAR
            locale = self.random.choice(NEAR[language] if near else FORMS["locales"])
            text = self.random.choice(self.whole[locale])
        elif draw < 0.36:
            text = self._military()
        else:
            text = self._composed() if draw < 0.96 else self._corner()
        lines = [line for line in text.split("\n") if line.strip(" ,")]
        if in_lines:
            return "\n".join(lines)
        return self.random.choice(
            ("\n", ", ", ", ", ", ", " ", "\n ", ",\n", " \n", "; ", " / ") if draw < 0.97 else (" - ",)
        ).join(lines)

    def street(self, language: str) -> str:
        """Street and house number, now and then with a unit or a city."""
        if language == "zh":
            return self._chinese_street()
        text = self._street()
        draw = self.random.random()
        if draw < 0.05:
            return f"{self._number()} {text}"
        if draw < 0.12:
            return f"{text}, {self._unit()}"
        if draw < 0.35:
            return (
                f"{text}{self.random.choice((', ', ' in ', ' '))}{self._city()}"
                if draw < 0.3
                else f"{text}, {self._postcode()} {self._city()}"
            )
        return text

    def bare_street(self, language: str) -> str:
        """A street without a number."""
        if language == "zh":
            return self.random.choice(self._zh["street_words"]) + self.random.choice(("路", "街", "大道", "巷"))
        if self.random.random() < 0.25:
            return self.random.choice(self.streets)
        return self._fill(self.random.choice(FORMS["bare_forms"]))

    def chinese_address(self) -> str:
        """As written in China: from the province down to the door."""
        pick, chance, zh = self.random.choice, self.random.random, self._zh
        text = ""
        if chance() < 0.5:
            text += pick(zh["provinces"])
        if chance() < 0.75:
            text += pick(zh["places"]) + pick(("市", "市", "市", "", "县"))
        if chance() < 0.75:
            text += pick(zh["districts"])
        if chance() < 0.1:
            text += pick(zh["street_words"]) + pick(("镇", "街道", "乡")) + pick(zh["street_words"]) + "村"
        text += self._chinese_street()
        return text + (f" {self.random.randint(100000, 859999)}" if chance() < 0.06 else "")

    def _chinese_street(self) -> str:
        pick, chance, number, zh = self.random.choice, self.random.random, self._number, self._zh
        stem = (
            pick(zh["street_words"])
            if chance() < 0.6
            else self.people.chinese_given()
            if chance() < 0.5
            else pick(zh["places"])
        )
        text = stem + pick(
            ("路", "路", "街", "大道", "大街", "巷", "弄", "胡同", "东路", "西路", "南路", "北路", "一路")
        )
        text += f"{number()}{pick(('号', '号', '弄', '号院', '-' + number() + '号'))}"
        if chance() < 0.4:
            text += pick(zh["estates"])
        if chance() < 0.55:
            text += f"{number(30)}{pick(('幢', '栋', '号楼', '座'))}" if chance() < 0.8 else pick("ABCD") + "座"
        if chance() < 0.35:
            text += f"{number(6)}单元"
        if chance() < 0.55:
            text += f"{number(2999)}{pick(('', '室', '号', '房'))}"
        return text

    def _corner(self) -> str:
        """Two streets that meet."""
        streets = f"{self._street()} {self.random.choice(('and', '&', 'y', 'et', 'und', 'and'))} "
        streets += self.bare_street("en") if self.random.random() < 0.5 else self._street()
        return self.random.choice(("the corner of ", "corner of ", "", "")) + streets

    def _composed(self) -> str:
        """Street, unit, city, region, postcode and country in many orders; each on its line."""
        pick, chance = self.random.choice, self.random.random
        street = self._street() if chance() < 0.93 else self._fill(pick(FORMS["boxes"]))
        if chance() < 0.06:
            street = f"{self._number()} {street}"
        city, code = self._city(), self._postcode()
        region = pick(FORMS["regions"]) if chance() < 0.6 else pick(self.known)
        parts = [street]
        if chance() < 0.35:
            parts[0] += pick((", ", " ", "\n")) + self._unit()
        if chance() < 0.12:
            parts.insert(0, self._unit())
        parts += [
            pick((f"{code} {city}", f"{city} {code}", f"{city}, {region} {code}", f"{city}\n{region}\n{code}", city,
                  f"{city}\n{code}", f"{city}, {region}", f"{code} {city} ({region})", f"{city} {region} {code}",
                  f"{code}, {city}", f"{city}\n, {region}", f"{code}\n{city}", f"{city}\n{region} {code}"))
        ]  # fmt: skip
        if chance() < 0.35:
            parts.append(
                pick(
                    (
                        pick(self.countries),
                        f"{pick(self.countries)} {code}",
                        pick(("UK", "USA", "U.S.A.", "France", "Deutschland", "España")),
                    )
                )
            )
        return "\n".join(parts)

    def _street(self) -> str:
        draw = self.random.random()
        if draw < 0.22:
            name = self.random.choice(self.streets)
            return f"{self._number()} {name}" if self.random.random() < 0.6 else f"{name} {self._number()}"
        if draw < 0.27:  # forms of two systems mixed, as careless forms and generators give them
            return f"{self._number()} {self._fill(self.random.choice(FORMS['street_forms']))}"
        return self._fill(self.random.choice(FORMS["street_forms"]))

    def _fill(self, form: str) -> str:
        ordinal = self.random.randint(1, 199)
        ending = "th" if 10 < ordinal % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(ordinal % 10, "th")
        form = form.replace("{o}", f"{ordinal}{ending}").replace("{l}", self.random.choice("ABCDEF"))
        while "{n}" in form:
            form = form.replace("{n}", self._number(), 1)
        while "{t}" in form:
            form = form.replace("{t}", self.random.choice(self.street_types), 1)
        while "{w}" in form:
            form = form.replace("{w}", self._street_word(), 1)
        return form

    def street_name(self) -> str:
        """What distinguishes a street, without the word for a street."""
        return self._street_word()

    def _street_word(self) -> str:
        draw = self.random.random()
        if draw < 0.4:
            return self.random.choice(self.words)
        if draw < 0.8:
            return self.people.one_family(self.random.choice(self.people.origins))
        if draw < 0.9:
            return self.people.one_given(self.random.choice(self.people.origins))
        return self._city_maker.word()

    def _city(self) -> str:
        draw = self.random.random()
        return self.random.choice(self.cities if draw < 0.55 else self.known) if draw < 0.8 else self._city_maker.word()

    def _unit(self) -> str:
        return self._fill(self.random.choice(FORMS["units"]))

    def _postcode(self) -> str:
        return patterned(self.random.choice(FORMS["postcodes"]), self.random)

    def _military(self) -> str:
        return patterned(self._fill(self.random.choice(FORMS["military"])), self.random)

    def _number(self, most: int = 0) -> str:
        draw = self.random.random()
        if most:
            return str(self.random.randint(1, most))
        number = str(self.random.randint(1, 250) if draw < 0.7 else self.random.randint(1, 9999))
        if draw < 0.06:
            return number + self.random.choice("abcABC")
        if draw < 0.1:
            return f"{number}{self.random.choice('-/')}{self.random.randint(1, 99)}"
        return number.zfill(4) if draw > 0.97 else number


def patterned(form: str, random: Random) -> str:
    """With a digit for each `#`, a letter for each `?`, and `№` as a plain #."""
    filled = (
        random.choice(DIGITS) if mark == "#" else random.choice(CODE_LETTERS) if mark == "?" else mark for mark in form
    )
    return "".join(filled).replace("№", "#")
