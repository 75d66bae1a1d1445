"""E-mail addresses, also as people write them out: `lena dot hart at example dot org`, `li艾特example点cn`."""

from __future__ import annotations

import re

import phonenumbers

from assistant.privacy.detectors import Detector, Spans
from assistant.privacy.view import View

PLAIN = re.compile(r"(?<![\w.+-])[\w.+%'&!#$*=~^{|}-]{1,64}@(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}(?![\w@])", re.ASCII)
INTERNATIONAL = re.compile(
    r"(?<![\w.+-])[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,6}(?:[a-zA-ZÀ-ɏЀ-ӿ]{2,24}|中国|公司|网络)(?![a-zA-ZÀ-ɏ0-9_@-])"
)

LATIN = r"a-z0-9à-öø-ž"
AT = r"(?:[ \t\n]{0,2}(?:@|[(\[{<]\s{0,2}(?:at|a|ät|@|arroba|arobase?s?)\s{0,2}[)\]}>]|艾特|爱特|圈a|#at#)[ \t\n]{0,2}|[ \t\n]{1,2}(?:at(?: sign)?|arroba|arobase?s?|ät|klammeraffe)[ \t\n]{1,2})"
DOT = r"(?:\.|。|[ \t\n]\.[ \t\n]|[ \t\n]{0,2}(?:[(\[{<]\s{0,2}(?:dot|punkt|point|punto|\.|点)\s{0,2}[)\]}>]|点)[ \t\n]{0,2}|[ \t\n]{1,2}(?:dot|punkt|point|punto)[ \t\n]{1,2})"
SPACED_DOT = r"[ \t\n]\.[ \t\n]|"
MARK = r"(?:[ \t\n]{1,2}(?:underscore|dash|hyphen|minus|plus|unterstrich|bindestrich|tiret|guion|gui[óo]n|下划线)[ \t\n]{1,2}|下划线|加)"
PART = rf"[{LATIN}_+-]{{1,40}}"
SPELLED = re.compile(
    rf"(?<![{LATIN}_.+@-])(?P<local>{PART}(?:(?:{DOT.replace(SPACED_DOT, '')}|{MARK}){PART}){{0,4}}){AT}"
    rf"(?P<host>[{LATIN}-]{{1,40}})(?P<tail>(?:(?:{DOT}|{MARK})[{LATIN}-]{{1,40}}){{1,4}})"
)
LABEL = re.compile(rf"({DOT}|{MARK})([{LATIN}-]{{1,40}})")
TLDS = {
    *"com org net edu gov int info biz io co app dev me tv ai xyz online shop store site email mail cloud example test".split(),
    *"invalid local eu uk name pro mobi club live world zone life tech web agency".split(),
    *(region.lower() for region in phonenumbers.SUPPORTED_REGIONS),
}  # fmt: skip
NOT_A_NAME = frozenset(
    "me us him her them it i you we he she they look looking is am are be was were been not now there here out order buy"
    " bought meet meeting arrive arrived live lives stay only and or the a an at in on of to from available sold found"
    " shop site website page work working works open sign log login visit click go going see find check hosted".split()
)
NOT_A_HOST = frozenset("this that the some one a an my your our which what any every no each certain".split())
SIGNS = frozenset("at arroba arobase arobas ät klammeraffe dot punkt point punto".split())
CUE = re.compile(r"mail|write|reach|contact|adress|correo|courriel|schreib|escrib|[ée]cri|邮|@|account|login|under")


def find(view: View, region: str) -> Spans:
    """Local part, at sign, dotted host."""
    plain = view.plain
    if "@" in plain:
        pattern = PLAIN if plain.isascii() else INTERNATIONAL
        for match in pattern.finditer(plain):
            # Chinese is written without spaces: an ASCII address does not begin with the words before it.
            start = match.start() + _foreign(match.group())
            yield start, match.end()
    if "@" in plain or not SIGNS.isdisjoint(view.words) or "艾特" in plain or "爱特" in plain or "圈a" in view.lower:
        yield from _spelled(view)


def _spelled(view: View) -> Spans:
    """`write me at lena dot hart at example dot org` holds an address that begins behind the first sign."""
    start = 0
    while (match := SPELLED.search(view.lower, start)) is not None:
        end = _end(match)
        if end is not None and _is_address(view, match, end):
            yield match.start(), end
            start = end
        else:
            start = match.end("local")


def _foreign(address: str) -> int:
    local = address[: address.index("@")]
    place = max((index + 1 for index, character in enumerate(local) if "一" <= character <= "鿿"), default=0)
    return place if place < len(local) else 0


def _end(match: re.Match[str]) -> int | None:
    """Where the address ends: behind the last label that is a top-level domain. A sentence may follow."""
    ends = [label.end() for label in LABEL.finditer(match["tail"]) if label[2] in TLDS]
    return match.start("tail") + ends[-1] if ends else None


def _is_address(view: View, match: re.Match[str], end: int) -> bool:
    """A name before the sign; beside a bare `at` a spelled dot, a name with a mark, or words that announce it."""
    local = match["local"]
    if (
        local.split()[-1] in NOT_A_NAME
        or match["host"] in NOT_A_HOST
        or re.match(f"[{LATIN}]", view.lower[end : end + 1])
    ):
        return False
    between = view.lower[match.end("local") : match.start("host")]
    if any(mark in between for mark in "@([{<艾爱圈#"):
        return True
    is_spelled = any(word in match["tail"] for word in ("dot", "punkt", "point", "punto", "点"))
    has_mark = re.search(r"[._+0-9]|dot|punkt|point|punto", local) is not None
    return is_spelled or has_mark or CUE.search(view.before(match.start(), 24)) is not None


DETECTOR = Detector(kind="EMAIL", rank=15, find=find, normal=lambda value: "".join(value.split()).casefold())
