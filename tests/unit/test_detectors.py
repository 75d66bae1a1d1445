"""What counts as personal data, how people disguise it, and what only looks like it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.privacy.redactor import find
from assistant.privacy.spoken import respelled
from assistant.privacy.view import view_of

HOSTILE = Path(__file__).parents[3] / "shared/data/injection/ours_redos.jsonl"
AWKWARD = "11010519491231002X"
GOOD = [
    ("EMAIL", "ann@example.com"),
    ("EMAIL", "ann.o'neil+tag@mail.example.co.uk"),
    ("EMAIL", "jürgen@müller.example"),
    ("CREDIT_CARD", "4111 1111 1111 1111"),
    ("CREDIT_CARD", "4111111111111111"),
    ("CREDIT_CARD", "3782 822463 10005"),
    ("CREDIT_CARD", "4222222222222"),
    ("CREDIT_CARD", "6304000000000000"),
    ("IBAN", "GB82 WEST 1234 5698 7654 32"),
    ("IBAN", "DE89370400440532013000"),
    ("IBAN", "NO93 8601 1117 947"),
    ("NATIONAL_ID", "219-09-9999"),
    ("NATIONAL_ID", "AB 12 34 56 C"),
    ("NATIONAL_ID", AWKWARD),
    ("NATIONAL_ID", "12345678Z"),
    ("NATIONAL_ID", "X1234567L"),
    ("NATIONAL_ID", "RSSMRA85T10A562S"),
    ("NATIONAL_ID", "2 55 08 14 168 025 38"),
    ("NATIONAL_ID", "529.982.247-25"),
    ("PHONE", "+44 7700 900123"),
    ("PHONE", "020 7946 0958"),
    ("PHONE", "(212) 555-2368"),
    ("PHONE", "+86 138 0013 8000"),
    ("PHONE", "06.39.98.77.01"),
    ("IP_ADDRESS", "198.51.100.7"),
    ("IP_ADDRESS", "2001:db8::8a2e:370:7334"),
    ("IP_ADDRESS", "00:1B:44:11:3A:B7"),
    ("URL_WITH_TOKEN", "https://shop.example/reset?token=a8f5f167f44f4964e6c998dee827110c"),
    ("URL_WITH_TOKEN", "https://user:pa55@files.example/report"),
    ("SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    ("SECRET", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
]
ANNOUNCED = [
    ("my pin is 4711", "PASSWORD", "4711"),
    ("Passwort: Sommer2024!", "PASSWORD", "Sommer2024!"),
    ("the verification code is 483 920", "PASSWORD", "483 920"),
    ("cvv 123 on the back", "PASSWORD", "123"),
    ("验证码是482913", "PASSWORD", "482913"),
    ("Kundennummer 4471902", "ACCOUNT_ID", "4471902"),
    ("sort code 20-00-00", "ACCOUNT_ID", "20-00-00"),
    ("routing number 021000021", "ACCOUNT_ID", "021000021"),
    ("n° de passeport 12AB34567", "NATIONAL_ID", "12AB34567"),
    ("born on 3 May 1982", "DATE_OF_BIRTH", "3 May 1982"),
    ("geboren am 03.05.1982", "DATE_OF_BIRTH", "03.05.1982"),
    ("1982年5月3日出生", "DATE_OF_BIRTH", "1982年5月3日"),
    ("call me on 71-33-52-22", "PHONE", "71-33-52-22"),
    ("my NHS number: 943 476 5919", "NATIONAL_ID", "943 476 5919"),
    ("api key = 9aK2mZ81xQ77", "SECRET", "9aK2mZ81xQ77"),
]
DISGUISED = [
    ("４１１１ １１１１ １１１１ １１１１", "CREDIT_CARD"),
    ("4111\u200b1111\u200b1111\u200b1111", "CREDIT_CARD"),
    ("4111-1111\n1111-1111", "CREDIT_CARD"),
    ("٤١١١١١١١١١١١١١١١", "CREDIT_CARD"),
    ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "CREDIT_CARD"),
    ("four one one one, one one one one, one one one one, one one one one", "CREDIT_CARD"),
    ("lena dot hart at example dot org", "EMAIL"),
    ("lena.hart [at] example [dot] org", "EMAIL"),
    ("аnn@exаmple.com", "EMAIL"),
    ("lena punkt hart ät example punkt de", "EMAIL"),
    ("chenmo艾特example点cn", "EMAIL"),
    ("198[.]51[.]100[.]7", "IP_ADDRESS"),
    ("DE89.3704.0044.0532.0130.00", "IBAN"),
    ("zéro six trente-neuf quatre-vingt-dix-huit soixante-dix-sept zéro un", "PHONE"),
    ("null eins sieben sechs neun null null null vier zwei eins", "PHONE"),
]
BAD = [
    "order NV-240001",
    "order number 4111111111111111",
    "£1,500.00 a day",
    "4111 1111 1111 1112",  # the Luhn sum is wrong
    "GB82 WEST 1234 5698 7654 33",  # mod 97 is wrong
    "000-12-3456",  # an area that was never given
    "12345678A",  # the letter is wrong
    "110105194912310021",  # the check digit is wrong
    "version 10.2.15 of 2026-09-30",
    "version 10.2.15.1 of the app",
    "between 9 and 17 o'clock",
    "me @ home, you@ work",
    "ten million: 10,000,000",
    "tracking 1Z999AA10123456784 and 9400111899223197428490",
    "case 550e8400-e29b-41d4-a716-446655440000",
    "I bought one, two or three of them",
    "I forgot my password and cannot log in",
    "my password is wrong",
    "error code 404, discount code SAVE2026",
    "delivery on 3 May 2026, invoice 2026-000917",
    "https://shop.example/p/blue-lamp-1200?utm_source=mail&page=2",
    "look at example dot com",
    "单号YT8800231119902，订单20261126001",
    "ISBN 978-3-16-148410-0",
]
NAUGHTY = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)
TALK = st.lists(
    st.one_of(NAUGHTY, st.sampled_from([value for _, value in GOOD]), st.sampled_from([text for text, _ in DISGUISED])),
    max_size=6,
).map(" ".join)


def found(text: str, region: str = "GB") -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in find(text, region=region, has_names=False)]


@pytest.mark.parametrize(("kind", "value"), GOOD, ids=[value for _, value in GOOD])
def test_personal_data_is_found_within_a_sentence(kind: str, value: str) -> None:
    assert found(f"It is {value}, as I said.") == [(kind, value)]


@pytest.mark.parametrize(("text", "kind", "value"), ANNOUNCED, ids=[text for text, *_ in ANNOUNCED])
def test_a_word_before_it_tells_what_a_number_is(text: str, kind: str, value: str) -> None:
    assert found(f"Hello, {text}, thanks") == [(kind, value)]


@pytest.mark.parametrize(("text", "kind"), DISGUISED, ids=[text for text, _ in DISGUISED])
def test_a_disguise_does_not_hide_it(text: str, kind: str) -> None:
    assert found(f"call or write: {text} ok") == [(kind, text)]


@pytest.mark.parametrize("text", BAD)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("4111 1111 1111 1111 12/28 123", ["4111 1111 1111 1111", "123"]),
        ("4111111111111111 123", ["4111111111111111"]),
        ("card no 3 4111 1111 1111 1111", ["4111 1111 1111 1111"]),
        (
            "from GB82 WEST 1234 5698 7654 32 DE89 3704 0044 0532 0130 00 to",
            ["GB82 WEST 1234 5698 7654 32", "DE89 3704 0044 0532 0130 00"],
        ),
        ("IBAN no12 GB82 WEST 1234 5698 7654 32", ["GB82 WEST 1234 5698 7654 32"]),
    ],
)
def test_a_number_is_found_with_others_around_it(text: str, values: list[str]) -> None:
    assert [value for _, value in found(text)] == values


@pytest.mark.parametrize("between", ["\n", ", ", "; ", " / ", " and "])
def test_two_of_them_after_each_other_are_both_found(between: str) -> None:
    pairs = [(one, other) for _, one in GOOD for _, other in GOOD]
    missed = [
        one + between + other
        for one, other in pairs
        if [value for _, value in found(one + between + other)] != [one, other]
    ]
    assert missed == []


def test_personal_data_beside_chinese_is_found() -> None:
    assert [kind for kind, _ in found("我的邮箱是ann@example.com，手机13800138000", "CN")] == ["EMAIL", "PHONE"]


@settings(max_examples=150, deadline=None)
@given(TALK)
def test_what_is_found_is_in_order_apart_and_literal(text: str) -> None:
    end = 0
    for one in find(text, region="GB", has_names=False):
        assert one.start >= end
        assert text[one.start : one.end] == one.value != ""
        end = one.end


@settings(max_examples=150, deadline=None)
@given(TALK)
def test_a_view_leads_back_to_the_original(text: str) -> None:
    view = view_of(text)
    for reading in (view, respelled(view)):
        if reading is not None:
            places = [reading.place(index, index + 1) for index in range(len(reading.plain))]
            assert all(0 <= start < end <= len(text) for start, end in places)
            assert places == sorted(places)
            assert len(reading.lower) == len(reading.plain)


def hostile() -> list[tuple[str, str]]:
    rows = [json.loads(line) for line in HOSTILE.read_text().split("\n") if line] if HOSTILE.exists() else []
    own = [
        "1 ",
        "a@",
        "GB82 ",
        "+44",
        "tel ",
        "电话",
        "a@a.",
        "12345678-",
        "one ",
        "password ",
        "pin 1",
        "a dot ",
        "一",
    ]
    return [(row["unit"], row["tail"]) for row in rows] + [(unit, "") for unit in own]


@pytest.mark.parametrize(("unit", "tail"), hostile())
def test_no_shape_makes_the_patterns_slow(unit: str, tail: str) -> None:
    """A bound that a quadratic pattern breaks a hundred times over; `evaluate redaction` measures the rest."""
    text = (unit * 16_000)[: 16_000 - len(tail)] + tail
    started = time.process_time()
    found(text)
    assert time.process_time() - started < 2.0
