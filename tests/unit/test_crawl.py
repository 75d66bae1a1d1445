"""Reading a web site: politely, within limits, and only what changed. A real server on the loopback, no waiting."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from assistant.knowledge.importers import Article
from assistant.knowledge.intake.crawl import FAILURES_IN_A_ROW, MOST_QUERIES_OF_A_PATH, Crawler, Known, Site, Visit
from assistant.knowledge.intake.problems import Problem
from tests.files import pdf
from tests.websites import Page, Website, website


@pytest.fixture
def site() -> Iterator[Website]:
    with website() as found:
        yield found


def crawler(
    site: Website,
    *,
    start: str = "",
    depth: int = 5,
    pages: int = 100,
    known: dict[str, Known] | None = None,
    reading: str = "1",
) -> Crawler:
    return Crawler(
        site=Site(url=start or site.url, max_depth=depth, max_pages=pages, reading=reading),
        gate=site.gate(),
        known=known or {},
        beat=lambda: None,
        sleep=site.sleep,
    )


def articles(visits: list[Visit]) -> dict[str, str]:
    """Path -> title of every article."""
    found = [item for visit in visits for item in visit.items if isinstance(item, Article)]
    return {"/" + item.url.split("/", 3)[3]: item.title for item in found}


def problems(visits: list[Visit]) -> list[str]:
    return [item.code for visit in visits for item in visit.items if isinstance(item, Problem)]


def known_from(visits: list[Visit]) -> dict[str, Known]:
    """As it would be remembered."""
    return {
        visit.url: Known(
            depth=visit.depth,
            external_id=visit.external_id,
            etag=visit.etag,
            last_modified=visit.last_modified,
            content_hash=visit.content_hash,
        )
        for visit in visits
        if visit.is_worth_keeping
    }


def test_pages_are_found_by_their_links(site: Website) -> None:
    site.put("/", "Start", "", "/a", "b", "#top", "mailto:x@y.example", "javascript:alert(1)", "/logo.png")
    site.put("/a", "Apples", "", "/")
    site.put("/b", "Bread")
    found = crawler(site)
    visits = list(found.visits())
    assert articles(visits) == {"/": "Start", "/a": "Apples", "/b": "Bread"}
    assert found.is_complete
    assert site.paths == ["/robots.txt", "/", "/a", "/b"]


def test_pages_are_found_by_a_sitemap_and_its_parts(site: Website) -> None:
    xml = {"Content-Type": "application/xml"}
    parts = f"<sitemapindex><sitemap><loc>{site.url}one.xml</loc></sitemap></sitemapindex>"
    site.pages["/sitemap.xml"] = Page(body=parts.encode(), headers=xml)
    urls = f"<urlset><url><loc>\n {site.url}a?x=1&amp;y=2 </loc></url></urlset>"
    site.pages["/one.xml"] = Page(body=urls.encode(), headers=xml)
    site.put("/a?x=1&y=2", "Apples")
    assert articles(list(crawler(site, start=f"{site.url}sitemap.xml").visits())) == {"/a?x=1&y=2": "Apples"}


def test_a_sitemap_that_names_itself_is_read_once(site: Website) -> None:
    """ours-ssrf-79: it refers to itself."""
    body = f"<sitemapindex><sitemap><loc>{site.url}sitemap.xml</loc></sitemap></sitemapindex>"
    site.pages["/sitemap.xml"] = Page(body=body.encode(), headers={"Content-Type": "text/xml"})
    list(crawler(site, start=f"{site.url}sitemap.xml").visits())
    assert site.paths == ["/robots.txt", "/sitemap.xml"]


def test_links_of_a_page_with_another_base_lead_nowhere(site: Website) -> None:
    """ours-ssrf-80: a base inside the network, and relative links."""
    site.put("/", "Start", "", "admin", "/secret", head='<base href="http://127.0.0.1/">')
    visits = list(crawler(site).visits())
    assert articles(visits) == {"/": "Start"}
    assert site.paths == ["/robots.txt", "/"]


def test_a_huge_robots_file_ends_the_crawl(site: Website) -> None:
    """ours-ssrf-78: it is cut off, and nothing is read without knowing what is allowed."""
    site.pages["/robots.txt"] = Page(body=b"#" * 2_000_000)
    site.put("/", "Start")
    found = crawler(site)
    assert problems(list(found.visits())) == ["too_big"]
    assert not found.is_complete
    assert site.paths == ["/robots.txt"]


def test_a_site_that_cannot_show_its_robots_file_is_left_alone(site: Website) -> None:
    site.pages["/robots.txt"] = Page(status=500)
    site.put("/", "Start")
    list(crawler(site).visits())
    assert site.paths == ["/robots.txt"]


def test_what_robots_txt_forbids_is_not_asked_for(site: Website) -> None:
    rules = b"User-agent: deskside\nDisallow: /private\nCrawl-delay: 7\n\nUser-agent: *\nDisallow: /\n"
    site.pages["/robots.txt"] = Page(body=rules, headers={"Content-Type": "text/plain"})
    site.put("/", "Start", "", "/private/a", "/open")
    site.put("/open", "Open")
    visits = list(crawler(site).visits())
    assert articles(visits) == {"/": "Start", "/open": "Open"}
    assert problems(visits) == ["robots_refused"]
    assert "/private/a" not in site.paths
    assert site.time == pytest.approx(14.0)  # seven seconds before each of the two pages


def test_there_is_a_pause_between_two_questions_and_the_lease_is_kept_meanwhile(site: Website) -> None:
    site.pages["/robots.txt"] = Page(body=b"User-agent: *\nCrawl-delay: 600\n")
    site.put("/", "Start")
    beats: list[float] = []
    found = crawler(site)
    found.beat = lambda: beats.append(site.time)
    list(found.visits())
    assert site.time == pytest.approx(30.0)  # the longest that we wait
    assert max(later - sooner for sooner, later in itertools.pairwise(beats)) <= 5.0


def test_depth_and_number_of_pages_are_limited(site: Website) -> None:
    for n in range(6):
        site.put(f"/{n}" if n else "/", f"Page {n}", "", f"/{n + 1}")
    shallow = crawler(site, depth=2)
    assert len(articles(list(shallow.visits()))) == 3
    assert shallow.is_complete
    few = crawler(site, pages=2)
    visits = list(few.visits())
    assert len(articles(visits)) == 2
    assert problems(visits) == ["limit_reached"]
    assert not few.is_complete


def test_addresses_that_differ_by_visitor_or_campaign_are_one_page(site: Website) -> None:
    links = ["/a?utm_source=x", "/a?PHPSESSID=1", "/a?sid=2#part", "/a;jsessionid=77", "/a"]
    site.put("/", "Start", "", *links)
    site.put("/a", "Apples")
    assert articles(list(crawler(site).visits())) == {"/": "Start", "/a": "Apples"}
    assert site.paths.count("/a") == 1


def test_endless_addresses_end(site: Website) -> None:
    found = crawler(site)
    for n in range(100):
        found._meet(f"{site.url}calendar?day={n}", 1)
    assert found.expected == MOST_QUERIES_OF_A_PATH
    assert found.own(f"{site.url}a/b/a/b/a/b/a/b/a/b") is None


def test_a_page_that_did_not_change_costs_one_short_question(site: Website) -> None:
    site.put("/", "Start", "", "/a", ETag='"1"')
    site.put("/a", "Apples")
    first = list(crawler(site).visits())
    site.asked.clear()
    second = list(crawler(site, known=known_from(first)).visits())
    assert [visit.is_unchanged for visit in second] == [True, True]
    assert [headers.get("if-none-match") for _, headers in site.asked] == [None, '"1"', None]
    site.put("/a", "Pears")
    third = list(crawler(site, known=known_from(first)).visits())
    assert articles(third) == {"/a": "Pears"}


def test_unchanged_pages_are_read_again_when_our_reading_changed(site: Website) -> None:
    site.put("/", "Start", ETag='"1"')
    first = list(crawler(site).visits())
    assert articles(list(crawler(site, known=known_from(first), reading="2").visits())) == {"/": "Start"}


def test_a_page_that_vanished_is_told_apart_from_one_that_fails(site: Website) -> None:
    for path in ("/", "/a", "/b", "/c"):
        site.put(path, f"Page {path}", "", "/a", "/b", "/c")
    known = known_from(list(crawler(site).visits()))
    site.pages["/a"] = Page(status=410)
    site.pages["/b"] = Page(status=500)
    site.pages["/c"] = Page(status=403)
    found = crawler(site, known=known)
    visits = list(found.visits())
    assert [visit.url.rpartition("/")[2] for visit in visits if visit.is_gone] == ["a"]
    assert sorted(problems(visits)) == ["http_error", "log_in_needed"]
    assert found.is_complete


def test_a_site_that_keeps_failing_is_left_alone_for_now(site: Website) -> None:
    site.put("/", "Start", "", *(f"/{n}" for n in range(40)))
    for n in range(40):
        site.pages[f"/{n}"] = Page(status=500)
    found = crawler(site)
    assert problems(list(found.visits())) == ["http_error"] * FAILURES_IN_A_ROW + ["gave_up"]
    assert not found.is_complete


def test_a_busy_site_is_waited_for_once(site: Website) -> None:
    site.pages["/"] = Page(status=503, headers={"Retry-After": "9"})
    assert problems(list(crawler(site).visits())) == ["http_error"]
    assert site.paths == ["/robots.txt", "/", "/"]
    assert site.time >= 10


def test_a_page_says_itself_where_it_belongs(site: Website) -> None:
    site.put("/", "Start", "", "/a", "/print/a", "/hidden")
    site.put("/a", "Apples", head='<link rel="canonical" href="/a">')
    site.put("/print/a", "Apples", head='<link rel="canonical" href="/a">')
    site.put("/hidden", "Hidden", "", "/behind", head='<meta name="ROBOTS" content="noindex">')
    site.put("/behind", "Behind")
    visits = list(crawler(site).visits())
    assert articles(visits) == {"/": "Start", "/a": "Apples", "/behind": "Behind"}
    assert problems(visits) == []


def test_a_redirect_is_followed_on_the_same_host_only(site: Website) -> None:
    site.put("/", "Start", "", "/old", "/away", "/new")
    site.put("/new", "New")
    site.pages["/old"] = Page(status=301, headers={"Location": "/new"})
    site.pages["/away"] = Page(status=302, headers={"Location": "http://127.0.0.1:1/"})
    visits = list(crawler(site).visits())
    assert articles(visits) == {"/": "Start", "/new": "New"}
    assert problems(visits) == ["address_refused"]


def test_files_that_a_site_links_to_are_read_too(site: Website) -> None:
    site.put("/", "Start", "", "/terms.pdf", "/film.bin")
    content = pdf([(20, "Terms"), (11, "You may cancel within a week.")])
    site.pages["/terms.pdf"] = Page(body=content, headers={"Content-Type": "application/pdf"})
    site.pages["/film.bin"] = Page(body=b"\x00\x01", headers={"Content-Type": "application/octet-stream"})
    visits = list(crawler(site).visits())
    assert articles(visits) == {"/": "Start", "/terms.pdf": "terms"}
    assert problems(visits) == []


def test_letters_are_read_as_the_site_says(site: Website) -> None:
    site.put("/", "Start")
    body = "<html><body><main><h1>Größe</h1><p>Die Größe steht auf dem Etikett im Kragen.</p></main></body></html>"
    site.pages["/"] = Page(body=body.encode("latin-1"), headers={"Content-Type": "text/html; charset=ISO-8859-1"})
    assert articles(list(crawler(site).visits())) == {"/": "Größe"}
