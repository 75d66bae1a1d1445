"""Links to the articles behind an answer. Whoever was told of an article may open it for a day, whoever it is for."""

from __future__ import annotations

import time
from uuid import UUID

from django.core import signing
from django.utils.text import slugify

from assistant.foundation.conf import conf

HOUR_S = 3_600
TOLD_FOR_S = 25 * HOUR_S  # counted from the beginning of the hour
SALT = "article"


class HourSigner(signing.TimestampSigner):
    """Signs with the hour: an answer that is sent again within it is the same to the last letter."""

    def timestamp(self) -> str:
        """The beginning of this hour."""
        return signing.b62_encode(int(time.time()) // HOUR_S * HOUR_S)


def article_url(inbox_key: str, document: UUID | str, heading: str = "") -> str:
    """The page of an article at one of its headings, with a proof that an answer cited it."""
    told = HourSigner(salt=SALT).sign(str(document)).partition(":")[2]
    place = f"#{anchor_of(heading)}" if heading else ""
    return f"{conf().public_url}/widget/{inbox_key}/articles/{document}/?told={told}{place}"


def anchor_of(heading: str) -> str:
    """What a heading is called in an address."""
    return slugify(heading, allow_unicode=True)[:80] or "article"


def was_told(document: UUID, proof: str) -> bool:
    """Was this reader, or who sent them the link, told of the article within a day?"""
    try:
        HourSigner(salt=SALT).unsign(f"{document}:{proof}", max_age=TOLD_FOR_S)
    except signing.BadSignature:  # also one that is too old
        return False
    return True
