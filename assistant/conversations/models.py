"""Threads and what belongs to them. Texts are Redacted; values live in the vault."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from pgvector.django import HalfVectorField

from assistant.conversations.states import Pending, State
from assistant.foundation.clock import now
from assistant.foundation.managers import TenantModel
from assistant.foundation.people import Member

VECTOR_DIMENSIONS = 384


class Inbox(TenantModel):
    """A configured end point of a channel. `key` is public: `<tenant slug>-<random>`, it names tenant and inbox."""

    key = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    channel = models.CharField(max_length=16, default="widget")
    assistant_name = models.CharField(max_length=60, default="Assistant")
    greeting = models.CharField(max_length=300, default="Hello! How can we help?")
    color = models.CharField(max_length=7, default="#2f5bea")
    origins = models.JSONField(default=list, help_text="Origins of the pages that may show the widget.")
    identity_keys = models.JSONField(
        default=list, help_text='Keys that sign identities: [{"id", "alg", "sealed"}], at most two live.'
    )
    is_enabled = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="conversations_inbox_own"),
            models.UniqueConstraint(fields=["tenant", "key"], name="conversations_inbox_key"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(TenantModel):
    """The person who writes. `external_id` and the sealed attributes come from a verified identity only."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    visitor_hash = models.CharField(max_length=64, blank=True)
    previous_visitor_hash = models.CharField(max_length=64, blank=True)
    visitor_until = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=200, blank=True)
    email_print = models.CharField(max_length=64, blank=True, help_text="Keyed hash of the verified e-mail.")
    sealed = models.TextField(
        blank=True, help_text="Name and e-mail of the verified identity, under the contact's key."
    )
    segments = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="As the newest signed identity says."
    )
    is_blocked = models.BooleanField(default=False)
    same_as = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The identified contact that this browser's visitor turned out to be.",
    )
    created_at = models.DateTimeField(default=now)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When this person's data was destroyed.")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="conversations_contact_own"),
            models.UniqueConstraint(
                fields=["tenant", "inbox", "external_id"],
                condition=~Q(external_id=""),
                name="conversations_contact_identity",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "visitor_hash"], name="conversations_contact_visitor"),
            models.Index(fields=["tenant", "previous_visitor_hash"], name="conversations_contact_previous"),
        ]

    @property
    def is_verified(self) -> bool:
        """Did a signed token prove who this is?"""
        return bool(self.external_id)

    def __str__(self) -> str:
        return f"contact {self.id}"


class Conversation(TenantModel):
    """A thread with a state. `generation` rises with every change of owner and every new customer message."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="conversations")
    state = models.CharField(max_length=12, default=State.ASSISTANT)
    pending = models.CharField(max_length=16, default=Pending.NONE, blank=True)
    generation = models.PositiveIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=1)
    language = models.CharField(max_length=8, default="en")
    reason = models.CharField(max_length=24, blank=True)
    assignee = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    waiting_since = models.DateTimeField(null=True, blank=True, help_text="First unanswered customer message.")
    queued_at = models.DateTimeField(null=True, blank=True)
    preview = models.CharField(max_length=160, blank=True)
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="conversations_conversation_own"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="conversations_legal_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.HUMAN) | Q(assignee__isnull=False), name="conversations_human_has_assignee"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-updated_at", "id"], name="conversations_latest"),
            models.Index(fields=["tenant", "contact", "-updated_at"], name="conversations_of_contact"),
            models.Index(fields=["tenant", "queued_at"], name="conversations_queue", condition=Q(state=State.QUEUED)),
        ]

    def __str__(self) -> str:
        return f"conversation {self.id}"


class Message(TenantModel):
    """One utterance. `client_id` is the sender's own id of it and makes resends harmless for ever."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    sequence = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    author = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    sender = models.UUIDField(null=True, help_text="Contact or member whose client made `client_id`.")
    client_id = models.UUIDField(null=True)
    body_hash = models.CharField(max_length=64, blank=True)
    citations = models.JSONField(default=list)
    spellings = models.JSONField(
        default=dict, help_text="Which placeholder of the text, from 0 -> which spelling of its value, when not 0."
    )
    at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="conversations_message_own"),
            models.UniqueConstraint(
                fields=["tenant", "conversation", "sequence"], name="conversations_message_sequence"
            ),
            models.UniqueConstraint(
                fields=["tenant", "sender", "client_id"],
                condition=Q(client_id__isnull=False),
                name="conversations_message_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["contact", "assistant", "agent", "system"]), name="conversations_message_kind"
            ),
        ]
        indexes = [
            GinIndex(
                fields=["citations"],
                name="conversations_message_cited",
                opclasses=["jsonb_path_ops"],
                condition=Q(kind="assistant"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} message {self.id}"

    @property
    def spelled(self) -> dict[int, int]:
        """`spellings` as `Vault.restore` takes them: JSON makes texts of the numbers."""
        return {int(place): spelling for place, spelling in self.spellings.items()}


class Turn(TenantModel):
    """One customer message and all work that answers it. Finished by whoever holds the current fence, once."""

    RUNNING, FINISHED, SUPERSEDED = "running", "finished", "superseded"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    answer_id = models.UUIDField()
    generation = models.PositiveIntegerField()
    state = models.CharField(max_length=12, default=RUNNING)
    owner = models.CharField(max_length=80)
    fence = models.PositiveIntegerField(default=1)
    attempts = models.PositiveSmallIntegerField(default=1)
    lease_until = models.DateTimeField()
    partial = models.TextField(blank=True)
    prompt = models.TextField(blank=True, help_text="The question as the model was shown it, with its passages.")
    outcome = models.CharField(max_length=16, blank=True)
    timings_ms = models.JSONField(default=dict)
    usage = models.JSONField(default=dict)
    trace = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="conversations_turn_own"),
            models.UniqueConstraint(
                fields=["tenant", "conversation"], condition=Q(state="running"), name="conversations_one_running_turn"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "lease_until"], name="conversations_turn_due", condition=Q(state="running")),
            models.Index(fields=["tenant", "finished_at"], name="conversations_turn_ended", condition=~Q(outcome="")),
        ]

    def __str__(self) -> str:
        return f"turn {self.id}"


class Rating(TenantModel):
    """What a customer thought of one answer: good or bad; the last one counts."""

    class Value(models.TextChoices):
        """Thumb up, thumb down."""

        UP = "up"
        DOWN = "down"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="ratings")
    value = models.CharField(max_length=4, choices=Value.choices)
    at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="conversations_rating_own"),
            models.UniqueConstraint(fields=["tenant", "message"], name="conversations_rating_once"),
            models.CheckConstraint(condition=Q(value__in=["up", "down"]), name="conversations_rating_value"),
        ]

    def __str__(self) -> str:
        return f"{self.value} for message {self.message_id}"


class ConversationVector(TenantModel):
    """What a conversation began with, as a place among others (`alike`): a cache that is made on demand."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    vector = HalfVectorField(dimensions=VECTOR_DIMENSIONS)
    text_hash = models.CharField(max_length=64, help_text="Of the redacted text that it was made of.")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="conversations_vector_own"),
            models.UniqueConstraint(fields=["tenant", "conversation"], name="conversations_vector_one"),
        ]

    def __str__(self) -> str:
        return f"vector of {self.conversation_id}"
