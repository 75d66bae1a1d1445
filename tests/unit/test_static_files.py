"""Static files travel compressed, without anybody compressing them by hand."""

from __future__ import annotations

import gzip
from pathlib import Path

from deploy.static_files import compressed_twin


def test_script_gets_a_smaller_twin_with_the_same_content(tmp_path: Path) -> None:
    script = tmp_path / "widget.js"
    script.write_text("say('hello');\n" * 200)
    twin = compressed_twin(script, tmp_path / "cache")
    assert twin is not None
    assert twin.stat().st_size < script.stat().st_size / 10
    assert gzip.decompress(twin.read_bytes()) == script.read_bytes()


def test_changed_script_never_gets_the_twin_of_the_old_one(tmp_path: Path) -> None:
    script = tmp_path / "widget.js"
    script.write_text("old();\n" * 200)
    old = compressed_twin(script, tmp_path / "cache")
    script.write_text("new();\n" * 200)
    assert compressed_twin(script, tmp_path / "cache") != old


def test_pictures_and_tiny_files_are_served_as_they_are(tmp_path: Path) -> None:
    for name, size in (("photo.png", 5_000), ("tiny.js", 40)):
        (tmp_path / name).write_bytes(b"a" * size)
        assert compressed_twin(tmp_path / name, tmp_path / "cache") is None
