"""Logs: one JSON object a line, a fixed event name, fields with units; values that look personal are cut.

Privacy registers its redactor as the last processor (`set_scrubber`), so that a mistake upstream does not reach disk.
"""

from __future__ import annotations

import logging
import logging.config
import re
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

PLAIN_NAME = re.compile(r"[a-z_]{1,40}(?:\.[a-z_]{1,40}){0,4}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|")

_scrub: Callable[[str], str] | None = None


def set_scrubber(scrub: Callable[[str], str]) -> None:
    """Give the function that removes personal data from a string."""
    global _scrub  # noqa: PLW0603 set once at start
    _scrub = scrub


def logging_config() -> None:
    """Send the standard library's and our own records through the same processors. (Any: structlog's own types.)"""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _scrubbed,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        "foreign_pre_chain": shared,
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": formatter},
            "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["out"], "level": "INFO"},
            "loggers": {
                "httpx": {"level": "WARNING"},
                "django.request": {"level": "ERROR"},
                "uvicorn.access": {"level": "WARNING"},
            },
        }
    )


def _scrubbed(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key not in ("timestamp", "level", "logger"):
            event[key] = _clean(value)
    return event


def _clean(value: Any) -> Any:
    """Strings, however deep they lie. (Any: what somebody logs.)"""
    if _scrub is None:
        return value
    if isinstance(value, str):
        return _scrub(value) if _may_hold_data(value) else value
    if isinstance(value, dict):
        return {_clean(key): _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_clean(inner) for inner in value]
    return value if isinstance(value, int | float | bool | None) else _scrub(str(value))


def _may_hold_data(text: str) -> bool:
    """Names of events and ids are no sentences: they need not be read word for word."""
    return not PLAIN_NAME.fullmatch(text)
