"""What helps an agent at the desk: summaries, drafts, other wordings, articles from what was resolved.

`copilot` writes them; `material` is what they may be made of, `checks` says whether a sentence follows from it, and
`writing` asks the engine. Nothing is stored and nothing is sent: an agent reads it first.
"""
