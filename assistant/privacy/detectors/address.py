"""Postal addresses whose form alone tells: Chinese ones down to the house, and post boxes. The tagger finds the others."""

from __future__ import annotations

import re

from assistant.privacy.detectors import Detector, Spans
from assistant.privacy.view import View

PROVINCE = (
    "北京市?|上海市?|天津市?|重庆市?|(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾)省?"
    "|(?:内蒙古|广西|西藏|宁夏|新疆)(?:[一-鿿]{0,3}自治区)?|香港|澳门"
)
HOUSE = r"[0-9]{1,5}(?:-[0-9]{1,4})?(?:号院?|弄|巷)"
REST = (
    r"(?:[一-鿿]{0,10}?[0-9A-Za-z]{1,5}(?:-[0-9]{1,5})?(?:号楼|号|栋|幢|座|单元|楼|层|室|户)|[0-9]{3,4}(?![0-9])){0,5}"
)
HAN = re.compile(
    rf"(?:{PROVINCE})[一-鿿]{{0,24}}?(?:路|街|道|巷|弄|胡同|村|镇|小区|花园|大厦|苑){HOUSE}?{REST}"
    rf"|[一-鿿]{{2,6}}?(?:市|区|县)[一-鿿]{{1,16}}?(?:路|街|道|巷|弄|胡同){HOUSE}{REST}"
)
BOX = re.compile(
    r"(?<![a-z])(?:p\.? ?o\.? ?box|postfach|bo[îi]te postale|b\.p\.|apartado(?: de correos)?) {0,2}[0-9][0-9 ]{0,8}[0-9]?(?![a-z0-9])"
)


def find(view: View, region: str) -> Spans:
    """From the province, or the city, to the last number of the door."""
    if view.has_han:
        for match in HAN.finditer(view.plain):
            if any(map(str.isdecimal, match.group())):
                yield match.span()
    if "box" in view.lower or "postfach" in view.lower or "postale" in view.lower or "apartado" in view.lower:
        for match in BOX.finditer(view.lower):
            yield match.start(), match.start() + len(match.group().rstrip())


def _normal(value: str) -> str:
    return re.sub(r"[\W_]+", " ", value.casefold()).strip()


DETECTOR = Detector(kind="ADDRESS", rank=45, find=find, normal=_normal)
