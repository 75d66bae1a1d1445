"""A key of its own for each contact, kept outside the database: erasing one small file makes a contact's values
unreadable everywhere, in the database's back-ups too.

`KEYS_FOLDER/<tenant>/<last two digits>/<contact>` holds the contact's key, sealed under the newest master key with
tenant and contact in the additional data. An erased contact leaves a file that says so: a database that is restored
from a back-up can not make a new key behind it. Several processes may work here at once: a file appears whole or not
at all, the first one made wins, and whoever replaces one holds the tenant's lock.
A key is opened for one operation and never kept.
"""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from assistant.foundation import crypto, tenancy
from assistant.foundation.conf import conf
from assistant.foundation.crypto import NotOpened, Rotated
from assistant.foundation.errors import Erased

PURPOSE = "contact-key"
TOMBSTONE = b"erased\n"
LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class ContactKey:
    """A contact's key, open for one operation."""

    _raw: bytes = field(repr=False)

    def seal(self, plain: str, *, about: str) -> str:
        """Encrypt a value of the contact. `about` names its place and must be given again to open it."""
        return crypto.encrypt(self._raw, plain, about=_about(about))

    def unseal(self, sealed: str, *, about: str) -> str:
        """Decrypt one. Raises NotOpened."""
        return crypto.decrypt(self._raw, sealed, about=_about(about))


def find_key(contact: UUID) -> ContactKey | None:
    """The contact's key; None when nothing was sealed yet or it was erased. Raises NotOpened, as a wrong file does."""
    try:
        return _read(_path(contact), contact)
    except Erased:
        return None


def find_or_make_key(contact: UUID) -> ContactKey:
    """The contact's key, made at the first value to keep. Raises Erased, and NotOpened when no master key opens it."""
    path = _path(contact)
    known = _read(path, contact)
    if known is not None:
        return known
    raw = secrets.token_bytes(crypto.KEY_BYTES)
    sealed = crypto.seal(base64.b64encode(raw).decode(), purpose=PURPOSE, place=contact.hex)
    _make_folders(path)
    with _written(path, sealed.encode()) as fresh, suppress(FileExistsError, FileNotFoundError):
        os.link(fresh, path)  # fails when another process was first, with a key or an erasure: then that counts
    _sync(path.parent)
    made = _read(path, contact)
    if made is None:  # an erasure took our file away and is about to write its own
        raise Erased
    return made


def erase_key(contact: UUID) -> bool:
    """Destroy the contact's key for ever; False when that was done before. Also bars one that was never made."""
    path = _path(contact)
    _make_folders(path)
    with _lock():
        if _content(path) == TOMBSTONE:
            return False
        for left in (path, *path.parent.glob(f".{path.name}.*")):  # copies that a crash left behind, too
            _overwrite(left)
        with _written(path, TOMBSTONE) as fresh:
            fresh.replace(path)
        _sync(path.parent)
    return True


def is_erased(contact: UUID) -> bool:
    """Was the contact's key destroyed?"""
    return (_content(_path(contact)) or b"").startswith(TOMBSTONE)


def erased_contacts() -> list[UUID]:
    """Contacts of the bound tenant whose keys were destroyed."""
    return [UUID(path.name) for path in _files() if is_erased(UUID(path.name))]


def rewrap_keys() -> Rotated:
    """Seal every key of the bound tenant under the newest master key, while others read and make keys."""
    counts = Rotated()
    for path in _files():
        contact = UUID(path.name)
        with _lock():  # an erasure in between would be undone by the replacement
            try:
                is_changed = _rewrap(path, contact)
            except NotOpened:
                counts.unopened += 1
                continue
        counts.changed += is_changed
        counts.current += not is_changed
    return counts


def _rewrap(path: Path, contact: UUID) -> bool:
    content = _content(path)
    if content is None or content.startswith(TOMBSTONE) or crypto.key_of(content.decode()) == crypto.newest_key():
        return False
    plain = crypto.unseal(content.decode(), purpose=PURPOSE, place=contact.hex)
    with _written(path, crypto.seal(plain, purpose=PURPOSE, place=contact.hex).encode()) as fresh:
        fresh.replace(path)
    _sync(path.parent)
    return True


def _read(path: Path, contact: UUID) -> ContactKey | None:
    content = _content(path)
    if content is None:
        return None
    if content.startswith(TOMBSTONE):
        raise Erased
    try:
        plain = crypto.unseal(content.decode(), purpose=PURPOSE, place=contact.hex)
    except UnicodeDecodeError as problem:
        raise NotOpened from problem
    return ContactKey(base64.b64decode(plain))


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _overwrite(path: Path) -> None:
    """Write over the key in its place: a reader finds the tombstone first, whatever follows it."""
    with suppress(FileNotFoundError), path.open("r+b") as file:
        length = os.fstat(file.fileno()).st_size
        file.write(TOMBSTONE + secrets.token_bytes(max(0, length - len(TOMBSTONE))))
        file.flush()
        os.fsync(file.fileno())
        if path.name.startswith("."):
            path.unlink(missing_ok=True)


@contextmanager
def _written(path: Path, content: bytes) -> Iterator[Path]:
    """A file beside `path` that holds the content on the disk; gone afterwards unless it was moved."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def _lock() -> Iterator[None]:
    """One process at a time replaces files of the bound tenant."""
    path = _tenant_folder() / LOCK
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _files() -> Iterator[Path]:
    """The files of the bound tenant's contacts; what a crash left half written has a dot before its name."""
    for folder in sorted(_tenant_folder().glob("[0-9a-f][0-9a-f]")):
        yield from sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _path(contact: UUID) -> Path:
    return _tenant_folder() / contact.hex[-2:] / contact.hex


def _tenant_folder() -> Path:
    folder = conf().keys_folder
    assert folder is not None, "the environment names a folder"
    return folder / tenancy.required().hex


def _make_folders(path: Path) -> None:
    """The folders down to the file, for our eyes only."""
    folder, tenant_folder = path.parent, path.parent.parent
    for made in (tenant_folder.parent, tenant_folder, folder):
        if not made.is_dir():
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync(made.parent)


def _sync(folder: Path) -> None:
    """Names are on the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _about(about: str) -> str:
    return f"{tenancy.required()}|{about}"
