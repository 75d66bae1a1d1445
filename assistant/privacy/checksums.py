"""Check digits of cards, accounts and identity numbers. Input is digits, or capitals and digits, without gaps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def is_luhn(number: str) -> bool:
    """Source: ISO/IEC 7812-1, annex B."""
    return LuhnSums(number).holds(0, len(number))


class LuhnSums:
    """Luhn sums of every part of a long run of digits, each in constant time."""

    def __init__(self, digits: str) -> None:
        values = [ord(digit) - 48 for digit in digits]
        self._sums = [
            list(accumulate((DOUBLED[v] if place % 2 == parity else v for place, v in enumerate(values)), initial=0))
            for parity in (0, 1)
        ]

    def holds(self, start: int, end: int) -> bool:
        """Does `digits[start:end]` check out? The last digit is not doubled."""
        sums = self._sums[end % 2]
        return (sums[end] - sums[start]) % 10 == 0


def is_mod97(number: str) -> bool:
    """IBAN: country and check digits move to the end, letters count from 10. Source: ISO 13616."""
    return int("".join(str(int(character, 36)) for character in number[4:] + number[:4])) % 97 == 1


def weighted(digits: str, weights: Sequence[int]) -> int:
    """The sum of digits times weights; of the first digits when there are fewer weights."""
    return sum((ord(digit) - 48) * weight for digit, weight in zip(digits, weights, strict=False))


def is_cn_id(number: str) -> bool:
    """China, resident id of 18. Source: GB 11643-1999."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return number[:17].isdecimal() and "10X98765432"[weighted(number, weights) % 11] == number[17]


def is_dni(number: str) -> bool:
    """Spain: the letter is the number modulo 23; a NIE begins with X, Y or Z for 0, 1 or 2."""
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number[:-1].translate(str.maketrans("XYZ", "012"))) % 23] == number[-1]


def is_steuer_id(number: str) -> bool:
    """Germany, 11 digits. Source: ISO 7064 MOD 11,10."""
    product = 10
    for digit in number[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(number[10])


def is_nir(number: str) -> bool:
    """France, 13 + 2; Corsica's 2A and 2B count as 19 and 18. Source: INSEE."""
    body = number[:13].replace("2A", "19").replace("2B", "18")
    return body.isdecimal() and 97 - int(body) % 97 == int(number[13:])


def is_codice_fiscale(number: str) -> bool:
    """Italy, 16 characters. Source: D.M. 23/12/1976."""
    odd = dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True))
    odd |= dict(zip("ABCDEFGHIJ", odd.values(), strict=True))
    odd |= dict(zip("KLMNOPQRSTUVWXYZ", (2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23), strict=True))
    total = 0
    for place, character in enumerate(number[:15]):
        even = int(character) if character.isdecimal() else ord(character) - 65
        total += even if place % 2 else odd[character]
    return chr(65 + total % 26) == number[15]


def is_nhs(number: str) -> bool:
    """United Kingdom, 10 digits modulo 11. Source: NHS Data Dictionary."""
    check = 11 - weighted(number, range(10, 1, -1)) % 11
    return check != 10 and check % 11 == int(number[9])


def is_cpf(number: str) -> bool:
    """Brazil, 11 digits, two of them checks. Source: Receita Federal."""
    first = weighted(number, range(10, 1, -1)) * 10 % 11 % 10
    second = weighted(number, range(11, 1, -1)) * 10 % 11 % 10
    return len(set(number)) > 1 and number[9:] == f"{first}{second}"


def is_tfn(number: str) -> bool:
    """Australia, 8 or 9 digits modulo 11. Source: Australian Taxation Office."""
    weights = (1, 4, 3, 7, 5, 8, 6, 9, 10) if len(number) == 9 else (10, 7, 8, 4, 6, 3, 5, 1)
    return weighted(number, weights) % 11 == 0


def is_verhoeff(number: str) -> bool:
    """India's Aadhaar. Source: J. Verhoeff, Error Detecting Decimal Codes, 1969."""
    check = 0
    for place, digit in enumerate(reversed(number)):
        check = _dihedral(check, _permuted(int(digit), place % 8))
    return check == 0


def is_ean13(number: str) -> bool:
    """13 digits with weights 1 and 3, as Swiss AHV numbers have. Source: GS1."""
    return weighted(number, (1, 3) * 7) % 10 == 0


def is_taiwan_id(number: str) -> bool:
    """Taiwan: the letter counts as two digits. Source: Ministry of the Interior."""
    place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(number[0]) + 10
    return (place // 10 + place % 10 * 9 + weighted(number[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def _dihedral(left: int, right: int) -> int:
    """Multiplication of the dihedral group of the pentagon."""
    if left < 5:
        return (left + right) % 5 if right < 5 else (left + right) % 5 + 5
    return (left - right) % 5 + 5 if right < 5 else (left - right) % 5


def _permuted(digit: int, times: int) -> int:
    for _ in range(times):
        digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
    return digit
