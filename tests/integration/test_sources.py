"""Knowledge sources from upload to deletion: runs that survive bad documents, web sites, schedules, no row left."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from psycopg import sql

from assistant.conversations.access import Actor
from assistant.foundation.clock import now
from assistant.foundation.outbox.jobs import MAX_ATTEMPTS, JobRun, run_job
from assistant.foundation.outbox.models import Job
from assistant.foundation.people import make_api_key
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import tenant_scope
from assistant.knowledge.intake import crawl, imports, sources
from assistant.knowledge.models import (
    Corpus,
    CrawledPage,
    Document,
    KnowledgeSource,
    Passage,
    SourceProblem,
    SourceRun,
    Upload,
)
from deploy.settings.env import environment
from deploy.up.postgres import place_of
from tests import files
from tests.factories import House
from tests.isolation.world import rows_of
from tests.websites import Page, Website, website

API = "/api/v1/knowledge"


@pytest.fixture
def client(alice: House) -> Client:
    """A manager's key."""
    with tenant_scope(alice.tenant.id):
        key = make_api_key(alice.tenant, name="manager", role=Role.MANAGER)
    return Client(headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Website]:
    """A web site on the operator's list, read without pauses."""
    monkeypatch.setattr(crawl, "PAUSE_S", 0.0)
    with website() as found:
        settings.DESKSIDE = settings.DESKSIDE.model_copy(update={"egress_allow": f"alpha@{found.host}"})
        yield found


def made(client: Client, **fields: Any) -> dict[str, Any]:
    response = client.post(f"{API}/sources", {"kind": "upload", **fields}, content_type="application/json")
    assert response.status_code == 201, response.content
    found: dict[str, Any] = response.json()
    return found


def upload(client: Client, source: str, contents: dict[str, bytes], **fields: str) -> str:
    """Send files; the run's id."""
    sent = [SimpleUploadedFile(name, content) for name, content in contents.items()]
    response = client.post(f"{API}/sources/{source}/files", {"files": sent, **fields})
    assert response.status_code == 202, response.content
    return str(response.json()["id"])


def carry_out(house: House, run: str) -> None:
    with tenant_scope(house.tenant.id):
        job = SourceRun.objects.get(id=run).job
    assert job is not None
    assert run_job(house.tenant.id, job)


