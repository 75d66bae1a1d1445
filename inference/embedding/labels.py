"""What the labels of other people's models mean here: `B-PER`, `I-GIVENNAME`, `STREET`, `LABEL_3`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

PLACE = re.compile(r"([BIESLU])[-_](.+)", re.DOTALL)
PERSON = re.compile(r"(?:(?:^|[^A-Z])PER|PERSON|NAME)$")
NOBODY = re.compile(
    r"(?:USER|COMPANY|ACCOUNT|ORG|ORGANI[SZ]ATION|DOMAIN|HOST|FILE|PRODUCT|BRAND|BANK|CITY|COUNTRY|STATE|PLACE|EVENT)"
    r"[-_ ]?NAME$"
)
ADDRESS = re.compile(
    r"(?:FULL|HOME|POSTAL|MAILING|SECONDARY|BILLING|SHIPPING|DELIVERY|PHYSICAL|LOCATION)?ADDR(?:ESS)?"
    r"|STREET.*|(?:BUILDING|HOUSE)(?:NUM(?:BER)?|NO)?|ZIP.*|POST(?:AL)?CODE"
)


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a model. `begins`: a span starts here even when the token before has the same label."""

    kind: Literal["PERSON", "ADDRESS"] | None
    name: str
    begins: bool = False


def label_of(raw: str) -> Label:
    """Read a label. Places and organisations stay readable in this house, so they are of no kind."""
    upper = raw.upper()
    match = PLACE.fullmatch(upper)
    place, name = (match[1], match[2]) if match else ("I", upper)
    return Label(_kind(name), name, place in "BSU")


def _kind(name: str) -> Literal["PERSON", "ADDRESS"] | None:
    if ADDRESS.fullmatch(re.sub(r"[^A-Z]", "", name)):
        return "ADDRESS"
    return "PERSON" if PERSON.search(name) and not NOBODY.search(name) else None
