"""Which class serves which port. `foundation.conf.provider` builds each once per process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.settings.env import environment

if TYPE_CHECKING:
    from assistant.ports import CustomerDirectory, HouseNames, PartsRunner
    from inference.contract import Embedder, Engine, NameModels, NameTagger, Reranker

PORTS: dict[str, str] = {
    "Engine": "deploy.wiring.engine",
    "EngineWindow": "deploy.wiring.engine_window",
    "Embedder": "deploy.wiring.embedder",
    "Reranker": "deploy.wiring.reranker",
    "NameTagger": "deploy.wiring.name_tagger",
    "NameModels": "deploy.wiring.name_models",
    "CustomerDirectory": "deploy.wiring.customer_directory",
    "HouseNames": "deploy.wiring.house_names",
    "PartsRunner": "deploy.wiring.parts_runner",
}


def engine() -> Engine:
    """Our own vLLM on its Unix socket, or the server that `ENGINE_URL` names."""
    from inference.admission import Admission  # noqa: PLC0415 made on first use
    from inference.backends.server import ServerEngine  # noqa: PLC0415
    from inference.launch import SERVED_NAME  # noqa: PLC0415

    env = environment()
    admission = Admission(running_max=env.engine_running_max, waiting_max=env.engine_waiting_max)
    if env.engine_url:
        return ServerEngine(model=env.engine_model, admission=admission, url=env.engine_url, api_key=env.engine_api_key)
    return ServerEngine(model=SERVED_NAME, admission=admission, socket=str(env.sockets / "engine.sock"))


def engine_window() -> int:
    """Tokens of prompt and answer together."""
    return environment().engine_max_model_len


def embedder() -> Embedder:
    """The embedder's process."""
    from inference.embedding.client import SocketEmbedder  # noqa: PLC0415 made on first use

    env = environment()
    return SocketEmbedder(str(env.sockets / "embedder.sock"), env.embedder_model)


def reranker() -> Reranker | None:
    """The operator's cross-encoder, here or elsewhere; there need not be one."""
    from inference.launch import SERVED_NAME  # noqa: PLC0415 made on first use
    from inference.rerank import ServerReranker  # noqa: PLC0415

    env = environment()
    if env.reranker_model is None:
        return None
    if env.reranker_url is None:
        return ServerReranker(
            model=SERVED_NAME, socket=str(env.sockets / "reranker.sock"), within_s=env.reranker_within_s
        )
    return ServerReranker(
        model=env.reranker_model,
        url=env.reranker_url,
        api_key=env.reranker_api_key,
        within_s=env.reranker_within_s,
    )


def name_tagger() -> NameTagger:
    """The small network that finds names and addresses, in this process."""
    from inference.tagging import tagger  # noqa: PLC0415 loads its weights on first use

    return tagger.name_tagger()


def name_models() -> NameModels:
    """The larger models of the folder that `NAME_MODELS` names, run by the embedder's process."""
    from inference.embedding.client import SocketNameModels  # noqa: PLC0415 made on first use

    env = environment()
    return SocketNameModels(str(env.sockets / "embedder.sock"), env.name_models)


def customer_directory() -> CustomerDirectory:
    """Customers of the tenant's business system, as synchronised."""
    from crm_integration.directory import SyncedDirectory  # noqa: PLC0415 needs loaded models

    return SyncedDirectory()


def house_names() -> HouseNames:
    """What the tenant's own articles call things."""
    from assistant.knowledge.vocabulary import ArticleNames  # noqa: PLC0415 needs loaded models

    return ArticleNames()


def parts_runner() -> PartsRunner:
    """Starts parts for commands that need them."""
    from deploy.up.runner import LocalParts  # noqa: PLC0415 only commands need it

    return LocalParts()
