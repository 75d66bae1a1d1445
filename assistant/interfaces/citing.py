"""Links to the articles behind an answer. Whoever was told of an article may open it for a day, whoever it is for."""

from __future__ import annotations

from uuid import UUID

from django.core import signing
from django.utils.text import slugify

from assistant.foundation.conf import conf

TOLD_FOR_S = 24 * 3_600
SALT = "article"


def article_url(inbox_key: str, document: UUID | str, heading: str = "") -> str:
    """The page of an article at one of its headings, with a proof that an answer cited it."""
    told = signing.TimestampSigner(salt=SALT).sign(str(document)).partition(":")[2]
    place = f"#{anchor_of(heading)}" if heading else ""
    return f"{conf().public_url}/widget/{inbox_key}/articles/{document}/?told={told}{place}"


def anchor_of(heading: str) -> str:
    """What a heading is called in an address."""
    return slugify(heading, allow_unicode=True)[:80] or "article"


def was_told(document: UUID, proof: str) -> bool:
    """Was this reader, or who sent them the link, told of the article within a day?"""
    try:
        signing.TimestampSigner(salt=SALT).unsign(f"{document}:{proof}", max_age=TOLD_FOR_S)
    except signing.BadSignature:  # also one that is too old
        return False
    return True
