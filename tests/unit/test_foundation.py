"""Settings, sealing, ids, errors and the role table."""

from __future__ import annotations

import time
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.foundation.crypto import NotOpened, fingerprint, seal, unseal
from assistant.foundation.errors import TenantNotBound
from assistant.foundation.ids import uuid7
from assistant.foundation.limits import take
from assistant.foundation.permissions import May, can
from assistant.foundation.segments import readers_of
from assistant.foundation.tenancy import bound, current, tenant_key
from assistant.foundation.texts import text
from assistant.interfaces.sockets.connection import is_same_origin
from deploy.settings.env import read_environment

ALICE, CHARLIE = uuid4(), uuid4()


def test_all_wrong_settings_are_listed_at_once() -> None:
    with pytest.raises(ValidationError) as problem:
        read_environment({"WEB_PORT": "no", "DATABASE_POOL_SIZE": "0", "ANSWER_MAX_TOKENS": "9", "DEBUG": "maybe"})
    wrong = {str(error["loc"][0]) for error in problem.value.errors()}
    assert wrong == {"web_port", "database_pool_size", "answer_max_tokens", "debug"}


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert read_environment({"WEB_PORT": "", "REDIS_URL": ""}).web_port == 8_000


def test_the_public_address_follows_from_host_and_port() -> None:
    assert read_environment({"WEB_PORT": "9000"}).public_url == "http://127.0.0.1:9000"


def test_secrets_are_not_printed() -> None:
    assert "hush" not in repr(read_environment({"SECRET_KEY": "hush", "MASTER_KEYS": "k1:hush"}))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_what_was_sealed_opens_again(plain: str) -> None:
    with bound(ALICE):
        sealed = seal(plain, purpose="vault", place="row")
        assert unseal(sealed, purpose="vault", place="row") == plain
        assert sealed != seal(plain, purpose="vault", place="row")


def test_another_tenant_purpose_or_place_does_not_open_it() -> None:
    with bound(ALICE):
        sealed = seal("secret", purpose="vault", place="row")
        for purpose, place in (("contact", "row"), ("vault", "other")):
            with pytest.raises(NotOpened):
                unseal(sealed, purpose=purpose, place=place)
    with bound(CHARLIE), pytest.raises(NotOpened):
        unseal(sealed, purpose="vault", place="row")


@pytest.mark.parametrize("broken", ["", "k1.", "k1.AAAA", "nokey.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "k1.é", "...."])
def test_a_broken_seal_does_not_open_and_does_not_crash(broken: str) -> None:
    with bound(ALICE), pytest.raises(NotOpened):
        unseal(broken, purpose="vault")


def test_an_altered_seal_does_not_open() -> None:
    with bound(ALICE):
        sealed = seal("secret", purpose="vault")
        last = "A" if sealed[-6] != "A" else "B"
        with pytest.raises(NotOpened):
            unseal(sealed[:-6] + last + sealed[-5:], purpose="vault")


def test_fingerprints_meet_within_a_tenant_and_purpose_only() -> None:
    with bound(ALICE):
        own = fingerprint("ann@example.com", purpose="contact-email")
        assert own == fingerprint("ann@example.com", purpose="contact-email")
        assert own != fingerprint("ann@example.com", purpose="vault")
    with bound(CHARLIE):
        assert own != fingerprint("ann@example.com", purpose="contact-email")


def test_sealing_without_a_tenant_is_refused() -> None:
    with pytest.raises(TenantNotBound):
        seal("x", purpose="vault")


def test_ids_are_versioned_unique_and_ordered_by_time() -> None:
    ids = [uuid7() for _ in range(1_000)]
    assert all((made.version, made.variant) == (7, "specified in RFC 4122") for made in ids)
    assert len(set(ids)) == 1_000
    time.sleep(0.002)
    assert uuid7() > max(ids)
    milliseconds = max(ids).int >> 80
    assert abs(milliseconds / 1_000 - time.time()) < 60


def test_a_name_made_for_one_tenant_is_no_name_of_another() -> None:
    with bound(ALICE):
        own = tenant_key("lock", 1)
    with bound(CHARLIE):
        assert tenant_key("lock", 1) != own
    with pytest.raises(TenantNotBound):
        tenant_key("lock", 1)


def test_the_outer_tenant_comes_back() -> None:
    with bound(ALICE):
        with pytest.raises(ValueError, match="inside"), bound(CHARLIE):
            raise ValueError("inside")
        assert current() == ALICE
    assert current() is None


@pytest.mark.parametrize("role", ["", "owner", "Admin", "agent "])
def test_an_unknown_role_may_do_nothing(role: str) -> None:
    assert not any(can(role, may) for may in May)


@pytest.mark.parametrize("language", ["zh", "zh-CN", "ZH"])
def test_a_known_language_is_spoken(language: str) -> None:
    assert text("greeting", language) != text("greeting", "en")


@pytest.mark.parametrize("language", ["", "xx", "../en", "/etc/passwd", "en\x00", "../../people"])
def test_an_unknown_language_is_english(language: str) -> None:
    assert text("greeting", language) == text("greeting", "en")


@pytest.mark.parametrize(
    "origin", ["https://shop.example", "https://SHOP.example", "https://shop.example:443", "https://shop.example/"]
)
def test_the_same_origin_in_other_words_is_the_same(origin: str) -> None:
    assert is_same_origin(origin, "https://shop.example")


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://shop.example",
        "https://shop.example.evil.example",
        "https://evilshop.example",
        "https://shop.example:8443",
        "https://shop.example@evil.example",
        "https://evil.example/shop.example",
        "https://sh\u043ep.example",
        "https://shop.example:port",
        "https://[",
        "file://shop.example",
    ],
)
def test_a_look_alike_is_another_origin(origin: str) -> None:
    assert not is_same_origin(origin, "https://shop.example")


def test_an_unknown_limit_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        take("no.such.limit", str(UUID(int=0)))


@pytest.mark.parametrize(
    ("told", "readers"),
    [
        ([], ()),
        ([[], []], ()),
        ([["gold"], []], ("gold",)),
        ([["gold", "uk"], ["gold", "de"]], ("gold",)),
        ([["uk"], ["gold"]], ("gold", "uk")),
    ],
)
def test_a_text_is_for_the_contacts_who_were_told_it(told: list[list[str]], readers: tuple[str, ...]) -> None:
    assert readers_of(told) == readers
