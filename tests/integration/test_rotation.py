"""Rotation: everything comes under the newest master key while the product runs, and the old one may go."""

from __future__ import annotations

import base64
import io
import re
import threading
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pydantic import SecretStr

from assistant.conversations.models import Contact, Inbox
from assistant.conversations.selectors import contact_details, thread_of
from assistant.conversations.services import identify_contact
from assistant.foundation.crypto import seal, unseal
from assistant.foundation.tenancy import tenant_scope
from assistant.privacy.vault import ConversationLedger, Thread, open_vault
from deploy.management.commands import rotate_keys
from deploy.settings.env import ROOT
from deploy.settings.secrets import own_secrets, read_secrets
from tests.factories import House, make_visitor, say

SEALERS = {
    "assistant/foundation/crypto.py",
    "assistant/foundation/keyring.py",
    "assistant/conversations/rotation.py",
    "assistant/ops/management/commands/make_key.py",
    "deploy/management/commands/load_demo.py",
}
"""Whoever seals under a master key; what they seal is sealed anew by `rotate_keys.STEPS`."""


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Any) -> None:
    settings.DESKSIDE = settings.DESKSIDE.model_copy(update={"keys_folder": tmp_path / "keys"})
    use(settings, "k1")


def use(settings: Any, *names: str, prints: str = "f") -> None:
    """As if every process had been started with these master keys."""
    keys = ",".join(f"{name}:{base64.b64encode(name.encode().ljust(32, b'.')).decode()}" for name in names)
    own = base64.b64encode(prints.encode().ljust(32, b".")).decode() if prints else ""
    changes = {"master_keys": SecretStr(keys), "fingerprint_key": SecretStr(own)}
    settings.DESKSIDE = settings.DESKSIDE.model_copy(update=changes)


def rotate() -> str:
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def sign_with(house: House, secret: str) -> None:
    with tenant_scope(house.tenant.id):
        sealed = seal(secret, purpose="identity-key", place=house.inbox.key)
        Inbox.objects.filter(id=house.inbox.id).update(identity_keys=[{"id": "k", "alg": "HS256", "sealed": sealed}])


def test_everything_opens_after_the_old_key_was_removed(alice: House, charlie: House, settings: Any) -> None:
    ann = make_visitor(alice)
    with tenant_scope(alice.tenant.id):
        identify_contact(ann, external_id="ann", email="ann@example.com", name="Ann")
    received = say(alice, ann, "I am ann@example.com")
    for house in (alice, charlie):
        sign_with(house, f"secret of {house.tenant.slug}")
    use(settings, "k2", "k1")
    said = rotate()
    assert "keys of contacts: 1 sealed anew" in said
    assert "identity keys of inboxes: 2 sealed anew" in said
    assert "nothing needs k1 any more" in said
    use(settings, "k2")
    with tenant_scope(alice.tenant.id):
        assert list(open_vault(thread_of(received.conversation_id)).values.values()) == ["ann@example.com"]
        assert contact_details(Contact.objects.get(id=ann.id)) == {"name": "Ann", "email": "ann@example.com"}
    for house in (alice, charlie):
        with tenant_scope(house.tenant.id):
            key = Inbox.objects.get().identity_keys[0]
            assert (
                unseal(key["sealed"], purpose="identity-key", place=house.inbox.key) == f"secret of {house.tenant.slug}"
            )
    assert "the only master key" in rotate()


def test_a_key_that_was_removed_too_early_is_asked_back(alice: House, settings: Any) -> None:
    sign_with(alice, "secret")
    use(settings, "k2")
    with pytest.raises(CommandError, match="1 do not open"):
        rotate()
    use(settings, "k2", "k1")
    assert "nothing needs k1" in rotate()


@pytest.mark.parametrize("arguments", [[], ["--new-key", "k3"]])
def test_without_a_fingerprint_key_of_its_own_it_says_what_to_set_first(settings: Any, arguments: list[str]) -> None:
    use(settings, "k2", "k1", prints="")
    with pytest.raises(CommandError, match="first set FINGERPRINT_KEY to what stands behind the last key, k1:"):
        call_command("rotate_keys", *arguments)


