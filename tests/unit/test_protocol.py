"""From raw text to a frame and back."""

from __future__ import annotations

import json
from types import UnionType
from typing import get_args
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.interfaces.sockets import protocol
from assistant.interfaces.sockets.protocol import (
    DESK_FRAMES,
    MAX_DEPTH,
    MAX_FRAME_BYTES,
    MAX_TEXT_CODE_POINTS,
    WIDGET_FRAMES,
    BadFrame,
    Msg,
    Say,
    dump_frame,
    load_json,
    parse_frame,
)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def message(**fields: object) -> str:
    return json.dumps({"t": "msg", "id": str(uuid4()), "text": "hello"} | fields)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_good_json_comes_back_as_it_was(value: object) -> None:
    assert load_json(json.dumps(value)) == json.loads(json.dumps(value))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | VALUES.map(json.dumps), st.sampled_from([WIDGET_FRAMES, DESK_FRAMES]))
def test_anything_else_is_a_bad_frame_and_nothing_worse(raw: str, frames: object) -> None:
    with pytest.raises(BadFrame) as problem:
        parse_frame(raw, frames)  # type: ignore[arg-type]  # either of the two unions
    assert problem.value.code in ("bad_json", "unknown_type", "bad_field", "too_large")


@pytest.mark.parametrize(
    "raw",
    [
        '{"t": "ping", "n": NaN}',
        '{"t": "ping", "n": Infinity}',
        '{"t": "ping", "n": 1e400}',
        '{"t": "ping", "t": "stop"}',
        '{"t": "ping", "x": "\\ud800"}',
        '{"t": "ping", "n": ' + "9" * 5_000 + "}",
        "[" * 100_000,
        '{"a":' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1),
        "",
        "\ufeff{}",
        "[]",
        '"ping"',
        "null",
    ],
    ids=range(13),
)
def test_what_rfc_8259_does_not_mean_is_refused(raw: str) -> None:
    with pytest.raises(BadFrame) as problem:
        parse_frame(raw[: MAX_FRAME_BYTES - 1], WIDGET_FRAMES)
    assert problem.value.code == "bad_json"


def test_brackets_inside_text_are_no_depth() -> None:
    frame = parse_frame(message(text="[{" * 500 + '\\"['), WIDGET_FRAMES)
    assert isinstance(frame, Say)


OWN_ID = "01a21663-936a-79bd-844f-e24cd938bb07"


def test_an_id_that_is_none_is_not_echoed() -> None:
    with pytest.raises(BadFrame) as problem:
        parse_frame(json.dumps({"t": "msg", "id": "Maria Okafor", "text": ""}), WIDGET_FRAMES)
    assert problem.value.re is None


def test_an_error_names_the_frame_and_the_field_but_not_the_value() -> None:
    with pytest.raises(BadFrame) as problem:
        parse_frame(json.dumps({"t": "msg", "id": OWN_ID, "text": ""}), WIDGET_FRAMES)
    assert (problem.value.code, problem.value.re) == ("bad_field", OWN_ID)
    assert "'text'" in problem.value.public_message


@pytest.mark.parametrize("length", [1, MAX_TEXT_CODE_POINTS])
def test_a_text_of_legal_length_is_taken(length: int) -> None:
    frame = parse_frame(message(text="x" * length), WIDGET_FRAMES)
    assert isinstance(frame, Say)


@pytest.mark.parametrize("text", ["", "x" * (MAX_TEXT_CODE_POINTS + 1)])
def test_a_text_too_short_or_too_long_is_not(text: str) -> None:
    with pytest.raises(BadFrame) as problem:
        parse_frame(message(text=text), WIDGET_FRAMES)
    assert problem.value.code == "bad_field"


@pytest.mark.parametrize("text", ["a\x00b", "\x00"])
def test_a_nul_which_no_database_takes_is_a_bad_field(text: str) -> None:
    with pytest.raises(BadFrame) as problem:
        parse_frame(message(text=text), WIDGET_FRAMES)
    assert problem.value.code == "bad_field"


def test_the_size_counts_bytes_and_not_letters() -> None:
    with pytest.raises(BadFrame) as problem:
        parse_frame(json.dumps({"t": "ping", "x": "限" * 8_000}, ensure_ascii=False), WIDGET_FRAMES)
    assert problem.value.code == "too_large"


def test_an_author_is_spelt_from_on_the_wire() -> None:
    frame = Msg(c=uuid4(), s=1, m=uuid4(), by=protocol.Author(kind="agent", name="Ann"), text="x", at="now")
    wire = json.loads(dump_frame(frame))
    assert wire["from"] == {"kind": "agent", "name": "Ann"}
    assert "by" not in wire
    assert "re" not in wire


@pytest.mark.parametrize("union", [protocol.ServerFrame, protocol.DeskServerFrame])
def test_every_server_frame_has_a_tag_of_its_own(union: UnionType) -> None:
    tags = [kind.model_fields["t"].default for kind in get_args(union)]
    assert len(set(tags)) == len(tags)
