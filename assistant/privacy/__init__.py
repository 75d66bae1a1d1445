"""Personal data: found, replaced by placeholders, kept sealed, put back, destroyed.

The way in: `inbound` (a message) and `redactor` (any text), which ask the `detectors`, `names` and `name_model`.
What detectors read with: `view`, `patterns`, `announced`, `spoken`, `things`, `places`, `checksums`.
What is kept: `text` (the types), `ledger` (who numbers the values), `vault` (where they lie), `models`.
The way out: `restore` (placeholders back to values) and `leak` (what the model made up does not leave).
What a tenant decides: `policy`, and `policy_draft` before it is stored.
`topic` says what a text is about without its personal data.
"""
