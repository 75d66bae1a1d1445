"""What a company knows: brought in, made searchable, found, and kept by people.

Brought in: `intake/`, with one format a file in `importers/`.
Made searchable: `index`, which cuts and reads with `text/` and embeds.
Found: `retrieve`, with the parts in `search/`; `grounding` checks sentences.
Kept by people: `keeping/`. Services of their own: `compare/`.
`vectors` embeds for all but a search; `vocabulary` tells privacy the house's names. docs/knowledge.md says why.
"""
