"""Every plug-in of the scanned folders keeps its folder's contract: a new file is covered by being there."""

from __future__ import annotations

import inspect
import json
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

from assistant.foundation.errors import BadInput
from assistant.knowledge import importers as importers_folder
from assistant.knowledge.importers import Article, Importer, importer_for, importers
from assistant.knowledge.intake.problems import PROBLEMS, Problem
from assistant.knowledge.intake.reading import read_with
from assistant.privacy import detectors as detectors_folder
from assistant.privacy.detectors import Detector, detectors
from assistant.privacy.text import PLACEHOLDER, placeholder
from assistant.privacy.view import view_of
from crm_integration import connectors as connectors_folder
from crm_integration.connectors import NOT_CONNECTORS, connectors
from crm_integration.connectors.base import ConfigError, Connector, Stream
from crm_integration.sync.upsert import ENTITIES
from tests import files

NASTY = [
    "",
    " ",
    "\x00",
    "\ufeff",
    "💥" * 50,
    "\u202e\u2066",
    "1" * 5_000,
    "a@" * 2_000,
    "<EMAIL_1>",
    "\ud800",
    "\n" * 500,
]


def files_of(folder: ModuleType) -> set[str]:
    return {module.name for module in pkgutil.iter_modules(folder.__path__)}


# --- importers ------------------------------------------------------------------------------------------------------

IMPORTERS = list(importers().values())


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSample:
    """A file of one article, and what the article must be."""

    name: str
    content: bytes
    body: str = "## Head\n\nBody."
    external_id: str = "a"
    audience: str = "internal"
    """Empty where the format cannot say it."""
    product: str = "P"


SAMPLES = {
    "jsonl": FileSample(
        name="x.jsonl",
        content=json.dumps(
            {"id": "a", "title": "Title", "text": "## Head\n\nBody.", "audience": "internal", "product": "P"}
        ).encode(),
    ),
    "markdown": FileSample(
        name="x.md",
        content=b"---\nid: a\ntitle: Title\naudience: internal\nproduct: P\n---\n## Head\n\nBody.\n",
    ),
    "csv": FileSample(
        name="x.csv",
        content=b'id;question;answer;audience;product\na;Title;"## Head\n\nBody.";internal;P\n',
    ),
    "html": FileSample(
        name="x.html",
        content=b"<html><body><nav>Menu</nav><main><h1>Title</h1><h2>Head</h2><p>Body.</p></main></body></html>",
        external_id="x.html",
        audience="",
        product="",
    ),
    "docx": FileSample(
        name="x.docx",
        content=files.docx(
            files.paragraph("Title", heading=1) + files.paragraph("Head", heading=2) + files.paragraph("Body.")
        ),
        external_id="x.docx",
        audience="",
        product="",
    ),
    "pdf": FileSample(
        name="x.pdf",
        content=files.pdf([(18, "Head"), (11, "Body.")], info="Title"),
        body="## Head (page 1)\n\nBody.",
        external_id="x.pdf",
        audience="",
        product="",
    ),
}
"""Importer -> a file of one article with every field that the format has."""
NONSENSE = [
    *(text.encode("utf-8", "surrogatepass") for text in NASTY),
    *(b"{", b"---\n---\n", b"---\ntitle\n", b'{"id": 1}', b"[1]", b"null", b"question,answer\n", b"a,b\n1\n"),
    *(b"%PDF-1.7\n", b"PK\x03\x04" + b"\x00" * 40, b"<html>", b"<" * 10_000, b"\xff\xfe", bytes(range(256)) * 20),
]


def read(importer: Importer, content: bytes, name: str) -> tuple[list[Article], list[Problem]]:
    """Articles and problems, as the child process finds them."""
    items = list(read_with(importer, content, name))
    return [item for item in items if isinstance(item, Article)], [item for item in items if isinstance(item, Problem)]


def test_every_importers_file_is_found() -> None:
    assert len(importers()) == len(files_of(importers_folder))


