"""Numbers written as words, in five languages: `three one two, double five`, `zéro six trente-neuf`, `幺五四零`.

Only stretches that are long enough to be somebody's number are read as digits; `one of two` stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.privacy.view import View

SPELLED_MIN = 3
"""So many spelled words, and so many digits in all, make a stretch."""
DIGITS_MIN = 4
NUMBER_MIN = 7
LETTERS_FIRST = frozenset("lo")
"""They are digits among digits only: a Latvian IBAN begins with L."""
PAIR = 2
"""Two words for two digits each are a PIN."""
JOINED_MAX = 2
"""Spelled digits with so short a gap between are written together."""
SPACED = re.compile(r"(?<![^\W_])[^\W_](?:([ \t\n./_·-]{1,3})[^\W_](?![^\W_]))(?:\1[^\W_](?![^\W_])){4,}")
BETWEEN = re.compile(r"[ \t\n./_·-]{1,3}")
GAP = re.compile(r"[\s,.;:/+()-]{0,3}|点|[ ]?(?:dot|punkt|punto|point)[ ]?")
JOINT = re.compile(r"[\s,-]*")
CHINESE = dict(zip("零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖洞拐勾", "00012345678912123456789079", strict=True))
TIMES = {"double": 2, "triple": 3, "treble": 3, "doppel": 2, "doble": 2}
LOOKING_LIKE_DIGITS = "oilszb"
LETTERS = str.maketrans(LOOKING_LIKE_DIGITS, "011528")

SINGLE = {
    "en": "zero one two three four five six seven eight nine",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
}
ALSO = {
    "oh": "0",
    "o": "0",
    "nought": "0",
    "naught": "0",
    "zwo": "2",
    "ein": "1",
    "fuenf": "5",
    "zero": "0",
    "plus": "+",
    "más": "+",
    "une": "1",
}
TEENS = {
    "en": "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "de": "zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
    "fr": "dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf",
    "es": "diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve",
}
TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "fr": "vingt trente quarante cinquante soixante septante quatre-vingt nonante",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
}


def _numbers() -> dict[str, str]:
    """Every word for 0 to 99, hyphenated or in one piece, with its digits."""
    words = dict(ALSO)
    for language, singles in SINGLE.items():
        units = singles.split()
        words |= {word: str(value) for value, word in enumerate(units)}
        teens = TEENS[language].split()
        words |= {word: str(value) for value, word in enumerate(teens, 10)}
        for ten, word in enumerate(TENS[language].split(), 2):
            words[word] = f"{ten}0"
            words |= {f"{word}-{unit}": f"{ten}{value}" for value, unit in enumerate(units) if value}
            if language == "de":
                words |= {
                    f"{'ein' if value == 1 else unit}und{word}": f"{ten}{value}"
                    for value, unit in enumerate(units)
                    if value
                }
            if language == "es":
                words |= {f"{word}-y-{unit}": f"{ten}{value}" for value, unit in enumerate(units) if value}
        if language == "fr":
            words |= {f"soixante-{teen}": str(value) for value, teen in enumerate(teens, 70)}
            words |= {f"quatre-vingt-{teen}": str(value) for value, teen in enumerate(teens, 90)}
            words |= {f"{ten}-et-un": f"{value}1" for value, ten in enumerate(TENS["fr"].split(), 2)}
            words |= {"quatre-vingts": "80", "soixante-et-onze": "71", "soixante-dix": "70", "quatre-vingt-dix": "90"}
        if language == "es":
            words |= {f"veinti{unit}": f"2{value}" for value, unit in enumerate(units) if value}
            words |= {"veintidós": "22", "veintitrés": "23", "veintiséis": "26", "dieciseis": "16"}
    return words


NUMBERS = _numbers()
_ENOUGH = 2
_TENS = "|".join(word.replace("-", "[ -]") for words in TENS.values() for word in words.split())
_UNITS = "|".join(sorted({*" ".join([*SINGLE.values(), *TEENS.values()]).split()}, key=len, reverse=True))
LIKE_DIGITS = LOOKING_LIKE_DIGITS + "0123456789"
LONGEST_MIXED = 19
MIXED = re.compile(r"[0-9][ -]?[OoIlSsBZz](?![A-Za-z]{2})|(?<![A-Za-z])[OoIlSsBZz]{1,4}[0-9]")
HAN_DIGITS = re.compile(
    r"[零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖洞拐勾][\s，,、-]?[零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖洞拐勾]"
)
TOKEN = re.compile(
    rf"(?<![^\W\d_])(?:{_TENS})s?(?:[ -](?:(?:y|et)[ -])?(?:dix[ -](?:sept|huit|neuf)|{_UNITS}))?(?![^\W\d_])"
    r"|[零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖洞拐勾]|[0-9a-z]*[0-9][0-9a-z]*|[a-zà-öø-ž]+(?:-[a-zà-öø-ž]+){0,12}"
)


def respelled(view: View) -> View | None:
    """The text with spelled numbers as digits and spaced-out ones drawn together; None when there is neither."""
    closed = _closed_up(view)
    reading = closed or view
    pieces: list[tuple[str, int, int]] = []
    if len(NUMBERS.keys() & reading.words) + ("double" in reading.words) >= _ENOUGH or _has_other_spellings(reading):
        pieces = _spelled(reading)
    if not pieces:
        return closed
    spelled = reading.rewritten(pieces)
    return _closed_up(spelled) or spelled


def _closed_up(view: View) -> View | None:
    """`C . Y . 1 . 6`, `4 1 1 1`: single characters with one and the same mark between are written together."""
    pieces: list[tuple[str, int, int]] = []
    for stretch in SPACED.finditer(view.plain):
        if sum(map(str.isdecimal, stretch.group())) >= SPELLED_MIN:
            pieces += [("", *gap.span()) for gap in BETWEEN.finditer(view.plain, stretch.start(), stretch.end())]
    return view.rewritten(pieces) if pieces else None


def _spelled(view: View) -> list[tuple[str, int, int]]:
    pieces: list[tuple[str, int, int]] = []
    stretch: list[tuple[str, int, int, bool]] = []
    times = 1
    end = 0
    for match in TOKEN.finditer(view.lower):
        word = match.group().replace(" ", "-")
        if stretch and not GAP.fullmatch(view.lower, end, match.start()):
            pieces += _kept(stretch)
            stretch, times = [], 1
        end = match.end()
        if word in TIMES:
            times = TIMES[word]
            stretch.append(("", match.start(), match.end(), True))
            continue
        readings = list(_read(word, match.start())) if stretch or word not in LETTERS_FIRST else []
        if not readings and len(word) == 1 and stretch:  # a letter of an account number
            stretch.append((word, match.start(), match.end(), False))
            continue
        if not readings:
            pieces += _kept(stretch)
            stretch, times = [], 1
            continue
        digits, first, last, is_spelled = readings[0]
        gap = (stretch[-1][2], match.start()) if stretch else (0, 0)
        is_short = 0 < gap[1] - gap[0] <= JOINED_MAX and JOINT.fullmatch(view.lower, *gap) is not None
        if is_short and is_spelled and stretch[-1][3]:
            stretch.append(("", stretch[-1][2], match.start(), True))
        stretch.append((digits * times, first, last, is_spelled))
        for reading in readings[1:]:
            stretch += [("", stretch[-1][2], reading[1], True), reading]
        times = 1
    return pieces + _kept(stretch)


def _has_other_spellings(view: View) -> bool:
    """Chinese digits, or the letters o and l among digits."""
    if view.plain.isascii():
        return MIXED.search(view.plain) is not None
    return MIXED.search(view.plain) is not None or HAN_DIGITS.search(view.plain) is not None


def _read(word: str, start: int) -> Iterator[tuple[str, int, int, bool]]:
    """The digits of a token with their places; a hyphenated token may be several numbers."""
    end = start + len(word)
    if word in CHINESE:
        yield CHINESE[word], start, end, True
    elif word.isdecimal():
        yield word, start, end, False
    elif word in NUMBERS:
        yield NUMBERS[word], start, end, True
    elif _is_disguised(word):
        yield word.translate(LETTERS), start, end, True
    elif "-" in word:
        parts = word.split("-")
        times = 1
        if all(part in NUMBERS or part in TIMES for part in parts):
            for part in parts:
                if part in TIMES:
                    times = TIMES[part]
                    yield "", start, start + len(part), True
                else:
                    yield NUMBERS[part] * times, start, start + len(part), True
                    times = 1
                start += len(part) + 1


def _is_disguised(word: str) -> bool:
    """Digits with letters that look like digits among them, or zeros written as o: `68O7`, not `so`."""
    if len(word) > LONGEST_MIXED or not word.isascii() or word.strip(LIKE_DIGITS):
        return False
    return any(map(str.isdecimal, word)) or not word.strip("o") or word == "l"


def _kept(stretch: list[tuple[str, int, int, bool]]) -> list[tuple[str, int, int]]:
    """The spelled pieces of a stretch that is long enough: few words in a row are only counting."""
    spelled = [(digits, start, end) for digits, start, end, is_spelled in stretch if is_spelled]
    total = sum(len(digits) for digits, *_ in stretch if not digits.isalpha())
    words = [piece for piece in stretch if piece[0] and not piece[0].isalpha()]
    is_a_word = [is_spelled and len(digits) < end - start for digits, start, end, is_spelled in words]
    has_digits = not all(is_a_word)
    enough = (
        sum(is_a_word) >= SPELLED_MIN
        or (sum(is_a_word) == PAIR and total == 2 * PAIR and not has_digits)
        or sum(bool(digits) for digits, *_ in spelled) >= DIGITS_MIN
        or (has_digits and total >= NUMBER_MIN)
    )
    return spelled if spelled and enough and total >= DIGITS_MIN else []
