"""A web page taken apart: its article, and what a crawler needs to know (links, its own address, whether it wants in).

trafilatura finds the article among menus and banners; our own conversion steps in where it loses a heading or a table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

import trafilatura
from lxml import etree, html
from lxml.html import HtmlElement

from assistant.knowledge.intake.markup import remove_hidden, to_markdown, without_title
from assistant.knowledge.intake.problems import Unusable

MOST_LINKS = 2_000
MOST_ELEMENTS = 200_000
SHORTEST_OF_LIBRARY = 0.5
"""The library's text is taken when it holds at least so much of what the page calls its main part."""
SITE_NAME = re.compile(r"\s+[|–—·»]\s+[^|–—·»]{1,60}$")
NO_INDEX = re.compile(r"\b(?:noindex|none)\b", re.IGNORECASE)
NO_FOLLOW = re.compile(r"\b(?:nofollow|none)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """What stands on a page."""

    title: str
    body: str
    language: str
    links: tuple[str, ...]
    canonical: str
    is_indexable: bool


def web_page(content: bytes, *, url: str = "", encoding: str = "") -> WebPage:
    """Take a page apart. Raises Unusable. `encoding` is what the server said of it."""
    root = _parsed(content, encoding)
    remove_hidden(root)
    robots = " ".join(str(meta) for meta in root.xpath("//meta[translate(@name,'ROBTS','robts')='robots']/@content"))
    base = urljoin(url, next(iter(root.xpath("//base/@href")), ""))
    title = _title(root)
    return WebPage(
        title=title,
        body=without_title(_body(root, url), title),
        language=str(root.get("lang") or "")[:8].split("-")[0].lower(),
        links=() if NO_FOLLOW.search(robots) else _links(root, base),
        canonical=str(next(iter(root.xpath("//link[@rel='canonical']/@href")), "")),
        is_indexable=not NO_INDEX.search(robots),
    )


def _parsed(content: bytes, encoding: str) -> HtmlElement:
    """The tree; lxml reads the page's own word about its letters, the server's comes first, UTF-8 is the default."""
    if not content.strip():
        raise Unusable("empty")
    if b"\x00" in content[:1_000] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unusable("wrong_format", "This is no web page.")
    declared = re.search(rb"<meta[^>]{0,200}charset|^\xff\xfe|^\xfe\xff|^\xef\xbb\xbf", content[:4_000], re.IGNORECASE)
    try:
        parser = html.HTMLParser(
            encoding=_known(encoding) or (None if declared else _guessed(content)),
            remove_comments=True,
            remove_pis=True,
            huge_tree=False,
        )
        root = html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, LookupError) as problem:
        raise Unusable("unreadable") from problem
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise Unusable("too_big", "The page has too many elements.")
    return root


def _known(encoding: str) -> str | None:
    try:
        return encoding if encoding and "".encode(encoding) == b"" else None
    except (LookupError, TypeError):
        return None


def _guessed(content: bytes) -> str:
    from assistant.knowledge.intake.decoding import decode  # noqa: PLC0415 only for pages that say nothing

    return decode(content).encoding.removesuffix("-sig")


def _title(root: HtmlElement) -> str:
    """The first main heading, or the window's title without the site's name."""
    for heading in root.iter("h1"):
        if text := " ".join(str(heading.text_content()).split()):
            return text
    title = root.find(".//title")
    return SITE_NAME.sub("", " ".join(str(title.text_content()).split())) if title is not None else ""


def _body(root: HtmlElement, url: str) -> str:
    main = _main_part(root)
    own = to_markdown(main if main is not None else _page_body(root), url=url)
    found = trafilatura.extract(
        html.tostring(root, encoding="unicode"),
        url=url or None,
        output_format="markdown",
        include_comments=False,
        include_tables=True,
        include_links=True,
        include_formatting=True,
        favor_recall=True,
    )
    if not found:
        return own
    if main is None:  # our own text holds the menus too, and is better only than one without any shape
        return own if _shapes(own) and not _shapes(found) else found
    return own if _is_poorer(found, own) else found


def _main_part(root: HtmlElement) -> HtmlElement | None:
    """What the page itself calls its main part, when it does so once."""
    for path in ("//main", "//*[@role='main']", "//article"):
        parts = root.xpath(path)
        if len(parts) == 1 and isinstance(parts[0], HtmlElement):
            return parts[0]
    return None


def _page_body(root: HtmlElement) -> HtmlElement:
    body = root.find("body")
    return body if body is not None else root


def _is_poorer(found: str, own: str) -> bool:
    """Did the library lose a heading, a row of a table or most of the text?"""
    return len(found) < SHORTEST_OF_LIBRARY * len(own) or bool(_shapes(own) - _shapes(found))


def _shapes(text: str) -> set[tuple[str, str]]:
    """Headings and rows of tables, without what does not matter in them."""
    lines = (line.lstrip() for line in text.split("\n"))
    return {(line[0], _bare(line)) for line in lines if re.match(r"#{1,6} |\|", line) and _bare(line)}


def _bare(line: str) -> str:
    return re.sub(r"\[([^\]]*)\]\([^)]*\)|[\W_]+", lambda match: match[1] or "", line).lower()


def _links(root: HtmlElement, base: str) -> tuple[str, ...]:
    found = dict[str, None]()
    for anchor in root.iter("a"):
        href = (anchor.get("href") or "").strip()
        if not href or "nofollow" in (anchor.get("rel") or "") or len(found) >= MOST_LINKS:
            continue
        try:
            found.setdefault(urljoin(base, href).partition("#")[0])
        except ValueError:
            continue
    return tuple(found)
