"""Remove what can be made again: `python3 -m deploy.up.clean [--data]`. Data and secrets only when told so.

Runs with the system's python3: the standard library only, and no syntax newer than Python 3.8.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.up.lock import holder, home_folder, server_of
from deploy.up.preflight import ROOT

IN_CHECKOUT = (
    ".venv",
    "node_modules",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".import_linter_cache",
    ".hypothesis",
)
IN_HOME = ("models", "cache", "logs", "run", "static", "test", "supervisor.pid")
DATA = ("postgres", "doorbell", "keys", "secrets.json")
SOURCES = ("assistant", "crm_integration", "deploy", "inference", "tests")


def clean(root: Path, home: Path, *, with_data: bool) -> list[Path]:
    """Remove and return what was there. Raises SystemExit while something runs on this home or its test home."""
    for place in (home, home / "test"):
        running = holder(place) or server_of(place)
        if running:
            sys.exit(f"process {running} runs on {place}: make down first")
    gone = [path for path in _removable(root, home, with_data=with_data) if path.exists()]
    for path in gone:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return gone


def _removable(root: Path, home: Path, *, with_data: bool) -> Iterator[Path]:
    """Named entries only: the home may be a folder that holds other things too."""
    yield from (root / name for name in IN_CHECKOUT)
    yield from (home / name for name in (*IN_HOME, *(DATA if with_data else ())))
    for source in SOURCES:
        yield from list((root / source).rglob("__pycache__"))


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    for removed in clean(ROOT, home_folder(), with_data="--data" in sys.argv):
        if removed.name != "__pycache__":
            print(f"removed {removed}")
