"""A contact's key: made once by however many processes, destroyed for ever, sealed anew under load."""

from __future__ import annotations

import base64
import contextlib
import multiprocessing
import secrets
import stat
import threading
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from assistant.foundation import keyring
from assistant.foundation.crypto import NotOpened, Rotated, fingerprint, seal, unseal
from assistant.foundation.errors import Erased
from assistant.foundation.keyring import erase_key, find_key, find_or_make_key, is_erased, rewrap_keys
from assistant.foundation.tenancy import bound

ALICE, CHARLIE = uuid4(), uuid4()


def master(*names: str) -> str:
    """Master keys by name, the same at each call."""
    return ",".join(f"{name}:{base64.b64encode(name.encode().ljust(32, b'.')).decode()}" for name in names)


def use(settings: Any, **changes: str) -> None:
    """As if the process had been started with these settings."""
    secret = {name: SecretStr(value) for name, value in changes.items()}
    settings.DESKSIDE = settings.DESKSIDE.model_copy(update=secret)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DESKSIDE = settings.DESKSIDE.model_copy(update={"keys_folder": tmp_path / "keys"})
    return tmp_path / "keys"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != keyring.LOCK]


def test_a_key_is_made_once_and_opens_what_it_sealed(folder: Path) -> None:
    contact = uuid4()
    with bound(ALICE):
        assert find_key(contact) is None
        sealed = find_or_make_key(contact).seal("Ann", about="place")
        again = find_key(contact)
        assert again is not None
        assert again.unseal(sealed, about="place") == "Ann"
        assert find_or_make_key(contact).unseal(sealed, about="place") == "Ann"
    assert len(files(folder)) == 1


def test_only_the_owner_may_read_a_key(folder: Path) -> None:
    with bound(ALICE):
        find_or_make_key(uuid4())
    assert {stat.S_IMODE(path.stat().st_mode) for path in files(folder)} == {0o600}
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_another_contact_place_or_tenant_does_not_open_it() -> None:
    contact = uuid4()
    with bound(ALICE):
        key = find_or_make_key(contact)
        sealed = key.seal("Ann", about="place")
        with pytest.raises(NotOpened):
            key.unseal(sealed, about="other place")
        with pytest.raises(NotOpened):
            find_or_make_key(uuid4()).unseal(sealed, about="place")
    with bound(CHARLIE):
        assert find_key(contact) is None
        with pytest.raises(NotOpened):
            key.unseal(sealed, about="place")


@pytest.mark.parametrize("to", ["contact", "tenant"])
def test_a_key_file_that_was_moved_does_not_open(folder: Path, to: str) -> None:
    contact, other = uuid4(), uuid4()
    with bound(ALICE):
        find_or_make_key(contact)
        stolen = files(folder)[0].read_bytes()
    tenant, person = (ALICE, other) if to == "contact" else (CHARLIE, contact)
    with bound(tenant):
        find_or_make_key(person)
        place = folder / tenant.hex / person.hex[-2:] / person.hex
        place.write_bytes(stolen)
        with pytest.raises(NotOpened):
            find_key(person)


