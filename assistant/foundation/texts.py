"""What the assistant says by itself, in the reader's language. One JSON file per language in `lang/`."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "lang"
FALLBACK = "en"
TAG = re.compile(r"[a-z]{2,3}")
HAN = re.compile("[\u3400-\u9fff]")


def text(key: str, language: str, **values: str | int) -> str:
    """The sentence `key` in the language, or in English. Raises KeyError for an unknown key."""
    table = _table(language.split("-", maxsplit=1)[0].lower())
    return table.get(key, _table(FALLBACK)[key]).format(**values)


def language_of(text: str, fallback: str) -> str:
    """The language to answer a text in: Chinese shows by its script, anything else is taken as the page says."""
    return "zh" if HAN.search(text) else fallback


def language_tag(text: str) -> str:
    """The language of a BCP 47 tag such as `de-AT`; English for anything else, which a page may have put there."""
    language = text.split("-", maxsplit=1)[0].lower()
    return language if TAG.fullmatch(language) else FALLBACK


@cache
def _table(language: str) -> dict[str, str]:
    path = FOLDER / f"{language}.json"
    # Only files of this folder: the language comes from outside.
    known = {file.stem for file in FOLDER.glob("*.json")}
    sentences: dict[str, str] = json.loads(path.read_text()) if language in known else {}
    return sentences
