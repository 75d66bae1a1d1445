"""Brought in: sources and their runs; files read by a child process with limits, web sites by a polite crawler.

`sources`, `imports` and `runs` let `parsing` start a `child` that reads files (`reading`, `archives`, `decoding`,
`pages`, `markup`, one format a file in `knowledge/importers/`) or let `crawl` read a site; what fails is in `problems`.
"""
