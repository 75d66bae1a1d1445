"""Numbers of passports and licences beside the word that names the document."""

from __future__ import annotations

from assistant.privacy.announced import value_after
from assistant.privacy.detectors import Detector, Spans, capitals
from assistant.privacy.patterns import cue
from assistant.privacy.view import View

DOCUMENTS = cue(
    "passport passports passnummer passnr passeport pasaporte pass driver drivers driving licence license licences"
    " licenses fuhrerschein permis carné carnet carne permiso licencia residence aufenthaltstitel titre green",
    r"(?:passports?|reisepass\w*|passnummer|passeport|pasaporte|pass(?:-| )?nr|driv(?:er|ing)'?s? licen[cs]es?|driv(?:er|ing)'?s? permit"
    r"|licen[cs]es?|f[üu]hrerschein\w*|permis(?: de conduire)?|(?:carn[ée]t?|permiso|licencia) de conduc\w+|residence permit"
    r"|aufenthaltstitel|titre de s[ée]jour|green card)\B>",
    "护照(?!夹)|護照|駕照|驾照|驾驶证|通行证|居留证",
    stems="reisepass führerschein",
)
FEWEST_DIGITS = 4
LONGEST = 20


def find(view: View, region: str) -> Spans:
    """Letters and digits, at least four of them digits."""
    if view.groups:
        for match in DOCUMENTS.matches(view):
            value = value_after(view, match.end(), fewest=FEWEST_DIGITS, longest=LONGEST, may_be_letters=True)
            if value is not None:
                yield value


DETECTOR = Detector(kind="NATIONAL_ID", rank=25, find=find, normal=capitals)
