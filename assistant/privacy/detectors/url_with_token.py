"""Links that open something for whoever holds them: a session, a reset, an invitation, a signed file."""

from __future__ import annotations

import math
import re
from collections import Counter

from assistant.privacy.detectors import Detector, Spans
from assistant.privacy.view import View

URL = re.compile(
    r"(?:(?<![a-z0-9])[a-z][a-z0-9+.-]{1,11}://|(?<![A-Za-z0-9_.@-])www\.)[^\s<>\"“”「」，。；、！？（）]{3,2000}"
    r"|(?<![A-Za-z0-9_.@/-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,12}/[^\s<>\"“”「」，。；、！？（）]{0,500}[?#&][^\s<>\"“”「」，。；、！？（）]{3,1500}"
)
SECRET_NAMES = re.compile(
    r"[a-z0-9_.-]{0,24}?(?:token|secret|signature|sig|session(?:_?id)?|sessid|sess|sid|passw(?:or)?d|pwd|pass|jwt|otp|apikey|api_key"
    r"|access_key|auth|authorization|hash|hmac|credential|oobcode|assertion|samlresponse)"
)
LIKELY_NAMES = re.compile(
    r"[a-z0-9_.-]{0,24}?(?:code|key|ticket|state|nonce|invite|magic|pin|hash|ref)|[kth]|tk|tok|uid|id"
)
HARMLESS_VALUE = re.compile(r"[a-z]{0,12}|\d{1,5}|[a-z]{2}[-_][a-z]{2}")
OPENING_PATH = re.compile(
    r"/(?:reset|verify|verification|confirm|activate|activation|invite|invitation|magic|login|signin|unsubscribe|share"
    r"|shared|token|auth|session|password|recover|s|d|i)[a-z-]{0,16}/([\w.~-]{12,})"
)
TRAILING = ".,;:!?)]}'*_>"
THINGS = re.compile(
    r"track|order|sku|item|product|parcel|shipment|article|version|build|case|utm_|gclid|fbclid|page|lang"
)
NEXT_LINE = re.compile(r"[ \t]{0,2}\r?\n[ \t]{0,2}(?P<rest>[A-Za-z0-9_=&%./?-]{8,200})")
"""A link that a mail program broke goes on where the next line looks like no word."""
LONG = 24
LIKELY = 12
RANDOM_BITS = 3.2
"""Entropy a character from which a long word is no word of a language."""


def find(view: View, region: str) -> Spans:
    """The whole link."""
    lower = view.lower
    if "/" not in lower and "www." not in lower:
        return
    for match in URL.finditer(lower):
        start, end = match.span()
        while end > start and lower[end - 1] in TRAILING:
            end -= 1
        more = NEXT_LINE.match(view.plain, end)
        url = view.plain[start:end]
        is_open = not opens_something(url) or url[-1] in "=&?" or any(map(str.isdecimal, re.split("[=/?]", url)[-1]))
        is_cut = is_open and (
            more is not None
            and len(re.split("[=/?]", url)[-1]) < LIKELY
            and _is_random(more["rest"].split("&")[0], LIKELY)
        )
        if more is not None and is_cut and opens_something(url + more["rest"]):
            yield start, more.end()
        elif opens_something(url):
            yield start, end


def opens_something(url: str) -> bool:
    """Does the link hold a secret: in its credentials, its path or its parameters?"""
    before, _, rest = url.partition("://")
    place, _, fragment = (rest or before).partition("#")
    path, _, query = place.partition("?")
    host, _, tail = path.partition("/")
    if "@" in host and ":" in host.split("@")[0]:
        return True
    if (opening := OPENING_PATH.search(f"/{tail.lower()}")) and _is_random(opening[1], 12):
        return True
    pairs = [pair.partition("=") for pair in re.split("[&;]", f"{query}&{fragment}")]
    return any(_is_secret(name, value) for name, _, value in pairs if value) or any(
        _is_random(part, LONG) and not THINGS.search(path.lower()) for part in tail.split("/")
    )


def _is_secret(name: str, value: str) -> bool:
    if SECRET_NAMES.fullmatch(name.lower()):
        return HARMLESS_VALUE.fullmatch(value) is None
    if LIKELY_NAMES.fullmatch(name.lower()) and not THINGS.search(name.lower()):
        return _is_random(value, LIKELY)
    return _is_random(value, LONG) and not THINGS.search(name.lower())


def _is_random(word: str, length: int) -> bool:
    """A long word of letters and digits without a pattern; a UUID names a thing."""
    if len(word) < length or not any(map(str.isdecimal, word)) or not any(map(str.isalpha, word)) or _is_uuid(word):
        return False
    if word.count("-") > 2 or word.count("_") > 2:  # a title in an address: how-to-pay-2026
        return False
    counts = Counter(word.lower()[:200])
    total = sum(counts.values())
    return -sum(n / total * math.log2(n / total) for n in counts.values()) >= RANDOM_BITS - (0.4 if total < 20 else 0)


def _is_uuid(word: str) -> bool:
    return re.fullmatch(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", word) is not None


DETECTOR = Detector(kind="URL_WITH_TOKEN", rank=3, find=find, normal=str)
