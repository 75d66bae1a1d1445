"""The life of one import: begun by its job, counted as it goes, ended once. Doing it again is harmless."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

import structlog
from django.db.models import Q

from assistant.foundation.clock import now
from assistant.foundation.outbox.jobs import JobRun
from assistant.foundation.tenancy import required, tenant_scope
from assistant.knowledge.importers import Article
from assistant.knowledge.index import Begun, begin_articles
from assistant.knowledge.intake.problems import Problem
from assistant.knowledge.models import Document, SourceProblem, SourceRun, Upload

AT_ONCE = 16
"""Articles indexed between two reports of progress."""
LETTERS_AT_ONCE = 60_000
"""The same for long articles: about 100 passages are embedded well within the lease of a job."""
MOST_PROBLEMS = 1_000
"""Of one run; more are counted only."""
RUNS_KEPT = 30
LONGEST_NAME = 200

log = structlog.get_logger(__name__)


class Ended(Exception):
    """Somebody cancelled the run or deleted its source: stop without writing."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """Articles whose vectors are being made, and what is to be done once they are stored."""

    articles: Begun
    count: int
    afterwards: list[Callable[[], None]]


@dataclass(slots=True, kw_only=True)
class Book:
    """What a run has seen so far. Articles are indexed in batches, problems are written down at once."""

    job: JobRun
    run: SourceRun
    seen: set[str] = field(default_factory=set)
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: int = 0
    total: int = 0
    """How many documents there will be, as far as anybody knows: of files nobody does before they were read."""
    _noted: int = 0
    _batch: list[Article] = field(default_factory=list)
    _afterwards: list[Callable[[], None]] = field(default_factory=list)
    _begun: _Batch | None = None

    def beat(self) -> None:
        """Keep the job's lease. Raises Ended, LeaseLost."""
        counts = {name: getattr(self, name) for name in ("changed", "unchanged", "removed", "failed")}
        with tenant_scope(required()):
            alive = SourceRun.objects.filter(id=self.run.id, state=SourceRun.State.RUNNING)
            if not alive.update(found=self.found, **counts):
                raise Ended
        self.job.progress(self.found, max(self.total, self.found) if self.total else 0)

    @property
    def found(self) -> int:
        """Documents that are dealt with."""
        return self.changed + self.unchanged + self.failed

    def take(self, item: Article | Problem) -> None:
        """An article to be indexed with the next batch, or a problem."""
        if isinstance(item, Problem):
            self.fail(item)
            return
        name = fitted(item.external_id)
        if name in self.seen:
            self.fail(Problem(code="duplicate", place=item.place, external_id=name))
            return
        self.seen.add(name)
        source = self.run.source
        audience, segments = item.audience or source.audience, item.segments or tuple(source.segments)
        self._batch.append(replace(item, external_id=name, audience=audience, segments=segments))
        if len(self._batch) >= AT_ONCE or sum(len(article.body) for article in self._batch) >= LETTERS_AT_ONCE:
            self._go_on()

    def keep(self, external_id: str) -> None:
        """A document that did not change, without looking at it."""
        self.seen.add(external_id)
        self.unchanged += 1

    def fail(self, problem: Problem) -> None:
        """Write down what is wrong with one document."""
        self.failed += not problem.is_note
        self._noted += 1
        if self._noted > MOST_PROBLEMS:
            return
        with tenant_scope(required()):
            if not SourceRun.objects.filter(id=self.run.id).exists():
                raise Ended
            SourceProblem.objects.create(
                run=self.run,
                external_id=fitted(storable(problem.external_id)),
                code=problem.code,
                message=storable(problem.sentence)[:300],
                place=storable(problem.place)[:300],
            )

    def afterwards(self, step: Callable[[], None]) -> None:
        """Do this once everything taken so far is indexed: a crash in between makes us look again."""
        self._afterwards.append(step)

    def flush(self) -> None:
        """Index everything taken so far. Raises Ended, LeaseLost."""
        self._go_on()
        self._go_on()

    def _go_on(self) -> None:
        """Begin the batch that waits, and store the one begun before, whose vectors were made meanwhile."""
        self.beat()
        before, self._begun = self._begun, self._begin()
        if before is not None:
            changed = before.articles.store(claim=self.beat)
            self.changed += changed
            self.unchanged += before.count - changed
            for step in before.afterwards:
                step()
            self.beat()

    def _begin(self) -> _Batch | None:
        if not self._batch and not self._afterwards:
            return None
        begun = _Batch(begin_articles(self.run.source, self._batch), len(self._batch), self._afterwards)
        self._batch, self._afterwards = [], []
        return begun

    def remove_others(self) -> None:
        """Remove the source's documents that were not in it. After a failure nothing is: what failed may be one."""
        if self.failed:
            return
        with tenant_scope(required()):
            gone = Document.objects.filter(source=self.run.source, is_edited=False).exclude(external_id__in=self.seen)
            self.removed += gone.count()
            gone.delete()

    def remove(self, names: set[str]) -> None:
        """Remove documents that are not at the source any more, with their parts (`name#part`)."""
        is_gone = Q(external_id__in=names)
        for name in names:
            is_gone |= Q(external_id__startswith=f"{name.partition('#')[0]}#")
        with tenant_scope(required()):
            gone = Document.objects.filter(is_gone, source=self.run.source, is_edited=False).exclude(
                external_id__in=self.seen
            )
            self.removed += gone.count()
            gone.delete()


def begin(job: JobRun) -> Book | None:
    """Open a run's book, empty also when an earlier attempt had begun it; None when the run ended or is gone."""
    run_id = UUID(job.ids["run"])
    with tenant_scope(required()):
        runs = SourceRun.objects.filter(id=run_id, state__in=SourceRun.ALIVE)
        if not runs.update(state=SourceRun.State.RUNNING, started_at=now(), found=0, removed=0):
            return None
        SourceProblem.objects.filter(run_id=run_id).delete()
        return Book(job=job, run=SourceRun.objects.select_related("source").get(id=run_id))


def finish(book: Book, state: SourceRun.State) -> None:
    """Close the book: the last counts, the raw files away, old runs too. Raises Ended."""
    book.beat()
    with tenant_scope(required()):
        alive = SourceRun.objects.filter(id=book.run.id, state=SourceRun.State.RUNNING)
        alive.update(state=state, finished_at=now(), removed=book.removed)
        forget_raw(book.run.id)
        old = SourceRun.objects.filter(source=book.run.source).exclude(state__in=SourceRun.ALIVE)
        ids = list(old.order_by("-created_at").values_list("id", flat=True)[RUNS_KEPT:])
        SourceRun.objects.filter(id__in=ids).delete()
    log.info("knowledge.imported", run=str(book.run.id), state=state, changed=book.changed, failed=book.failed)


def forget_raw(run: UUID) -> None:
    """Delete the raw files of a run that has ended."""
    Upload.objects.filter(run_id=run).delete()


def fitted(name: str) -> str:
    """A name that fits its column; a long one is cut and told apart by its hash."""
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 17]}~{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def storable(text: str) -> str:
    """Text that PostgreSQL takes."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")
