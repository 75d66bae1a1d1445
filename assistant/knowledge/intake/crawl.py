"""Reading a web site politely: one page after the other, as robots.txt allows, within limits, and only what changed.

Pages of one host only, through the gate. What the site said of a page last time (ETag, date, content) makes the next
visit short. Every page becomes a Visit; whoever reads them decides what to keep.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from assistant.foundation.egress import USER_AGENT, Answer, Gate, Limits
from assistant.foundation.errors import AddressRefused, EgressError
from assistant.knowledge.importers import Article
from assistant.knowledge.index import cut_now
from assistant.knowledge.intake.parsing import Item, PageFacts, parse_content, parse_page
from assistant.knowledge.intake.problems import Problem

READING = "1"
"""Raise it when pages are taken apart differently: they are read again, changed or not."""
PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
LONGEST_RETRY_S = 60.0
NAP_S = 5.0
"""No wait is longer without keeping the job's lease."""
FETCH = Limits(bytes=10_000_000, seconds=12.0)
"""Shorter than the lease of a job."""
ROBOTS = Limits(bytes=500_000, seconds=12.0)
CRAWL_S = 3_600.0
FAILURES_IN_A_ROW = 10
MOST_QUERIES_OF_A_PATH = 20
MOST_REPEATS_OF_A_FOLDER = 3
LONGEST_URL = 1_000