def test_a_new_key_is_printed_as_the_setting_wants_it() -> None:
    out = io.StringIO()
    call_command("rotate_keys", "--new-key", "k9", stdout=out)
    match = re.fullmatch(r"k9:(\S+)\n", out.getvalue())
    assert match is not None
    assert len(base64.b64decode(match[1])) == 32


def test_threads_that_keep_and_open_values_meanwhile_lose_nothing(alice: House, settings: Any) -> None:
    threads_of_talk = [Thread(uuid4(), make_visitor(alice).id) for _ in range(3)]
    kept: dict[Thread, set[str]] = {thread: set() for thread in threads_of_talk}
    problems: list[BaseException] = []
    stop = threading.Event()

    def talk(thread: Thread) -> None:
        try:
            number = 0
            while not stop.is_set() or number < 10:
                value = f"{number}@example.com"
                with tenant_scope(alice.tenant.id):
                    ledger = ConversationLedger(thread)
                    ledger.keep(kind="EMAIL", value=value, normal=value)
                    ledger.save()
                kept[thread].add(value)
                with tenant_scope(alice.tenant.id):
                    assert set(open_vault(thread).values.values()) == kept[thread]
                number += 1
        except BaseException as problem:  # noqa: BLE001 told to the test
            problems.append(problem)
        finally:
            connection.close()

    talkers = [threading.Thread(target=talk, args=(thread,)) for thread in threads_of_talk]
    for talker in talkers:
        talker.start()
    sign_with(alice, "secret")
    for number in range(2, 7):
        use(settings, *(f"k{older}" for older in range(number, 0, -1)))
        assert "nothing needs" in rotate()
    stop.set()
    for talker in talkers:
        talker.join()
    assert problems == []
    rotate()
    use(settings, "k6")
    with tenant_scope(alice.tenant.id):
        for thread in threads_of_talk:
            assert set(open_vault(thread).values.values()) == kept[thread] != set()


def test_whoever_seals_under_a_master_key_is_known_to_the_rotation() -> None:
    folders = ("assistant", "crm_integration", "deploy")
    found = {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"(?<![.\w])seal\(|crypto\.seal\(", path.read_text()) and "/migrations/" not in str(path)
    }
    assert found == SEALERS, "let rotate_keys.STEPS seal it anew, then list the file here"
    assert len(rotate_keys.STEPS) == 2


# --- where the secrets come from --------------------------------------------------------------------------------


def test_a_new_installation_has_a_fingerprint_key_of_its_own(tmp_path: Any) -> None:
    made = read_secrets(tmp_path)
    assert len(base64.b64decode(made["fingerprint_key"])) == 32
    assert made["fingerprint_key"] not in made["master_keys"]
    assert read_secrets(tmp_path) == made


def test_an_older_installation_goes_on_with_its_oldest_master_key(tmp_path: Any) -> None:
    (tmp_path / "secrets.json").write_text('{"master_keys": "k2:AAAA,k1:BBBB"}')
    assert read_secrets(tmp_path)["fingerprint_key"] == "BBBB"


@pytest.mark.parametrize(
    ("master", "prints", "used"),
    [("", "", "kept"), ("k1:x", "", ""), ("k1:x", "given", "given"), ("", "given", "given")],
)
def test_our_fingerprint_key_goes_with_our_master_keys_only(settings: Any, master: str, prints: str, used: str) -> None:
    given = settings.DESKSIDE.model_copy(
        update={"master_keys": SecretStr(master), "fingerprint_key": SecretStr(prints), "secret_key": SecretStr("")}
    )
    kept = {"master_keys": "k1:kept", "fingerprint_key": "kept", "secret_key": "s"}
    assert own_secrets(given, kept)["fingerprint_key"].get_secret_value() == used
