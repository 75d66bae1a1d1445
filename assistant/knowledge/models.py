"""What the tenant knows: sources and their imports, articles and their pieces, answers that people approved."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from pgvector.django import HalfVectorField

from assistant.conversations.models import Conversation
from assistant.foundation.clock import now
from assistant.foundation.managers import TenantModel

DIMENSIONS = 384


class Audience(models.TextChoices):
    """Who may be shown an article."""

    PUBLIC = "public"
    INTERNAL = "internal"


class KnowledgeSource(TenantModel):
    """Where articles come from: files that people upload, or a web site that is read again and again."""

    class Kind(models.TextChoices):
        """How its articles arrive."""

        UPLOAD = "upload"
        WEBSITE = "website"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.UPLOAD)
    audience = models.CharField(
        max_length=12,
        choices=Audience.choices,
        default=Audience.PUBLIC,
        help_text="Of articles that do not say it themselves.",
    )
    segments = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="Of articles that name none; empty: all."
    )
    url = models.CharField(max_length=2_000, blank=True, help_text="Start page or sitemap of a web site.")
    max_depth = models.PositiveSmallIntegerField(default=5, help_text="Links away from the start.")
    max_pages = models.PositiveIntegerField(default=500)
    every_hours = models.PositiveSmallIntegerField(default=0, help_text="0: only when somebody asks for it.")
    is_paused = models.BooleanField(default=False)
    next_run_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_source_own"),
            models.UniqueConstraint(fields=["tenant", "name"], name="knowledge_source_name"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="knowledge_source_audience"),
        ]

    def __str__(self) -> str:
        return self.name


class SourceRun(TenantModel):
    """One import of a source: what was found, and what became of it."""

    class State(models.TextChoices):
        """Queued and running are alive; the others are ends."""

        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    ALIVE = (State.QUEUED, State.RUNNING)

    source = models.ForeignKey(KnowledgeSource, on_delete=models.CASCADE, related_name="runs")
    job = models.UUIDField(null=True, help_text="The row of background work; its progress is this run's.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    found = models.PositiveIntegerField(default=0, help_text="Documents seen.")
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_run_own"),
            models.CheckConstraint(
                condition=Q(state__in=("queued", "running", "done", "failed", "cancelled")),
                name="knowledge_run_state",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "source", "-created_at"], name="knowledge_run_newest")]


class SourceProblem(TenantModel):
    """One document of a run that was not imported (or a remark about it), and why."""

    run = models.ForeignKey(SourceRun, on_delete=models.CASCADE, related_name="problems")
    external_id = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=24, help_text="One of `intake.problems.PROBLEMS`.")
    message = models.CharField(max_length=300)
    place = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_problem_own")]


class Upload(TenantModel):
    """A raw file waiting for its import job, so that the job's arguments are ids only."""

    source = models.ForeignKey(KnowledgeSource, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(SourceRun, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200, help_text="Of the file; its ending says how it is read.")
    body = models.BinaryField()
    replaces = models.BooleanField(default=False, help_text="Remove articles of the source that are not in it.")
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_upload_own")]


class CrawledPage(TenantModel):
    """What a web site said of a page last time, so that an unchanged one costs one short question."""

    source = models.ForeignKey(KnowledgeSource, on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=2_000)
    url_hash = models.CharField(max_length=64, help_text="An index takes no long address.")
    external_id = models.CharField(max_length=200, blank=True, help_text="The document made of it, if there is one.")
    depth = models.PositiveSmallIntegerField(default=0)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_page_own"),
            models.UniqueConstraint(fields=["tenant", "source", "url_hash"], name="knowledge_page_url"),
        ]


