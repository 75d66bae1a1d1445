"""Payment cards of all networks: 12 to 19 digits whose Luhn sum is right, however they are grouped."""

from __future__ import annotations

import re

from assistant.privacy.checksums import LuhnSums
from assistant.privacy.detectors import Detector, Spans, digits
from assistant.privacy.things import is_of_a_thing
from assistant.privacy.view import Chain, View

SHORTEST, LONGEST = 12, 19
# Ranges of leading digits and the lengths that the network issues. Source: ISO/IEC 7812 as published by the networks.
NETWORKS = re.compile(
    r"4(?:.{12}|.{15}|.{18})"  # Visa
    r"|(?=5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720).{16}"  # Mastercard
    r"|3[47].{13}"  # American Express
    r"|(?=30[0-5]|3095|3[689]).{14,19}"  # Diners Club
    r"|(?=6011|64[4-9]|65|62|81|60|82|508).{16,19}"  # Discover, UnionPay, RuPay
    r"|35.{14,17}|(?:1800|2131).{11}"  # JCB
    r"|(?=50|5[6-9]|6).{12,19}"  # Maestro
    r"|220[0-4].{12,15}|9792.{12}|1.{14}"  # Mir, Troy, UATP
)
CARD_WORDS = re.compile(
    r"\b(?:cards?|visa|mastercard|amex|maestro|debit|credit|kredit\w*|karten?\w*|bankkarte|carte|cb|tarjeta|pan)\b"
    r"|卡"
)
GAPS = re.compile(r"[ \t\r\n.,/_·-]{1,3}")
QUARTER = 4
USUAL = (16, 15)


def find(view: View, region: str) -> Spans:
    """Numbers that a network issues and that check out, those of the usual lengths first.

    Other digits may stand before and after: an expiry date, a code. One in ten numbers checks out by chance, so the
    number of an order or a parcel is none. Beside the word card a wrong check digit is a slip, not another number.
    """
    for chain in view.chains:
        # One by one they are another reading's matter, where they stand together.
        if len(chain.digits) >= SHORTEST and len(chain.groups) < len(chain.digits):
            yield from _in_chain(view, chain)


def _in_chain(view: View, chain: Chain) -> Spans:
    sums = LuhnSums(chain.digits)
    found: list[tuple[int, int, int, bool]] = []
    groups, starts, total = chain.groups, chain.starts, len(chain.digits)
    for first, start in enumerate(starts):
        if start + SHORTEST > total:
            break
        if chain.digits[start] in "07" or not _begins_here(view, groups[first][0]):
            continue
        gaps: set[str] = set()
        for last in range(first, len(starts)):
            end = starts[last + 1] if last + 1 < len(starts) else total
            if end - start > LONGEST:
                break
            if last > first and not _continues(view, gaps, groups[last - 1], groups[last]):
                break
            if end - start >= SHORTEST and sums.holds(start, end) and NETWORKS.fullmatch(chain.digits, start, end):
                found.append((groups[first][0], groups[last][1], end - start, last > first))
    found.sort(key=lambda span: (span[3], span[2] not in USUAL, -span[2]))
    taken: list[tuple[int, int]] = []
    for one, end, *_ in found:
        is_free = all(end <= other or one >= stop for other, stop in taken)
        if is_free and _ends_here(view, end) and not is_of_a_thing(view, one):
            taken.append((one, end))
    yield from taken
    if not found and total in (14, 15, 16) and NETWORKS.fullmatch(chain.digits):
        start, end = groups[0][0], groups[-1][1]
        if CARD_WORDS.search(view.before(start)) and not is_of_a_thing(view, start):
            yield start, end


def _continues(view: View, gaps: set[str], before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Numbers are grouped in one way throughout; only a line may break anywhere, and a comma goes with spaces."""
    gap = view.plain[before[1] : after[0]]
    if GAPS.fullmatch(gap) is None:
        return False
    if gap.strip("\n"):
        gaps.add(gap.strip() or " ")
    if "," in gap and max(before[1] - before[0], after[1] - after[0]) > QUARTER:
        return False
    return len(gaps) <= 1 or gaps == {" ", ","}


def _begins_here(view: View, start: int) -> bool:
    before, further = view.plain[max(0, start - 1) : start], view.plain[max(0, start - 2) : start - 1]
    is_letter = before.isascii() and before.isalpha()
    is_joined = before == "-" and further.isascii() and further.isalnum()
    return not (is_letter or is_joined or (before and before in "+.,$€£_"))


def _ends_here(view: View, end: int) -> bool:
    after = view.plain[end : end + 2]
    is_word = after[:1] == "_" or (after[:1].isascii() and after[:1].isalpha())
    return not is_word and not (after[:1] in ("-", ".") and after[1:].isalnum())


DETECTOR = Detector(kind="CREDIT_CARD", rank=26, find=find, normal=digits)
