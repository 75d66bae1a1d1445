"""From text to placeholders and back."""

from __future__ import annotations

import random
import uuid

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.foundation.tenancy import tenant_scope
from assistant.privacy.inbound import redact_inbound
from assistant.privacy.leak import mask_leaks
from assistant.privacy.ledger import MemoryLedger
from assistant.privacy.policy import SAFE, BadPattern, OwnPattern, Rules, Treatment, checked_pattern, essence
from assistant.privacy.redactor import MASK, redact, redact_forever, redact_into
from assistant.privacy.restore import Restorer, straighten
from assistant.privacy.text import Redacted
from assistant.privacy.vault import Thread, open_vault
from tests.factories import House

KEPT = Rules(treatments={"PASSWORD": Treatment.PLACEHOLDER, "SECRET": Treatment.PLACEHOLDER})
ANY = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=120)
PIECES = st.sampled_from(
    [
        "ann@example.com", "ANN@example.com", "4111 1111 1111 1111", "4111111111111111", "pin: 4711", "<EMAIL_1>",
        "email_1", "< Phone 2 >", "[CREDIT-CARD_1]", "TEXT_1", "<TEXT_2>", "<NOBODY_3>", "PASSWORD_0", "<PASSWORD_0>",
        "<", "_1", "+44 7700 900123", "one two three four five six seven", "\u200b", "Maria Okafor", "maria okafor",
    ]
)  # fmt: skip
TALK = st.lists(st.one_of(ANY, PIECES), max_size=8).map("".join)


@settings(max_examples=400, deadline=None)
@given(TALK)
@example("a \u202ecard\u202c 4111 1111 1111 1111 \U000e0041")
@example("<EMAIL_1> ann@example.com email_1 ANN@example.com")
@example("ann@example.com\u2028ann@example.com")
def test_what_was_redacted_comes_back_exactly(text: str) -> None:
    assert redact(text, rules=KEPT).restore() == text


@settings(max_examples=300, deadline=None)
@given(TALK, st.randoms(use_true_random=False))
def test_it_comes_back_when_it_is_streamed_in_pieces(text: str, dice: random.Random) -> None:
    """One spelling a value: a stream has no places to count."""
    ledger = MemoryLedger()
    redaction = redact_into(ledger, text, region="GB", rules=KEPT)
    whole = Restorer(lambda name: (ledger.spellings.get(name) or [None])[0])
    shown, rest = "", str(redaction.text)
    while rest:
        size = dice.randint(1, 7)
        shown += whole.feed(rest[:size])
        rest = rest[size:]
    shown += whole.close()
    if all(len(spellings) == 1 for spellings in ledger.spellings.values()):
        assert shown == text


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TALK, min_size=1, max_size=3))
def test_the_customer_reads_back_exactly_what_they_wrote(alice: House, texts: list[str]) -> None:
    thread = Thread(uuid.uuid4(), uuid.uuid4())
    with tenant_scope(alice.tenant.id):
        stored = [redact_inbound(text, thread=thread, region="GB").redaction for text in texts]
        vault = open_vault(thread)
    for text, redaction in zip(texts, stored, strict=True):
        if not redaction.destroyed:
            assert vault.restore(redaction.text, redaction.spellings) == text


@pytest.mark.parametrize(
    "text", ["colis bloqué à Lyon", "envío parado en León", "the parcel left Leeds for London", "停在郑州中转站"]
)
def test_a_city_is_nobody(text: str) -> None:
    assert redact(text).text == text


def test_a_city_that_is_also_a_name_is_one_only_where_somebody_is_in_it() -> None:
    assert redact("it waits in Charlotte, it is from Charlotte").text == "it waits in Charlotte, it is from <PERSON_1>"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Hej Maria! Your parcel left on Monday.", "Hej <PERSON_1>! Your parcel left on Monday."),
        ("Hei Kari Nordmann, takk", "Hei <PERSON_1>, takk"),
        ("Hej! Where is my parcel?", "Hej! Where is my parcel?"),
    ],
)
def test_a_greeting_is_no_name_in_any_language(text: str, redacted: str) -> None:
    assert redact(text).text == redacted


