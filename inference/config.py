"""Settings of the engine and the embedder, typed. `deploy/settings/env.py` fills them."""

from __future__ import annotations

from pydantic import BaseModel, DirectoryPath, Field


class InferenceSettings(BaseModel):
    """What the model servers need to know."""

    engine_url: str | None = Field(
        None, description="An OpenAI-compatible server to use instead of our own engine, e.g. `http://gpu-box:8000/v1`."
    )
    engine_api_key: str | None = Field(None, description="Bearer key for `ENGINE_URL`, when it wants one.")
    engine_model: str = Field(
        "smollm2-135m-instruct",
        description="A local model folder, a hub name, or the default that comes with the packages. "
        "With `ENGINE_URL`: the model name to ask for.",
    )
    engine_dtype: str = Field(
        "auto", description="`auto` takes bfloat16 where the CPU computes in it (or a GPU is present), else float32."
    )
    engine_threads: int = Field(2, ge=1, le=256, description="CPU threads of the engine.")
    engine_max_model_len: int = Field(2_048, ge=512, description="Longest prompt plus answer, in tokens.")
    engine_kv_cache_mb: int = Field(384, ge=64, description="Memory of the engine's prefix cache on a CPU, in MiB.")
    engine_gpu_memory_share: float = Field(
        0.85, gt=0, le=0.98, description="Share of GPU memory that the engine takes."
    )
    engine_running_max: int = Field(4, ge=1, le=1_024, description="Answers generated at the same time.")
    engine_waiting_max: int = Field(32, ge=0, le=10_000, description="Answers that may wait for a place.")
    reranker_model: str | None = Field(
        None,
        description="A cross-encoder (folder or hub name) that reads the best passages once more; `make up` serves it "
        "with the engine's pooling runner. With `RERANKER_URL`: the model name to ask for.",
    )
    reranker_url: str | None = Field(
        None, description="A server with `/rerank` (vLLM, Jina, Cohere) to use instead, e.g. `http://gpu-box:8001/v1`."
    )
    reranker_api_key: str | None = Field(None, description="Bearer key for `RERANKER_URL`, when it wants one.")
    reranker_within_s: float = Field(
        0.5, gt=0, description="A reranker that takes longer is not waited for: the first ranking holds."
    )
    embedder_model: DirectoryPath | None = Field(
        None,
        description="A multilingual sentence encoder of 384 dimensions with mean pooling (`config.json`, tokenizer, "
        "`*.safetensors`), instead of the English one of the packages. Articles are made searchable again.",
    )
    embedder_threads: int = Field(1, ge=1, le=64, description="CPU threads of the embedder.")
    name_models: DirectoryPath | None = Field(
        None,
        description="A folder of folders, each a token-classification model (`config.json`, fast tokenizer, "
        "`*.safetensors`) that finds names. A tenant may choose one on its privacy page; the embedder runs it.",
    )
