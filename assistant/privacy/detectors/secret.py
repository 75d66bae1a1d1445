"""Keys of machines: API keys, bearer and session tokens, private keys."""

from __future__ import annotations

import re

from assistant.privacy.detectors import Detector, Spans
from assistant.privacy.patterns import cue
from assistant.privacy.view import View

# Prefixes by which services mark their keys, so that scanners find them. Source: the services' own documentation.
MARKED = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    r"(?:sk|pk|rk|ek)[-_](?:live|test|prod|proj|ant|or|svcacct)[-_][A-Za-z0-9_-]{8,200}|sk-[A-Za-z0-9_-]{16,200}"
    r"|whsec_[A-Za-z0-9+/=_-]{8,100}|gh[opsru]_[A-Za-z0-9]{16,100}|github_pat_\w{16,100}|gl(?:pat|dt|rt|cbt)-[\w-]{16,60}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,120}|xapp-[A-Za-z0-9-]{10,120}|(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{12,20}"
    r"|AIza[\w-]{20,60}|ya29\.[\w-]{10,200}|GOCSPX-[\w-]{16,60}|SG\.[\w-]{10,40}\.[\w-]{10,80}|(?:npm|pypi|hf|dsk)_[A-Za-z0-9]{16,200}"
    r"|pypi-[\w-]{16,200}|do[pot]_v1_[0-9a-f]{16,80}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{16,60}|sq0[a-z]{3}-[\w-]{16,60}"
    r"|[0-9]{8,10}:AA[\w-]{30,40}|EAA[A-Za-z0-9]{30,300}|key-[0-9a-f]{24,64}|(?:AC|SK)[0-9a-f]{32}|tok_[A-Za-z0-9]{10,60}|[a-z]{2,8}_(?=[A-Za-z]{0,40}[0-9])(?=[A-Z0-9_]{0,40}[a-z])[A-Za-z0-9]{28,100}|[a-z]{2,10}_(?:live|test|secret|key|sk|api|pat|oat)_[A-Za-z0-9]{10,100}"
    r"|eyJ[\w-]{6,2000}\.[\w-]{6,4000}(?:\.[\w-]{0,2000})?"
    r")(?![A-Za-z0-9])"
)
MARKS = (
    "_", "sk-", "-live-", "-test-", "-prod-", "-proj-", "-ant-", "-or-", "svcacct", "gl", "xox", "xapp", "AK", "AS", "AG", "AI", "AR", "ya29",
    "GOCSPX", "SG.", "pypi", "sq0", ":AA", "EAA", "key-", "AC", "SK", "eyJ",
)  # fmt: skip
"""One of them stands in every marked key: looking is cheaper than matching."""
BEARER = cue(
    "bearer basic token apikey digest",
    r"(?:bearer|basic|token|apikey|digest)\s{1,3}(?P<value>[a-z0-9][a-z0-9._~+/=-]{7,2000})",
)
PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s:,-]{0,16000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z)"
)
VALUE = r"[\s\"'`]{0,3}(?:(?:is|ist|est|es|lautet|was|=|:|=>|->|是|为)[\s\"'`:]{0,3}){0,2}(?P<value>[a-z0-9][a-z0-9._~+/=-]{7,400})"
NAMED = cue(
    "secret api access auth client private webhook signing encryption license licence app service session refresh bearer deploy ssh master"
    " shared integration token tokens secrets apikey credential credentials geheimer zugriffsschlüssel zugriffstoken clé cle jeton clave llave"
    " apischlüssel",
    r"(?:secret[ _-]{0,2}access[ _-]{0,2}key|(?:api|access|secret|auth|client|private|webhook|signing|encryption|license|licence|app|service"
    r"|session|refresh|bearer|deploy|ssh|master|shared|integration)[ _-]{0,2}(?:key|token|secret|id token)s?|(?:token|secret|apikey|credential)s?"
    r"|api[- ]?(?:schl[üu]ssel|token)|geheimer schl[üu]ssel|zugriffs(?:schl[üu]ssel|token)|cl[ée] (?:api|secr[èe]te|d'api|priv[ée]e)"
    r"|jeton(?: d'acc[èe]s)?|clave (?:api|secreta|de api|privada)|llave (?:api|secreta)|token de acceso)" + VALUE,
    "(?:密钥|令牌|秘钥|访问码)" + VALUE,
)
NEXT_LINE = re.compile(r"[ \t]{0,2}\r?\n[ \t]{0,2}(?P<rest>[A-Za-z0-9_=+/-]{8,100})(?![A-Za-z0-9])")
CUT_MAX = 28
FEWEST = 8


def find(view: View, region: str) -> Spans:
    """Keys by their service's mark, and long odd words beside the word key or token."""
    plain = view.plain
    for match in MARKED.finditer(plain) if any(mark in plain for mark in MARKS) else ():
        more = NEXT_LINE.match(plain, match.end())
        is_cut = match.end() - match.start() < CUT_MAX
        yield match.start(), (more.end() if more is not None and is_cut and is_odd(more["rest"]) else match.end())
    if "PRIVATE KEY-----" in plain:
        yield from (match.span() for match in PRIVATE_KEY.finditer(plain))
    for named in (BEARER, NAMED):
        for match in named.matches(view):
            start, end = match.span("value")
            end -= len(plain[start:end]) - len(plain[start:end].rstrip(".,;:-=") or plain[start:end])
            if is_odd(plain[start:end]):
                yield start, end


def is_odd(word: str) -> bool:
    """Not a word of a language: letters and digits mixed, and long."""
    has_digit = any(map(str.isdecimal, word))
    has_letter = any(map(str.isalpha, word))
    return len(word) >= FEWEST and has_digit and (has_letter or len(word) >= 2 * FEWEST)


DETECTOR = Detector(kind="SECRET", rank=4, find=find, normal=str)