def test_no_two_importers_read_the_same_files() -> None:
    suffixes = [suffix for importer in IMPORTERS for suffix in importer.suffixes]
    assert len(suffixes) == len(set(suffixes))


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.name)
class TestImporter:
    def test_it_has_a_name_and_suffixes_of_its_own(self, importer: Importer) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", importer.name)
        assert importer.suffixes
        assert all(importer_for(suffix) is importer for suffix in importer.suffixes)

    def test_its_sample_becomes_an_article(self, importer: Importer) -> None:
        assert importer.name in SAMPLES, "add a file to SAMPLES in tests/contract/test_plugins.py"
        sample = SAMPLES[importer.name]
        (article,), problems = read(importer, sample.content, sample.name)
        assert problems == []
        assert (article.title, article.body) == ("Title", sample.body)
        assert (article.external_id, article.audience, article.product) == (
            sample.external_id,
            sample.audience,
            sample.product,
        )

    def test_it_reads_lazily(self, importer: Importer) -> None:
        assert isinstance(importer.read(b"", "x"), Iterator)

    @pytest.mark.parametrize("content", NONSENSE, ids=range(len(NONSENSE)))
    def test_nonsense_is_no_article_or_a_known_problem(self, importer: Importer, content: bytes) -> None:
        name = f"x{importer.suffixes[0]}"
        found, problems = read(importer, content, name)
        assert found or problems
        for article in found:
            assert article.title
            article.body.encode("utf-8")
        for problem in problems:
            assert problem.code in PROBLEMS
            assert problem.sentence
            assert name in problem.place

    def test_half_a_file_is_a_known_problem_and_no_crash(self, importer: Importer) -> None:
        sample = SAMPLES[importer.name]
        for length in (1, len(sample.content) // 2, len(sample.content) - 3):
            found, problems = read(importer, sample.content[:length], sample.name)
            assert found or problems

    def test_an_unknown_audience_is_refused(self, importer: Importer) -> None:
        sample = SAMPLES[importer.name]
        if not sample.audience:
            pytest.skip("the format says no audience")
        found, (problem,) = read(importer, sample.content.replace(b"internal", b"everybody"), sample.name)
        assert found == []
        assert problem.code == "bad_field"
        assert "udience is public or internal" in problem.sentence

    def test_invisible_letters_do_not_come_through(self, importer: Importer) -> None:
        sample = SAMPLES[importer.name]
        if importer.name in ("docx", "pdf"):
            pytest.skip("packed; tests/unit/test_importers.py looks at these")
        hidden = "\u202e\U000e0041\u200b"
        text = json.dumps(f"Body{hidden}.")[1:-1] if importer.name == "jsonl" else f"Body{hidden}."
        content = sample.content.replace(b"Body.", text.encode())
        (article,), _ = read(importer, content, sample.name)
        assert article.body == sample.body


def test_several_articles_keep_their_order() -> None:
    rows = "\n".join(json.dumps({"id": n, "title": f"T{n}", "text": "x"}) for n in range(5))
    found, _ = read(importers()["jsonl"], rows.encode(), "x.jsonl")
    assert [article.external_id for article in found] == ["0", "1", "2", "3", "4"]
    parts = "\n<!-- article -->\n".join(f"# T{n}\n\nText." for n in range(3))
    found, _ = read(importers()["markdown"], parts.encode(), "x.md")
    assert [article.title for article in found] == ["T0", "T1", "T2"]


def test_one_bad_line_costs_itself_only() -> None:
    good = json.dumps({"id": "a", "title": "T", "text": "x"})
    found, (problem,) = read(importers()["jsonl"], f"{good}\n{{\n{good}".encode(), "x.jsonl")
    assert len(found) == 2
    assert (problem.code, problem.place) == ("bad_field", "x.jsonl, line 2")


def test_a_file_that_nobody_reads_says_so() -> None:
    with pytest.raises(BadInput, match=r"\.exe"):
        importer_for(".exe")


# --- detectors ------------------------------------------------------------------------------------------------------


def test_every_detectors_file_is_found_and_ranks_are_distinct() -> None:
    assert len(detectors()) == len(files_of(detectors_folder))
    assert len({detector.rank for detector in detectors()}) == len(detectors())


@pytest.mark.parametrize("detector", detectors(), ids=lambda detector: detector.kind)
class TestDetector:
    def test_its_kind_makes_a_placeholder(self, detector: Detector) -> None:
        match = PLACEHOLDER.fullmatch(placeholder(detector.kind, 12))
        assert match is not None
        assert match.groups() == (detector.kind, "12")

    @pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
    @pytest.mark.parametrize("region", ["GB", "CN", "SE", "ZZ", ""])
    def test_nonsense_breaks_nothing(self, detector: Detector, text: str, region: str) -> None:
        view = view_of(text)
        for start, end in detector.find(view, region):
            assert 0 <= start < end <= len(view.plain)

    def test_it_does_not_find_its_own_placeholder(self, detector: Detector) -> None:
        assert list(detector.find(view_of(f"see {placeholder(detector.kind, 12)} there"), "GB")) == []

    @pytest.mark.parametrize("value", ["", "x", "１２３", "A-b c"])
    def test_normal_settles(self, detector: Detector, value: str) -> None:
        assert detector.normal(detector.normal(value)) == detector.normal(value)


# --- connectors -----------------------------------------------------------------------------------------------------

CONNECTORS = list(connectors().values())


def test_every_connectors_file_is_found() -> None:
    assert len(connectors()) == len(files_of(connectors_folder) - NOT_CONNECTORS)


@pytest.fixture
def made(connector: type[Connector], settings: Any, tmp_path: Path) -> Connector:
    """The connector over a system with three records in each stream."""
    assert connector.name in SYSTEMS, "add a system to SYSTEMS in tests/contract/test_plugins.py"
    settings.CRM_FILES = tmp_path
    return connector(SYSTEMS[connector.name](tmp_path))  # type: ignore[call-arg]  # every connector is made from its settings


def exported_files(folder: Path) -> dict[str, Any]:
    (folder / "shop").mkdir()
    (folder / "shop" / "customers.csv").write_text("id,name\n" + "".join(f"c{n},Name {n}\n" for n in range(3)))
    (folder / "shop" / "orders.json").write_text(json.dumps([{"id": n, "customer": "c1", "s": "ok"} for n in range(3)]))
    fields = {"customer_external_id": "customer", "status": "s"}
    return {
        "folder": "shop",
        "streams": {
            "customers": {"file": "customers.csv", "entity": "customer", "id": "id", "fields": {"name": "name"}},
            "orders": {"file": "orders.json", "entity": "order", "id": "id", "fields": fields},
        },
    }


SYSTEMS = {"files": exported_files}
"""Connector -> settings for a system made in a folder."""


@pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: connector.name)
class TestConnector:
    def test_it_has_a_name_a_settings_model_and_nothing_abstract(self, connector: type[Connector]) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", connector.name)
        assert issubclass(connector.settings_model, BaseModel)
        assert not inspect.isabstract(connector)
        assert inspect.getdoc(connector)

    @pytest.mark.parametrize("nonsense", [{}, {"a": 1}, {"streams": 7}])
    def test_wrong_settings_are_an_administrators_matter(self, connector: Any, nonsense: dict[str, Any]) -> None:
        with pytest.raises(ConfigError) as problem:
            connector(nonsense)
        assert str(problem.value)

    def test_check_passes_on_a_good_system(self, connector: type[Connector], made: Connector) -> None:
        made.check()

    def test_every_stream_can_be_read_and_mapped(self, connector: type[Connector], made: Connector) -> None:
        assert made.streams()
        for stream in made.streams():
            records = list(made.read(stream, {}))
            assert len(records) == 3
            rows = [made.canonical(stream, record.raw) for record in records]
            assert {row.entity for row in rows} <= set(ENTITIES)
            json.dumps([record.raw for record in records])

    def test_reading_goes_on_after_any_cursor_and_skips_nothing(
        self, connector: type[Connector], made: Connector
    ) -> None:
        for stream in made.streams():
            records = list(made.read(stream, {}))
            for place, record in enumerate(records):
                cursor = json.loads(json.dumps(record.cursor))
                rest = [later.external_id for later in made.read(stream, cursor)]
                assert set(rest) >= {later.external_id for later in records[place + 1 :]}
                assert len(rest) < len(records)

    def test_the_same_pass_has_the_same_name(self, connector: type[Connector], made: Connector) -> None:
        for stream in made.streams():
            assert made.generation(stream, {}) == made.generation(stream, {}) != ""

    def test_an_unknown_stream_is_not_made_up(self, connector: type[Connector], made: Connector) -> None:
        with pytest.raises((ConfigError, KeyError)):
            list(made.read(Stream(name="nothing", is_snapshot=True), {}))