def test_two_spellings_of_a_value_share_their_number() -> None:
    redaction = redact("ANN@example.com or ann@EXAMPLE.com, 4111 1111 1111 1111 or 4111-1111-1111-1111")
    assert redaction.text == "<EMAIL_1> or <EMAIL_1>, <CREDIT_CARD_1> or <CREDIT_CARD_1>"
    assert redaction.restore().startswith("ANN@example.com or ann@EXAMPLE.com")


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("I am Maria Okafor. Sign it maria okafor", "I am <PERSON_1>. Sign it <PERSON_1>"),
        ("Maria Okafor wrote, please tell Ms Okafor", "<PERSON_1> wrote, please tell Ms <PERSON_1>"),
        (
            "Maria Okafor and Chidi Okafor wrote, please tell Mr Okafor",
            "<PERSON_1> and <PERSON_2> wrote, please tell Mr <PERSON_3>",
        ),
    ],
)
def test_a_person_keeps_their_number_where_it_is_certain(text: str, redacted: str) -> None:
    assert redact(text).text == redacted


@pytest.mark.parametrize(
    "bent",
    ["<EMAIL_1>", "<email_1>", "EMAIL_1", "Email_1", "[EMAIL_1]", "<EMAIL 1>", "< EMAIL_1 >", "<EMAIL-1>", "‹EMAIL_1›"],
)
def test_a_bent_placeholder_is_restored(bent: str) -> None:
    assert redact("I am ann@example.com").restore(f"We wrote to {bent}.") == "We wrote to ann@example.com."


def test_a_model_may_inflect_around_it() -> None:
    redaction = redact("I am Maria Okafor")
    assert redaction.restore("<PERSON_1>s Konto, PERSON_1's, 请<PERSON_1>稍等") == (
        "Maria Okafors Konto, Maria Okafor's, 请Maria Okafor稍等"
    )


@pytest.mark.parametrize("invented", ["<EMAIL_2>", "<PHONE_1>", "email_77", "<NOBODY_1>", "<EMAIL_>", "EMAIL 1"])
def test_what_the_model_invented_stays_text(invented: str) -> None:
    assert redact("I am ann@example.com").restore(f"Ask {invented}!") == f"Ask {invented}!"


def test_typed_placeholders_conjure_nobody(alice: House) -> None:
    thread = Thread(uuid.uuid4(), uuid.uuid4())
    with tenant_scope(alice.tenant.id):
        redact_inbound("ann@example.com", thread=thread, region="GB")
        typed = redact_inbound("what is <EMAIL_1> or email_1?", thread=thread, region="GB").redaction
        assert typed.text == "what is <TEXT_1> or <TEXT_2>?"
        assert open_vault(thread).restore(typed.text, typed.spellings) == "what is <EMAIL_1> or email_1?"


def test_bent_placeholders_of_the_vault_are_straightened_and_others_left() -> None:
    assert straighten("email_1 and <Email 1> and email_2", {"<EMAIL_1>"}) == "<EMAIL_1> and <EMAIL_1> and email_2"


def test_credentials_are_destroyed(alice: House) -> None:
    thread = Thread(uuid.uuid4(), uuid.uuid4())
    with tenant_scope(alice.tenant.id):
        redaction = redact_inbound("my password is Hunter2!x and cvv 123", thread=thread, region="GB").redaction
        assert redaction.text == "my password is <PASSWORD_0> and cvv <PASSWORD_0>"
        assert redaction.destroyed == {"PASSWORD"}
        assert open_vault(thread).values == {}


