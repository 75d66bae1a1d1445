"""Django's admin, per tenant: the operator picks one (audited), then sees that tenant's rows only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest

from assistant.conversations.models import Contact, Conversation, Inbox, Message, Turn
from assistant.foundation.audit import AuditEntry, record
from assistant.foundation.outbox.models import Delivery, Job
from assistant.foundation.people import ApiKey, Member, Tenant, User
from assistant.foundation.tenancy import tenant_scope
from assistant.interfaces.doors import ADMIN_CHOICE
from assistant.knowledge.models import Document, KnowledgeSource

if TYPE_CHECKING:  # generic for the checker only
    Table = admin.ModelAdmin[Any]
    People = UserAdmin[User]
else:
    Table = admin.ModelAdmin
    People = UserAdmin


class ReadOnly(Table):
    """Rows that only services write. (Any: one class for many models.)"""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(User)
class Users(People):
    """People who can log in."""

    ordering = ("email",)
    list_display = ("email", "name", "is_staff", "is_active")
    search_fields = ("email", "name")
    list_filter = ("is_staff", "is_active")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "home")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "name", "password1", "password2", "home")}),)
    filter_horizontal = ()


@admin.register(Tenant)
class Tenants(Table):
    """Companies."""

    list_display = ("name", "slug", "language", "region", "created_at")
    actions = ("enter",)

    @admin.action(description="Show this tenant's rows in the admin (audited)")
    def enter(self, request: HttpRequest, queryset: QuerySet[Tenant]) -> None:
        """From now on the admin shows this tenant; the tenant's own audit says so."""
        tenant = queryset.get() if queryset.count() == 1 else None
        if tenant is None:
            self.message_user(request, "Choose one tenant.", messages.ERROR)
            return
        request.session[ADMIN_CHOICE] = tenant.slug
        with tenant_scope(tenant.id):
            record("admin.entered", actor=f"user:{request.user.pk}")
        self.message_user(request, f"The admin now shows {tenant.name}.")


@admin.register(Member)
class Members(Table):
    """People of the chosen tenant."""

    list_display = ("name", "user", "role", "is_active")


@admin.register(ApiKey)
class ApiKeys(ReadOnly):
    """Keys of the chosen tenant; made by `manage.py make_key`."""

    list_display = ("name", "role", "created_at", "revoked_at")
    exclude = ("secret_hash",)


@admin.register(Inbox)
class Inboxes(Table):
    """End points of the chosen tenant."""

    list_display = ("name", "key", "channel", "is_enabled")
    exclude = ("identity_keys",)


@admin.register(KnowledgeSource)
class Sources(Table):
    """Where articles come from."""

    list_display = ("name", "created_at")


@admin.register(Document)
class Documents(ReadOnly):
    """Articles."""

    list_display = ("title", "audience", "language", "external_id", "updated_at")
    list_filter = ("audience", "language")
    search_fields = ("title", "external_id")


@admin.register(Conversation)
class Conversations(ReadOnly):
    """Threads; texts are redacted."""

    list_display = ("id", "state", "inbox", "language", "preview", "updated_at")
    list_filter = ("state", "language")


@admin.register(Message)
class Messages(ReadOnly):
    """Utterances, redacted."""

    list_display = ("at", "kind", "name", "text")
    exclude = ("body_hash",)


@admin.register(Turn)
class Turns(ReadOnly):
    """What each answer did, and how long it took."""

    list_display = ("created_at", "state", "outcome", "attempts", "timings_ms")
    list_filter = ("state", "outcome")
    exclude = ("prompt",)


@admin.register(Contact)
class Contacts(ReadOnly):
    """People who write; their data are sealed."""

    list_display = ("id", "inbox", "is_verified", "is_blocked", "created_at", "erased_at")
    exclude = ("visitor_hash", "previous_visitor_hash", "sealed", "email_print")


@admin.register(Job)
class Jobs(ReadOnly):
    """Background work."""

    list_display = ("created_at", "kind", "state", "progress", "total", "attempts", "error")
    list_filter = ("state", "kind")


@admin.register(Delivery)
class Deliveries(ReadOnly):
    """Events on their way to hearers."""

    list_display = ("hearer", "state", "attempts", "run_at", "error")
    list_filter = ("state",)


@admin.register(AuditEntry)
class Audit(ReadOnly):
    """Who looked or changed."""

    list_display = ("at", "actor", "act", "subject")
    list_filter = ("act",)
