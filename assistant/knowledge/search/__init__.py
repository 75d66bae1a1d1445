"""The parts of a search: a tenant's passages in memory, the sentences that matter, curated answers, confidence."""
