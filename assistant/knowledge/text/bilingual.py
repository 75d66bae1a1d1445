"""Chinese read as English words: the embedded encoder and most articles know English only.

A question is cut by the fewest terms of a glossary that cover it, and each term is replaced by its English. A tenant's
own pairs, found in its articles (`names.mine_pairs`), go before the house's glossary (`lexicons/zh_en.tsv`, written for
customer service in general). The same is done with Chinese articles before they are embedded, so a question finds
them from either side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from assistant.knowledge.text.words import HAN, has_han

GLOSSARY = Path(__file__).parent / "lexicons" / "zh_en.tsv"
LONGEST_TERM = 12
UNKNOWN_COST = 2.5
"""A character that no term covers costs as much as so many terms."""
PUNCTUATION = str.maketrans("，。？！；：（）、“”", ',.?!;:(),""')
NO_TERMS: Mapping[str, str] = {}


def in_english(text: str, own: Mapping[str, str] = NO_TERMS) -> str:
    """The text with its Chinese as English words; what no glossary knows falls away. Other text stays as it is.

    `own` is the tenant's glossary: Chinese term -> English.
    """
    if not has_han(text):
        return text
    english = HAN.sub(lambda run: f" {' '.join(_terms(run.group(), own))} ", text).translate(PUNCTUATION)
    return re.sub(r"\s+", " ", english).strip()


def _terms(run: str, own: Mapping[str, str]) -> list[str]:
    """English of the cheapest cut of a run: few unknown characters, then few terms; of equals the longest first."""
    known = glossary()
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(run) + 1):
        cost, terms = best[end - 1]
        found = (cost + UNKNOWN_COST, terms)
        for start in range(max(0, end - LONGEST_TERM), end):
            term = run[start:end]
            english = own.get(term, known.get(term))
            if english is not None and best[start][0] + 1.0 < found[0]:
                found = (best[start][0] + 1.0, [*best[start][1], english] if english else best[start][1])
        best.append(found)
    return best[-1][1]


@cache
def glossary() -> dict[str, str]:
    """The house's own terms. A term that only holds a sentence together has no English."""
    lines = (line.partition("\t") for line in GLOSSARY.read_text().splitlines() if line and not line.startswith("#"))
    return {term: english.strip() for term, _, english in lines}
