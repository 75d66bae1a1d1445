"""What a company knows: brought in, made searchable, found, and kept by people.

Brought in: `sources`, `imports` and `runs`, which let `parsing` start a `child` that reads files (`reading`,
`archives`, `decoding`, `pages`, `markup`, one format a file in `importers/`) or let `crawl` read a site; what fails is
in `problems`.
Made searchable: `passages` and `orders` (cut), `terms` and `words` (full text), `bilingual`, `names`, then `index`.
Found: `questions`, `shelf`, `retrieve`, `key_sentences`, `certain`, `confidence`; `grounding` checks sentences.
Kept by people: `editing`, `versions`, `sections`, `curated`, `gaps`, `drafting`, `suggestions`, `usage`.
Measured: `evaluation_set`, `judging`.
Services of their own: `keywords`, `similar`, `contradictions`, with `figures` and `articles`.
`vectors` embeds for all but a search; `vocabulary` tells privacy the house's names. docs/knowledge.md says why.
"""