def test_a_number_cut_in_two_messages_is_found(alice: House) -> None:
    thread = Thread(uuid.uuid4(), uuid.uuid4())
    with tenant_scope(alice.tenant.id):
        first = redact_inbound("my card is 4111 1111", thread=thread, region="GB").redaction
        assert first.text == "my card is 4111 1111"
        second = redact_inbound("1111 1111 thanks", thread=thread, region="GB", previous=first.text)
        assert second.previous == "my card is <CREDIT_CARD_2>"
        assert second.redaction.text == "<CREDIT_CARD_1> thanks"
        assert open_vault(thread).restore(Redacted("<CREDIT_CARD_2> <CREDIT_CARD_1>")) == "4111 1111 1111 1111"


def test_two_order_numbers_in_two_messages_are_none(alice: House) -> None:
    thread = Thread(uuid.uuid4(), uuid.uuid4())
    with tenant_scope(alice.tenant.id):
        second = redact_inbound("9100 please", thread=thread, region="GB", previous=Redacted("it is order 20260"))
        assert (second.previous, second.redaction.text) == (None, "9100 please")


def test_what_is_known_of_a_contact_is_found_first(alice: House) -> None:
    known = [("PERSON", "Sky Rivers"), ("PHONE", "12 34 56")]
    with tenant_scope(alice.tenant.id):
        redaction = redact_inbound(
            "sky rivers, call 12 34 56", thread=Thread(uuid.uuid4(), uuid.uuid4()), region="GB", known=known
        ).redaction
    assert redaction.text == "<PERSON_1>, call <PHONE_1>"


def test_own_patterns_allowed_texts_and_treatments_apply() -> None:
    rules = Rules(
        treatments={"PHONE": Treatment.KEEP, "EMAIL": Treatment.DESTROY},
        patterns=(OwnPattern("POLICY_NUMBER", r"\bLB-\d{6}\b"),),
        allowed=frozenset({"4111111111111111"}),
    )
    text = "LB-123456, +44 7700 900123, ann@example.com, 4111 1111 1111 1111"
    assert redact(text, rules=rules).text == "<POLICY_NUMBER_1>, +44 7700 900123, <EMAIL_0>, 4111 1111 1111 1111"


def test_a_part_of_an_own_name_is_no_person_while_somebody_called_so_is() -> None:
    names = ("Hunter Green", "Business Silver Rewards Card", "BNPL Diamond", "Green Account (checking)", "Light Green")
    rules = Rules(own_names=tuple(frozenset(essence(word) for word in name.split()) for name in names))
    readable = (
        "Signed up for Business Silver as a new customer",
        "bnpl DIAMOND, opened a dispute",
        "green acct (checking): lost a check",
        "想给孩子开Light Green,最小几岁可以开?",
    )
    for text in readable:
        assert redact(text).text != text
        assert redact(text, rules=rules).text == text
    for text in ("Regards, Hunter", "Hello, Hunter Gold here", "My name is Hunter Silver", "Mr Green account"):
        assert "<PERSON_1>" in redact(text, rules=rules).text


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("POLICY", r"(?=a)b"),
        ("POLICY", r"(a)\1"),
        ("POLICY", "["),
        ("POLICY", "a*"),
        ("POLICY", ""),
        ("POLICY", "a" * 301),
        ("policy", "a"),
        ("TEXT", "a"),
    ],
)
def test_a_pattern_that_is_none_or_not_linear_is_refused(kind: str, pattern: str) -> None:
    with pytest.raises(BadPattern):
        checked_pattern(kind, pattern)


def test_a_log_line_keeps_the_kind_only() -> None:
    assert redact_forever("from ann@example.com", region="GB") == "from <EMAIL>"


def test_what_was_shown_may_be_repeated_and_the_rest_is_masked() -> None:
    text = mask_leaks("Write to help@bank.example or bob@else.example.", shown="help@bank.example", region="GB")
    assert text == f"Write to help@bank.example or {MASK * 4}."


def test_the_defaults_destroy_what_opens_an_account_and_keep_nothing_readable() -> None:
    assert {SAFE.treatment(kind) for kind in ("PASSWORD", "SECRET")} == {Treatment.DESTROY}
    assert {SAFE.treatment(kind) for kind in ("EMAIL", "PERSON", "ADDRESS", "IBAN")} == {Treatment.PLACEHOLDER}
