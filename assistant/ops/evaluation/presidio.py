"""The yardstick: presidio-analyzer's default pattern recognisers over a blank English pipeline, nothing downloaded.

`pip install --no-deps --require-hashes -r requirements/compare.lock` brings it; the product does not use it.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

from assistant.ops.evaluation.redaction import Span

THRESHOLD = 0.4
QUIET = "presidio-analyzer"
LIMIT_S = 5
RENAMED = {
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "CREDIT_CARD": "CREDIT_CARD",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP_ADDRESS",
    "MAC_ADDRESS": "IP_ADDRESS",
    "US_SSN": "NATIONAL_ID",
    "US_ITIN": "NATIONAL_ID",
    "US_PASSPORT": "NATIONAL_ID",
    "US_DRIVER_LICENSE": "NATIONAL_ID",
    "US_BANK_NUMBER": "ACCOUNT_ID",
    "UK_NHS": "NATIONAL_ID",
    "UK_NINO": "NATIONAL_ID",
}


class NotInstalled(Exception):
    """The yardstick is not there."""


def presidio() -> Callable[[str, str | None], list[Span]]:
    """A finder as `redaction.run` takes it; a text that takes longer than five seconds counts as nothing found."""
    try:
        import spacy  # noqa: PLC0415 not a part of the product
        import tldextract  # noqa: PLC0415
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415
        from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415
    except ImportError as problem:
        raise NotInstalled(
            "presidio-analyzer is not installed: "
            ".venv/bin/pip install --no-deps --require-hashes -r requirements/compare.lock"
        ) from problem

    logging.getLogger(QUIET).setLevel(logging.ERROR)
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    tldextract.extract = tldextract.tldextract.TLD_EXTRACTOR

    class Blank(SpacyNlpEngine):  # type: ignore[misc] # an untyped package
        def __init__(self) -> None:
            super().__init__()
            self.nlp = {"en": spacy.blank("en")}

    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    analyzer = AnalyzerEngine(nlp_engine=Blank(), registry=registry, supported_languages=["en"])

    def find(text: str, language: str | None) -> list[Span]:
        signal.alarm(LIMIT_S)
        try:
            found = analyzer.analyze(text=text, language="en", score_threshold=THRESHOLD)
        except TimeoutError:
            return []
        finally:
            signal.alarm(0)
        return [(one.start, one.end, RENAMED[one.entity_type]) for one in found if one.entity_type in RENAMED]

    signal.signal(signal.SIGALRM, _too_long)
    return find


def _too_long(number: int, frame: FrameType | None) -> Any:  # Any: signal's own type
    raise TimeoutError
