"""Addresses of machines: IPv4, IPv6 and MAC. Version numbers have four parts too."""

from __future__ import annotations

import ipaddress
import re

from assistant.privacy.detectors import Detector, Spans
from assistant.privacy.patterns import words
from assistant.privacy.view import WORD, View

DOT = r"(?: ?\. ?|\[\.\]|\(\.\)|\[dot\]|\(dot\)| ?(?:dot|punkt|point|punto|点) ?)"
OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
V4 = re.compile(
    rf"(?<![a-z0-9_.-])(?<![a-z0-9+] \. )(?<!\d,){OCTET}(?:{DOT}{OCTET}){{3}}(?![0-9a-z_]|[.-][0-9a-z]| \. ?[0-9a-z])"
)
V6 = re.compile(r"(?<![a-z0-9_:.])(?=[0-9a-f]{0,4}:)[0-9a-f:]{2,39}(?:%[a-z0-9]{1,15})?(?![a-z0-9_:])")
MAC = re.compile(
    r"(?<![a-z0-9_:-])(?:[0-9a-f]{2}([:. -]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![a-z0-9_:-])|(?<![a-z0-9_.])(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}(?![a-z0-9_.])"
)
VERSION = words(
    r"(?:\bv|\bver(?:sion\w*)?|\brelease|\bfirmware|\bbuild|\bapp|\bsdk|\bdriver|\bpatch|\bupdat\w+|\bupgrad\w+|\bsoftware"
    r"|\bios|\bandroid|\bwindows|\bmacos|\blinux|\bchrome|\bfirefox|\bversi[óo]n|版本|版|\bsection|\bchapter)(?:[\s.:#(-]{0,4}|[^\n]{0,40}(?:->|to|auf|vers|a) ?)\Z"
)
VERSION_STEMS = tuple(
    "v release firmware build app sdk driver patch updat upgrad software ios android windows mac linux chrome firefox section chapter".split()
)
IS_VERSION = re.compile(r"^\)?\s{0,2}(?:of the app|version|release|build|版)")
FEWEST_COLONS = 2


def find(view: View, region: str) -> Spans:
    """Addresses alone: a port or a prefix length behind them may stay."""
    lower = view.lower
    if (
        lower.count(".") >= 3
        or "dot" in lower
        or "点" in lower
        or "punkt" in lower
        or "punto" in lower
        or "point" in lower
    ):
        for match in V4.finditer(lower):
            if not _is_version(view.before(match.start(), 64)) and not IS_VERSION.search(view.after(match.end())):
                yield match.span()
    if lower.count(":") >= FEWEST_COLONS:
        for match in V6.finditer(lower):
            if _is_v6(match.group()):
                yield match.span()
    if view.groups:
        for match in MAC.finditer(lower):
            has_letter = any(character.isalpha() for character in match.group())
            if (has_letter or match[1] == ":") and any(character.isdecimal() for character in match.group()):
                yield match.span()


def _is_version(before: str) -> bool:
    has_word = not before.isascii() or any(word.startswith(VERSION_STEMS) for word in WORD.findall(before))
    return has_word and VERSION.search(before) is not None


def _is_v6(text: str) -> bool:
    if text.count(":") < FEWEST_COLONS or not any(character.isalnum() for character in text):
        return False
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _normal(value: str) -> str:
    return re.sub(r"\[|\]|\(|\)|\s", "", value.casefold())


DETECTOR = Detector(kind="IP_ADDRESS", rank=40, find=find, normal=_normal)
