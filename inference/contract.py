"""The whole public surface of the model servers: text in, tokens out. No Django, no tenant.

EngineError
├── EngineUnavailable     not there, or died; try again after a restart
├── EngineOverloaded      too many are waiting; `retry_after_s`
└── PromptTooLong         does not fit the model's window
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, Protocol, runtime_checkable


class EngineError(Exception):
    """Base of what an engine or embedder may raise."""


class EngineUnavailable(EngineError):
    """The server cannot be reached or broke off."""


class EngineOverloaded(EngineError):
    """The waiting room is full."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"try again in {retry_after_s:.0f} s")
        self.retry_after_s = retry_after_s


class PromptTooLong(EngineError):
    """More tokens than the model's window holds."""


class Priority(IntEnum):
    """Classes of work; lower runs earlier."""

    LIVE = 0
    AGENT_ASSIST = 10
    TYPING = 20
    BACKGROUND = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One part of a prompt. Segments are append-only over a conversation, so that the engine's prefix cache works."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One answer to generate. `salt` separates prefix caches; equal salts share."""

    id: str
    segments: tuple[Segment, ...]
    salt: str
    priority: Priority = Priority.LIVE
    max_tokens: int = 128
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one generation; `cached` of the prompt's came from the prefix cache."""

    prompt: int
    cached: int
    generated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """A piece of text. The last one carries why it ended and the usage when the server tells.

    `logprob` is the sum of its tokens' natural log probabilities, of `tokens` tokens; 0 where the server does not tell.
    """

    text: str
    logprob: float = 0.0
    tokens: int = 0
    finish: Literal["stop", "length", "abort"] | None = None
    usage: Usage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Is it ready, with which model, and how full."""

    is_ready: bool
    model: str
    running: int
    waiting: int


@runtime_checkable
class Engine(Protocol):
    """A model server."""

    def stream(self, request: GenerationRequest) -> AbstractAsyncContextManager[AsyncIterator[Delta]]:
        """Generate; leaving the context aborts what still runs, under our own id. Raises EngineError."""
        ...

    async def health(self) -> Health:
        """How it is. Never raises."""
        ...


@runtime_checkable
class Embedder(Protocol):
    """Turns text into vectors of unit length.

    `label` is another one (up to 6 letters) for a model whose vectors do not compare with these; empty for the one that
    comes with the packages. `is_multilingual`: it reads the languages of the articles without them becoming English.
    """

    dimensions: int
    label: str
    is_multilingual: bool

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """[texts, dimensions], blocking. Raises EngineUnavailable."""
        ...

    async def embed_now(self, texts: Sequence[str]) -> list[list[float]]:
        """[texts, dimensions] for a customer who waits, without blocking. Raises EngineUnavailable."""
        ...


@runtime_checkable
class Reranker(Protocol):
    """A cross-encoder: reads question and text together, which is slower than comparing vectors and more exact."""

    async def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question, from 0 to 1, in the order given.

        Raises EngineUnavailable, also for slowness: somebody waits.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedSpan:
    """A name or an address in a text: offsets in code points, `end` exclusive; `score` from 0 to 1."""

    start: int
    end: int
    label: Literal["PERSON", "ADDRESS"]
    score: float


@runtime_checkable
class NameTagger(Protocol):
    """Finds the names of persons and the postal addresses in a text. One serves all threads."""

    def tag(self, text: str) -> list[TaggedSpan]:
        """In order, without overlaps; blocking. Never raises, whatever the text."""
        ...


@runtime_checkable
class NameModels(Protocol):
    """Larger models that find names and addresses, each in a folder of the operator's, run in another process."""

    def names(self) -> Sequence[str]:
        """What may be asked for, sorted; empty on an installation that has none. Never raises."""
        ...

    def tag(self, texts: Sequence[str], model: str, *, within_s: float) -> list[list[TaggedSpan]]:
        """The spans of each text, in order, without overlaps; blocking. Raises EngineUnavailable, also for slowness."""
        ...

    async def tag_now(self, texts: Sequence[str], model: str, *, within_s: float) -> list[list[TaggedSpan]]:
        """The same for a customer who waits, without blocking. Raises EngineUnavailable."""
        ...
