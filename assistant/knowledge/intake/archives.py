"""Packed files: looked into with limits, because a small one can hold more than the machine."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from assistant.knowledge.intake.problems import Unusable

MOST_MEMBERS = 2_000
MOST_BYTES = 200_000_000
"""Of all members together, unpacked."""
MOST_BYTES_OF_ONE = 100_000_000
MOST_RATIO = 200
"""Unpacked to packed. Plain text reaches 20, a table of zeros 1,000."""
RATIO_FROM_BYTES = 1_000_000
IGNORED = ("__MACOSX/", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in an archive; `index` is its place in the archive's list."""

    name: str
    index: int


def open_archive(body: bytes) -> zipfile.ZipFile:
    """A zip file with a plausible number of members. Raises Unusable."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as problem:
        raise Unusable("wrong_format", "This is no zip file.") from problem
    if len(archive.infolist()) > MOST_MEMBERS:
        raise Unusable("too_many", f"There are more than {MOST_MEMBERS} files in it.")
    return archive


def require_harmless(archive: zipfile.ZipFile) -> None:
    """For a document that is a zip file itself. Raises Unusable when it would unpack to too much."""
    members = archive.infolist()
    if sum(member.file_size for member in members) > MOST_BYTES or any(map(is_bomb, members)):
        raise Unusable("too_big", "It becomes too big when it is unpacked.")


def is_bomb(member: zipfile.ZipInfo) -> bool:
    """Too big, or packed more tightly than anything that people write."""
    if member.file_size > MOST_BYTES_OF_ONE:
        return True
    return member.file_size > RATIO_FROM_BYTES and member.file_size > MOST_RATIO * max(member.compress_size, 1)


def members_of(archive: zipfile.ZipFile) -> list[Member]:
    """The files worth reading, in their order. Names are names only: nothing is ever written to a disk."""
    found = []
    for index, member in enumerate(archive.infolist()):
        name = PurePosixPath(member.filename.replace("\\", "/"))
        is_ignored = member.filename.startswith(IGNORED) or name.name in IGNORED or name.name.startswith(".")
        if not member.is_dir() and not is_ignored:
            parts = [part for part in name.parts if part not in ("..", ".", "/")]
            found.append(Member(name="/".join(parts), index=index))
    return found


def content_of(archive: zipfile.ZipFile, member: Member) -> bytes:
    """Its bytes, never more than the limit whatever the archive claims. Raises Unusable."""
    info = archive.infolist()[member.index]
    if is_bomb(info):
        raise Unusable("too_big", "It becomes too big when it is unpacked.")
    if info.flag_bits & 1:
        raise Unusable("encrypted")
    try:
        with archive.open(info) as file:
            body = file.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError) as problem:
        raise Unusable("unreadable") from problem
    if len(body) > info.file_size:
        raise Unusable("too_big", "It is bigger than the archive says.")
    return body
