"""Static files as browsers want them: compressed once at the start, by content, outside the source tree."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

COMPRESSED = frozenset({".css", ".js", ".json", ".svg"})
LEAST_BYTES = 500
LEVEL = 9


class CompressedFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # WhiteNoise has no type information
    """WhiteNoise serves compressed twins that lie beside the files; ours lie in the home's cache."""

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        """The file with its twin. (Any: a mapping of WhiteNoise's own.)"""
        twin = compressed_twin(Path(path), settings.COMPRESSED_FILES)
        if twin is None:
            return super().get_static_file(path, url, stat_cache=stat_cache)
        headers = Headers([("Access-Control-Allow-Origin", "*")])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        return StaticFile(path, headers.items(), encodings={"gzip": str(twin)})


def compressed_twin(path: Path, folder: Path) -> Path | None:
    """A gzip file of the same content, made when it is missing; None where it would gain nothing."""
    if path.suffix not in COMPRESSED or path.stat().st_size < LEAST_BYTES:
        return None
    content = path.read_bytes()
    twin = folder / f"{hashlib.sha256(content).hexdigest()[:32]}.gz"
    if not twin.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{twin.name}.{os.getpid()}"  # another process may start at the same moment
        draft.write_bytes(gzip.compress(content, LEVEL, mtime=0))
        draft.replace(twin)
    return twin