def read(client: Client, run: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{API}/runs/{run}").json()
    return found


def titles(house: House, source: str) -> set[str]:
    with tenant_scope(house.tenant.id):
        return set(Document.objects.filter(source=source).values_list("title", flat=True))


def crawled(house: House, client: Client, source: str) -> dict[str, Any]:
    """One run of a web site, from start to end."""
    response = client.post(f"{API}/sources/{source}/runs")
    assert response.status_code == 202, response.content
    run = str(response.json()["id"])
    carry_out(house, run)
    return read(client, run)


FIVE = {
    "returns.md": b"# Returns\n\nThirty days.",
    "terms.pdf": files.pdf([(20, "Terms"), (11, "You may cancel.")], info="Terms"),
    "secret.pdf": files.encrypted_pdf("x"),
    "delivery.docx": files.docx(files.paragraph("Delivery", heading=1) + files.paragraph("On weekdays.")),
    "faq.csv": b"question,answer\nHow long?,30 days.\n",
}


# --- files ------------------------------------------------------------------------------------------------------------


def test_one_bad_document_of_five_is_named_and_the_others_are_imported(alice: House, client: Client) -> None:
    source = made(client, name="Files")["id"]
    run = upload(client, source, FIVE)
    assert read(client, run)["state"] == "queued"
    carry_out(alice, run)
    found = read(client, run)
    assert (found["state"], found["changed"], found["failed"], found["progress"]) == ("done", 4, 1, 5)
    (problem,) = found["problems"]
    assert (problem["code"], problem["place"], problem["external_id"]) == ("encrypted", "secret.pdf", "secret.pdf")
    assert problem["message"] == "The file is protected by a password."
    assert titles(alice, source) == {"Returns", "Terms", "Delivery", "How long?"}
    (listed,) = [row for row in client.get(f"{API}/sources").json() if row["name"] == "Files"]
    assert (listed["documents"], listed["last_run"]["failed"]) == (4, 1)
    with tenant_scope(alice.tenant.id):
        assert not Upload.objects.exists()
        assert Document.objects.get(title="How long?").kind == "pair"


def test_the_same_files_again_change_nothing(alice: House, client: Client) -> None:
    source = made(client, name="Files")["id"]
    for expected in ((4, 0), (0, 4)):
        run = upload(client, source, FIVE)
        carry_out(alice, run)
        found = read(client, run)
        assert (found["changed"], found["unchanged"]) == expected


def test_an_archive_is_taken_like_its_files(alice: House, client: Client) -> None:
    source = made(client, name="Files")["id"]
    run = upload(client, source, {"all.zip": files.packed(FIVE)})
    carry_out(alice, run)
    assert (read(client, run)["changed"], read(client, run)["failed"]) == (4, 1)


def test_articles_that_are_not_sent_again_go_when_the_upload_replaces(alice: House, client: Client) -> None:
    source = made(client, name="Files")["id"]
    carry_out(alice, upload(client, source, {"a.md": b"# A\n\nText.", "b.md": b"# B\n\nText."}))
    broken = upload(client, source, {"a.md": b"# A\n\nText.", "c.pdf": b"%PDF-"}, replaces="true")
    carry_out(alice, broken)
    assert titles(alice, source) == {"A", "B"}  # what failed may have been B: nothing is removed
    run = upload(client, source, {"a.md": b"# A\n\nText."}, replaces="true")
    carry_out(alice, run)
    assert titles(alice, source) == {"A"}
    assert read(client, run)["removed"] == 1


def test_two_documents_of_one_name_are_told(alice: House, client: Client) -> None:
    source = made(client, name="Files")["id"]
    run = upload(client, source, {"a.md": b"# A\n\nText.", "b.md": b"# A\n\nOther."})
    carry_out(alice, run)
    assert [problem["code"] for problem in read(client, run)["problems"]] == ["duplicate"]


def test_a_run_of_which_nothing_is_right_has_failed(alice: House, client: Client) -> None:
    source = made(client, name="Files")["id"]
    run = upload(client, source, {"a.exe": b"MZ", "empty.md": b""})
    carry_out(alice, run)
    found = read(client, run)
    assert found["state"] == "failed"
    assert [problem["code"] for problem in found["problems"]] == ["unknown_format", "empty"]


def test_a_file_over_the_limit_is_refused_by_name(alice: House, client: Client, settings: Any) -> None:
    settings.DESKSIDE = settings.DESKSIDE.model_copy(update={"upload_max_mb": 1})
    source = made(client, name="Files")["id"]
    sent = SimpleUploadedFile("big.md", b"x" * 1_000_001)
    response = client.post(f"{API}/sources/{source}/files", {"files": [sent]})
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert "big.md" in response.json()["detail"]


@pytest.mark.parametrize("name", ["../../etc/passwd.md", "a\\b\\passwd.md", "/etc/passwd.md", "pass\u202ewd.md"])
def test_the_name_of_a_file_is_a_name_and_no_path(name: str) -> None:
    assert sources.file_name(name) == "passwd.md"
    assert sources.file_name("x" * 500 + ".pdf").endswith("x.pdf")
    assert len(sources.file_name("x" * 500 + ".pdf")) == 200


def test_a_run_can_be_cancelled_and_keeps_what_it_has(alice: House, client: Client) -> None:
    source = made(client, name="Files")["id"]
    run = upload(client, source, FIVE)
    assert client.post(f"{API}/runs/{run}/cancel").json()["state"] == "cancelled"
    carry_out(alice, run)
    assert read(client, run)["state"] == "cancelled"
    assert titles(alice, source) == set()
    with tenant_scope(alice.tenant.id):
        assert not Upload.objects.exists()


def test_a_run_that_is_cancelled_under_way_stops(alice: House, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    source = made(client, name="Files")["id"]
    run = upload(client, source, {"a.jsonl": _rows(40)})

    def cancel_then_go_on(job: JobRun, done: int, total: int) -> None:
        if done:
            with tenant_scope(alice.tenant.id):
                sources.cancel_run(SourceRun.objects.get(id=run))

    monkeypatch.setattr(JobRun, "progress", cancel_then_go_on)
    carry_out(alice, run)
    assert read(client, run)["state"] == "cancelled"
    assert len(titles(alice, source)) == 16


def test_a_run_that_was_begun_before_counts_anew(alice: House, client: Client) -> None:
    source = made(client, name="Files")["id"]
    run = upload(client, source, FIVE)
    with tenant_scope(alice.tenant.id):
        SourceRun.objects.filter(id=run).update(state=SourceRun.State.RUNNING, changed=99)
        SourceProblem.objects.create(run_id=run, code="empty", message="from an attempt that died")
    carry_out(alice, run)
    found = read(client, run)
    assert (found["changed"], len(found["problems"])) == (4, 1)


def test_a_run_whose_job_failed_for_good_has_failed(alice: House, client: Client, monkeypatch: Any) -> None:
    def break_down(*arguments: Any, **more: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(imports, "parse_file", break_down)
    source = made(client, name="Files")["id"]
    run = upload(client, source, FIVE)
    with tenant_scope(alice.tenant.id):
        job = SourceRun.objects.get(id=run).job
        Job.objects.filter(id=job).update(attempts=MAX_ATTEMPTS - 1)
    carry_out(alice, run)
    with tenant_scope(alice.tenant.id):
        sources.queue_due_sources()
    found = read(client, run)
    assert (found["state"], [problem["code"] for problem in found["problems"]]) == ("failed", ["internal"])


def test_articles_as_text_are_still_imported_and_their_first_mistake_refused(alice: House, client: Client) -> None:
    body = {"source": "help", "importer": "jsonl", "body": '{"id": "n", "title": "New", "text": "x"}\n{'}
    response = client.post(f"{API}/imports", body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "bad_field")
    assert response.json()["detail"].startswith("Line 2")
    body["body"] = "\n"
    response = client.post(f"{API}/imports", body, content_type="application/json")
    assert response.json()["detail"] == "There is no article in it."


def test_the_command_imports_any_file(alice: House, tmp_path: Path) -> None:
    for name, content in FIVE.items():
        (tmp_path / name).write_bytes(content)
    out = io.StringIO()
    call_command("import_articles", "--tenant", "alpha", "--source", "Folder", str(tmp_path), stdout=out)
    assert "done: 4 changed, 0 unchanged, 0 removed, 1 failed" in out.getvalue()
    assert "secret.pdf: The file is protected by a password. (encrypted)" in out.getvalue()


def _rows(count: int) -> bytes:
    rows = ({"id": n, "title": f"T{n}", "text": "Some text."} for n in range(count))
    return "\n".join(map(json.dumps, rows)).encode()


# --- sources ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": "help"}, "name_taken"),
        ({"name": "  "}, "bad_field"),
        ({"name": "x", "url": "https://shop.example/"}, "bad_field"),
        ({"name": "x", "every_hours": 5}, "bad_field"),
        ({"name": "x", "kind": "website"}, "bad_field"),
        ({"name": "x", "kind": "website", "url": "http://127.0.0.1/"}, "bad_field"),
        ({"name": "x", "kind": "website", "url": "http://169.254.169.254/"}, "bad_field"),
        ({"name": "x", "kind": "website", "url": "file:///etc/passwd"}, "bad_field"),
        ({"name": "x", "kind": "website", "url": "https://shop.example/", "max_pages": 0}, "bad_field"),
        ({"name": "x", "kind": "folder"}, "bad_field"),
    ],
)
def test_a_source_that_makes_no_sense_is_refused(client: Client, fields: dict[str, Any], code: str) -> None:
    response = client.post(f"{API}/sources", {"kind": "upload", **fields}, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (409 if code == "name_taken" else 400, code)


def test_a_source_can_be_renamed_paused_and_moved(client: Client) -> None:
    source = made(client, name="Site", kind="website", url="HTTPS://Shop.Example:443/help")
    assert source["url"] == "https://shop.example/help"
    change = {"name": "Help", "is_paused": True, "every_hours": 24, "url": "https://shop.example/hc"}
    changed = client.patch(f"{API}/sources/{source['id']}", change, content_type="application/json").json()
    assert {name: changed[name] for name in change} == change
    assert changed["next_run_at"] is not None


def test_files_for_a_web_site_and_runs_of_files_are_refused(client: Client) -> None:
    site = made(client, name="Site", kind="website", url="https://shop.example/")["id"]
    plain = made(client, name="Files")["id"]
    sent = SimpleUploadedFile("a.md", b"# A")
    assert client.post(f"{API}/sources/{site}/files", {"files": [sent]}).status_code == 400
    assert client.post(f"{API}/sources/{plain}/runs").status_code == 400


def test_a_deleted_source_leaves_no_row(alice: House, client: Client, site: Website) -> None:
    before = rows_of(alice.tenant.id)
    site.put("/", "Start")
    plain = made(client, name="Files")["id"]
    carry_out(alice, upload(client, plain, FIVE))
    waiting = upload(client, plain, FIVE)
    web = made(client, name="Site", kind="website", url=site.url)["id"]
    crawled(alice, client, web)
    tables = [KnowledgeSource, SourceRun, SourceProblem, Upload, CrawledPage, Document, Passage]
    filled = {
        model for model in tables if before[model._meta.db_table] != rows_of(alice.tenant.id)[model._meta.db_table]
    }
    assert filled == set(tables)
    assert client.delete(f"{API}/sources/{plain}").json() == {"documents": 4}
    assert client.delete(f"{API}/sources/{web}").json() == {"documents": 1}
    after = rows_of(alice.tenant.id)
    assert {model for model in tables if before[model._meta.db_table] != after[model._meta.db_table]} == set()
    assert left_over([plain, web]) == {}
    with tenant_scope(alice.tenant.id):
        job = Job.objects.get(ids={"run": waiting})
    assert run_job(alice.tenant.id, job.id)  # what is still in line finds nothing to do
    assert rows_of(alice.tenant.id)["knowledge_document"] == before["knowledge_document"]


def test_nothing_that_was_learned_from_a_deleted_source_is_left(alice: House, client: Client) -> None:
    source = made(client, name="Vaults")["id"]
    texts = {
        f"{n}.md": f"# Diamond Vault: {topic}\n\nThe Diamond Vault (钻石金库) has {topic}.".encode()
        for n, topic in enumerate(("fees", "limits", "keys"))
    }
    carry_out(alice, upload(client, source, texts))
    assert "diamond" in learned(alice)
    client.delete(f"{API}/sources/{source}")
    with tenant_scope(alice.tenant.id):
        job = Job.objects.get(kind="knowledge.names")
    assert run_job(alice.tenant.id, job.id)
    assert "diamond" not in learned(alice)


def learned(house: House) -> str:
    with tenant_scope(house.tenant.id):
        return json.dumps(Corpus.objects.get().names, ensure_ascii=False).lower()


def left_over(ids: list[str]) -> dict[str, int]:
    """Rows that name a source, asked past all policies: under forced ones the tables' owner would see none."""
    found = {}
    with psycopg.connect(place_of(environment()).dsn("superuser")) as server:
        for model in (SourceRun, Upload, CrawledPage, Document):
            query = sql.SQL("SELECT count(*) FROM {} WHERE source_id = ANY(%s)")
            table = sql.Identifier(model._meta.db_table)
            row = server.execute(query.format(table), [[UUID(name) for name in ids]]).fetchone()
            if row and row[0]:
                found[model._meta.db_table] = row[0]
        for child, parent, key in (
            ("knowledge_passage", "knowledge_document", "document_id"),
            ("knowledge_sourceproblem", "knowledge_sourcerun", "run_id"),
        ):
            query = sql.SQL("SELECT count(*) FROM {} c WHERE NOT EXISTS (SELECT FROM {} p WHERE p.id = c.{})")
            names = (sql.Identifier(child), sql.Identifier(parent), sql.Identifier(key))
            row = server.execute(query.format(*names)).fetchone()
            if row and row[0]:
                found[child] = row[0]
    return found


def test_a_source_that_is_deleted_while_it_is_read_ends_quietly(
    alice: House, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = made(client, name="Files")["id"]
    run = upload(client, source, {"a.jsonl": _rows(40)})

    def delete_then_go_on(job: JobRun, done: int, total: int) -> None:
        if done:
            with tenant_scope(alice.tenant.id):
                KnowledgeSource.objects.filter(id=source).delete()

    monkeypatch.setattr(JobRun, "progress", delete_then_go_on)
    carry_out(alice, run)
    assert left_over([source]) == {}


# --- web sites --------------------------------------------------------------------------------------------------------


def test_a_web_site_is_read_again_and_only_what_changed_is_indexed(alice: House, client: Client, site: Website) -> None:
    site.put("/", "Start", "", "/a", "/b", ETag='"s"')
    site.put("/a", "Apples")
    site.put("/b", "Bread")
    source = made(client, name="Site", kind="website", url=site.url)["id"]
    first = crawled(alice, client, source)
    assert (first["state"], first["changed"], first["failed"], first["total"]) == ("done", 3, 0, 3)
    site.put("/a", "Apples", "Apples cost more now, because the harvest was small and the roads are long.")
    second = crawled(alice, client, source)
    assert (second["changed"], second["unchanged"], second["removed"]) == (1, 2, 0)
    with tenant_scope(alice.tenant.id):
        assert Document.objects.get(title="Apples").url == f"{site.url}a"


def test_a_vanished_page_goes_and_a_failing_one_stays(alice: House, client: Client, site: Website) -> None:
    for path, title in (("/", "Start"), ("/a", "Apples"), ("/b", "Bread")):
        site.put(path, title, "", "/a", "/b")
    source = made(client, name="Site", kind="website", url=site.url)["id"]
    crawled(alice, client, source)
    site.pages["/a"] = Page(status=404)
    site.pages["/b"] = Page(status=500)
    found = crawled(alice, client, source)
    assert titles(alice, source) == {"Start", "Bread"}
    assert (found["removed"], [problem["code"] for problem in found["problems"]]) == (1, ["http_error"])


def test_an_incomplete_reading_removes_nothing(alice: House, client: Client, site: Website) -> None:
    for path, title in (("/", "Start"), ("/a", "Apples"), ("/b", "Bread")):
        site.put(path, title, "", "/a", "/b")
    source = made(client, name="Site", kind="website", url=site.url)["id"]
    crawled(alice, client, source)
    site.pages["/a"] = Page(status=404)
    client.patch(f"{API}/sources/{source}", {"max_pages": 2}, content_type="application/json")
    found = crawled(alice, client, source)
    assert titles(alice, source) == {"Start", "Apples", "Bread"}
    assert [problem["code"] for problem in found["problems"]] == ["limit_reached"]
    assert (found["state"], found["failed"]) == ("done", 0)


def test_a_site_of_another_tenants_list_is_not_read(charlie: House, site: Website) -> None:
    with tenant_scope(charlie.tenant.id):
        source = KnowledgeSource.objects.create(name="x", kind=KnowledgeSource.Kind.WEBSITE, url=site.url)
        run = sources.start_run(source)
    carry_out(charlie, str(run.id))
    with tenant_scope(charlie.tenant.id):
        run.refresh_from_db()
        assert (run.state, run.problems.get().code) == ("failed", "address_refused")
    assert site.asked == []


def test_a_site_is_not_read_twice_at_once(client: Client, site: Website) -> None:
    source = made(client, name="Site", kind="website", url=site.url)["id"]
    assert client.post(f"{API}/sources/{source}/runs").status_code == 202
    assert client.post(f"{API}/sources/{source}/runs").status_code == 409


def test_a_due_site_is_queued_once(alice: House, client: Client, site: Website) -> None:
    source = made(client, name="Site", kind="website", url=site.url, every_hours=6)["id"]
    for _ in range(3):
        with tenant_scope(alice.tenant.id):
            sources.queue_due_sources()
    assert len(client.get(f"{API}/sources/{source}/runs").json()) == 1
    with tenant_scope(alice.tenant.id):
        row = KnowledgeSource.objects.get(id=source)
        assert row.next_run_at is not None
        assert timedelta(hours=5) < row.next_run_at - now() <= timedelta(hours=6)


def test_a_paused_site_is_not_read_by_itself(alice: House, client: Client, site: Website) -> None:
    source = made(client, name="Site", kind="website", url=site.url, every_hours=6, is_paused=True)["id"]
    with tenant_scope(alice.tenant.id):
        sources.queue_due_sources()
    assert client.get(f"{API}/sources/{source}/runs").json() == []


def test_an_agent_sees_sources_and_changes_none(alice: House) -> None:
    with tenant_scope(alice.tenant.id):
        source = KnowledgeSource.objects.get(name="help")
        actor = Actor(role=Role.AGENT, name="agent")
        assert sources.access_source(actor, source.id).name == "help"