class Document(TenantModel):
    """One article. `external_id` is its name at the source; `content_hash` makes a second import cheap."""

    source = models.ForeignKey(KnowledgeSource, on_delete=models.CASCADE, related_name="documents")
    external_id = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    body = models.TextField(help_text="Markdown.")
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.PUBLIC)
    segments = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="Contacts who may see it; empty: all."
    )
    language = models.CharField(max_length=8, default="en")
    product = models.CharField(max_length=120, blank=True)
    about = models.CharField(max_length=120, blank=True, help_text="The product that it turned out to be about.")
    cut = models.CharField(max_length=8, blank=True, help_text="The way in which its passages were made (`index.CUT`).")
    kind = models.CharField(max_length=8, default="article", help_text="`pair`: title is a question, body its answer.")
    url = models.CharField(max_length=2_000, blank=True, help_text="Where people read it.")
    place = models.CharField(max_length=300, blank=True, help_text="Where in its source it stands.")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    content_hash = models.CharField(max_length=64)
    updated_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=0, help_text="The number of the `DocumentVersion` that holds now.")
    is_edited = models.BooleanField(default=False, help_text="People wrote it: an import may not overwrite it.")
    conflict = models.PositiveIntegerField(
        null=True, blank=True, help_text="The version that an import brought after people had edited the article."
    )
    archived_at = models.DateTimeField(null=True, blank=True, help_text="Since when it answers nothing any more.")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_document_own"),
            models.UniqueConstraint(fields=["tenant", "source", "external_id"], name="knowledge_document_name"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="knowledge_document_audience"),
        ]
        indexes = [models.Index(fields=["tenant"], condition=~Q(segments=[]), name="knowledge_document_segments")]

    def __str__(self) -> str:
        return self.title


class DocumentVersion(TenantModel):
    """What an article said at one time, and why it changed. Written once, never changed."""

    class Why(models.TextChoices):
        """What made it."""

        IMPORT = "import"
        EDIT = "edit"
        RESTORE = "restore"
        SPLIT = "split"

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    body = models.TextField()
    audience = models.CharField(max_length=12, choices=Audience.choices)
    segments = ArrayField(models.CharField(max_length=40), default=list)
    product = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=12, choices=Why.choices)
    by = models.CharField(max_length=120, blank=True, help_text="Empty for an import.")
    at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_version_own"),
            models.UniqueConstraint(fields=["tenant", "document", "number"], name="knowledge_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class Passage(TenantModel):
    """The retrievable piece of an article, under its heading path."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages")
    number = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    audience = models.CharField(max_length=12, choices=Audience.choices)
    segments = ArrayField(models.CharField(max_length=40), default=list, help_text="As its document's.")
    language = models.CharField(max_length=8)
    terms = models.BinaryField(help_text="Its words as numbers (`terms.TERM`).")
    vector = HalfVectorField(dimensions=DIMENSIONS, null=True, help_text="Of heading and text together.")
    sentences = models.JSONField(default=list, help_text="What may be quoted (`index.stored_sentence`).")
    sentence_vectors = models.BinaryField(help_text="float16 [1 + sentences, 384]: of the heading, then of each one.")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_passage_own"),
            models.UniqueConstraint(fields=["tenant", "document", "number"], name="knowledge_passage_number"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="knowledge_passage_audience"),
        ]

    def __str__(self) -> str:
        return f"{self.heading} #{self.number}"


class Corpus(TenantModel):
    """A tenant's articles as a whole. `version` rises by itself (a trigger) with every change of a passage."""

    version = models.BigIntegerField(default=0)
    answered_from = models.FloatField(default=0.5, help_text="The confidence from which on a question is answered.")
    names = models.JSONField(default=dict, help_text="The products that the articles are about (`names.Names`).")
    recall = models.FloatField(null=True, help_text="Of its vector index, as measured; without one all is compared.")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_corpus_own"),
            models.UniqueConstraint(fields=["tenant"], name="knowledge_corpus_one"),
        ]


class CuratedAnswer(TenantModel):
    """A question with the answer that people approved for it, word for word.

    `question` and `phrasings` are the truth; rows of `CuratedPhrasing` are made from them, for the search.
    """

    class State(models.TextChoices):
        """Only an approved one is ever told to a customer."""

        SUGGESTED = "suggested"
        APPROVED = "approved"
        REJECTED = "rejected"

    class Origin(models.TextChoices):
        """Who thought of it."""

        DESK = "desk"
        IMPORT = "import"
        CONVERSATION = "conversation"

    question = models.CharField(max_length=500)
    phrasings = models.JSONField(default=list, help_text="Other ways to ask it.")
    answer = models.TextField(help_text="Markdown.")
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.PUBLIC)
    segments = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="Contacts who are told it; empty: all."
    )
    language = models.CharField(max_length=8, default="en")
    state = models.CharField(max_length=12, choices=State.choices, default=State.SUGGESTED)
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.DESK)
    conversation_id = models.UUIDField(null=True, blank=True, help_text="The conversation that it was learned from.")
    version = models.PositiveIntegerField(default=1, help_text="Rises with each change.")
    created_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=now)
    updated_by = models.CharField(max_length=120, blank=True)
    updated_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_curated_own"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="knowledge_curated_audience"),
            models.CheckConstraint(
                condition=Q(state__in=["suggested", "approved", "rejected"]), name="knowledge_curated_state"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "state", "-updated_at"], name="knowledge_curated_latest")]

    def __str__(self) -> str:
        return self.question


