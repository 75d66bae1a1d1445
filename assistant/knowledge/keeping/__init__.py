"""Kept by people: articles and their versions, approved answers, gaps, drafts, suggestions, and their evaluation."""