@pytest.mark.parametrize("content", [b"", b"k1.", b"\xff\xfe", b"nokey.AAAA", b"k1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_a_damaged_file_is_an_incident_and_not_a_new_key(folder: Path, content: bytes) -> None:
    contact = uuid4()
    with bound(ALICE):
        find_or_make_key(contact)
        files(folder)[0].write_bytes(content)
        with pytest.raises(NotOpened):
            find_or_make_key(contact)
    assert files(folder)[0].read_bytes() == content


def test_an_erased_contact_gets_no_key_again(folder: Path) -> None:
    contact = uuid4()
    with bound(ALICE):
        find_or_make_key(contact)
        assert erase_key(contact) is True
        assert erase_key(contact) is False
        assert find_key(contact) is None
        assert is_erased(contact)
        with pytest.raises(Erased):
            find_or_make_key(contact)
        assert keyring.erased_contacts() == [contact]
    assert [path.read_bytes() for path in files(folder)] == [keyring.TOMBSTONE]


def test_a_contact_without_a_key_can_be_erased_beforehand() -> None:
    contact = uuid4()
    with bound(ALICE):
        assert erase_key(contact) is True
        with pytest.raises(Erased):
            find_or_make_key(contact)


def test_erasing_writes_over_the_key_in_its_place_and_over_copies_a_crash_left(folder: Path, tmp_path: Path) -> None:
    contact = uuid4()
    with bound(ALICE):
        find_or_make_key(contact)
        path = files(folder)[0]
        key = path.read_bytes()
        disk = tmp_path / "the same place on the disk"
        disk.hardlink_to(path)
        left = path.with_name(f".{path.name}.0123")
        left.write_bytes(key)
        erase_key(contact)
    assert disk.read_bytes().startswith(keyring.TOMBSTONE)
    assert not set(key.split(b".")) & set(disk.read_bytes().split(b"."))
    assert not left.exists()


def test_a_crash_after_overwriting_reads_as_erased_and_can_be_finished(folder: Path) -> None:
    contact = uuid4()
    with bound(ALICE):
        find_or_make_key(contact)
        keyring._overwrite(files(folder)[0])
        assert find_key(contact) is None
        assert is_erased(contact)
        with pytest.raises(Erased):
            find_or_make_key(contact)
        assert erase_key(contact) is True
    assert [path.read_bytes() for path in files(folder)] == [keyring.TOMBSTONE]


def make_and_seal(tenant: UUID, contact: UUID, start: Any, results: Any) -> None:
    start.wait(30)
    with bound(tenant):
        results.put(find_or_make_key(contact).seal("Ann", about="place"))


def test_of_many_processes_that_make_a_key_at_once_one_wins() -> None:
    context = multiprocessing.get_context("fork")
    for _ in range(5):
        contact, start, results = uuid4(), context.Event(), context.Queue()
        workers = [
            context.Process(target=make_and_seal, args=(ALICE, contact, start, results), daemon=True) for _ in range(6)
        ]
        for worker in workers:
            worker.start()
        start.set()
        sealed = [results.get(timeout=30) for _ in workers]
        for worker in workers:
            worker.join(30)
        with bound(ALICE):
            key = find_key(contact)
            assert key is not None
            assert [key.unseal(one, about="place") for one in sealed] == ["Ann"] * len(workers)


def test_a_key_made_during_an_erasure_does_not_survive_it() -> None:
    for _ in range(200):
        contact, both = uuid4(), threading.Barrier(2)

        def make(contact: UUID = contact, both: threading.Barrier = both) -> None:
            both.wait()
            with bound(ALICE), contextlib.suppress(Erased):
                find_or_make_key(contact)

        thread = threading.Thread(target=make)
        thread.start()
        both.wait()
        with bound(ALICE):
            erase_key(contact)
            thread.join()
            assert is_erased(contact)


# --- rotation -------------------------------------------------------------------------------------------------------


def test_keys_are_sealed_anew_and_the_old_master_key_may_go(settings: Any) -> None:
    contact, gone = uuid4(), uuid4()
    use(settings, master_keys=master("old"))
    with bound(ALICE):
        sealed = find_or_make_key(contact).seal("Ann", about="place")
        erase_key(gone)
    use(settings, master_keys=master("new", "old"))
    with bound(ALICE):
        assert rewrap_keys() == Rotated(changed=1, current=1, unopened=0)
        assert rewrap_keys() == Rotated(changed=0, current=2, unopened=0)
    use(settings, master_keys=master("new"))
    with bound(ALICE):
        key = find_key(contact)
        assert key is not None
        assert key.unseal(sealed, about="place") == "Ann"
        assert is_erased(gone)


def test_a_key_whose_master_key_was_removed_too_early_is_counted_and_kept(settings: Any, folder: Path) -> None:
    use(settings, master_keys=master("old"))
    with bound(ALICE):
        find_or_make_key(uuid4())
    before = files(folder)[0].read_bytes()
    use(settings, master_keys=master("new"))
    with bound(ALICE):
        assert rewrap_keys() == Rotated(changed=0, current=0, unopened=1)
    assert files(folder)[0].read_bytes() == before


def test_rotation_while_others_keep_and_open_values_loses_nothing(settings: Any) -> None:
    contacts = [uuid4() for _ in range(12)]
    kept: list[tuple[UUID, str, str]] = []
    problems: list[BaseException] = []
    stop = threading.Event()

    def work(number: int) -> None:
        try:
            with bound(ALICE):
                count = 0
                while count < 40 or not stop.is_set():
                    count += 1
                    contact, value = secrets.choice(contacts), secrets.token_hex(8)
                    kept.append((contact, value, find_or_make_key(contact).seal(value, about="place")))
                    contact, value, sealed = secrets.choice(kept)
                    key = find_key(contact)
                    assert key is not None
                    assert key.unseal(sealed, about="place") == value
        except BaseException as problem:  # noqa: BLE001 told to the test
            problems.append(problem)

    use(settings, master_keys=master("k0"))
    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 6):
        use(settings, master_keys=master(*(f"k{older}" for older in range(number, -1, -1))))
        for _ in range(3):
            with bound(ALICE):
                assert rewrap_keys().unopened == 0
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []
    with bound(ALICE):
        rewrap_keys()
    use(settings, master_keys=master("k5"))
    with bound(ALICE):
        opened = [(find_or_make_key(contact).unseal(sealed, about="place"), value) for contact, value, sealed in kept]
    assert all(found == value for found, value in opened)
    assert len(kept) > 100


def test_fingerprints_outlive_every_master_key(settings: Any) -> None:
    own = base64.b64encode(b"f" * 32).decode()
    use(settings, master_keys=master("old"), fingerprint_key=own)
    with bound(ALICE):
        before = fingerprint("ann@example.com", purpose="contact-email")
    use(settings, master_keys=master("new"))
    with bound(ALICE):
        assert fingerprint("ann@example.com", purpose="contact-email") == before


def test_where_no_fingerprint_key_is_set_the_oldest_master_key_serves(settings: Any) -> None:
    old = master("old").split(":")[1]
    use(settings, master_keys=master("new", "old"), fingerprint_key="")
    with bound(ALICE):
        before = fingerprint("ann@example.com", purpose="contact-email")
    use(settings, master_keys=master("new"), fingerprint_key=old)
    with bound(ALICE):
        assert fingerprint("ann@example.com", purpose="contact-email") == before


def test_an_old_master_key_opens_and_the_newest_seals(settings: Any) -> None:
    use(settings, master_keys=master("old"))
    with bound(ALICE):
        sealed = seal("x", purpose="identity-key")
    use(settings, master_keys=master("new", "old"))
    with bound(ALICE):
        assert unseal(sealed, purpose="identity-key") == "x"
        assert seal("x", purpose="identity-key").startswith("new.")
