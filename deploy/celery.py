"""Celery, as a doorbell: one task whose arguments are ids. The truth is the job's row (DESIGN 4)."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.base")

from celery import Celery

from deploy import doorbell
from deploy.settings.env import environment

import_module(os.environ["DJANGO_SETTINGS_MODULE"])  # the tests' settings change the environment before it is read


def broker_settings() -> dict[str, Any]:
    """Redis or RabbitMQ when configured, else a folder. (Any: Celery's own configuration values.)"""
    env = environment()
    if env.broker_url:
        return {"broker_url": env.broker_url}
    folder = env.deskside_home / "doorbell" / "messages"
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": doorbell.URL,
        "broker_transport_options": {
            "data_folder_in": str(folder),
            "data_folder_out": str(folder),
            "store_processed": False,
            "polling_interval": 0.05,
        },
    }


app = Celery("deskside")
app.conf.update(
    **broker_settings(),
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_store_eager_result=False,
    worker_hijack_root_logger=False,
    worker_enable_remote_control=False,
    worker_prefetch_multiplier=1,
    worker_concurrency=4,
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=2,
    task_publish_retry=False,
    enable_utc=True,
    timezone="UTC",
    event_queue_ttl=60,
)
app.set_default()


@app.task(name="deskside.ring")  # type: ignore[untyped-decorator]  # celery has no type information
def ring(tenant: str, job: str) -> None:
    """Run the job if it is due; harmless when it is not."""
    from assistant.foundation.outbox.jobs import run_job  # noqa: PLC0415 needs loaded apps

    run_job(UUID(tenant), UUID(job))
