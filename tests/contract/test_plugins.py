"""Every plug-in of the scanned folders keeps its folder's contract: a new file is covered by being there."""

from __future__ import annotations

import inspect
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

from assistant.foundation.errors import BadInput
from assistant.knowledge import importers as importers_folder
from assistant.knowledge.importers import Article, Importer, importer_for, importers
from assistant.privacy import detectors as detectors_folder
from assistant.privacy.detectors import Detector, detectors
from assistant.privacy.text import PLACEHOLDER, placeholder
from assistant.privacy.view import view_of
from crm_integration import connectors as connectors_folder
from crm_integration.connectors import NOT_CONNECTORS, connectors
from crm_integration.connectors.base import ConfigError, Connector, Stream
from crm_integration.sync.upsert import ENTITIES

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
SAMPLES = {
    "jsonl": json.dumps(
        {"id": "a", "title": "Title", "text": "## Head\n\nBody.", "audience": "internal", "product": "P"}
    ),
    "markdown": "---\nid: a\ntitle: Title\naudience: internal\nproduct: P\n---\n## Head\n\nBody.\n",
}
"""Importer -> one article with every field."""


def test_every_importers_file_is_found() -> None:
    assert len(importers()) == len(files_of(importers_folder))


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.name)
class TestImporter:
    def test_it_has_a_name_and_suffixes_of_its_own(self, importer: Importer) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", importer.name)
        assert importer.suffixes
        assert all(importer_for(suffix) is importer for suffix in importer.suffixes)

    def test_its_sample_becomes_an_article(self, importer: Importer) -> None:
        assert importer.name in SAMPLES, "add an article to SAMPLES in tests/contract/test_plugins.py"
        (article,) = importer.read(SAMPLES[importer.name])
        assert (article.external_id, article.title, article.audience, article.product) == (
            "a",
            "Title",
            "internal",
            "P",
        )
        assert article.body == "## Head\n\nBody."

    def test_it_reads_lazily(self, importer: Importer) -> None:
        assert isinstance(importer.read(""), Iterator)

    @pytest.mark.parametrize("text", [*NASTY, "{", "---\n---\n", "---\ntitle\n", '{"id": 1}', "[1]", "null"])
    def test_nonsense_is_no_article_or_a_clear_error(self, importer: Importer, text: str) -> None:
        says, found = "", list[Article]()
        try:
            found = list(importer.read(text))
        except BadInput as problem:
            says = problem.public_message
        assert all(article.title for article in found)
        assert not says or re.search(r"(?:Line|Article) \d+", says)

    def test_an_unknown_audience_is_refused(self, importer: Importer) -> None:
        text = SAMPLES[importer.name].replace("internal", "everybody")
        with pytest.raises(BadInput, match="audience"):
            list(importer.read(text))


def test_several_articles_keep_their_order() -> None:
    rows = "\n".join(json.dumps({"id": n, "title": f"T{n}", "text": "x"}) for n in range(5))
    assert [article.external_id for article in importers()["jsonl"].read(rows)] == ["0", "1", "2", "3", "4"]
    parts = "\n<!-- article -->\n".join(f"# T{n}\n\nText." for n in range(3))
    assert [article.title for article in importers()["markdown"].read(parts)] == ["T0", "T1", "T2"]


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
