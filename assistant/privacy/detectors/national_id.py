"""National identity numbers whose own check decides, or their shape beside a word that announces them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.privacy import checksums
from assistant.privacy.announced import value_after
from assistant.privacy.detectors import Detector, Spans, capitals
from assistant.privacy.patterns import cue
from assistant.privacy.things import is_of_a_thing
from assistant.privacy.view import WORD, View

CUE_WINDOW = 48
COMPOUND_MIN = 4
GAP = r"(?:[ .-]|\r?\n)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digits:
    """A country's number of digits alone. `sure` tells it from any other number by the way it is written and checked;
    beside its `cue` it has to be `possible`."""

    length: int
    possible: Callable[[str], bool]
    cue: tuple[str, ...]
    sure: Callable[[str, str], bool]


def _never(raw: str, digits: str) -> bool:
    return False


def _any(digits: str) -> bool:
    return True


def _written(*groups: int, marks: str = " ") -> re.Pattern[str]:
    return re.compile(f"[{marks}]".join(rf"\d{{{length}}}" for length in groups))


def _is_ssn(raw: str, digits: str) -> bool:
    """Written 3-2-4. Area 000, group 00 and serial 0000 were never given. Source: SSA POMS RM 10201.035.

    Areas 666 and 9xx were not either, but 9xx are tax numbers and specimens, and a slip is somebody's number still.
    """
    if re.fullmatch(r"\d{3}([ -])\d{2}\1\d{4}", raw) is None or digits[3:5] == "00" or digits[5:] == "0000":
        return False
    return digits[:3] != "000"


def _is_nir_written(raw: str, digits: str) -> bool:
    """France: sex 1 or 2, a month 1 to 12 or a code for an unknown one, and the key."""
    return digits[0] in "12" and (1 <= int(digits[3:5]) <= 12 or int(digits[3:5]) >= 20) and checksums.is_nir(digits)


def _when(shape: re.Pattern[str], is_valid: Callable[[str], bool]) -> Callable[[str, str], bool]:
    return lambda raw, digits: shape.fullmatch(raw) is not None and is_valid(digits)


def _is_cn_id(raw: str, digits: str) -> bool:
    return digits[6:8] in ("18", "19", "20") and int(digits[10:12]) in range(1, 13) and checksums.is_cn_id(digits)


ID_WORDS = ("identity", "resident", "身份", "证件", "身分")
BY_DIGITS: tuple[Digits, ...] = (
    Digits(length=9, possible=_any, sure=_is_ssn, cue=("ssn", "ss", "social", "itin", "irs", "w-9", "taxpayer")),
    Digits(length=9, possible=checksums.is_luhn, sure=_never, cue=("sin", "insurance", "nas")),
    Digits(length=9, possible=checksums.is_tfn, sure=_never, cue=("tfn", "tax")),
    Digits(length=8, possible=checksums.is_tfn, sure=_never, cue=("tfn", "tax")),
    Digits(length=9, possible=_any, sure=_never, cue=("employer",)),
    Digits(length=10, possible=checksums.is_nhs, sure=_never, cue=("nhs", "health")),
    Digits(
        length=11,
        possible=checksums.is_steuer_id,
        sure=_when(_written(2, 3, 3, 3), checksums.is_steuer_id),
        cue=("steuer", "idnr", "tin", "identifikation", "finanzamt"),
    ),
    Digits(
        length=11,
        possible=checksums.is_cpf,
        sure=_when(re.compile(r"\d{3}\.\d{3}\.\d{3}-\d\d"), checksums.is_cpf),
        cue=("cpf",),
    ),
    Digits(
        length=12,
        possible=_any,
        sure=_when(re.compile(r"[2-9]\d{3} \d{4} \d{4}"), checksums.is_verhoeff),
        cue=("aadh", "adhaar", "uidai"),
    ),
    Digits(
        length=13,
        possible=_any,
        sure=_when(re.compile(r"756\.\d{4}\.\d{4}\.\d\d"), checksums.is_ean13),
        cue=("ahv", "avs", "oasi"),
    ),
    Digits(length=15, possible=_any, sure=_is_nir_written, cue=("nir", "sécu", "secu", "insee", "numéro")),
    Digits(length=15, possible=_any, sure=_never, cue=ID_WORDS),
    Digits(length=18, possible=_any, sure=_is_cn_id, cue=ID_WORDS),
)
LENGTHS = sorted({one.length for one in BY_DIGITS})
OF_LENGTH = {length: [one for one in BY_DIGITS if one.length == length] for length in LENGTHS}

MAY_BEGIN = re.compile(
    r"(?<![a-z0-9])(?<![a-z0-9][-_.#])(?=[a-z][ .-]?[0-9]|[a-z][ .-]?[a-z][ .-]?[0-9]{2}|[0-9](?:[ .-]?[0-9]){7}[ .-]?[a-z]"
    r"|[1-9][0-9]{5}[ .-]?(?:18|19|20)|[12][ .-]?[0-9]{2}[ .-]?[0-9]{2}[ .-]?2|[a-z]{3}[ .-]?[a-z]{3}[ .-]?[0-9l-v]|[a-z]{5}[0-9])"
)
NEVER_NINO = re.compile(r"(?:BG|GB|NK|KN|TN|NT|ZZ)|[DFIQUV]|.[DFIOQUV]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """A number with letters in it, told by its own check."""

    shape: re.Pattern[str]
    is_valid: Callable[[str], bool]


def _mixed(shape: str, is_valid: Callable[[str], bool]) -> Mixed:
    return Mixed(shape=re.compile(rf"(?:{shape})(?![a-z0-9])(?![-_][a-z0-9])"), is_valid=is_valid)


WITH_LETTERS: tuple[Mixed, ...] = (
    _mixed(
        rf"[a-z]{GAP}[a-z]{GAP}\d\d{GAP}\d\d{GAP}\d\d{GAP}[a-d]",
        lambda plain: plain.startswith("QQ") or NEVER_NINO.match(plain) is None,
    ),
    _mixed(r"[a-z][a-z] \d\d \d\d \d\d [a-d]", _any),  # United Kingdom, as it is printed
    _mixed(
        rf"[1-9]\d{{5}}{GAP}(?:18|19|20)\d\d{GAP}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]){GAP}\d{{3}}{GAP}x",
        checksums.is_cn_id,
    ),
    _mixed(
        rf"(?:\d(?:{GAP}\d){{7}}|[xyz](?:{GAP}\d){{7}}|\d\d[. ]\d{{3}}[. ]\d{{3}}|[xyz]{GAP}\d[. ]\d{{3}}[. ]\d{{3}}){GAP}[a-z]",
        checksums.is_dni,
    ),
    _mixed(rf"[12]{GAP}\d\d{GAP}\d\d{GAP}2[ab]{GAP}\d{{3}}{GAP}\d{{3}}{GAP}\d\d", checksums.is_nir),
    _mixed(
        rf"[a-z]{{3}}{GAP}[a-z]{{3}}{GAP}[0-9lmnpqrstuv]{{2}}[abcdehlmprst][0-9lmnpqrstuv]{{2}}{GAP}[a-z][0-9lmnpqrstuv]{{3}}[a-z]",
        checksums.is_codice_fiscale,
    ),
    _mixed(r"[a-z]{3}[abcfghljpt][a-z]\d{4}[a-z]", _any),  # India, PAN
    _mixed(r"[a-z][1289]\d{8}", checksums.is_taiwan_id),
)
ANNOUNCED = cue(
    "national ni identity id social ss ssn itin nino tfn nhs aadhaar aadhar adhaar cpf cuit curp rfc pesel bsn burgerservicenummer ahv avs cpr"
    " personnummer fødselsnummer fodselsnummer personalnummer idnr identifikationsnummer sv carte titre pan cni numéro numero sécu secu sécurité securite nir insee dni nie nif documento"
    " identificación identificacion cédula cedula codice tax taxpayer utr",
    r"(?:national (?:id(?:entity)?|insurance)|ni(?= n)|identity (?:card|number|document)|id[ -]?card|social (?:security|insurance)|ss[n#]"
    r"|itin|nino|tfn|nhs|aadh?aa?r|cpf|cuit|curp|rfc|pesel|bsn|burgerservicenummer|ahv(?:-nummer)?|avs|cpr|personnummer|f[øo]dselsnummer"
    r"|personal(?:ausweis|nummer)\w*|ausweis\w*|steuer-?(?:id|nummer|nr|identi\w+)\w*|idnr|identifikationsnummer|sozialversicherung\w*"
    r"|rentenversicherung\w*|sv-nummer|(?:carte (?:nationale )?|titre )d'identit[ée]|pan(?: card)?|cni|(?:num[ée]ro )?(?:de )?s[ée]cu(?:rit[ée]"
    r" sociale)?|num[ée]ro fiscal|nir|insee|dni|nie|nif|documento(?: de identidad)?|identificaci[óo]n|c[ée]dula|codice fiscale"
    r"|tax(?:payer)? (?:id|file|number|reference)\w*|utr)\B>",
    "身份证号?码?|证件号?码?|身分證|身份號碼|社保号?",
    stems="ausweis personalausweis steuer sozialversicherung rentenversicherung",
)
NAMED_AFTER = re.compile(r"\)?,? (?:is|ist|est|es) (?:what|my|the|our|mein|meine|mon|ma|mi) ")
LONG_NUMBER = re.compile(r"[0-9]{5,}")
FEWEST_DIGITS = 6


def find(view: View, region: str) -> Spans:
    """All countries' forms, everywhere: people travel."""
    if not view.groups:
        return
    for start, end, digits in view.numbers(LENGTHS[0], LENGTHS[-1]):
        for one in OF_LENGTH.get(len(digits), ()):
            if _counts(view, one, start, end, digits):
                yield start, end
                break
    for begin in MAY_BEGIN.finditer(view.lower):
        for known in WITH_LETTERS:
            match = known.shape.match(view.lower, begin.start())
            if match is not None and known.is_valid(capitals(match.group())):
                if not is_of_a_thing(view, match.start()) and not _ends_with_a_word(view, match):
                    yield match.span()
                break
    for match in ANNOUNCED.matches(view):
        value = value_after(view, match.end(), fewest=FEWEST_DIGITS, longest=20, may_be_letters=True)
        if value is not None:
            yield value


