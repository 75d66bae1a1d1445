"""A larger model for names: its labels, its windows, the shelf it stands on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from inference.config import InferenceSettings
from inference.embedding.folders import model_folder, model_names
from inference.embedding.labels import label_of
from inference.embedding.name_model import KEPT_MAX, NameModelError, NameModelShelf
from inference.launch import embedder_launch
from tests.name_models import make_name_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    make_name_model(folder / "tiny")
    return folder


def found(shelf: NameModelShelf, text: str) -> list[tuple[str, str]]:
    (spans,) = shelf.tag([text], "tiny")
    return [(text[span.start : span.end], span.label) for span in spans]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        *(
            (raw, "PERSON")
            for raw in ["B-PER", "I-PERSON", "PER", "FIRSTNAME", "B-GIVENNAME", "E-SURNAME", "LAST_NAME"]
        ),
        *(
            (raw, "ADDRESS")
            for raw in ["I-STREET", "STREETADDRESS", "B-BUILDINGNUM", "ZIPCODE", "address", "STREET_NAME"]
        ),
        *(
            (raw, None)
            for raw in ["O", "B-LOC", "ORG", "CITY", "USERNAME", "COMPANYNAME", "IP_ADDRESS", "EMAILADDRESS"]
        ),
        *((raw, None) for raw in ["LABEL_0", "MISC", "", "NEWSPAPER", "BITCOINADDRESS"]),
    ],
)
def test_a_label_means_a_person_an_address_or_nothing(raw: str, kind: str | None) -> None:
    assert label_of(raw).kind == kind


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("hello from Zorblax Quuxley here", [("Zorblax Quuxley", "PERSON")]),
        ("😀 ZORBLAX, Zorblax", [("ZORBLAX", "PERSON"), ("Zorblax", "PERSON")]),
        ("Zorblax Zorblax", [("Zorblax", "PERSON"), ("Zorblax", "PERSON")]),
        ("12 Mill Lane, Paris", [("Mill Lane", "ADDRESS")]),
        ("我叫Zorblax的", [("Zorblax", "PERSON")]),
        ("\ud800Zorblax", [("Zorblax", "PERSON")]),
        (" \n", []),
        ("", []),
    ],
)
def test_names_are_whole_and_in_code_points(folder: Path, text: str, spans: list[tuple[str, str]]) -> None:
    assert found(NameModelShelf(folder), text) == spans


def test_a_name_anywhere_in_a_long_text_is_found_once(folder: Path) -> None:
    shelf = NameModelShelf(folder)
    for before in range(40, 80):
        text = f"{'hello ' * before}Zorblax Quuxley {'here ' * 200}"
        assert found(shelf, text) == [("Zorblax Quuxley", "PERSON")]


@pytest.mark.parametrize(
    "name", ["../models/tiny", "tiny/", "./tiny", "tiny/../tiny", "/etc", "..", ".", "", "tiny\x00", "no"]
)
def test_no_name_leads_elsewhere(folder: Path, name: str) -> None:
    assert model_folder(folder, name) is None
    with pytest.raises(NameModelError) as refusal:
        NameModelShelf(folder).tag(["x"], name)
    assert (refusal.value.status, refusal.value.code) == (404, "unknown_model")


def test_what_is_no_model_is_not_offered(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "tiny", tmp_path / "tiny")
    (tmp_path / "empty").mkdir()
    shutil.copytree(folder / "tiny", tmp_path / ".hidden")
    (tmp_path / "file").write_text("x")
    assert model_names(tmp_path) == ["tiny"]
    assert model_names(tmp_path / "nowhere") == model_names(None) == []


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    make_name_model(tmp_path / "pickle", is_safe=False)
    with pytest.raises(NameModelError, match="safetensors") as refusal:
        NameModelShelf(tmp_path).tag(["x"], "pickle")
    assert (refusal.value.status, refusal.value.code) == (422, "unusable_model")


def test_a_model_that_can_not_be_used_is_tried_again_when_its_files_change(tmp_path: Path) -> None:
    make_name_model(tmp_path / "tiny", labels=["O", "B-LOC"])
    shelf = NameModelShelf(tmp_path)
    for _ in range(2):
        with pytest.raises(NameModelError, match="none of its labels"):
            shelf.tag(["x"], "tiny")
    shutil.rmtree(tmp_path / "tiny")
    make_name_model(tmp_path / "tiny")
    assert found(shelf, "Zorblax") == [("Zorblax", "PERSON")]


def test_broken_files_are_a_refusal_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "tiny", tmp_path / "tiny")
    (tmp_path / "tiny" / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(NameModelError) as refusal:
        NameModelShelf(tmp_path).tag(["x"], "tiny")
    assert refusal.value.code == "unusable_model"


def test_only_so_many_are_kept(folder: Path, tmp_path: Path) -> None:
    shelf = NameModelShelf(tmp_path)
    for name in "abcd":
        shutil.copytree(folder / "tiny", tmp_path / name)
        shelf.tag(["x"], name)
    assert list(shelf._kept) == list("abcd")[-KEPT_MAX:]


def test_the_embedder_is_told_where_they_are(tmp_path: Path) -> None:
    settings = InferenceSettings(name_models=tmp_path)
    assert embedder_launch(settings, socket=tmp_path / "s").command[-2:] == ["--name-models", str(tmp_path)]
