"""How our own engine and embedder are started: command lines and environments, nothing else."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from inference.config import InferenceSettings

SERVED_NAME = "deskside"
BLOCK_TOKENS = 32  # the CPU default of 128 never caches a short prompt
NGRAM = {"method": "ngram", "num_speculative_tokens": 5, "prompt_lookup_max": 4, "prompt_lookup_min": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A process to start; `environment` is added to ours."""

    command: list[str]
    environment: dict[str, str]


def engine_launch(settings: InferenceSettings, *, model: Path | str, socket: Path, cache: Path) -> Launch:
    """vLLM's server on a Unix socket: no network listener, offline, no remote code."""
    has_gpu = Path("/dev/nvidia0").exists()
    command = [
        sys.executable,
        *("-m", "vllm.entrypoints.openai.api_server"),
        *("--model", str(model), "--served-model-name", SERVED_NAME, "--uds", str(socket)),
        *("--max-model-len", str(settings.engine_max_model_len), "--max-num-seqs", str(settings.engine_running_max)),
        *("--generation-config", "vllm", "--scheduling-policy", "priority"),
        "--enable-prefix-caching",
        "--enable-prompt-tokens-details",
        "--disable-uvicorn-access-log",
        "--disable-fastapi-docs",
        *("--speculative-config", json.dumps(NGRAM)),
    ]
    environment = _closed(model, cache)
    if has_gpu:
        command += ["--gpu-memory-utilization", str(settings.engine_gpu_memory_share), "--dtype", settings.engine_dtype]
    else:
        command += [
            *("--dtype", cpu_dtype() if settings.engine_dtype == "auto" else settings.engine_dtype),
            *("--kv-cache-memory-bytes", f"{settings.engine_kv_cache_mb}M", "--block-size", str(BLOCK_TOKENS)),
            *("--max-num-batched-tokens", str(max(2_048, settings.engine_max_model_len)), "--enforce-eager"),
        ]
        environment |= {
            "VLLM_CPU_OMP_THREADS_BIND": "nobind",
            "OMP_NUM_THREADS": str(settings.engine_threads),
            "VLLM_ENABLE_V1_MULTIPROCESSING": "0",  # one process and 0.6 GB less
        }
        faster = Path(sys.prefix) / "lib" / "libiomp5.so"  # 10 % faster decoding than the default runtime
        if faster.exists():
            environment["LD_PRELOAD"] = str(faster)
    return Launch(command=command, environment=environment)


def reranker_launch(settings: InferenceSettings, *, model: str, socket: Path, cache: Path) -> Launch:
    """A cross-encoder in vLLM's pooling runner, as closed as the engine."""
    has_gpu = Path("/dev/nvidia0").exists()
    command = [
        sys.executable,
        *("-m", "vllm.entrypoints.openai.api_server", "--runner", "pooling"),
        *("--model", model, "--served-model-name", SERVED_NAME, "--uds", str(socket)),
        *("--dtype", "float32" if not has_gpu else settings.engine_dtype),
        *("--enforce-eager", "--disable-uvicorn-access-log", "--disable-fastapi-docs"),
    ]
    environment = _closed(model, cache)
    if has_gpu:
        command += ["--gpu-memory-utilization", f"{1 - settings.engine_gpu_memory_share:.2f}"]
    else:
        command += ["--kv-cache-memory-bytes", "64M"]  # else it wants nine tenths of the machine
        environment |= {"VLLM_CPU_OMP_THREADS_BIND": "nobind", "OMP_NUM_THREADS": str(settings.embedder_threads)}
    return Launch(command=command, environment=environment)


def _closed(model: Path | str, cache: Path) -> dict[str, str]:
    """Nothing is told to anybody; a local model asks nobody for anything."""
    offline = "1" if Path(model).exists() else "0"
    return {
        "HF_HUB_OFFLINE": offline,
        "TRANSFORMERS_OFFLINE": offline,
        "VLLM_NO_USAGE_STATS": "1",
        "DO_NOT_TRACK": "1",
        "VLLM_CACHE_ROOT": str(cache),
        "VLLM_LOGGING_LEVEL": "WARNING",
    }


def embedder_launch(settings: InferenceSettings, *, socket: Path) -> Launch:
    """The embedder's process, single-threaded: two busy OpenMP teams on two cores collapse."""
    command = [sys.executable, "-m", "inference.embedding.worker", str(socket), str(settings.embedder_threads)]
    for option, folder in (("--encoder", settings.embedder_model), ("--name-models", settings.name_models)):
        if folder is not None:
            command += [option, str(folder.resolve())]
    environment = {
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": str(settings.embedder_threads),
        "MALLOC_ARENA_MAX": "2",
    }
    return Launch(command=command, environment=environment)


def cpu_dtype() -> str:
    """bfloat16 where the CPU computes in it (1.5 times faster there), else float32 (six times faster there)."""
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    return "bfloat16" if "avx512_bf16" in flags or "amx_bf16" in flags else "float32"
