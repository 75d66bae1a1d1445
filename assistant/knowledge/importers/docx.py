"""Word documents: mammoth reads the paragraphs by their styles, our own conversion keeps headings and tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from assistant.knowledge.importers import Article, Importer
from assistant.knowledge.intake.archives import open_archive, require_harmless
from assistant.knowledge.intake.problems import Problem, Unusable

OLD_WORD = b"\xd0\xcf\x11\xe0"
"""How compound files begin: an old `.doc`, and every Word document with a password."""


def read(body: bytes, name: str) -> Iterator[Article | Problem]:
    """One article; its title is the first main heading, or the file's name. Raises Unusable."""
    import mammoth  # noqa: PLC0415 heavy; see the package
    from lxml import html  # noqa: PLC0415 the same

    from assistant.knowledge.intake.markup import to_markdown, without_title  # noqa: PLC0415 the same

    _require_word(body)
    try:
        made = mammoth.convert_to_html(io.BytesIO(body), convert_image=mammoth.images.img_element(_no_picture))
    except (KeyError, ValueError, AttributeError, zipfile.BadZipFile, SyntaxError, OSError, RecursionError) as problem:
        raise Unusable("unreadable") from problem
    if not made.value.strip():
        raise Unusable("empty")
    root = html.fragment_fromstring(made.value, create_parent="div")
    text = to_markdown(root)
    if not text:
        raise Unusable("empty")
    heading = next((found for found in root.iter("h1")), None)
    title = " ".join(str(heading.text_content()).split()) if heading is not None else ""
    yield Article(external_id=name, title=title or PurePosixPath(name).stem, body=without_title(text, title))


def _no_picture(image: Any) -> dict[str, str]:
    """Pictures leave nothing behind. (Any: mammoth's own type.)"""
    return {}


def _require_word(body: bytes) -> None:
    if not body:
        raise Unusable("empty")
    if body.startswith(OLD_WORD):
        raise Unusable("encrypted", "It has a password, or it is an old .doc file: save it as .docx without one.")
    with open_archive(body) as archive:
        require_harmless(archive)
        if "word/document.xml" not in archive.namelist():
            raise Unusable("wrong_format", "This is no Word document.")


IMPORTER = Importer(name="docx", suffixes=(".docx",), read=read)
