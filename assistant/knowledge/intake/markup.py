"""HTML to Markdown, for what the libraries lose: headings with their level, tables whole, lists with their depth.

Scripts, styles, forms and pictures leave nothing behind; links stay when they lead to a web page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

SILENT = frozenset(
    "script style noscript template iframe object embed svg canvas button input select textarea label head nav footer "
    "aside dialog audio video picture img math".split()
)
NEVER_SEEN = frozenset("script style noscript template iframe object embed svg canvas".split())
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = frozenset(
    "p div section article main header body html ul ol li dl dt dd table blockquote pre details summary figure "
    "figcaption address hr form fieldset center".split()
) | set(HEADINGS)
MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`"}
DEEPEST = 200


def to_markdown(root: HtmlElement, *, url: str = "") -> str:
    """The element's text as Markdown. `url` is where relative links begin; without it they become text."""
    blocks = (block.strip("\n") for block in _blocks(root, url, 0))
    return "\n\n".join(block for block in blocks if block.strip())


def remove_hidden(root: HtmlElement) -> None:
    """Take out what people never see, and links that lead to no page.

    What a button folds out (`aria-controls`) stays: help centres hide their answers so.
    """
    folded = {name for element in root.iter() for name in (element.get("aria-controls") or "").split()}
    for element in list(root.iter()):
        if element.tag in NEVER_SEEN or (_is_hidden(element) and element.get("id") not in folded):
            if element.getparent() is not None:
                element.drop_tree()
        elif element.tag == "a" and not re.match(r"(?:https?:)?[^:]*$|https?:", element.get("href") or "", re.I):
            del element.attrib["href"]


def without_title(body: str, title: str) -> str:
    """The text without a first heading that only repeats the title."""
    first, _, rest = body.lstrip().partition("\n")
    return rest.lstrip("\n") if first.lstrip("#").strip() == title and first.startswith("#") else body


def _blocks(element: HtmlElement, url: str, depth: int) -> Iterator[str]:
    """Blocks of an element's content, in order; loose text between blocks is a paragraph."""
    if depth > DEEPEST:
        return
    loose = _words(element.text)
    for child in element:
        if _is_silent(child):
            loose += _words(child.tail)
        elif _is_block(child):
            yield _tidy(loose)
            yield from _block(child, url, depth + 1)
            loose = _words(child.tail)
        else:
            loose += _inline(child, url, depth + 1) + _words(child.tail)
    yield _tidy(loose)


def _block(element: HtmlElement, url: str, depth: int) -> Iterator[str]:
    maker = MAKERS.get(element.tag)
    if maker is not None:
        yield maker(element, url, depth)
    elif element.tag in HEADINGS:
        text = _tidy(_text_of(element, url, depth))
        yield f"{'#' * HEADINGS[element.tag]} {text}" if text else ""
    else:
        yield from _blocks(element, url, depth)


def _inline(element: HtmlElement, url: str, depth: int) -> str:
    if depth > DEEPEST or _is_silent(element):
        return ""
    if element.tag == "br":
        return "\n"
    text = _text_of(element, url, depth)
    bare = text.strip()
    if element.tag in MARKS and bare and "\n" not in bare:
        mark = MARKS[element.tag]
        return text.replace(bare, f"{mark}{bare}{mark}", 1)
    if element.tag == "a" and bare and (target := _target(element.get("href") or "", url)):
        return f"[{_tidy(bare)}]({target})"
    return text


def _text_of(element: HtmlElement, url: str, depth: int) -> str:
    parts = [_words(element.text)]
    for child in element:
        if not _is_silent(child):
            parts.append(_inline(child, url, depth + 1))
            parts.append(" " if _is_block(child) else "")
        parts.append(_words(child.tail))
    return "".join(parts)


def _target(href: str, url: str) -> str:
    """An absolute web address, or nothing: a script or a mail address is no place to read."""
    try:
        joined = urljoin(url, href.strip())
        parts = urlsplit(joined)
    except ValueError:
        return ""
    is_usable = parts.scheme in ("http", "https") and parts.netloc and not re.search(r"[\s()<>]", joined)
    return joined if is_usable and not href.startswith("#") else ""


def _list(element: HtmlElement, url: str, depth: int) -> str:
    """Items with their own lists indented below them."""
    lines = []
    number = 1
    for item in element:
        if _is_silent(item) or item.tag not in ("li", "ul", "ol"):
            continue
        text = "\n".join(block for block in _block(item, url, depth + 1) if block.strip())
        if not text.strip():
            continue
        mark = "  " if item.tag != "li" else f"{number}. " if element.tag == "ol" else "- "
        number += item.tag == "li"
        lines.append(mark + text.strip().replace("\n", "\n" + " " * len(mark)))
    return "\n".join(lines)


def _table(element: HtmlElement, url: str, depth: int) -> str:
    """A table that only arranges a page becomes its blocks; another one is kept whole."""
    rows = [row for row in element.iter("tr") if _table_of(row) is element]
    cells = [[_cell(cell, url, depth) for cell in row if cell.tag in ("td", "th")] for row in rows]
    cells = [row for row in cells if any(row)]
    width = max((len(row) for row in cells), default=0)
    if width < 2:
        return "\n\n".join(" ".join(row) for row in cells)
    head, *rest = [row + [""] * (width - len(row)) for row in cells]
    lines = [head, ["---"] * width, *rest]
    caption = element.find("caption")
    title = f"**{_tidy(_text_of(caption, url, depth))}**\n\n" if caption is not None else ""
    return title + "\n".join(f"| {' | '.join(row)} |" for row in lines)


def _table_of(row: HtmlElement) -> HtmlElement | None:
    return next((above for above in row.iterancestors("table")), None)


def _cell(cell: HtmlElement, url: str, depth: int) -> str:
    return _tidy(_text_of(cell, url, depth)).replace("\n", " ").replace("|", "\\|")


def _code(element: HtmlElement, url: str, depth: int) -> str:
    text = str(element.text_content()).strip("\n")
    fence = "```" if "```" not in text else "~~~~"
    return f"{fence}\n{text}\n{fence}" if text.strip() else ""


def _quote(element: HtmlElement, url: str, depth: int) -> str:
    text = "\n\n".join(block for block in _blocks(element, url, depth + 1) if block.strip())
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) if text else ""


def _summary(element: HtmlElement, url: str, depth: int) -> str:
    """The question of a fold-out answer."""
    text = _tidy(_text_of(element, url, depth))
    return f"### {text}" if text else ""


MAKERS: dict[str, Callable[[HtmlElement, str, int], str]] = {
    "ul": _list,
    "ol": _list,
    "table": _table,
    "pre": _code,
    "blockquote": _quote,
    "summary": _summary,
    "dt": lambda element, url, depth: f"**{_tidy(_text_of(element, url, depth))}**",
}


def _is_silent(element: HtmlElement) -> bool:
    """Comments have a function for a tag."""
    return not isinstance(element.tag, str) or element.tag in SILENT


def _is_hidden(element: HtmlElement) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    is_styled = "display:none" in style or "visibility:hidden" in style or "font-size:0" in style
    return is_styled or element.get("hidden") is not None or element.get("aria-hidden") == "true"


def _is_block(element: HtmlElement) -> bool:
    """Also a link or span around blocks, as cards of help centres have it."""
    return element.tag in BLOCKS or any(child.tag in HEADINGS for child in element)


def _words(text: str | None) -> str:
    """Text of the source: its line breaks are spaces."""
    return re.sub(r"\s+", " ", text or "")


def _tidy(text: str) -> str:
    """One space between words; the line breaks of `<br>` stay."""
    return "\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())
