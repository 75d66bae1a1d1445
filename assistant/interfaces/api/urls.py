"""Routes of the API: flat, one prefix."""

from __future__ import annotations

from django.urls import path

from assistant.interfaces.api import (
    articles,
    contacts,
    conversations,
    evaluation,
    gaps,
    knowledge,
    pairs,
    privacy,
    search,
)

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
    path("knowledge/search", search.Search.as_view(), name="knowledge-search"),
    path("knowledge/documents", articles.Documents.as_view(), name="documents"),
    path("knowledge/documents/<uuid:document_id>", articles.OneDocument.as_view(), name="document"),
    path("knowledge/documents/<uuid:document_id>/usage", articles.UsageOfOne.as_view(), name="usage"),
    path("knowledge/documents/<uuid:document_id>/versions", articles.Versions.as_view(), name="versions"),
    path("knowledge/documents/<uuid:document_id>/versions/<int:number>", articles.OneVersion.as_view(), name="version"),
    path("knowledge/documents/<uuid:document_id>/restore", articles.Restore.as_view(), name="restore"),
    path("knowledge/documents/<uuid:document_id>/keep", articles.Keep.as_view(), name="keep"),
    path("knowledge/documents/<uuid:document_id>/split", articles.Split.as_view(), name="split"),
    path("knowledge/documents/<uuid:document_id>/archive", articles.Archive.as_view(), name="archive"),
    path("knowledge/gaps", gaps.Gaps.as_view(), name="gaps"),
    path("knowledge/gaps/<uuid:gap_id>", gaps.OneGap.as_view(), name="gap"),
    path("knowledge/gaps/<uuid:gap_id>/state", gaps.SetState.as_view(), name="gap-state"),
    path("knowledge/gaps/<uuid:gap_id>/draft", gaps.Draft.as_view(), name="gap-draft"),
    path("knowledge/gaps/<uuid:gap_id>/ask-again", gaps.AskAgain.as_view(), name="gap-ask-again"),
    path("knowledge/pairs", pairs.Pairs.as_view(), name="pairs"),
    path("knowledge/pairs/<uuid:pair_id>", pairs.OnePair.as_view(), name="pair"),
    path("knowledge/pairs/<uuid:pair_id>/decision", pairs.Decide.as_view(), name="pair-decision"),
    path("knowledge/evaluation/questions", evaluation.Questions.as_view(), name="evaluation-questions"),
    path(
        "knowledge/evaluation/questions/<uuid:question_id>",
        evaluation.OneQuestion.as_view(),
        name="evaluation-question",
    ),
    path("knowledge/evaluation/file", evaluation.QuestionFile.as_view(), name="evaluation-file"),
    path("knowledge/evaluation/runs", evaluation.Runs.as_view(), name="evaluation-runs"),
    path("knowledge/evaluation/runs/<uuid:run_id>", evaluation.OneRun.as_view(), name="evaluation-run"),
    path("jobs/<uuid:job_id>", knowledge.OneJob.as_view(), name="job"),
]
