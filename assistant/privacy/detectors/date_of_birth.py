"""Dates of birth: a date beside a word that says so. Other dates stay."""

from __future__ import annotations

import re

from assistant.privacy.detectors import Detector, Spans
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
    rf"|{YEAR}\s?年\s?[0-9]{{1,2}}\s?月\s?[0-9]{{1,2}}\s?[日号]|[〇零一二三四五六七八九]{{4}}年[一二三四五六七八九十]{{1,2}}月[一二三四五六七八九十]{{1,3}}[日号]"
    rf"|(?:1[89]|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
)
BEFORE = (
    r"d\.?\s?o\.?\s?b\.?|born(?: on)?|birth\s?-?(?:day|date)?|date of birth|bday|b-day"
    r"|geboren|geburts\w+|geb\.?|n[ée]e?(?: le)?|naissance|anniversaire|nac[ií]d?[oa]?|nacimiento|cumplea[ñn]os|f\. ?nac\.?"
    r"|出生|生日|生于"
)
CUE = re.compile(rf"(?<![^\W\d_])(?:{BEFORE})(?![a-z])|出生|生日|生于")
NAMES = frozenset(
    "born birth birthday birthdate dob bday geboren geburtsdatum geburtstag geb né née naissance nacimiento nací nacido nacida"
    " anniversaire cumpleaños naci b d nac".split()
)
PATTERN = re.compile(rf"(?<![0-9a-z])(?:{DATE})(?![0-9a-z])")
AFTER = re.compile(
    r"^[\s,)(-]{0,3}(?:(?:is|ist|est|es|was) (?:my|her|his|the|mein|ma|mi|sein|ihr)\s?\w{0,8}\s?(?:birth|dob|date of birth|geburt|naiss|nacim)"
    r"|geboren|出生|生(?![产活效])|\(?(?:dob|date of birth|birthday))"
)
WINDOW = 40


def find(view: View, region: str) -> Spans:
    """A whole date within 40 characters after the word, or just before it."""
    if NAMES.isdisjoint(view.words) and (view.plain.isascii() or not re.search("[生]", view.plain)):
        return
    for match in PATTERN.finditer(view.lower):
        cues = list(CUE.finditer(view.before(match.start(), WINDOW)))
        between = view.before(match.start(), WINDOW)[cues[-1].end() :] if cues else ""
        if (cues and not PATTERN.search(between)) or AFTER.match(view.after(match.end(), 48)):
            yield match.span()


def _normal(value: str) -> str:
    return re.sub(r"\W+", "-", value.casefold()).strip("-")


DETECTOR = Detector(kind="DATE_OF_BIRTH", rank=24, find=find, normal=_normal)
