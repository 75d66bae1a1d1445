"""What the tenant knows: sources, articles and their retrievable pieces."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from pgvector.django import HalfVectorField

from assistant.foundation.clock import now
from assistant.foundation.managers import TenantModel

DIMENSIONS = 384


class Audience(models.TextChoices):
    """Who may be shown an article."""

    PUBLIC = "public"
    INTERNAL = "internal"


class KnowledgeSource(TenantModel):
    """Where articles come from: one folder, file or upload."""

    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_source_own"),
            models.UniqueConstraint(fields=["tenant", "name"], name="knowledge_source_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Upload(TenantModel):
    """Raw articles waiting for their import job, so that the job's arguments are ids only."""

    source = models.ForeignKey(KnowledgeSource, on_delete=models.CASCADE, related_name="+")
    importer = models.CharField(max_length=24)
    body = models.TextField()
    replaces = models.BooleanField(default=False, help_text="Remove articles of the source that are not in it.")
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_upload_own")]


class Document(TenantModel):
    """One article. `external_id` is its name at the source; `content_hash` makes a second import cheap."""

    source = models.ForeignKey(KnowledgeSource, on_delete=models.CASCADE, related_name="documents")
    external_id = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    body = models.TextField(help_text="Markdown.")
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.PUBLIC)
    language = models.CharField(max_length=8, default="en")
    product = models.CharField(max_length=120, blank=True)
    about = models.CharField(max_length=120, blank=True, help_text="The product that it turned out to be about.")
    cut = models.CharField(max_length=8, blank=True, help_text="The way in which its passages were made (`index.CUT`).")
    content_hash = models.CharField(max_length=64)
    updated_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_document_own"),
            models.UniqueConstraint(fields=["tenant", "source", "external_id"], name="knowledge_document_name"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="knowledge_document_audience"),
        ]

    def __str__(self) -> str:
        return self.title


class Passage(TenantModel):
    """The retrievable piece of an article, under its heading path."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages")
    number = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    audience = models.CharField(max_length=12, choices=Audience.choices)
    language = models.CharField(max_length=8)
    terms = models.BinaryField(help_text="Its words with how often they stand in it (`terms.TERM`).")
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
    names = models.JSONField(default=dict, help_text="The products that the articles are about (`names.Names`).")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_corpus_own"),
            models.UniqueConstraint(fields=["tenant"], name="knowledge_corpus_one"),
        ]
