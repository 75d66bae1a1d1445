"""A curated answer wins, word for word, when it is certain that its question is the one that was asked."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from numpy import float32
from numpy.typing import NDArray
from pgvector import HalfVector

from assistant.foundation.tenancy import required
from assistant.knowledge.grounding import numbers
from assistant.knowledge.search.reader import MAY_READ, Reader
from assistant.knowledge.text.figures import lacks_value
from assistant.knowledge.text.names import Names
from assistant.knowledge.text.questions import Asked
from assistant.knowledge.text.words import query_words

CERTAIN = 0.88
"""Cosine with a phrasing of the question; below it even people would ask back."""
NEAREST = 5
PHRASINGS = (
    "SELECT p.id, p.question, p.answer, f.text, 1 - (f.vector <=> %s::halfvec) AS cosine "  # noqa: S608 constants
    "FROM knowledge_curatedphrasing f "
    "JOIN knowledge_curatedanswer p ON p.tenant_id = f.tenant_id AND p.id = f.curated_id "
    f"WHERE f.tenant_id = %s AND p.state = 'approved' AND {MAY_READ} "
    "ORDER BY f.vector <=> %s::halfvec LIMIT %s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curated:
    """An approved answer, and the question it was approved for; of an imported pair also its article."""

    id: UUID
    question: str
    answer: str
    document: UUID | None = None
    external_id: str = ""


def find_curated(asked: Asked, vector: NDArray[float32], names: Names, *, reader: Reader) -> Curated | None:
    """The pair of the bound tenant that certainly answers; the nearest one of several."""
    near = HalfVector(vector.tolist()).to_text()
    with connection.cursor() as cursor:
        cursor.execute(PHRASINGS, [near, required(), *reader.parameters, near, NEAREST])
        rows = cursor.fetchall()
    for found, question, answer, phrasing, cosine in rows:
        if is_the_same(asked, phrasing, float(cosine), names) and not lacks_value(answer):
            return Curated(id=found, question=question, answer=answer)
    return None


def is_the_same(asked: Asked, phrasing: str, cosine: float, names: Names) -> bool:
    """Does a phrasing ask the same: about the same products, with the same numbers, in nearly the same sense?

    "How do I freeze my card?" and "How do I unfreeze my card?" are near for an encoder, so one more word that matters
    has to be covered by a nearness of its own.
    """
    if numbers(asked.text) != numbers(phrasing) or _products(asked) != _named(phrasing, names):
        return False
    own, theirs = set(asked.words), set(query_words(phrasing))
    return own == theirs or (cosine >= CERTAIN and len(own ^ theirs) <= len(own & theirs))


def _products(asked: Asked) -> set[str]:
    return {name for mention in asked.mentions for name in mention.products}


def _named(text: str, names: Names) -> set[str]:
    return {name for mention in names.mentions(text) for name in mention.products}
