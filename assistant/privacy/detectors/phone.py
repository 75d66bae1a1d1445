"""Phone numbers: with a country code, in a shape that is dialled, or beside a word that announces one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from assistant.privacy.detectors import Detector, Spans, digits
from assistant.privacy.patterns import words
from assistant.privacy.things import is_of_a_thing
from assistant.privacy.view import Chain, View

FEWEST, MOST = 7, 15
WINDOW = 44
CUE_WORDS = (
    r"phones?|mobiles?|cells?|cellphone|tel|telephones?|call(?:ed|ing|s)?|ring|rang|text(?:ed|ing)? me|whatsapp|signal|telegram"
    r"|viber|dial(?:l?ed|l?ing)?|fax|landline|reach(?:ed|able)?|answer(?:ing|ed)?|voicemail|hotline|callback|contact(?:ed)?"
    r"|messages?|number|num|nummer|ph"
    r"|telefon\w*|handy\w*|mobil\w*|(?:an)?ruf\w*|angerufen|r[üu]ckruf\w*|erreich\w*|festnetz\w*|melden|durchwahl"
    r"|appel\w*|rappel\w*|t[ée]l[ée]phone\w*|t[ée]l|port|portable|joindre|joignable|fixe|num[ée]ro|texto"
    r"|cel|tfno|tel[ée]fono|m[óo]vil|celular|ll[áa]m\w*|contact\w*|n[úu]mero|fijo|mensajes?"
)
CUE = words(rf"\B<(?:{CUE_WORDS})\B>|电话|手机|联系|打|拨|致电|短信|微信|号码|座机|呼|传真")
PLACE = r"(?:office|fax|home|work|mobile|cell|tel|phone|privat|mobil|handy|bureau|casa|m[óo]vil)"
CUE_AFTER = words(
    rf"^(?:-{PLACE}|[\s,]{{0,2}}\(\s?{PLACE}|[\s,.:;\\]{{0,4}}{PLACE}(?!\W{{0,3}}[+0-9(]))"
    r"|^[\s,.:;\\)(-]{0,4}(?:(?:is|ist|est|es) (?:my|the best|meine|mon|mi) (?:new |best |neue |nouveau |nuevo )?(?:number|phone|mobile|cell|tel"
    r"|nummer|handy|num[ée]ro|n[úu]mero|m[óo]vil)|erreich|rings?\b|klingelt|sonne|suena|是我|联系我)"
)
BETWEEN_MAX_WORDS = 6
LONGEST_LOCAL = 12
LONG = 10
ASKED_MAX = 40
"""How often the numbering plan is asked for one text: a tenth of a millisecond each."""
JOINT = re.compile(r"[ \t]?[-._·][ \t]?|/|[ \t]{1,3}|[ \t]{0,2}\r?\n[ \t]{0,2}|[ \t]?[()][ \t-]?|\)[ \t]?\(|--")
NOT_BEFORE = "£$€¥#_=@%&"
LETTER_JOIN = re.compile(r"[a-z0-9][-_.]\Z|[a-z]\Z|\d[,:]\Z")
UNIT_AFTER = words(
    r"^\s?(?:%|€|£|\$|¥|eur\b|usd\b|gbp\b|kr\b|sek\b|chf\b|cny\b|rmb\b|dollars?\b|euros?\b|pounds?\b|元|块|kg\b|g\b|km\b|cm\b|mm\b"
    r"|gb\b|mb\b|people\b|users\b|times\b|days\b|years?\b|points?\b|meilen\b|punkte\b)"
)
DATE = re.compile(
    r"(?<![\d.])(?:(?:3[01]|[12]\d|0?[1-9])[./-](?:3[01]|[12]\d|0?[1-9])[./-](?:\d{2}|(?:18|19|20)\d{2})"
    r"|(?:18|19|20)\d{2}[./-](?:1[0-2]|0?[1-9])[./-](?:3[01]|[12]\d|0?[1-9])"
    r"|(?:19|20)\d{2}\s?-\s?(?:19|20)\d{2})(?![\d]|[.-]\d)"
)
SHAPES = re.compile(
    r"\(\d{2,5}\)[ -]?\d{2,4}[ -]?\d{3,4}(?:[ -]?\d{1,4})?"  # (212) 555-2368
    r"|(?:1[-. ])?\d{3}([-.])\d{3}\1\d{4}|(?:1 )?\d{3} \d{3}[ -]\d{4}"  # 212-555-2368
    r"|0\d{1,5}[ /.-]{1,3}\d{3,8}(?:[ -]?\d{1,4}){0,3}|0\d(?:([ .-])\d\d(?:\2\d\d){3})"  # 020 7946 0958, 06.39.98.77.01
    r"|0[1-9]\d{8,10}|1[3-9]\d[ -]?\d{4}[ -]?\d{4}"  # 07700900123, 138 0013 8000
    r"|[67]\d\d([ ])\d\d\d\3\d\d\d|[67]\d\d([ ])\d\d\4\d\d\4\d\d"  # 612 345 678
)
FREE = re.compile(
    r"(?:\+?1[ .-]?)?\(?8(?:00|33|44|55|66|77|88)\)?[ .-]|0800|0808|084[45]|0871|0180|0900|900 |901 |400-\d{3}"
)
"""Numbers that only companies have."""
OWN = words(r"\b(?:my|me|mine|our|mein\w*|mich|mir|mon|moi|ma|mi|m[íi]|reach|call me)\b|我")
NEVER = re.compile(r"\d{3}-\d\d-\d{4}")
"""A social security number, be it a wrong one."""
GROUPED = re.compile(r"\d[ ()._/·-]{1,2}\d")


def find(view: View, region: str) -> Spans:
    """Numbers of 7 to 15 digits that are not the number of a thing, a date, an amount or a version."""
    asked = 0
    for start, end, count in _candidates(view):
        verdict = _is_phone(view, start, end, count)
        if verdict is None and asked < ASKED_MAX:
            asked += 1
            verdict = _is_valid(view.plain[start:end], region)
        if verdict:
            yield start, end


def _candidates(view: View) -> Iterator[tuple[int, int, int]]:
    """Stretches of digits as one number is written, with their sign or bracket; start, end, number of digits."""
    plain = view.plain
    for chain in view.chains:
        if len(chain.digits) < FEWEST:
            continue
        first, count = chain.groups[0][0], 0
        end = first
        for place, (start, stop) in enumerate(chain.groups):
            joint = plain[end:start]
            is_new = place > 0 and (
                "+" in joint
                or not JOINT.fullmatch(joint)
                or (
                    "\n" in joint
                    and (
                        count >= FEWEST
                        or (
                            _on_line(chain, plain, place) >= FEWEST
                            and plain[max(0, first - 1) : first + 1][0] not in "+0("
                        )
                    )
                )
                or (
                    count >= (LONG if plain.startswith("00", first) or plain[max(0, first - 1)] == "+" else FEWEST)
                    and joint == " "
                    and plain[start] == "0"
                    and plain[first] in "0+"
                    and count + stop - start > 12
                )
                or count + stop - start > MOST
            )
            if is_new:
                yield from _whole(plain, first, end, count)
                first, count = start, 0
            count += stop - start
            end = stop
        yield from _whole(plain, first, end, count)


def _on_line(chain: Chain, plain: str, place: int) -> int:
    """How many digits the chain has from a group on to the end of its line."""
    count, end = 0, chain.groups[place][0]
    for start, stop in chain.groups[place : place + MOST]:
        if "\n" in plain[end:start]:
            break
        count, end = count + stop - start, stop
    return count


def _whole(plain: str, first: int, end: int, count: int) -> Iterator[tuple[int, int, int]]:
    if not FEWEST <= count <= MOST:
        return
    start = first
    for lead in ("+", "(+", "+(", "("):
        if plain.startswith(lead, first - len(lead)) and first >= len(lead):
            start = first - len(lead)
    if plain[start] == "(" and ")" not in plain[start:end]:
        start += 1
    yield start, end, count


def _is_phone(view: View, start: int, end: int, count: int) -> bool | None:
    """None: only the numbering plan of the region could tell."""
    plain = view.plain
    raw = plain[start:end]
    before, after = view.before(start, WINDOW), view.after(end)
    if start > 0 and plain[start - 1] in NOT_BEFORE and not (plain[start - 1] == "=" and raw.startswith("+")):
        return False
    if LETTER_JOIN.search(before) or _runs_on(after) or UNIT_AFTER.match(after) or DATE.search(raw):
        return False
    if FREE.match(raw) and not OWN.search(before):
        return False
    if "+" in raw:
        return count >= 8 and _country(digits(raw))
    cue = _announced(before)
    if is_of_a_thing(view, start):
        return False
    if cue or CUE_AFTER.match(after):
        return True
    if raw.startswith("00") and count >= 10 and _country(digits(raw)[2:]):
        return True
    if NEVER.fullmatch(raw):
        return False
    if SHAPES.fullmatch(raw) or (raw[0] in "0(" and 9 <= count <= 11 and GROUPED.search(raw)):
        return True
    is_open = GROUPED.search(raw) is not None and raw.count(".") < 2 and count <= LONGEST_LOCAL
    return None if is_open else False


def _announced(before: str) -> bool:
    """Is the last word that announces a number near, in the same breath?"""
    cues = list(CUE.finditer(before))
    if not cues:
        return False
    between = before[cues[-1].end() :]
    if re.search(r"[.!?。！？]\s|\n\n|[0-9]{5}", between):
        return False
    return len(between.split()) <= BETWEEN_MAX_WORDS


def _runs_on(after: str) -> bool:
    """Letters, or a mark and more of it, follow: a code such as 240001-B. A word after a dash may follow: Office."""
    return bool(after) and (
        (after[0].isascii() and after[0].isalpha())
        or after[0] in "_="
        or re.match(r"[-/.#:][0-9]|-[a-z]{1,2}(?![a-z])", after) is not None
    )


def _country(number: str) -> bool:
    return any(int(number[:length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE for length in (1, 2, 3))


def _is_valid(raw: str, region: str) -> bool:
    """Does the number exist in the tenant's region? Asked for grouped numbers only: it takes a tenth of a ms."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(raw, region))
    except phonenumbers.NumberParseException:
        return False


DETECTOR = Detector(kind="PHONE", rank=50, find=find, normal=digits)
