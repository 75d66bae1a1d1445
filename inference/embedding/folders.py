"""Models in the operator's folder: which names there are, and from a name to its folder, to no other place."""

from __future__ import annotations

import re
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def model_names(folder: Path | None) -> list[str]:
    """Names of the folders that hold a model, sorted; none where the folder can not be read."""
    try:
        return sorted(path.name for path in folder.iterdir() if _is_model(path)) if folder else []
    except OSError:
        return []


def model_folder(folder: Path | None, name: str) -> Path | None:
    """The folder of a model; None for a name that is none, whatever it tries."""
    if folder is None or NAME.fullmatch(name) is None or not _is_model(folder / name):
        return None
    return folder / name


def _is_model(path: Path) -> bool:
    return NAME.fullmatch(path.name) is not None and (path / "config.json").is_file()
