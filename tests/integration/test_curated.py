"""Curated pairs: written, learned, decided about, and gone without a trace when they are deleted."""

from __future__ import annotations

import pytest

from assistant.foundation.audit import AuditEntry
from assistant.foundation.errors import BadInput, Conflict, NotFound
from assistant.foundation.tenancy import bound, tenant_scope
from assistant.knowledge.keeping.curated import Pair, State, create_pair, decide_pair, delete_pair, edit_pair
from assistant.knowledge.models import CuratedAnswer, CuratedPhrasing
from tests.factories import House

PAIR = Pair(
    question="How long is the warranty?",
    answer="Two **years** from the day of delivery.",
    phrasings=["What warranty do I have?", "How long is the  warranty?", "保修期多长？"],
)


@pytest.fixture
def pair(alice: House) -> CuratedAnswer:
    with bound(alice.tenant.id):
        return create_pair(PAIR, by="Bob")


def phrasings(house: House) -> list[str]:
    with tenant_scope(house.tenant.id):
        return list(CuratedPhrasing.objects.order_by("number").values_list("text", flat=True))


def test_each_way_to_ask_is_searchable_once(alice: House, pair: CuratedAnswer) -> None:
    assert phrasings(alice) == ["How long is the warranty?", "What warranty do I have?", "保修期多长？"]
    assert pair.phrasings == ["What warranty do I have?", "保修期多长？"]
    assert (pair.state, pair.language, pair.version) == ("approved", "en", 1)


def test_an_edit_replaces_what_is_searched(alice: House, pair: CuratedAnswer) -> None:
    with bound(alice.tenant.id):
        edited = edit_pair(pair.id, Pair(question="And returns?", answer="30 days."), by="Bob", version=1)
    assert (edited.answer, edited.version) == ("30 days.", 2)
    assert phrasings(alice) == ["And returns?"]


def test_an_edit_of_what_somebody_else_changed_meanwhile_is_refused(alice: House, pair: CuratedAnswer) -> None:
    with bound(alice.tenant.id):
        edit_pair(pair.id, PAIR, by="Bob", version=1)
        with pytest.raises(Conflict):
            edit_pair(pair.id, PAIR, by="Alice", version=1)
        with pytest.raises(Conflict):
            decide_pair(pair.id, State.REJECTED, by="Alice", version=1)


def test_a_decision_is_audited(alice: House, pair: CuratedAnswer) -> None:
    with bound(alice.tenant.id):
        assert decide_pair(pair.id, State.REJECTED, by="Bob", version=1).state == "rejected"
    with tenant_scope(alice.tenant.id):
        assert AuditEntry.objects.get(act="pair.rejected").actor == "Bob"


def test_a_deleted_pair_leaves_no_vector(alice: House, pair: CuratedAnswer) -> None:
    with bound(alice.tenant.id):
        delete_pair(pair.id, by="Bob")
        with pytest.raises(NotFound):
            delete_pair(pair.id, by="Bob")
    assert phrasings(alice) == []


@pytest.mark.parametrize(
    "wrong",
    [
        Pair(question=" ", answer="x"),
        Pair(question="x", answer=""),
        Pair(question="x", answer="x", phrasings=["y"] * 21),
        Pair(question="x" * 501, answer="x"),
    ],
)
def test_what_cannot_be_a_pair_is_refused(alice: House, wrong: Pair) -> None:
    with bound(alice.tenant.id), pytest.raises(BadInput):
        create_pair(wrong, by="Bob")


def test_charlie_cannot_touch_alices_pair(alice: House, charlie: House, pair: CuratedAnswer) -> None:
    with bound(charlie.tenant.id):
        for act in (
            lambda: edit_pair(pair.id, PAIR, by="Charlie", version=1),
            lambda: decide_pair(pair.id, State.REJECTED, by="Charlie", version=1),
            lambda: delete_pair(pair.id, by="Charlie"),
        ):
            with pytest.raises(NotFound):
                act()