SESSION_LIKE = re.compile(
    r"^(?:utm_\w+|gclid|fbclid|mc_[ce]id|_ga|ref|phpsessid|jsessionid|sid|sess(?:ion)?(?:_?id)?|token|cfid|cftoken)$",
    re.IGNORECASE,
)
"""Parts of a query that name a visitor or a campaign and not a page."""
NOT_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|ico|css|js|mjs|json|map|woff2?|ttf|mp[34]|webm|avi|mov|zip|gz|tar|exe|dmg|apk|ics|rss)$",
    re.IGNORECASE,
)
FILES = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
LOC = re.compile(rb"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]]{1,2000}?)\s*(?:\]\]>)?\s*</loc>")
SITEMAP = re.compile(rb"<(?:urlset|sitemapindex)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is read, and how much of it. `reading` changes when unchanged pages must be read again all the same."""

    url: str
    max_depth: int
    max_pages: int
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A page as it was last time."""

    depth: int = 0
    external_id: str = ""
    etag: str = ""
    last_modified: str = ""
    content_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One page, and what came of asking for it."""

    url: str
    depth: int
    items: tuple[Article | Problem, ...] = ()
    external_id: str = ""
    is_unchanged: bool = False
    is_gone: bool = False
    etag: str = ""
    last_modified: str = ""
    content_hash: str = ""

    @property
    def is_worth_keeping(self) -> bool:
        """Was the page read, so that next time may be compared with it?"""
        return bool(self.content_hash)

    @property
    def url_hash(self) -> str:
        """A name of the address that fits an index."""
        return hashlib.sha256(self.url.encode()).hexdigest()


def reading_of(audience: str) -> str:
    """Changes when the same page would be stored differently."""
    return f"{READING}|{cut_now()}|{audience}"


@dataclass(slots=True, kw_only=True)
class Crawler:
    """One reading of one site."""

    site: Site
    gate: Gate
    known: dict[str, Known]
    beat: Callable[[], None]
    sleep: Callable[[float], None] = time.sleep
    is_complete: bool = True
    """False when a limit or too many failures left pages out: nothing may be called vanished then."""
    _robots: RobotFileParser = field(default_factory=RobotFileParser)
    _pause_s: float = PAUSE_S
    _asked_at: float = float("-inf")
    _waiting: deque[tuple[str, int]] = field(default_factory=deque)
    _met: set[str] = field(default_factory=set)
    _queries: Counter[str] = field(default_factory=Counter)
    _failures: int = 0
    _asked: int = 0

    @property
    def expected(self) -> int:
        """Pages asked for and waiting, as far as is known."""
        return min(self._asked + len(self._waiting), self.site.max_pages)

    def visits(self) -> Iterator[Visit]:
        """Every page, one after the other. `beat` is called at least every few seconds; what it raises ends it."""
        ends_at = self.gate.clock() + CRAWL_S
        try:
            self._seed()
        except EgressError as problem:
            yield self._given_up(Problem(code=problem.code, message=problem.public_message, place=self.site.url))
            return
        while self._waiting:
            if self._asked >= self.site.max_pages or self.gate.clock() > ends_at:
                yield self._given_up(Problem(code="limit_reached", place=self.site.url))
                return
            if self._failures >= FAILURES_IN_A_ROW:
                yield self._given_up(Problem(code="gave_up", place=self.site.url))
                return
            url, depth = self._waiting.popleft()
            self._asked += 1
            yield self._visit(url, depth)

    def _seed(self) -> None:
        """Start page, sitemaps of a whole site, and every page that was there last time. Raises EgressError."""
        start = self.gate.check(self.site.url)
        self._read_robots(urljoin(start.url, "/robots.txt"))
        self._meet(start.url, 0)
        if start.path == "/":
            for sitemap in self._robots.site_maps() or []:
                self._meet(sitemap, 0)
        for url, page in self.known.items():
            self._meet(url, page.depth)

    def _read_robots(self, url: str) -> None:
        """No file allows everything; a site that fails to show its file allows nothing. Raises EgressError."""
        answer = self._ask(url, {}, ROBOTS)
        if answer.status >= 500 or answer.status == 429:
            raise EgressError("The web site does not show its robots.txt now.")
        text = answer.body.decode("utf-8", "replace") if answer.status < 400 else ""
        self._robots.parse(text.splitlines())
        self._pause_s = min(float(self._robots.crawl_delay(USER_AGENT) or 0) or PAUSE_S, LONGEST_PAUSE_S)
        self._pause_s = max(self._pause_s, PAUSE_S)

    def _given_up(self, problem: Problem) -> Visit:
        self.is_complete = False
        return Visit(url=self.site.url, depth=0, items=(problem,))

    def _meet(self, link: str, depth: int) -> None:
        """Put an address in line, unless it was met, leads away, or looks like one of endlessly many."""
        url = self.own(link)
        if url is None or depth > self.site.max_depth or url in self._met:
            return
        parts = urlsplit(url)
        if parts.query and self._queries[parts.path] >= MOST_QUERIES_OF_A_PATH:
            return
        self._queries[parts.path] += bool(parts.query)
        self._met.add(url)
        self._waiting.append((url, depth))

    def own(self, link: str) -> str | None:
        """The one form of an address of this site; None for all others."""
        try:
            place, start = self.gate.check(link), self.gate.check(self.site.url)
        except AddressRefused:
            return None
        parts = urlsplit(place.url)
        folders = Counter(PurePosixPath(parts.path).parts)
        if place.name != start.name or NOT_PAGES.search(parts.path) or len(place.url) > LONGEST_URL:
            return None
        if any(count > MOST_REPEATS_OF_A_FOLDER for count in folders.values()):
            return None
        path = re.sub(r";(?:jsessionid|sid)=[^/?]*", "", parts.path, flags=re.IGNORECASE)
        pairs = [(name, value) for name, value in parse_qsl(parts.query, True) if not SESSION_LIKE.match(name)]
        return parts._replace(path=path, query=urlencode(pairs)).geturl()

    def _visit(self, url: str, depth: int) -> Visit:
        known = self.known.get(url, Known())
        if not self._robots.can_fetch(USER_AGENT, url):
            return self._failed(url, depth, Problem(code="robots_refused"))
        try:
            answer = self._ask(url, self._conditions(known), FETCH)
            if answer.status in (429, 503):
                self._nap(_retry_after(answer))
                answer = self._ask(url, {}, FETCH)
        except EgressError as problem:
            self._failures += not isinstance(problem, AddressRefused)
            return self._failed(url, depth, Problem(code=problem.code, message=problem.public_message))
        self._failures = self._failures + 1 if answer.status >= 500 or answer.status == 429 else 0
        return self._judged(answer, url, depth, known)

    def _judged(self, answer: Answer, url: str, depth: int, known: Known) -> Visit:
        """What an answer means."""
        if answer.status == 304:
            return self._unchanged(url, known)
        if answer.status in (404, 410):
            problem = Problem(code="http_error", message=f"The page is not there ({answer.status}).", place=url)
            return Visit(url=url, depth=depth, is_gone=True, items=() if url in self.known else (problem,))
        if answer.status in (401, 403):
            return self._failed(url, depth, Problem(code="log_in_needed"))
        if answer.status != 200:
            return self._failed(url, depth, Problem(code="http_error", message=f"The answer was {answer.status}."))
        if answer.url != url and not self._is_new(answer.url):
            return Visit(url=url, depth=depth, is_gone=known.external_id.partition("#")[0] == url)
        if SITEMAP.search(answer.body[:5_000]):
            for found in LOC.findall(answer.body):
                self._meet(unescape(found.decode("utf-8", "replace")), min(depth + 1, self.site.max_depth))
            return Visit(url=url, depth=depth)
        content_hash = _short(self.site.reading) + hashlib.sha256(answer.body).hexdigest()[:48]
        if content_hash == known.content_hash:
            return self._unchanged(url, known)
        return self._read(answer, url, depth, content_hash)

    def _unchanged(self, url: str, known: Known) -> Visit:
        self._met.add(known.external_id)
        return Visit(url=url, depth=known.depth, external_id=known.external_id, is_unchanged=True)

    def _is_new(self, redirected: str) -> bool:
        """May the page behind a redirect be read here, and was it not already?"""
        target = self.own(redirected)
        if target is None or target in self._met or not self._robots.can_fetch(USER_AGENT, target):
            return False
        self._met.add(target)
        return True

    def _read(self, answer: Answer, url: str, depth: int, content_hash: str) -> Visit:
        """Take the page apart in a child process, and put its links in line."""
        kind, _, parameters = answer.headers.get("content-type", "text/html").lower().partition(";")
        items: list[Item] = []
        if kind.strip() in ("text/html", "application/xhtml+xml"):
            encoding = re.search(r"charset=\"?([\w.:-]+)", parameters)
            items = parse_page(answer.body, answer.url, encoding=encoding[1] if encoding else "", beat=self.beat)
        elif kind.strip() in FILES:
            name = PurePosixPath(urlsplit(answer.url).path).stem + FILES[kind.strip()]
            items = [*parse_content(answer.body, name, beat=self.beat)]
        facts = next((item for item in items if isinstance(item, PageFacts)), PageFacts())
        for link in facts.links:
            self._meet(link, depth + 1)
        own = self.own(urljoin(answer.url, facts.canonical)) if facts.canonical else None
        found = tuple(self._named(item, own or answer.url) for item in items if not isinstance(item, PageFacts))
        articles = [item for item in found if isinstance(item, Article)]
        if own and own != url and own in self._met:
            found, articles = (), []  # the page says itself that it is another one, which we read there
        elif own:
            self._met.add(own)
        return Visit(
            url=url,
            depth=depth,
            items=found,
            external_id=articles[0].external_id if articles else "",
            is_gone=not facts.is_indexable,
            etag=_header(answer, "etag", 200),
            last_modified=_header(answer, "last-modified", 60),
            content_hash=content_hash if all(not isinstance(item, Problem) or item.is_note for item in found) else "",
        )

    def _named(self, item: Article | Problem, url: str) -> Article | Problem:
        """The item under the page's address."""
        if isinstance(item, Problem):
            return replace(item, place=url, external_id=url)
        part = item.external_id.partition("#")[2]
        return replace(item, external_id=f"{url}#{part}" if part else url, url=url)

    def _failed(self, url: str, depth: int, problem: Problem) -> Visit:
        return Visit(url=url, depth=depth, items=(replace(problem, place=url, external_id=url),))

    def _conditions(self, known: Known) -> dict[str, str]:
        """Only if it changed; not when our own reading did."""
        if not known.content_hash.startswith(_short(self.site.reading)):
            return {}
        conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in conditions.items() if value}

    def _ask(self, url: str, headers: dict[str, str], limits: Limits) -> Answer:
        """One question, not before the pause is over. Raises EgressError."""
        self._nap(self._asked_at + self._pause_s - self.gate.clock())
        self._asked_at = self.gate.clock()
        place = self.gate.check(self.site.url)
        return self.gate.fetch(url, hosts={place.name}, headers=headers, limits=limits)

    def _nap(self, seconds: float) -> None:
        while seconds > 0:
            self.beat()
            self.sleep(min(seconds, NAP_S))
            seconds -= NAP_S
        self.beat()


def _short(reading: str) -> str:
    return hashlib.sha256(reading.encode()).hexdigest()[:16]


def _header(answer: Answer, name: str, longest: int) -> str:
    """A header that can be sent back; one that is too long is not kept."""
    value = answer.headers.get(name, "")
    return value if len(value) <= longest and value.isascii() and value.isprintable() else ""


def _retry_after(answer: Answer) -> float:
    value = answer.headers.get("retry-after", "")
    return min(float(value), LONGEST_RETRY_S) if value.isdecimal() else PAUSE_S * 5