def _ends_with_a_word(view: View, match: re.Match[str]) -> bool:
    """`1995-03-21 y`: a small letter after a space is a word of the sentence."""
    return match.group()[-2] == " " and view.plain[match.end() - 1].islower()


def _counts(view: View, one: Digits, start: int, end: int, digits: str) -> bool:
    if one.sure(view.plain[start:end], digits):
        return _stands_alone(view, start, end) and not is_of_a_thing(view, start)
    if not one.possible(digits):
        return False
    before, after = _since_last_number(view.before(start, CUE_WINDOW)), view.after(end, CUE_WINDOW)
    is_announced = _holds(before, one.cue) or (
        (NAMED_AFTER.match(after) is not None or one.possible is not _any) and _holds(after, one.cue)
    )
    return is_announced and _stands_alone(view, start, end)


def _holds(text: str, cue: tuple[str, ...]) -> bool:
    """Is a word of the text one of the cue's, or a compound of a long one? What is no plain word may stand anywhere."""
    if any(mark in text for mark in cue if not mark.isascii() or "-" in mark):
        return True
    return any(
        word in cue or any(len(stem) >= COMPOUND_MIN and word.startswith(stem) for stem in cue)
        for word in WORD.findall(text)
    )


def _since_last_number(before: str) -> str:
    numbers = list(LONG_NUMBER.finditer(before))
    return before[numbers[-1].end() :] if numbers else before


def _stands_alone(view: View, start: int, end: int) -> bool:
    """Not a part of a longer number or code."""
    before, after = view.plain[max(0, start - 2) : start], view.plain[end : end + 2]
    glued_before = bool(before) and ((before[-1].isascii() and before[-1].isalnum()) or before[-1] in "+$€£_")
    joined_before = before[-1:] in ("-", ".", " ") and before[:1].isdecimal() and len(before) == 2
    glued_after = after[:1].isascii() and (after[:1].isalnum() or after[:1] == "_")
    joined_after = after[:1] in ("-", ".", " ") and after[1:].isdecimal()
    return not (glued_before or joined_before or glued_after or joined_after)


DETECTOR = Detector(kind="NATIONAL_ID", rank=20, find=find, normal=capitals)
