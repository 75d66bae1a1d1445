"""What fills the slots that are no word lists: names, addresses, numbers, codes, dates, prices."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from inference.tagging.corpus import inflect
from inference.tagging.corpus.grammar import Grammar, Piece, Producer
from inference.tagging.corpus.people import MadeUp, People
from inference.tagging.corpus.places import FORMS, Places, patterned

CAPITALS = "ABCDEFGHIKLMNOPRSTUVWXYZ"
UNITS = (
    "GB MB TB KB mAh kWh kW W V A Hz MHz GHz kg g mg lb oz cm mm m km mi ft px dpi fps ms s min h ml l cl dB °C °F % psi"
    " rpm Mbps mbit/s"
)
GREEK = "Alpha,Beta,Gamma,Delta,Epsilon,Zeta,Theta,Kappa,Lambda,Rho,Sigma,Tau,Phi,Psi"
URL_FIELDS = "token,session,key,id,k"
BLANK = "#"  # what patterns found before the tagger reads a text is blanked with it


def fact_producers(language: str, grammar: Grammar, people: People, places: Places) -> dict[str, Producer]:
    """The slots by name."""
    facts = Facts(language, grammar, people, places)
    plain: dict[str, Callable[[], str]] = {
        "number": facts.number,
        "code": facts.code,
        "price": facts.price,
        "date": facts.date,
        "date_birth": facts.birth_date,
        "year": lambda: str(facts.random.randint(1890, 2031)),
        "time": facts.time,
        "version": lambda: ".".join(str(facts.random.randint(0, 30)) for _ in range(facts.random.randint(2, 4))),
        "secret": facts.secret,
        "email": facts.email,
        "url": facts.url,
        "lorem": lambda: facts.words(4, 12).capitalize() + ".",
        "random_words": lambda: facts.words(2, 8),
        "title_words": lambda: facts.words(1, 5).title(),
        "statement_words": lambda: facts.words(2, 6),
        "order_line": facts.order_line,
        "made_up": facts.made_up,
        "demonym": lambda: (
            facts.made_up().capitalize()[:9] + facts.random.choice(("ese", "ian", "ish", "an", "ais", "i"))
        ),
        "handle": lambda: (
            facts.made_up() + facts.random.choice(("", "_", "x")) + facts.random.choice(("", "", "42", "99"))
        ),
        "mixed_code": facts.mixed_code,
        "phone": facts.phone,
        "blank": facts.blank,
        "hexes": facts.hexes,
        "acronym_made": facts.acronym_made,
        "measure": facts.measure,
        "hours": facts.hours,
        "expiry": facts.expiry,
        "moment": facts.moment,
        "snake": facts.snake,
        "everyday_title": lambda: facts.words(1, 3).title(),
        "everyday": facts.everyday,
        "compound": facts.compound,
        "title_word": lambda: facts.words(1, 1).title(),
    }
    labelled: dict[str, tuple[str, Callable[[], str]]] = {
        "person": ("PERSON", facts.person),
        "person_full": ("PERSON", lambda: people.full(language)),
        "given": ("PERSON", facts.given),
        "given_vowel": ("PERSON", facts.given_vowel),
        "family": ("PERSON", facts.family),
        "family_title": ("PERSON", lambda: facts.family() if facts.random.random() < 0.8 else people.full(language)),
        "wordname_person": ("PERSON", people.word_person),
        "address": ("ADDRESS", lambda: places.address(language)),
        "address_lines": ("ADDRESS", lambda: places.address(language, in_lines=True)),
        "address_street": ("ADDRESS", lambda: places.street(language)),
        "street_bare": ("ADDRESS", lambda: places.bare_street(language)),
        "street_name": ("ADDRESS", places.street_name),
        "place": ("PLACE", lambda: places.place(language)),
        "city": ("PLACE", lambda: places.place(language)),
        "country": ("PLACE", lambda: places.place(language)),
        "org": ("ORGANISATION", lambda: places.company(language)),
        "product_label": ("PRODUCT", facts.product),
        "product_made": ("PRODUCT", facts.made_up_product),
        "venue_org": ("ORGANISATION", facts.venue),
        "family_alone": ("PERSON", facts.family),
        "given_caps": ("PERSON", lambda: facts.given().upper()),
        "shop": ("ORGANISATION", lambda: facts.random.choice(grammar.sections["shop"])),
        "district": ("PLACE", lambda: facts.random.choice(grammar.sections["district"])),
        "brand": ("PRODUCT", lambda: facts.random.choice(grammar.sections["brand"])),
    }
    producers: dict[str, Producer] = {"person_any": facts.person_any}
    for name, write in plain.items():
        producers[name] = lambda write=write: [Piece(write())]  # type: ignore[misc]  # a default binds the loop's value
    for name, (label, write) in labelled.items():
        producers[name] = lambda write=write, label=label: [Piece(write(), label)]  # type: ignore[misc]  # likewise
    return producers


class Facts:
    """Draws the facts of one language."""

    def __init__(self, language: str, grammar: Grammar, people: People, places: Places) -> None:
        self.language, self.grammar, self.people, self.places = language, grammar, people, places
        self.random: Random = grammar.random
        self._maker = MadeUp(
            [word for word in grammar.sections["everyday_form"] if len(word) < 16],
            grammar.random,
        )
        self._plain_things = [word for word in grammar.sections["thing"] if " " not in word and word[0].isalpha()]
        self._word_sections = [
            name
            for name in (
                *("thing", "verb", "adjective", "adverb", "lorem_word", "past", "gerund"),
                *["everyday_base"] * 4,
                "everyday_form",
            )
            if name in grammar.sections
        ] + [name for name in ("wordname",) if language == "en"]

    def person(self) -> str:
        """A whole name; in English now and then one made of words."""
        if self.language == "en" and self.random.random() < 0.1:
            return self.people.word_person()
        return self.people.full(self.language)

    def given(self) -> str:
        """A given name."""
        if self.language == "zh" and self.random.random() < 0.75:
            return "".join(self.random.choice(self.people.zh_given) for _ in range(2))
        return self.people.one_given(self.people.origin(self.language), is_alone=True)

    def given_vowel(self) -> str:
        """A given name before which French drops a vowel."""
        for _ in range(30):
            if (name := self.people.one_given(self.people.origin(self.language), is_alone=True))[0] in "AEIOUÉÈÂÊÎÔ":
                return name
        return "Émilie"

    def family(self) -> str:
        """A family name."""
        if self.language == "zh":
            return self.people.chinese_family()
        return self.people.one_family(self.people.origin(self.language), is_alone=True)

    def person_any(self) -> list[Piece]:
        """A name in any of its forms; a title before it is no part of it."""
        draw = self.random.random()
        if draw < 0.52:
            return [Piece(self.person(), "PERSON")]
        if draw < 0.76:
            return [Piece(self.given(), "PERSON")]
        if draw < 0.86 and self.language != "zh":
            return [Piece(self.family(), "PERSON")]
        if "title" not in self.grammar.sections:
            return [Piece(self.person(), "PERSON")]
        name = self.family() if draw < 0.95 else self.person()
        return [Piece(self.random.choice(self.grammar.sections["title"]) + " "), Piece(name, "PERSON")]

    def words(self, least: int, most: int) -> str:
        """Words of the language in no order that makes sense."""
        picked = [self.random.choice(self.grammar.sections[self.random.choice(self._word_sections)]) for _ in
                  range(self.random.randint(least, most))]  # fmt: skip
        return ("" if self.language == "zh" else " ").join(picked)

    def product(self) -> str:
        """A made-up product of a shop or bank, in title case."""
        pick, sections = self.random.choice, self.grammar.sections
        first = pick(sections["product_first"]) if self.random.random() < 0.75 else pick(self.people.wordnames)
        if self.random.random() < 0.25:
            first += " " + pick(sections["product_first"])
        return f"{first} {pick(sections['product_second'])}"

    def made_up(self) -> str:
        """A word that nobody knows and that is no name."""
        return self._maker.word().lower()

    def made_up_product(self) -> str:
        """A product whose name is no word."""
        draw, section = self.random.random(), self.grammar.sections["product_second"]
        name = self.places.word_maker.word() if draw < 0.5 else self.made_up().capitalize()
        if draw < 0.15:
            name = self.random.choice(GREEK.split(","))
        return f"{name} {self.random.choice(section)}" if self.random.random() < 0.5 else name

    def venue(self) -> str:
        """A restaurant or shop."""
        pick, sections = self.random.choice, self.grammar.sections
        kind = pick(sections["venue"])
        front = (
            *(pick(sections[name]) for name in ("adjective", "noun", "food")),
            *(self.made_up(), self.places.word_maker.word(), pick(self.places.known)),
            f"the {pick(sections['adjective'])}",
            f"{self.people.one_given('english')}'s",
            f"{self.people.one_family('english')}'s",
            f"{pick(sections['venue_front'])} {self.made_up()}",
        )
        name = f"{pick(front)} {kind}" if self.random.random() < 0.7 else f"{self.made_up()} {self.made_up()}"
        return name.title() if self.random.random() < 0.6 else name

    def mixed_code(self) -> str:
        """Letters and digits in any order."""
        if self.random.random() < 0.2:
            return self.blank()
        letters = "abcdefghijkmnpqrstuvwxyz0123456789"
        code = "".join(self.random.choice(letters) for _ in range(self.random.randint(5, 12)))
        return code.upper() if self.random.random() < 0.5 else code

    def blank(self) -> str:
        """A stretch in which patterns found something."""
        return BLANK * self.random.randint(4, 26)

    def hexes(self) -> str:
        """Figures to the base of 16, in groups or alone."""
        groups = self.random.choice(((8, 4, 4, 4, 12), (8,), (12,), (7,), (32,), (2,) * 6, (4,) * 4, (6,)))
        mark = self.random.choice(("-", ":", "-", ""))
        digits = mark.join("".join(self.random.choice("0123456789abcdef") for _ in range(size)) for size in groups)
        return digits.upper() if self.random.random() < 0.3 else digits

    def everyday(self) -> str:
        """A word of everyday life."""
        kind = "everyday_base" if self.random.random() < 0.6 else "everyday_form"
        return self.random.choice(self.grammar.sections[kind])

    def compound(self) -> str:
        """Two nouns in one, as German has them; else a noun."""
        first, second = (self.random.choice(self._plain_things) for _ in range(2))
        return inflect.german_compound(first, second) if self.language == "de" else first

    def acronym_made(self) -> str:
        """Two to five capitals, sometimes with a figure."""
        letters = "".join(self.random.choice(CAPITALS) for _ in range(self.random.randint(2, 5)))
        return letters + self.random.choice(("", "", "", "2", "-3", "/4", "s"))

    def measure(self) -> str:
        """A number with a unit."""
        amount = self.random.choice(
            (str(self.random.randint(1, 9999)), f"{self.random.randint(0, 99)}.{self.random.randint(0, 9)}")
        )
        return f"{amount}{self.random.choice((' ', '', ' '))}{self.random.choice(UNITS.split())}"

    def hours(self) -> str:
        """From one hour to another."""
        first = self.random.randint(0, 20)
        last = first + self.random.randint(1, 4)
        forms = ("{}-{}", "{}–{}", "{}:00-{}:00", "{}:30 - {}:00", "{}h-{}h", "{} h - {} h", "{}am-{}pm", "{}-{} Uhr")
        return self.random.choice(forms).format(first, last)

    def expiry(self) -> str:
        """Month and year of a card."""
        return f"{self.random.randint(1, 12):02}{self.random.choice('/-/')}{self.random.choice(('', '20'))}{self.random.randint(24, 36)}"

    def moment(self) -> str:
        """Day and time as machines write them."""
        number = self.random.randint
        day = f"{number(2019, 2031)}-{number(1, 12):02}-{number(1, 28):02}"
        time = f"{number(0, 23):02}:{number(0, 59):02}:{number(0, 59):02}"
        return f"{day}{self.random.choice(('T', ' '))}{time}{self.random.choice(('', 'Z', '.123', '+02:00'))}"

    def snake(self) -> str:
        """Words joined as in programs."""
        words = self.words(1, 3).split(" ") if self.language != "zh" else ["order", "id"]
        joint = self.random.choice(("_", "-", ".", "_", "::", "camel", "__"))
        if joint == "camel":
            return words[0].lower() + "".join(word.capitalize() for word in words[1:])
        text = joint.join(word.lower() for word in words)
        return text.upper() if self.random.random() < 0.25 else text

    def phone(self) -> str:
        """A telephone number, grouped in any way."""
        if self.random.random() < 0.5:
            return self.blank()
        groups = [
            "".join(self.random.choice("0123456789") for _ in range(self.random.randint(2, 4)))
            for _ in range(self.random.randint(2, 5))
        ]
        mark = self.random.choice((" ", "-", ".", " ", "/"))
        front = self.random.choice(("", "", "", "+", "0", "00", "(0)", "001-"))
        if self.random.random() < 0.25:
            groups[0] = f"({groups[0]})"
        return front + mark.join(groups) + self.random.choice(("", "", "", f"x{self.random.randint(10, 9999)}"))

    def number(self) -> str:
        """A number, sometimes in words."""
        draw = self.random.random()
        if draw < 0.15 and self.language == "en":
            return self.random.choice(self.grammar.sections["number_word"])
        return str(self.random.randint(1, 20) if draw < 0.6 else self.random.randint(1, 5000))

    def code(self) -> str:
        """An order, tracking, case or model number."""
        if self.random.random() < 0.1:
            return self.blank()
        return patterned(self.random.choice(FORMS["codes"]), self.random)

    def price(self) -> str:
        """An amount of money."""
        amount = self.random.choice(
            (
                str(self.random.randint(1, 900)),
                f"{self.random.randint(1, 9)},{self.random.randint(100, 999)}.50",
                f"{self.random.randint(1, 99)}.99",
            )
        )
        if self.language == "zh":
            return amount + self.random.choice(("元", "块", "块钱", "美元"))
        return self.random.choice(
            ("${}", "£{}", "€{}", "{} €", "{} EUR", "{} dollars", "{} USD", "${}", "{} euros")
        ).format(amount)

    def date(self) -> str:
        """A day in one of the usual forms."""
        pick, number = self.random.choice, self.random.randint
        day, month, year = number(1, 28), number(1, 12), number(1990, 2031)
        if self.language == "zh":
            return pick(
                (f"{month}月{day}日", f"{year}年{month}月{day}日", f"{year}-{month:02}-{day:02}", "明天", "下周一")
            )
        name = pick(self.grammar.sections["month"])
        forms = [f"{day:02}.{month:02}.{year}", f"{day}/{month}/{year}", f"{year}-{month:02}-{day:02}", f"{day} {name}"]
        forms += [f"{day} {name} {year}"]
        if self.language == "en":
            weekday = pick(self.grammar.sections["weekday"])
            forms += [f"{name} {day}", f"{name} {day}th", f"{name} {day}, {year}", f"{weekday}, {name} {day}", weekday]
            forms += [f"{day}th {name[:3]}", f"{weekday[:3]}, {day:02} {name[:3]} {year}", f"{day}th of {name}"]
            forms += [f"{weekday[:3]}., {day} {name[:3]} {year}", "tomorrow", "tonight", f"next {weekday}", "today"]
        return pick(forms)

    def birth_date(self) -> str:
        """A day long ago."""
        if self.random.random() < 0.4:
            return self.blank()
        number = self.random.randint
        return self.random.choice(
            (
                f"{number(1, 12)}/{number(1, 28)}/{number(1930, 2005)}",
                f"{number(1, 28):02}.{number(1, 12):02}.{number(1930, 2005)}",
            )
        )

    def time(self) -> str:
        """A time of day."""
        hour, minute = self.random.randint(1, 12), self.random.choice(("00", "15", "30", "45", "05"))
        if self.language == "zh":
            return self.random.choice((f"晚上{hour}点", f"{hour}:{minute}", f"下午{hour}点半", f"{hour}点"))
        forms = (f"{hour}:{minute}", f"{hour + 11}:{minute}", f"{hour}h{minute}", f"{hour}:{minute} pm", f"{hour} pm")
        return self.random.choice(
            (*forms, f"{hour} a.m.", f"{hour}.{minute}pm", f"{hour}pm", "noon")[: 9 if self.language == "en" else 3]
        )

    def secret(self) -> str:
        """Other personal data: telephone, e-mail, card or account number. Found by others than this network."""
        draw = self.random.random()
        if self.random.random() < 0.5:
            return self.blank()
        if draw < 0.15:
            return self.email() if draw < 0.1 else self.spoken_email()
        if draw < 0.4:
            return self.phone()
        return self.code() if draw < 0.5 else patterned(self.random.choice(FORMS["secrets"]), self.random)

    def email(self) -> str:
        """An address at an example host; the local part is like a name, but it is no name's own span."""
        if self.random.random() < 0.5:
            return self.blank()
        given, family = (self.given(), self.family()) if self.language != "zh" else ("chen", "li")
        forms = (
            f"{given}.{family}",
            f"{given}{family}",
            f"{given}_{self.random.randint(1, 99)}",
            f"{given[0]}.{family}",
        )
        hosts = ("example.com", "example.org", "mail.example", "gmail.com", f"{self.made_up()}.com")
        email = f"{self.random.choice(forms)}@{self.random.choice(hosts)}".replace(" ", "")
        return email if self.random.random() < 0.3 else email.lower()

    def spoken_email(self) -> str:
        """An e-mail address in words."""
        at, dot = self.random.choice(
            (
                (" at ", " dot "),
                (" [at] ", "."),
                (" (at) ", " (dot) "),
                ("艾特", "点"),
                (" arroba ", " punto "),
                (" at ", "."),
            )
        )
        return self.email().replace("@", at).replace(".", dot)

    def url(self) -> str:
        """A web address, sometimes with a token in it."""
        if self.random.random() < 0.5:
            return self.blank()
        host = "my" if self.language == "zh" else self.made_up()
        if self.random.random() < 0.3:
            token = f"{self.random.choice(URL_FIELDS.split(','))}={self.mixed_code()}"
            return f"https://{host}.example.com/{self.mixed_code()}?{token}&x={self.mixed_code()}"
        return f"https://{self.random.choice(('www.', 'shop.', ''))}example.com/{host}"

    def order_line(self) -> str:
        """One line that names an order."""
        words = self.grammar.sections.get("order_word", ["№", "Nr.", "n°", "Ref."])
        return f"{self.random.choice(words)} {self.code()}"
