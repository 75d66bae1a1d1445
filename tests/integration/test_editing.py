"""Articles on the desk: every change is a version, an import overwrites nobody's work, what is deleted is gone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from assistant.foundation import conf
from assistant.foundation.clock import now
from assistant.foundation.errors import BadInput, NotFound
from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.outbox.models import Job
from assistant.foundation.tenancy import bound, tenant_scope
from assistant.knowledge.intake.imports import public_document, start_import
from assistant.knowledge.keeping import editing
from assistant.knowledge.keeping.editing import ArticleDraft, StaleEdit, Validity
from assistant.knowledge.models import Document, DocumentVersion, Passage
from assistant.knowledge.retrieve import rank
from assistant.knowledge.search.reader import Reader
from assistant.knowledge.search.shelf import names_now
from assistant.knowledge.text.questions import understand
from assistant.privacy.text import Redacted
from deploy.settings.env import environment
from deploy.up.postgres import place_of
from tests.factories import ARTICLES, House
from tests.fakes import SleepingEmbedder, WordEmbedder

LOANS = ArticleDraft(title="Loans: early repayment", body="## Fee\n\nRepaying a loan early costs £25.")
MIXED = ArticleDraft(
    title="Locked cards",
    body="Call us.\n\n## Unlock\n\nUse the app.\n\n## For agents\n\nCheck the fraud queue.\n\n"
    "### Codes\n\nF7 means wait.\n\n## Hours\n\nDay and night.",
)


def written(house: House, draft: ArticleDraft = LOANS) -> Document:
    with bound(house.tenant.id):
        return editing.write_article(draft, by="Bob")


def imported(house: House, text: str, *, replaces: bool = False) -> Document:
    """The first article of the house as its source has it now."""
    rows = [ARTICLES[0] | {"text": text}, *ARTICLES[1:]]
    with tenant_scope(house.tenant.id):
        body = "\n".join(map(json.dumps, rows[1:] if replaces else rows))
        job = start_import(source="help", importer="jsonl", body=body, replaces=replaces)
    assert run_job(house.tenant.id, job.id)
    return current(house)


def current(house: House, document_id: UUID | None = None) -> Document:
    with tenant_scope(house.tenant.id):
        wanted = {"id": document_id} if document_id else {"external_id": ARTICLES[0]["id"]}
        return Document.objects.get(**wanted)


def passages(house: House, document: Document) -> str:
    with tenant_scope(house.tenant.id):
        return " ".join(Passage.objects.filter(document=document).order_by("number").values_list("text", flat=True))


def versions(house: House, document: Document) -> list[tuple[int, str, str]]:
    with tenant_scope(house.tenant.id):
        rows = DocumentVersion.objects.filter(document=document).order_by("number")
        return list(rows.values_list("number", "why", "by"))


def found(house: House, question: str, audience: str = "public") -> str:
    with tenant_scope(house.tenant.id):
        (finding,) = rank(understand(Redacted(question), names_now()), None, reader=Reader(audience=audience))
        return finding.passages[0].title


# --- writing --------------------------------------------------------------------------------------------------------


def test_a_written_article_answers_at_once(alice: House) -> None:
    document = written(alice)
    assert (document.source.name, document.version, document.audience) == ("Desk", 1, "public")
    assert found(alice, "what does early repayment of a loan cost?") == "Loans: early repayment"
    assert versions(alice, document) == [(1, "edit", "Bob")]


def test_an_edit_is_a_version_and_replaces_what_is_searched(alice: House) -> None:
    document = written(alice)
    with bound(alice.tenant.id):
        edited = editing.edit_article(document.id, ArticleDraft(title="Loans", body="It is free."), by="Ann", version=1)
    assert (edited.version, passages(alice, document)) == (2, "It is free.")
    assert versions(alice, document) == [(1, "edit", "Bob"), (2, "edit", "Ann")]


def test_an_edit_of_an_older_version_is_refused_and_nothing_is_lost(alice: House) -> None:
    document = written(alice)
    with bound(alice.tenant.id):
        editing.edit_article(document.id, ArticleDraft(title="Loans", body="Theirs."), by="Ann", version=1)
        with pytest.raises(StaleEdit):
            editing.edit_article(document.id, ArticleDraft(title="Loans", body="Mine."), by="Bob", version=1)
    assert current(alice, document.id).body == "Theirs."


def test_an_old_version_can_be_restored(alice: House) -> None:
    document = written(alice)
    with bound(alice.tenant.id):
        editing.edit_article(document.id, ArticleDraft(title="Loans", body="It is free."), by="Ann", version=1)
        restored = editing.restore_version(document.id, 1, by="Bob", version=2)
        with pytest.raises(NotFound):
            editing.restore_version(document.id, 9, by="Bob", version=3)
    assert (restored.version, restored.title, restored.body) == (3, LOANS.title, LOANS.body)
    assert "£25" in passages(alice, document)


def test_an_article_that_becomes_internal_answers_no_customer(alice: House) -> None:
    document = written(alice)
    draft = ArticleDraft(title=LOANS.title, body=LOANS.body, audience="internal")
    with bound(alice.tenant.id):
        editing.edit_article(document.id, draft, by="Bob", version=1)
    assert found(alice, "early repayment of a loan", "internal") == LOANS.title
    assert found(alice, "early repayment of a loan or the monthly fee") != LOANS.title
    with tenant_scope(alice.tenant.id):
        assert public_document(document.id) is None


@pytest.mark.parametrize("wrong", [ArticleDraft(title=" ", body="x"), ArticleDraft(title="x", body=" ")])
def test_an_article_without_title_or_text_is_refused(alice: House, wrong: ArticleDraft) -> None:
    with bound(alice.tenant.id), pytest.raises(BadInput):
        editing.write_article(wrong, by="Bob")


@pytest.mark.usefixtures("same_day")
def test_an_article_answers_on_its_days_only_and_an_edit_that_names_none_keeps_them(alice: House) -> None:
    today, day = now().date(), timedelta(days=1)
    question = "what does early repayment of a loan cost?"
    document = written(alice, replace(LOANS, validity=Validity(last=today - day)))
    assert found(alice, question) != LOANS.title

    def edited(validity: Validity | None) -> Document:
        draft, version = replace(LOANS, validity=validity), current(alice, document.id).version
        with bound(alice.tenant.id):
            return editing.edit_article(document.id, draft, by="Ann", version=version)

    for validity in (Validity(first=today, last=today), Validity(first=today - day), Validity()):
        edited(validity)
        assert found(alice, question) == LOANS.title
    edited(Validity(first=today + day))
    assert found(alice, question) != LOANS.title
    assert edited(None).valid_from == today + day
    with pytest.raises(BadInput) as refused:
        edited(Validity(first=today, last=today - day))
    assert refused.value.field == "valid_until"


def test_while_the_embedder_is_away_the_job_makes_it_searchable_later(
    alice: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(conf._built, "Embedder", SleepingEmbedder())
    document = written(alice)
    assert passages(alice, document) == ""
    monkeypatch.setitem(conf._built, "Embedder", WordEmbedder())
    with tenant_scope(alice.tenant.id):
        job = Job.objects.get(kind="knowledge.searchable")
    assert run_job(alice.tenant.id, job.id)
    assert "£25" in passages(alice, document)


# --- imports --------------------------------------------------------------------------------------------------------


def test_an_import_is_a_version_and_the_same_again_is_none(alice: House) -> None:
    original = imported(alice, ARTICLES[0]["text"])
    assert versions(alice, original) == [(1, "import", "")]
    changed = imported(alice, "The limit is £10 now.")
    assert (changed.version, changed.body) == (2, "The limit is £10 now.")


def edited(house: House) -> Document:
    document = current(house)
    with bound(house.tenant.id):
        draft = ArticleDraft(title=document.title, body="The limit is £7, ask Bob.")
        return editing.edit_article(document.id, draft, by="Bob", version=document.version)


def test_an_import_of_the_unchanged_original_keeps_the_edit(alice: House) -> None:
    edited(alice)
    after = imported(alice, ARTICLES[0]["text"])
    assert (after.body, after.conflict) == ("The limit is £7, ask Bob.", None)


def test_an_import_of_a_changed_original_is_a_conflict_and_both_are_kept(alice: House) -> None:
    edited(alice)
    for _ in range(2):
        after = imported(alice, "The limit is £10 now.")
    assert (after.version, after.body, after.conflict) == (2, "The limit is £7, ask Bob.", 3)
    assert versions(alice, after) == [(1, "import", ""), (2, "edit", "Bob"), (3, "import", "")]
    assert "£7" in passages(alice, after)


def test_a_conflict_decided_for_the_source_lets_imports_flow_again(alice: House) -> None:
    edited(alice)
    document = imported(alice, "The limit is £10 now.")
    with bound(alice.tenant.id):
        theirs = editing.restore_version(document.id, 3, by="Bob", version=2)
    assert (theirs.body, theirs.conflict, theirs.is_edited) == ("The limit is £10 now.", None, False)
    assert imported(alice, "The limit is £11 now.").body == "The limit is £11 now."


def test_a_conflict_decided_for_the_desk_is_gone_until_the_source_changes_again(alice: House) -> None:
    edited(alice)
    document = imported(alice, "The limit is £10 now.")
    with bound(alice.tenant.id):
        editing.keep_ours(document.id, by="Bob", version=2)
    assert imported(alice, "The limit is £10 now.").conflict is None
    assert imported(alice, "The limit is £11 now.").conflict == 4


def test_an_edited_article_stays_when_its_source_no_longer_has_it(alice: House) -> None:
    edited(alice)
    assert imported(alice, "", replaces=True).body == "The limit is £7, ask Bob."


# --- split, archive, delete -----------------------------------------------------------------------------------------


def test_the_agents_sections_move_to_an_internal_article(alice: House) -> None:
    document = written(alice, MIXED)
    with bound(alice.tenant.id):
        rest, internal = editing.split_article(document.id, [2], by="Bob", version=1)
    assert "fraud queue" not in rest.body
    assert "F7" not in rest.body
    assert "Hours" in rest.body
    assert (internal.audience, internal.title) == ("internal", "Locked cards (internal)")
    assert internal.body == "## For agents\n\nCheck the fraud queue.\n\n### Codes\n\nF7 means wait."
    with tenant_scope(alice.tenant.id):
        public = " ".join(Passage.objects.filter(audience="public").values_list("text", flat=True))
    assert "fraud queue" not in public
    assert "Use the app" in public
    assert [why for _, why, _ in versions(alice, rest)] == ["edit", "split"]


@pytest.mark.parametrize("chosen", [[], [9], [0, 1, 2, 3, 4]])
def test_a_split_that_moves_nothing_or_everything_is_refused(alice: House, chosen: list[int]) -> None:
    document = written(alice, MIXED)
    with bound(alice.tenant.id), pytest.raises(BadInput):
        editing.split_article(document.id, chosen, by="Bob", version=1)


def test_an_archived_article_answers_nothing_until_it_comes_back(alice: House) -> None:
    document = written(alice)
    with bound(alice.tenant.id):
        editing.set_archived(document.id, True, by="Bob", version=1)
    assert passages(alice, document) == ""
    with tenant_scope(alice.tenant.id):
        assert public_document(document.id) is None
    with bound(alice.tenant.id):
        editing.set_archived(document.id, False, by="Bob", version=1)
    assert "£25" in passages(alice, document)


def test_an_import_does_not_bring_an_archived_article_back(alice: House) -> None:
    document = current(alice)
    with bound(alice.tenant.id):
        editing.set_archived(document.id, True, by="Bob", version=document.version)
    imported(alice, "The limit is £10 now.")
    assert passages(alice, document) == ""


def test_a_deleted_article_is_gone_from_every_table(alice: House) -> None:
    document = written(alice)
    with bound(alice.tenant.id):
        editing.edit_article(document.id, ArticleDraft(title="Loans", body="£25 still"), by="Ann", version=1)
        editing.delete_article(document.id, by="Bob")
    with psycopg.connect(place_of(environment()).dsn("superuser")) as server:
        for table in ("knowledge_passage", "knowledge_documentversion"):
            assert server.execute(f"SELECT count(*) FROM {table} WHERE document_id = %s", [document.id]).fetchone() == (
                0,
            )
        held = server.execute("SELECT count(*) FROM knowledge_document WHERE id = %s", [document.id]).fetchone()
        assert held == (0,)
        assert server.execute("SELECT count(*) FROM knowledge_passage WHERE text LIKE '%£25%'").fetchone() == (0,)


def test_charlie_cannot_touch_alices_article(alice: House, charlie: House) -> None:
    document = written(alice)
    with bound(charlie.tenant.id):
        for act in (
            lambda: editing.edit_article(document.id, LOANS, by="Charlie", version=1),
            lambda: editing.split_article(document.id, [1], by="Charlie", version=1),
            lambda: editing.restore_version(document.id, 1, by="Charlie", version=1),
            lambda: editing.set_archived(document.id, True, by="Charlie", version=1),
            lambda: editing.delete_article(document.id, by="Charlie"),
        ):
            with pytest.raises(NotFound):
                act()
