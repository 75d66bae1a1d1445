"""Dates of birth: a date beside a word that says so. Other dates stay."""

from __future__ import annotations

import re

from assistant.privacy.detectors import Detector, Spans
from assistant.privacy.patterns import words
from assistant.privacy.spoken import NUMBERS
from assistant.privacy.view import View

MONTH = (
    r"jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[ée]vr?(?:ier)?|mar(?:ch|s|zo)?|m[äa]r?z|apr(?:il)?|avr(?:il)?|abr(?:il)?|may|mai|mayo"
    r"|jun[ei]?o?|juin|jul[yi]?o?|juil(?:let)?|aug(?:ust)?|ao[ûu]t|ago(?:sto)?|sep(?:t(?:ember|embre|iembre)?)?|okt(?:ober)?"
    r"|o[ck]t(?:ober|obre|ubre)?|nov(?:ember|embre|iembre)?|de[cz](?:ember)?|d[ée]c(?:embre)?|dic(?:iembre)?|ene(?:ro)?|febrero"
)
DAY = r"(?:3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th|er|\.|º)?"
YEAR = r"(?:1[89]|20)[0-9]{2}"
DATE = (
    rf"{YEAR}\s?[-/.]\s?(?:1[0-2]|0?[1-9])\s?[-/.]\s?(?:3[01]|[12][0-9]|0?[1-9])"
    rf"|(?:3[01]|[12][0-9]|0?[1-9])\s?[-/. ]\s?(?:3[01]|[12][0-9]|0?[1-9])\s?[-/. ]\s?(?:{YEAR}|[0-9]{{2}})"
    rf"|{DAY}\s?(?:of |de |den )?[ -]?(?:{MONTH})\.?,?[ -]?(?:de |del )?(?:{YEAR}|'?[0-9]{{2}})"
    rf"|(?:{MONTH})\.?[ -]{DAY},?[ -]?(?:{YEAR}|'[0-9]{{2}})"
    rf"|(?:{YEAR}|[0-9]{{2}})\s?年\s?[0-9]{{1,2}}\s?月\s?[0-9]{{1,2}}\s?[日号]|[〇零一二三四五六七八九]{{4}}年[一二三四五六七八九十]{{1,2}}月[一二三四五六七八九十]{{1,3}}[日号]"
    rf"|(?:1[89]|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
)
AFTER_NAME = re.compile(
    rf"[\s,;:(/]{{1,4}}(?P<date>(?=[^\n]{{0,24}}(?<![0-9])(?:19[0-9]{{2}}|200[0-9]|201[0-4])(?![0-9]))(?:{DATE}))(?![0-9a-z])"
)
BEFORE = (
    r"d\.?\s?o\.?\s?b\.?|born(?: on)?|birth\s?-?(?:day|date)?|date of birth|bday|b-day"
    r"|geboren|geburts\w+|geb\.?|n[ée]e?(?: le)?|naissance|anniversaire|nac[ií]d?[oa]?|nacimiento|cumplea[ñn]os|f\. ?nac\.?|nac|age check|fdn|f\.d\.n"
    r"|出生|生日|生于"
)
CUE = words(rf"\B<(?:{BEFORE})(?![a-z])|出生|生日|生于")
NAMES = frozenset(
    "born birth birthday birthdate dob bday geboren geburtsdatum geburtstag geb né née naissance nacimiento nací nacido nacida"
    " anniversaire cumpleaños naci b d nac age fdn".split()
)
PATTERN = re.compile(rf"(?<![0-9a-z])(?:{DATE})(?![0-9a-z])")
NUMBER = "|".join(
    sorted((re.escape(word) for word in NUMBERS if len(word) > 1 and word[0].isalpha()), key=len, reverse=True)
)
ORDINAL = r"[a-zà-ÿ]{2,12}(?:[- ](?:y |et )?[a-zà-ÿ]{2,10})?"
YEAR_WORDS = (
    r"(?:(?:neunzehnhundert|zweitausend)[a-zß-ÿ]{0,40}|(?:nineteen|twenty|two thousand|mille|deux mille|mil|dos mil|mil novecientos)"
    rf"(?:[ -](?:hundred|and|oh|cent|cents|novecientos|y|et|neuf|{NUMBER})){{0,5}})"
)
SPELLED = words(
    rf"(?:(?:the )?{ORDINAL} (?:of |de )?(?:{MONTH})|(?:{MONTH}) (?:the )?{ORDINAL}),? ?(?:de |del )?{YEAR_WORDS}(?![a-zà-ÿ])"
)
ARTICLES = frozenset("on the der am le el the".split())
AFTER = re.compile(
    r"^[\s,)(-]{0,3}(?:(?:is|ist|est|es|was) (?:my|her|his|the|mein|ma|mi|sein|ihr)\s?\w{0,8}\s?(?:birth|dob|date of birth|geburt|naiss|nacim)"
    r"|geboren|出生|生(?![产活效])|\(?(?:dob|date of birth|birthday))"
)
WINDOW = 40
NEXT = 24
INSTEAD = words(
    r"\b(?:not|pas|nicht|no|and|und|et|y|statt|instead|rather|sondern|sino|but|aber|mais|pero)\b|不是|而是|改成"
)


def find(view: View, region: str) -> Spans:
    """A whole date within 40 characters after the word, or just before it."""
    if NAMES.isdisjoint(view.words) and (view.plain.isascii() or not re.search("[生]", view.plain)):
        return
    yield from _spelled(view)
    end = -WINDOW
    for match in PATTERN.finditer(view.lower):
        before = view.before(match.start(), WINDOW)
        cues = list(CUE.finditer(before))
        is_announced = bool(cues) and not PATTERN.search(before, cues[-1].end())
        is_corrected = 0 <= end <= match.start() <= end + NEXT and INSTEAD.search(
            view.lower[max(0, end) : match.start()]
        )
        if is_announced or is_corrected or AFTER.match(view.after(match.end(), 48)):
            end = match.end()
            yield match.span()


def beside_a_name(lower: str, end: int) -> tuple[int, int] | None:
    """The date that follows a person's name at once: `Maria Okafor, 03/04/1982`. It has a year of a grown person."""
    match = AFTER_NAME.match(lower, end)
    return match.span("date") if match is not None else None


def _spelled(view: View) -> Spans:
    """A date in words right after the word that announces it."""
    for match in CUE.finditer(view.lower):
        date = SPELLED.search(view.lower, match.end(), match.end() + 2 * WINDOW)
        if date is not None:
            start = date.start()
            yield start + (len(first) + 1 if (first := date.group().split()[0]) in ARTICLES else 0), date.end()


def _normal(value: str) -> str:
    return re.sub(r"\W+", "-", value.casefold()).strip("-")


DETECTOR = Detector(kind="DATE_OF_BIRTH", rank=24, find=find, normal=_normal)
