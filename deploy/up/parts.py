"""The parts of an installation: what starts, how one sees that it is ready, how it stops, what it waits for.

postgres, model ── database ── migrate ─┬─ demo ── web, worker
                   engine (after model) embedder ┘
"""

from __future__ import annotations

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

from deploy.settings.env import ROOT, Environment
from deploy.up import postgres
from deploy.up.lock import server_of
from deploy.up.part import CannotStart, Part, without
from deploy.up.probes import answers_on_port, answers_on_socket, generates_on_socket
from inference.launch import SERVED_NAME, embedder_launch, engine_launch, reranker_launch
from inference.prepare import model_folder

PREDECESSOR_S = 15.0


def build_parts(environment: Environment, *, models: Path | None = None, with_demo: bool = True) -> list[Part]:
    """Everything this installation runs itself, in the order of its story. `models`: where the prepared model lies."""
    models = models or environment.deskside_home / "models"
    parts = [
        _step("model", environment, "-m", "inference.prepare", str(models), environment.engine_model),
        _postgres(environment),
        _step("database", environment, "-m", "deploy.up.postgres", after=("postgres",)),
        _step("migrate", environment, "manage.py", "migrate", "--no-input", after=("database",)),
        _embedder(environment),
        _engine(environment, models),
        *_reranker(environment),
        _step("demo", environment, "manage.py", "load_demo", after=("migrate", "embedder")),
        _web(environment),
        _worker(environment),
    ]
    return without(parts, _absent(environment, with_demo=with_demo))


def prepare_folders(environment: Environment) -> None:
    """Make the folders that must be there. Raises CannotStart when somebody else owns the place of our sockets."""
    for name in ("logs", "static"):  # WhiteNoise warns of a missing folder
        (environment.deskside_home / name).mkdir(parents=True, exist_ok=True)
    environment.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
    if environment.sockets.stat().st_uid != os.geteuid():
        raise CannotStart(f"{environment.sockets} belongs to another user; set DESKSIDE_HOME to a shorter path")


def _absent(environment: Environment, *, with_demo: bool) -> set[str]:
    """What somebody else runs for us, or nobody needs."""
    absent: set[str] = set()
    if environment.database_url is not None:
        absent |= {"postgres", "database"}
    if environment.engine_url is not None:
        absent |= {"engine", "model"}
    if not with_demo:
        absent.add("demo")
    return absent


def _postgres(environment: Environment) -> Part:
    place = postgres.place_of(environment)
    return Part(
        name="postgres",
        command=postgres.server_command(place),
        environment={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},  # another user's process: none of our variables
        folder=Path("/"),  # it may not be allowed into ours
        account=postgres.server_user(),
        prepare=partial(_prepare_postgres, environment),
        is_ready=partial(postgres.is_ready, place),
        stop_signal=signal.SIGINT,  # "fast": ends sessions, writes everything out
        hurry_signal=signal.SIGQUIT,
        grace_s=10.0,
    )


def _prepare_postgres(environment: Environment) -> None:
    """Make the cluster; let the server of a supervisor that was killed a moment ago end first."""
    deadline = time.monotonic() + PREDECESSOR_S
    while running := server_of(environment.deskside_home):
        if time.monotonic() > deadline:
            raise CannotStart(
                f"another PostgreSQL runs on {environment.deskside_home} (process {running}): stop it first"
            )
        time.sleep(0.2)
    postgres.make_cluster(postgres.place_of(environment))


def _engine(environment: Environment, models: Path) -> Part:
    path = environment.sockets / "engine.sock"
    cache = environment.deskside_home / "cache" / "vllm"
    launch = engine_launch(environment, model=model_folder(models, environment.engine_model), socket=path, cache=cache)
    return Part(
        name="engine",
        command=launch.command,
        environment=_variables(environment) | launch.environment,
        folder=ROOT,
        after=("model",),
        prepare=partial(path.unlink, missing_ok=True),
        is_ready=partial(generates_on_socket, path, SERVED_NAME),
        ready_within_s=600.0,  # a large model from a slow disk
        grace_s=8.0,
    )


def _embedder(environment: Environment) -> Part:
    path = environment.sockets / "embedder.sock"
    launch = embedder_launch(environment, socket=path)
    return Part(
        name="embedder",
        command=launch.command,
        environment=_variables(environment) | launch.environment,
        folder=ROOT,
        prepare=partial(path.unlink, missing_ok=True),
        is_ready=partial(answers_on_socket, path),
        ready_within_s=180.0,
        nice=10,  # a visitor's answer goes before an import
    )


def _reranker(environment: Environment) -> list[Part]:
    """Only where the operator named a cross-encoder of their own."""
    if environment.reranker_model is None or environment.reranker_url is not None:
        return []
    path = environment.sockets / "reranker.sock"
    cache = environment.deskside_home / "cache" / "vllm"
    launch = reranker_launch(environment, model=environment.reranker_model, socket=path, cache=cache)
    return [
        Part(
            name="reranker",
            command=launch.command,
            environment=_variables(environment) | launch.environment,
            folder=ROOT,
            prepare=partial(path.unlink, missing_ok=True),
            is_ready=partial(answers_on_socket, path),
            ready_within_s=600.0,
            grace_s=8.0,
        )
    ]


def _web(environment: Environment) -> Part:
    return Part(
        name="web",
        command=[sys.executable, "-m", "deploy.up.web"],
        environment=_variables(environment),
        folder=ROOT,
        after=("migrate", "demo"),
        uses=("postgres", "engine", "embedder"),
        is_ready=partial(
            answers_on_port,
            reachable_host(environment.web_host),
            environment.web_port,
            "/healthz",
            host=_called(environment),
        ),
        ready_within_s=90.0,
        grace_s=8.0,  # uvicorn itself waits 5 s for answers in progress
    )


def _worker(environment: Environment) -> Part:
    mark = environment.sockets / "worker.ready"
    return Part(
        name="worker",
        command=[sys.executable, "manage.py", "work", "--ready-file", str(mark)],
        environment=_variables(environment),
        folder=ROOT,
        after=("migrate", "demo"),
        uses=("postgres", "engine", "embedder"),
        prepare=partial(mark.unlink, missing_ok=True),
        is_ready=mark.exists,
        ready_within_s=90.0,
        grace_s=8.0,
    )


def _step(name: str, environment: Environment, *arguments: str, after: tuple[str, ...] = ()) -> Part:
    return Part(
        name=name,
        command=[sys.executable, *arguments],
        environment=_variables(environment),
        folder=ROOT,
        after=after,
    )


def _variables(environment: Environment) -> dict[str, str]:
    """Our own environment without make's, so that a child's `make` would not believe to be part of ours."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return inherited | {
        "DESKSIDE_HOME": str(environment.deskside_home),
        "DJANGO_SETTINGS_MODULE": "deploy.settings.base",
        "PYTHONUNBUFFERED": "1",
    }


def reachable_host(web_host: str) -> str:
    """An address to call for an address to listen on."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(web_host, web_host)  # noqa: S104 compared, not bound


def _called(environment: Environment) -> str:
    """A name the web server accepts."""
    first = environment.allowed_hosts.split(",")[0].strip().lstrip(".")
    return "localhost" if first in ("", "*") else first
