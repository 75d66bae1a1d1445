"""Rate limits, in process or in Redis when there is one. Asked in interfaces only."""

from __future__ import annotations

import math
import time
from functools import lru_cache

from limits import RateLimitItem, parse_many
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from assistant.foundation.conf import conf
from assistant.foundation.errors import RateLimited

RATES: dict[str, str] = {
    "session.address": "30/minute;300/hour",
    "new_conversation.contact": "5/hour",
    "frame.socket": "30/10second;120/minute",
    "message.contact": "6/10second;20/minute",
    "api.key": "600/minute",
    "privacy.actor": "300/minute",
    "text.actor": "300/minute",
    "comparison.actor": "12/minute",
    "assist.actor": "60/minute",
}
"""Limit name -> rates in the notation of the `limits` package."""


def take(name: str, who: str) -> None:
    """Count one use. Raises RateLimited with the time to wait. Use `tenant_key` in `who` where a tenant is bound."""
    limiter = _limiter()
    for rate in _rates(name):
        if not limiter.hit(rate, name, who):
            reset_at = limiter.get_window_stats(rate, name, who).reset_time
            raise RateLimited(retry_after_s=max(1.0, math.ceil(reset_at - time.time())))


def forget() -> None:
    """Drop all counts (tests)."""
    _limiter().storage.reset()


@lru_cache
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(storage_from_string(conf().redis_url or "memory://"))


@lru_cache
def _rates(name: str) -> list[RateLimitItem]:
    return parse_many(RATES[name])
