"""The products that a tenant's articles are about, and which of them a question names.

Near-identical articles on near-identical products differ in the product's name only, so the name decides. A name comes
from the article's own field, from titles that share it or end alike (`Light Blue Account: Card limits`), or from the
way that its siblings are filed (`checking_accounts/light_blue_account_003`): the longest end of that path which their
texts use as a phrase.

A word is *distinctive* when the texts write it with a capital, as names are, and not all over the place, as the
company's own name is. Every distinctive word of a name has to be in the question: `Gold` does not name the Gold Plus.
One is enough where nothing else is called so and the question uses it as a name: `my fee on cobalt`.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from assistant.knowledge.text.words import STOP_WORDS, fold, stem

SERIAL = re.compile(r"[\W_]*\d+(?:\.\w{2,5})?$")
WORD = re.compile(r"[^\W_]+")
MOST_WORDS_OF_A_TITLES_NAME = 6
OFTEN = 1 / 3
"""Share of the siblings that use the phrase which ends their path."""
SMALL_LETTERS = 0.3
"""A word that is written small more often than this is no name's own."""
EVERYWHERE = 0.5
"""A word that stands in so many families of articles tells none apart."""
FEWEST_FAMILIES = 6
SECTION = 0.35
"""Products that fit a mention nearly as well as the best one are meant as well."""
SHORT_IN_NAMES = {"bus": "business", "sub": "subscription"}
"""Elsewhere these are words of their own; what is short everywhere stands in `CHAT`."""
SHORTEST_FORM = 4
"""Letters of a short form, and"""
LEFT_OUT = 2
"""how many more the name has."""
CONJUNCTIONS = frozenset([stem("plus")])
"""Words that say no name when they stand alone: `plus how much is it?`"""
NAMED_SO = re.compile(r"[\w,] Plus\b")
"""But `as a Plus member` does."""
OWNED = re.compile(r"\b(?:on|my|our|your|with)$", re.IGNORECASE)
ALONE = re.compile(r"(?<![\w'’])[^\W_]+(?![\w'’])")
"""A word that is no part of `I'd`."""
CHAT = Path(__file__).parent / "lexicons" / "en_chat.tsv"
TOKEN = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+|[^\w\s]")
APART = frozenset("()（）[]-–—\"“”'")
NEGATING = frozenset(["not", "non", "except", "without"])
BRIDGING = frozenset(["the", "a", "my", "our", "(", "（"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An article as far as its name matters."""

    external_id: str
    title: str
    body: str
    product: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What a family of articles is about; `words` and `place` are stemmed, `place` being where it is filed."""

    name: str
    words: tuple[str, ...]
    place: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A run of the question's words, and the products that it may mean, by name."""

    words: frozenset[str]
    products: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Names:
    """The tenant's products, as `mine` found them and as a row keeps them."""

    products: tuple[Product, ...] = ()
    distinctive: frozenset[str] = frozenset()
    glossary: dict[str, str] = field(default_factory=dict)
    """The tenant's own Chinese terms -> English."""
    whole: frozenset[str] = frozenset()
    """Words of the articles with which a distinctive one begins: they are no short form of it."""

    def as_json(self) -> dict[str, Any]:
        """For the row. (Any: JSON.)"""
        return {
            "products": [asdict(product) for product in self.products],
            "distinctive": sorted(self.distinctive),
            "glossary": self.glossary,
            "whole": sorted(self.whole),
        }

    @classmethod
    def of_json(cls, row: dict[str, Any]) -> Names:
        """What `as_json` made. (Any: JSON.)"""
        return cls(
            products=tuple(
                Product(name=one["name"], words=tuple(one["words"]), place=tuple(one["place"]))
                for one in row.get("products", ())
            ),
            distinctive=frozenset(row.get("distinctive", ())),
            glossary=row.get("glossary", {}),
            whole=frozenset(row.get("whole", ())),
        )

    @cached_property
    def rarity(self) -> dict[str, float]:
        """Weight of a word in names: one that few products have counts more."""
        counts = Counter(word for product in self.products for word in set(product.words))
        return {word: math.log(1 + len(self.products) / count) for word, count in counts.items()}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Words of names and of the places where they are filed."""
        places = (word for product in self.products for word in product.place)
        return frozenset([*self.rarity, *places, *self.joined])

    @cached_property
    def joined(self) -> dict[str, tuple[str, ...]]:
        """`everyonepay`, as people write it, -> the words of the name."""
        names = (WORD.findall(fold(product.name)) for product in self.products)
        return {stem("".join(words)): tuple(map(stem, words)) for words in names if len(words) > 1}

    def written_out(self, question: str) -> str:
        """With whole words in place of short ones: `through` for `thru`, `platinum` for `plat` where that is a name."""
        return ALONE.sub(lambda found: self._whole_word(found.group()), question)

    def _whole_word(self, said: str) -> str:
        short = fold(said)
        if short in self.vocabulary or stem(short) in self.vocabulary:
            return said
        return chat().get(short, self._short_forms.get(short, said))

    @cached_property
    def _short_forms(self) -> dict[str, str]:
        """The beginning of one name only, and no word of its own -> that name's word."""
        longer: dict[str, list[str]] = defaultdict(list)
        for name in self.distinctive:
            for end in range(SHORTEST_FORM, len(name) - LEFT_OUT + 1):
                longer[name[:end]].append(name)
        free = (short for short in longer if short not in STOP_WORDS and short not in self.whole)
        return {short: longer[short][0] for short in free if len(longer[short]) == 1}

    def mentions(self, question: str) -> list[Mention]:
        """Which products the question names, in its order."""
        runs, negated = self._runs(question)
        excluded = {word for run in negated for word in run} - {word for run in runs for word in run}
        said = {stem(word) for word in WORD.findall(fold(question))}
        unsaid = frozenset() if NAMED_SO.search(question) else CONJUNCTIONS
        wanted = [frozenset(run) for run in runs if not set(run) <= unsaid]
        found = (self._meant(run, excluded, said) or self._by_one_word(run, excluded, question) for run in wanted)
        return [mention for mention in found if mention is not None]

    def _runs(self, question: str) -> tuple[list[list[str]], list[list[str]]]:
        """Neighbouring words of the vocabulary, and those behind a `not`."""
        runs: list[list[str]] = [[]]
        negated: list[list[str]] = []
        for token in TOKEN.findall(fold(question)):
            word = stem(SHORT_IN_NAMES.get(token) or chat().get(token, token))
            if word in self.joined and word not in self.rarity:
                runs[-1] += self.joined[word]
            elif word in self.vocabulary:
                runs[-1].append(word)
            elif token in NEGATING or token.startswith(("不是", "除了")):
                negated.append([])
                runs.append(negated[-1])
            elif token not in BRIDGING and not (token in APART and not runs[-1]):
                runs.append([])
        return [run for run in runs if run and not any(run is other for other in negated)], negated

    def _meant(self, run: frozenset[str], excluded: set[str], said: set[str]) -> Mention | None:
        if not run & self.distinctive:
            return None
        fits = {
            product.name: self._fit(product, run, said)
            for product in self.products
            if self.distinctive & set(product.words) <= run
            and self.distinctive & set(product.words)
            and not excluded & set(product.words)
        }
        if not fits:
            return None
        best = max(fits.values())
        return Mention(words=run, products=frozenset(name for name, fit in fits.items() if fit >= best - SECTION))

    def _by_one_word(self, run: frozenset[str], excluded: set[str], question: str) -> Mention | None:
        """A product of which only a part is said, as a name, when nothing else is called so."""
        wanted = run & self.distinctive
        found = [product for product in self.products if wanted and wanted <= set(product.words)]
        if len(found) != 1 or excluded & set(found[0].words) or not any(_is_name_in(question, one) for one in wanted):
            return None
        return Mention(words=run, products=frozenset({found[0].name}))

    def _fit(self, product: Product, run: frozenset[str], said: set[str]) -> float:
        """What the mention and the name share, less what either has alone; where it is filed settles a draw."""
        words, place = set(product.words), set(product.place)
        shared = sum(self.rarity[word] for word in words & run)
        unsaid = sum(self.rarity[word] for word in words - run)
        unmeant = sum(self.rarity.get(word, 0.5) for word in run - words - place)
        return shared - 0.3 * unsaid - 0.8 * unmeant + 0.3 * len(place & run) + 0.15 * len(place & said)


def _is_name_in(question: str, word: str) -> bool:
    """Is the word (a stem) used as a name there: with a capital inside a sentence, or as in `my cobalt`?"""
    for found in re.finditer(rf"(?<![A-Za-z]){re.escape(word)}", question, re.IGNORECASE):
        before = question[: found.start()].rstrip()
        if OWNED.search(before) or (found.group()[0].isupper() and before[-1:] not in ("", ".", "?", "!", "。", "？")):
            return True
    return False


@cache
def chat() -> dict[str, str]:
    """Short form -> in full, in any company's chat."""
    lines = (line.partition("\t") for line in CHAT.read_text().splitlines() if line and not line.startswith("#"))
    return {short: whole for short, _, whole in lines}


def mine(articles: Iterable[Filed]) -> tuple[Names, dict[str, str]]:
    """The products of a tenant's articles, and which article (external id) is about which (name)."""
    families: dict[str, list[Filed]] = defaultdict(list)
    for article in articles:
        families[SERIAL.sub("", article.external_id)].append(article)
    capitals = _Capitals(families)
    titles = Counter(_before_colon(article.title) for family in families.values() for article in family)
    endings = Counter(title.split()[-1] for title in titles if title)
    products: dict[str, Product] = {}
    about: dict[str, str] = {}
    for path, family in families.items():
        filed = _filed_name(path, family, capitals) if len(family) > 1 else None
        for article in family:
            product = _own_name(article) or filed
            title = _before_colon(article.title)
            if product is None and title and (titles[title] > 1 or endings[title.split()[-1]] > 1):
                product = _titles_name(article, capitals)
            if product is not None:
                about[article.external_id] = products.setdefault(fold(product.name), product).name
    found = tuple(products.values())
    called = {product.words: product.name for product in found}
    for path, family in families.items():
        if (above := _filed_under(path, called)) is not None:
            about |= {article.external_id: above for article in family if article.external_id not in about}
    words = {word for product in found for word in product.words}
    glossary = mine_pairs(article.body for family in families.values() for article in family)
    distinctive = frozenset(filter(capitals.is_name, words))
    whole = capitals.beginnings(distinctive)
    return Names(products=found, distinctive=distinctive, glossary=glossary, whole=whole), about


def mine_pairs(texts: Iterable[str]) -> dict[str, str]:
    """Chinese terms that articles put beside their English name: `钻石金库 (Diamond Vault)`, either way round."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for chinese, english in re.findall(r"([\u3400-\u9fff]{2,8})\s?[(（]([A-Z][\w&' -]{2,40})[)）]", text):
            found[chinese][english] += 1
        for english, chinese in re.findall(r"\b((?:[A-Z][\w&'-]+ ?){1,4})\s?[(（]([\u3400-\u9fff]{2,8})[)）]", text):
            found[chinese][english.strip()] += 1
    return {chinese: names.most_common(1)[0][0] for chinese, names in found.items()}


class _Capitals:
    """How often the texts write a word small, and in how many families of articles it stands."""

    def __init__(self, families: dict[str, list[Filed]]) -> None:
        self._small: Counter[str] = Counter()
        self._all: Counter[str] = Counter()
        self._families: Counter[str] = Counter()
        self._count = len(families)
        for family in families.values():
            seen: set[str] = set()
            for word in WORD.findall("\n".join(f"{article.title}\n{article.body}" for article in family)):
                folded = stem(fold(word))
                self._all[folded] += 1
                self._small[folded] += word[0].islower()
                seen.add(folded)
            self._families.update(seen)

    def is_name(self, word: str) -> bool:
        """Is it a name's own word?"""
        is_everywhere = self._count >= FEWEST_FAMILIES and self._families[word] >= EVERYWHERE * self._count
        return bool(self._all[word]) and self._small[word] <= SMALL_LETTERS * self._all[word] and not is_everywhere

    def beginnings(self, names: Iterable[str]) -> frozenset[str]:
        """Words of the texts with which one of these begins."""
        return frozenset(
            name[:end] for name in names for end in range(SHORTEST_FORM, len(name)) if self._all[name[:end]]
        )


def _own_name(article: Filed) -> Product | None:
    return _product(article.product) if article.product else None


def _titles_name(article: Filed, capitals: _Capitals) -> Product | None:
    """`Light Blue Account` of `Light Blue Account: Card limits`."""
    name = _before_colon(article.title)
    product = _product(name) if name[:1].isupper() and "?" not in name else None
    return product if product and any(capitals.is_name(word) for word in product.words) else None


def _before_colon(title: str) -> str:
    name, colon, _ = title.partition(":")
    return name.strip() if colon and 1 < len(name.split()) <= MOST_WORDS_OF_A_TITLES_NAME else ""


def _filed_name(path: str, family: Sequence[Filed], capitals: _Capitals) -> Product | None:
    """The longest end of the path that the family's texts use as a phrase, when there is a name's word in it."""
    words = _words_of_path(path)
    texts = [f" {' '.join(WORD.findall(fold(f'{one.title} {one.body}')))} " for one in family]
    for start in range(len(words)):
        phrase = " ".join(words[start:])
        if sum(f" {phrase} " in text for text in texts) >= OFTEN * len(texts):
            stems = tuple(map(stem, words[start:]))
            if any(map(capitals.is_name, stems)):
                name = _as_written(words[start:], family)
                return Product(name=name, words=stems, place=tuple(map(stem, words[:start])))
            return None
    return None


def _filed_under(path: str, called: Mapping[tuple[str, ...], str]) -> str | None:
    """The product in whose folder a family is: `Everyone Pay` of `everyone_pay_sending_limits`."""
    words = tuple(map(stem, _words_of_path(path)))
    spans = ((start, end) for start in range(len(words)) for end in range(start + 1, len(words) + 1))
    above = [(end - start, called[words[start:end]]) for start, end in spans if words[start:end] in called]
    return max(above, default=(0, None))[1]


def _words_of_path(path: str) -> list[str]:
    return WORD.findall(fold(re.sub(r"[_+]", " ", path)))


def _as_written(words: Sequence[str], family: Sequence[Filed]) -> str:
    """The phrase with the capitals and signs of the texts."""
    pattern = re.compile(r"[\W_]{1,3}".join(map(re.escape, words)) + r"(?:\))?", re.IGNORECASE)
    written = Counter(match.group() for one in family for match in pattern.finditer(f"{one.title}\n{one.body}"))
    capital = [text for text, _ in written.most_common() if text[0].isupper() and "\n" not in text]
    return capital[0] if capital else " ".join(words).title()


def _product(name: str) -> Product:
    return Product(name=name, words=tuple(map(stem, WORD.findall(fold(name)))))
