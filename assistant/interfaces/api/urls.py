"""Routes of the API: flat, one prefix."""

from __future__ import annotations

from django.urls import path

from assistant.interfaces.api import contacts, conversations, knowledge, privacy, sources

urlpatterns = [
    path("me", conversations.Me.as_view(), name="me"),
    path("conversations", conversations.Conversations.as_view(), name="conversations"),
    path("conversations/<uuid:conversation_id>", conversations.OneConversation.as_view(), name="conversation"),
    path("conversations/<uuid:conversation_id>/take-over", conversations.TakeOver.as_view(), name="take-over"),
    path("conversations/<uuid:conversation_id>/hand-back", conversations.HandBack.as_view(), name="hand-back"),
    path("conversations/<uuid:conversation_id>/resolve", conversations.Resolve.as_view(), name="resolve"),
    path("conversations/<uuid:conversation_id>/messages", conversations.Reply.as_view(), name="reply"),
    path("conversations/<uuid:conversation_id>/reveal", conversations.Reveal.as_view(), name="reveal"),
    path("conversations/<uuid:conversation_id>/customer", conversations.Customer.as_view(), name="customer"),
    path("contacts/<uuid:contact_id>", contacts.OneContact.as_view(), name="contact"),
    path("privacy/redact", privacy.RedactText.as_view(), name="redact"),
    path("privacy/policy", privacy.Policy.as_view(), name="privacy-policy"),
    path("privacy/try", privacy.TryPolicy.as_view(), name="privacy-try"),
    path("knowledge/imports", knowledge.Imports.as_view(), name="imports"),
    path("knowledge/sources", sources.Sources.as_view(), name="sources"),
    path("knowledge/sources/<uuid:source_id>", sources.OneSource.as_view(), name="source"),
    path("knowledge/sources/<uuid:source_id>/files", sources.SourceFiles.as_view(), name="source-files"),
    path("knowledge/sources/<uuid:source_id>/runs", sources.SourceRuns.as_view(), name="source-runs"),
    path("knowledge/runs/<uuid:run_id>", sources.OneRun.as_view(), name="run"),
    path("knowledge/runs/<uuid:run_id>/cancel", sources.CancelRun.as_view(), name="run-cancel"),
    path("knowledge/documents", knowledge.Documents.as_view(), name="documents"),
    path("jobs/<uuid:job_id>", knowledge.OneJob.as_view(), name="job"),
]
