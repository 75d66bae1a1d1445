"""An answer being made: released sentences, their sources, and what is added when the model gave too little."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from assistant.conversations.context import Answer, Outcome, TurnContext
from assistant.dialogue.clarify import choices
from assistant.dialogue.extract import extract, only_sure
from assistant.dialogue.lease import Lease
from assistant.dialogue.release import Sentence, Tally
from assistant.foundation.conf import conf
from assistant.foundation.texts import text as say
from assistant.knowledge.grounding import is_supported, sentences
from assistant.knowledge.retrieve import Evidence, Finding
from assistant.knowledge.search.certain import Curated
from assistant.knowledge.search.confidence import confidence
from assistant.knowledge.search.key_sentences import Ranked
from assistant.privacy.text import Redacted


class Sink(Protocol):
    """Where released sentences go: a live socket's mailbox, or nowhere when a recovery only stores."""

    is_stopped: bool
    on_stop: Callable[[], None] | None
    """What a stop has to interrupt: the wait for the engine, while there is one."""

    async def send(self, text: Redacted) -> None:
        """Show a piece of the answer."""
        ...


@dataclass(slots=True, kw_only=True)
class AnswerDraft:
    """Sentences reach the sink as they are added; `complete` makes the stored answer."""

    context: TurnContext
    evidence: Evidence
    sink: Sink
    lease: Lease
    started: float
    prompt: Redacted = Redacted("")
    trace: dict[str, object] = field(default_factory=dict)
    _text: str = ""
    _sources: list[Ranked] = field(default_factory=list)
    _first_ms: float | None = None
    _generated: int = 0
    asks_back: list[str] = field(default_factory=list)
    """Products to choose from, when the answer depends on which one is meant."""
    _all: tuple[Finding, ...] = ()
    _usage: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._text = self.context.partial
        self._all = self.evidence.findings
        self.asks_back = choices(self.evidence, pending=self.context.pending) if not self._text else []
        self.evidence = only_sure(self.evidence)

    @property
    def is_answerable(self) -> bool:
        """Is there a passage worth answering from?"""
        return bool(self.evidence.findings)

    @property
    def needs_words(self) -> bool:
        """Is it an answer that the engine may put in its own words?"""
        return self.is_answerable and not self.asks_back and self.evidence.curated is None

    def patience_s(self) -> float:
        """How long the next sentence may take: before the first one a customer stares at nothing."""
        since = time.perf_counter() - self.started
        limit = conf().first_words_within_s if self._first_ms is None else conf().answer_deadline_s
        return max(0.0, limit - since)

    async def add(self, sentence: Sentence) -> None:
        """Show a generated sentence, unless a recovered answer already holds it."""
        self._generated += 1
        await self._show(sentence.text, sentence.source, glue=" ")

    async def complete(self) -> Answer:
        """Add what the articles say beyond the model's words; decline when they say nothing."""
        if self.evidence.curated and not self.context.partial:
            return await self._tell(self.evidence.curated)
        if self.asks_back:
            return await self._ask_back()
        if not self.is_answerable:
            return await self._decline()
        if not self.sink.is_stopped:
            for sentence in extract(self.evidence, said=Redacted(self._text)):
                await self._show(sentence.text, sentence.source, glue="\n\n- " if "\n- " not in self._text else "\n- ")
        if not self._text.strip() and not self.sink.is_stopped:
            return await self._decline()
        return self._answer("generated" if self._generated else "extractive", Redacted(self._text.rstrip()))

    def note(self, tally: Tally) -> None:
        """Keep what became of the generation."""
        self.trace |= {"released": tally.released, "dropped": tally.dropped, "gave_up": tally.gave_up}
        self.trace["checks_ms"] = [round(took, 1) for took in tally.checks_ms]
        self.trace |= {"token_probability": tally.token_probability, "support": tally.support}
        if tally.usage is not None:
            usage = tally.usage
            self._usage = {"prompt": usage.prompt, "cached": usage.cached, "generated": usage.generated}

    async def _show(self, text: Redacted, source: Ranked, *, glue: str) -> None:
        is_known = text in self._text or is_supported(text, sentences(self._text))
        if source.document_id not in {known.document_id for known in self._sources}:
            self._sources.append(source)  # also for a known sentence: a recovered answer has text but no sources
        if is_known:
            return
        piece = Redacted((glue if self._text else "") + text)
        self._text += piece
        self.lease.partial = Redacted(self._text)
        if self._first_ms is None:
            self._first_ms = self._elapsed_ms()
        await self.sink.send(piece)

    async def _tell(self, curated: Curated) -> Answer:
        """Word for word; people approved it."""
        self._first_ms = self._elapsed_ms()
        await self.sink.send(Redacted(curated.answer))
        answer = self._answer("curated", Redacted(curated.answer))
        if curated.document is not None:
            answer.citations = [
                {"n": 1, "title": curated.question, "document": str(curated.document), "id": curated.external_id}
            ]
        answer.trace["curated"] = str(curated.id)
        return answer

    async def _ask_back(self) -> Answer:
        text = Redacted(say("clarify", self.context.language, products=", ".join(self.asks_back)))
        self._first_ms = self._elapsed_ms()
        await self.sink.send(text)
        return self._answer("clarified", text)

    async def _decline(self) -> Answer:
        text = Redacted(say("declined", self.context.language))
        self._first_ms = self._elapsed_ms()
        await self.sink.send(text)
        answer = self._answer("declined", text)
        answer.citations = []
        answer.offers_human = True
        return answer

    def _answer(self, outcome: Outcome, text: Redacted) -> Answer:
        total_ms = self._elapsed_ms()
        return Answer(
            text=text,
            outcome=outcome,
            why="stopped" if self.sink.is_stopped else "complete",
            citations=[
                {
                    "n": n,
                    "title": source.told_title,
                    "document": str(source.document_id),
                    "id": source.external_id,
                    "heading": source.heading.partition(" › ")[2].rpartition(" › ")[2],
                }
                for n, source in enumerate(self._sources, start=1)
            ],
            timings_ms={
                "retrieval_ms": round(self.evidence.took_ms, 1),
                "first_token_ms": round(self._first_ms or total_ms, 1),
                "total_ms": round(total_ms, 1),
            },
            usage=self._usage,
            trace=self.trace
            | {
                "confidence": [round(confidence(finding), 3) for finding in self._all],
                "passages": [
                    {"id": str(found.id), "words": round(found.words, 2), "cosine": round(found.cosine, 3)}
                    for found in self.evidence.passages[:5]
                ],
            },
            prompt=self.prompt,
        )

    def _elapsed_ms(self) -> float:
        return (time.perf_counter() - self.started) * 1_000
