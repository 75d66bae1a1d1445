"""HTML: the article of a saved page, without menus, banners and scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from assistant.knowledge.importers import Article, Importer
from assistant.knowledge.intake.problems import Problem, Unusable


def read(body: bytes, name: str) -> Iterator[Article | Problem]:
    """One article. Raises Unusable."""
    from assistant.knowledge.intake.pages import web_page  # noqa: PLC0415 heavy; see the package

    page = web_page(body)
    if not page.body.strip():
        raise Unusable("empty")
    title = page.title or PurePosixPath(name).stem
    yield Article(external_id=name, title=title, body=page.body, language=page.language)


IMPORTER = Importer(name="html", suffixes=(".html", ".htm", ".xhtml"), read=read)
