"""Read this to know what happens after anything happens: event -> hearers, job kind -> handler."""

from __future__ import annotations

SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    "ContactIdentified": ("crm_integration.hearers.link_contact",),
    "ContactErased": (
        "crm_integration.hearers.forget_contact",
        "assistant.knowledge.keeping.gaps.forget_contact",
        "assistant.knowledge.keeping.suggestions.forget_contact",
    ),
    "StateChanged": ("assistant.knowledge.keeping.suggestions.hear_state",),
    "AnswerFinished": ("assistant.knowledge.keeping.gaps.hear_answer",),
}

JOBS: dict[str, str] = {
    "knowledge.import": "assistant.knowledge.intake.imports.run_import",
    "knowledge.reindex": "assistant.knowledge.index.run_reindex",
    "knowledge.names": "assistant.knowledge.index.run_names",
    "knowledge.searchable": "assistant.knowledge.keeping.editing.run_searchable",
    "knowledge.unanswered": "assistant.knowledge.keeping.gaps.run_unanswered",
    "knowledge.suggest": "assistant.knowledge.keeping.suggestions.run_suggestions",
    "knowledge.forget": "assistant.knowledge.keeping.gaps.run_forgetting",
    "conversations.retention": "assistant.conversations.retention.run_retention",
    "dialogue.evaluate": "assistant.dialogue.evaluation.run_evaluation",
    "dialogue.recover": "assistant.dialogue.recover.run_recovery",
    "crm.sync": "crm_integration.tasks.run_sync",
}
