"""Make articles searchable: each becomes a document, its passages and their vectors; unchanged ones cost nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import Self

import numpy as np
from django.db.models import F

from assistant.conversations.alike import forget_vectors
from assistant.foundation.clock import now
from assistant.foundation.conf import provider
from assistant.foundation.outbox.jobs import JobRun, enqueue_once
from assistant.foundation.tenancy import required, tenant_scope
from assistant.foundation.texts import language_of
from assistant.knowledge.importers import Article
from assistant.knowledge.keeping.curated import embed_phrasings
from assistant.knowledge.keeping.gaps import embed_questions
from assistant.knowledge.keeping.versions import note_import, without_edited
from assistant.knowledge.models import Corpus, Document, KnowledgeSource, Passage
from assistant.knowledge.text.bilingual import in_english
from assistant.knowledge.text.figures import lacks_value
from assistant.knowledge.text.names import Filed, Names, mine
from assistant.knowledge.text.orders import is_order
from assistant.knowledge.text.passages import Piece, clean_sentences, cut
from assistant.knowledge.text.questions import values_in
from assistant.knowledge.text.terms import pack
from assistant.knowledge.text.words import has_han, words_of
from assistant.knowledge.vectors import readable
from inference.contract import Embedder

EMBED_AT_ONCE = 192
EMBEDDERS = 2
"""Requests at once: the embedder works on two."""
MOST_LEARNED_FROM = 5_000
CUT = "5"
"""Raise it when `passages` or `words` change: the next import makes passages again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Articles whose vectors are being made in the background."""

    source: KnowledgeSource
    articles: list[Article]
    drafts: list[list[Draft]]
    vectors: Vectors
    is_import: bool

    def store(self, claim: Callable[[], None] = lambda: None) -> int:
        """Store them when their vectors are there; says how many. No model inside the transaction.

        `claim` is called in it, and raises when nothing may be stored any more. What people edited or archived since
        the import looked stays as they left it.
        """
        fill(chain.from_iterable(self.drafts), self.vectors)
        with tenant_scope(required()):
            claim()
            left = without_edited(self.source, self.articles) if self.is_import else self.articles
            names = {article.external_id for article in left}
            for article, passages in zip(self.articles, self.drafts, strict=True):
                if article.external_id not in names:
                    continue
                document = _store_document(self.source, article)
                if self.is_import:
                    note_import(document)
                store_passages(document, passages)
        return len(names)


def begin_articles(source: KnowledgeSource, articles: Sequence[Article], *, is_import: bool = True) -> Begun:
    """Begin to index those that changed, to be stored by the one who asked.

    An import writes versions, and leaves articles alone that people edited.
    """
    with tenant_scope(required()):
        articles = without_edited(source, articles) if is_import else articles
        known = dict(Document.objects.filter(source=source).values_list("external_id", "content_hash"))
        names = current_names()
    changed = [article for article in articles if known.get(article.external_id) != content_hash(article)]
    drafts = [[draft(article, piece) for piece in cut(article.title, article.body)] for article in changed]
    vectors = Vectors.begin(chain.from_iterable(drafts), names)
    return Begun(source=source, articles=changed, drafts=drafts, vectors=vectors, is_import=is_import)


def index_articles(source: KnowledgeSource, articles: Sequence[Article], *, is_import: bool = True) -> int:
    """Index those that changed; says how many."""
    return begin_articles(source, articles, is_import=is_import).store()


def reindex(document: Document) -> None:
    """Make the passages of a stored article again."""
    article = Article(external_id=document.external_id, title=document.title, body=document.body)
    passages = [draft(article, piece) for piece in cut(document.title, document.body)]
    with tenant_scope(required()):
        names = current_names()
    fill(passages, Vectors.begin(passages, names))
    with tenant_scope(required()):
        same = Document.objects.filter(id=document.id, archived_at=None, title=document.title, body=document.body)
        current = same.select_for_update(no_key=True).first()  # who may see it may have changed meanwhile
        if current is not None:
            same.update(cut=cut_now())
            store_passages(current, passages)


def cut_now() -> str:
    """The way in which passages are made now, and the encoder of their vectors."""
    return f"{CUT}{provider(Embedder).label}"


def queue_reindex() -> None:
    """Once for each way of cutting, for the bound tenant."""
    with tenant_scope(required()):
        if Document.objects.filter(archived_at=None).exclude(cut=cut_now()).exists():
            enqueue_once("knowledge.reindex", key=cut_now())


def run_reindex(run: JobRun) -> None:
    """The job after a release that cuts articles in another way, or with another encoder: all that were cut
    differently, one by one; and the ways to ask for curated answers, and what nothing answers.
    """
    embed_phrasings()
    embed_questions()
    with tenant_scope(required()):
        forget_vectors()
    with tenant_scope(required()):
        waiting = list(Document.objects.filter(archived_at=None).exclude(cut=cut_now()).values_list("id", flat=True))
    for done, document_id in enumerate(waiting, start=1):
        with tenant_scope(required()):
            document = Document.objects.filter(id=document_id).first()
        if document is not None:
            reindex(document)
        run.progress(done, len(waiting))
    if waiting:
        learn_names()


@dataclass(slots=True, kw_only=True)
class Draft:
    """A passage before it is stored; `fill` gives it its vectors."""

    heading: str
    text: str
    terms: bytes
    sentences: list[tuple[str, bool]]
    vector: list[float] = field(default_factory=list)
    sentence_vectors: bytes = b""


def draft(article: Article, piece: Piece) -> Draft:
    """The name at the source counts among the words of the name: some titles leave the product out."""
    name = f"{piece.heading} {article.product} {re.sub(r'[_./-]', ' ', article.external_id)}"
    return Draft(
        heading=piece.heading,
        text=piece.text,
        terms=pack(
            f"{name} {in_english(name)}", f"{piece.text} {in_english(piece.text) if has_han(piece.text) else ''}"
        ),
        sentences=clean_sentences(piece.heading, piece.text),
    )


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors of texts, being made by the embedder while somebody does something else."""

    read: Callable[[str], str]
    """A text as the encoder reads it."""
    batches: list[list[str]]
    found: list[Future[list[list[float]]]]

    @classmethod
    def begin(cls, drafts: Iterable[Draft], names: Names) -> Self:
        """Ask for the vectors of passages, of their headings and of each sentence; equal texts are embedded once."""
        embedder: Embedder = provider(Embedder)

        def read(text: str) -> str:
            return readable(text, embedder, names.glossary)

        wanted = dict.fromkeys(
            read(text)
            for one in drafts
            for text in (f"{one.heading}\n{one.text}", one.heading, *(text for text, _ in one.sentences))
        )
        texts = sorted(wanted, key=len)
        count = EMBEDDERS * -(-len(texts) // (EMBEDDERS * EMBED_AT_ONCE))
        batches = [texts[start::count] for start in range(count)]  # as long, so that nobody waits for the last one
        threads = ThreadPoolExecutor(EMBEDDERS, thread_name_prefix="vectors")
        found = [threads.submit(embedder.embed, batch) for batch in batches]
        threads.shutdown(wait=False)  # they end with the last batch
        return cls(read, batches, found)

    def all(self) -> dict[str, list[float]]:
        """The vector of each text as it is read; waits for the last one. Raises EngineUnavailable."""
        rows = chain.from_iterable(future.result() for future in self.found)
        return dict(zip(chain.from_iterable(self.batches), rows, strict=True))


def fill(drafts: Iterable[Draft], vectors: Vectors) -> None:
    """Give passages their vectors."""
    of, read = vectors.all(), vectors.read
    for one in drafts:
        one.vector = of[read(f"{one.heading}\n{one.text}")]
        rows = [of[read(one.heading)], *(of[read(text)] for text, _ in one.sentences)]
        one.sentence_vectors = np.array(rows, dtype=np.float16).tobytes()


def stored_sentence(text: str, *, is_step: bool) -> dict[str, object]:
    """`t` text, `s` is a step, `w` its words, `v` the kinds of value in it, `m` where a value is missing,
    `o` where it is an order.
    """
    return {
        "t": text,
        "s": is_step,
        "w": " ".join(dict.fromkeys(words_of(f"{text} {in_english(text) if has_han(text) else ''}"))),
        "v": sorted(values_in(text)),
        "m": lacks_value(text),
        "o": is_order(text),
    }


def store_passages(document: Document, drafts: Sequence[Draft]) -> None:
    """Replace the document's passages, in the open transaction."""
    Passage.objects.filter(document=document).delete()
    Passage.objects.bulk_create(
        Passage(
            document=document,
            number=number,
            heading=one.heading[:300],
            text=one.text,
            audience=document.audience,
            segments=document.segments,
            language=document.language,
            terms=one.terms,
            vector=one.vector,
            sentences=[stored_sentence(text, is_step=is_step) for text, is_step in one.sentences],
            sentence_vectors=one.sentence_vectors,
        )
        for number, one in enumerate(drafts)
    )


def run_names(run: JobRun) -> None:
    """The job after a delete: nothing that was learned from what is gone stays."""
    learn_names()


def current_names() -> Names:
    """The bound tenant's products and glossary, as they were learned last."""
    return Names.of_json(Corpus.objects.values_list("names", flat=True).first() or {})


def learn_names() -> None:
    """Find the products that the tenant's articles are about, after an import. The newest tell of very many."""
    with tenant_scope(required()):
        rows = (
            Document.objects.filter(archived_at=None)
            .order_by("-updated_at")
            .values_list("external_id", "title", "body", "product")
        )
        names, about = mine(
            Filed(external_id=row[0], title=row[1], body=row[2], product=row[3]) for row in rows[:MOST_LEARNED_FROM]
        )
        for name in set(about.values()):
            named = [external_id for external_id, other in about.items() if other == name]
            Document.objects.filter(external_id__in=named).exclude(about=name[:120]).update(about=name[:120])
        Document.objects.exclude(external_id__in=list(about)).exclude(about="").update(about="")
        Corpus.objects.update(names=names.as_json(), version=F("version") + 1)


def _store_document(source: KnowledgeSource, article: Article) -> Document:
    language = article.language or language_of(article.title, "en")
    document, _ = Document.objects.update_or_create(
        source=source,
        external_id=article.external_id,
        defaults={
            "title": article.title[:300],
            "body": article.body,
            "audience": article.audience,
            "segments": list(article.segments),
            "language": language,
            "product": article.product[:120],
            "cut": cut_now(),
            "kind": article.kind,
            "url": article.url,
            "place": article.place[:300],
            "valid_from": article.valid_from,
            "valid_until": article.valid_until,
            "content_hash": content_hash(article),
            "updated_at": now(),
        },
    )
    return document


def content_hash(article: Article) -> str:
    """Changes when anything that is shown or searched changes, also the way in which articles are cut."""
    parts = [cut_now(), article.title, article.body, article.audience, article.language, article.product]
    later = (article.url, article.valid_from or "", article.valid_until or "")
    if article.kind != "article" or any(later):  # articles without them keep the hash that they had
        parts += [article.kind, *map(str, later)]
    if article.segments:
        parts += ["segments", *article.segments]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
