"""Numbers of passports and licences beside the word that names the document."""

from __future__ import annotations

import re

from assistant.privacy.announced import value_after
from assistant.privacy.detectors import Detector, Spans, capitals
from assistant.privacy.view import View

DOCUMENTS = re.compile(
    r"(?<![^\W\d_])(?:passports?|reisepass\w*|passnummer|passeport|pasaporte|pass(?:-| )?nr"
    r"|driv(?:er|ing)'?s? licen[cs]es?|driv(?:er|ing)'?s? permit|licen[cs]es?|f[üu]hrerschein\w*"
    r"|permis(?: de conduire)?|(?:carn[ée]t?|permiso|licencia) de conduc\w+|residence permit|aufenthaltstitel"
    r"|titre de s[ée]jour|green card)(?![^\W\d_])|护照|駕照|驾照|驾驶证|通行证|居留证|護照"
)
FEWEST_DIGITS = 4
LONGEST = 20


def find(view: View, region: str) -> Spans:
    """Letters and digits, at least four of them digits."""
    if view.groups:
        for match in DOCUMENTS.finditer(view.lower):
            value = value_after(view, match.end(), fewest=FEWEST_DIGITS, longest=LONGEST)
            if value is not None:
                yield value


DETECTOR = Detector(kind="NATIONAL_ID", rank=25, find=find, normal=capitals)
