"""Read this to know what happens after anything happens: event -> hearers, job kind -> handler."""

from __future__ import annotations

SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    "ContactIdentified": ("crm_integration.hearers.link_contact",),
    "ContactErased": ("crm_integration.hearers.forget_contact",),
}

JOBS: dict[str, str] = {
    "knowledge.import": "assistant.knowledge.imports.run_import",
    "knowledge.searchable": "assistant.knowledge.editing.run_searchable",
    "conversations.retention": "assistant.conversations.retention.run_retention",
    "dialogue.recover": "assistant.dialogue.recover.run_recovery",
    "crm.sync": "crm_integration.tasks.run_sync",
}