class CuratedPhrasing(TenantModel):
    """One way to ask a curated question, as it is searched. Number 0 is the question itself."""

    curated = models.ForeignKey(CuratedAnswer, on_delete=models.CASCADE, related_name="searchable")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    vector = HalfVectorField(dimensions=DIMENSIONS)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_phrasing_own"),
            models.UniqueConstraint(fields=["tenant", "curated", "number"], name="knowledge_phrasing_number"),
        ]

    def __str__(self) -> str:
        return self.text


class Gap(TenantModel):
    """Something that customers ask and no article answers: questions that mean nearly the same.

    All but `state` and `document` is made anew from its questions whenever one comes or goes.
    """

    class State(models.TextChoices):
        """What people did about it."""

        OPEN = "open"
        DRAFTED = "drafted"
        ANSWERED = "answered"
        DISMISSED = "dismissed"

    label = models.CharField(max_length=500, help_text="The question nearest to the middle.")
    centre = HalfVectorField(dimensions=DIMENSIONS)
    asked = models.PositiveIntegerField(default=0, help_text="In how many conversations.")
    first_asked_at = models.DateTimeField(default=now)
    last_asked_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="Written for it."
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_gap_own"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "drafted", "answered", "dismissed"]), name="knowledge_gap_state"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "state", "-asked"], name="knowledge_gap_ranked")]

    def __str__(self) -> str:
        return self.label


class UnansweredQuestion(TenantModel):
    """A question that the assistant had to decline, as redacted; it goes when its contact is erased or time is up."""

    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="questions")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    turn_id = models.UUIDField()
    text = models.TextField()
    language = models.CharField(max_length=8)
    vector = HalfVectorField(dimensions=DIMENSIONS)
    asked_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_unanswered_own"),
            models.UniqueConstraint(fields=["tenant", "turn_id"], name="knowledge_unanswered_once"),
        ]
        indexes = [models.Index(fields=["tenant", "asked_at"], name="knowledge_unanswered_old")]

    def __str__(self) -> str:
        return self.text


class EvaluationQuestion(TenantModel):
    """A question with which the tenant checks its own assistant, and what a good answer to it is."""

    class Kind(models.TextChoices):
        """Shall it be answered?"""

        ANSWERABLE = "answerable"
        UNANSWERABLE = "unanswerable"

    question = models.CharField(max_length=500)
    language = models.CharField(max_length=8, default="en")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.ANSWERABLE)
    expected = models.JSONField(default=list, help_text="External ids of the articles that answer it; one is enough.")
    must_contain = models.JSONField(default=list, help_text="Facts that the answer has to hold.")
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_evalq_own"),
            models.UniqueConstraint(fields=["tenant", "question"], name="knowledge_evalq_once"),
            models.CheckConstraint(condition=Q(kind__in=["answerable", "unanswerable"]), name="knowledge_evalq_kind"),
        ]

    def __str__(self) -> str:
        return self.question


class EvaluationRun(TenantModel):
    """One pass over the tenant's questions: figures, and what came of each question."""

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued"
        DONE = "done"

    job = models.UUIDField(null=True, help_text="The row of background work; its progress is this run's.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    by = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)
    rows = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_evalrun_own"),
            models.CheckConstraint(condition=Q(state__in=["queued", "done"]), name="knowledge_evalrun_state"),
        ]
        indexes = [models.Index(fields=["tenant", "-started_at"], name="knowledge_evalrun_latest")]

    def __str__(self) -> str:
        return f"evaluation of {self.started_at:%Y-%m-%d}"
