"""Settings of the test suite: a home of its own for each process of it, mocks at the two model ports."""

from __future__ import annotations

import os

from deploy.settings.env import ROOT

os.environ["DESKSIDE_HOME"] = os.path.join(  # noqa: PTH118 an environment holds text
    os.environ.get("DESKSIDE_TEST_HOME", str(ROOT / "var" / "test")), os.environ.get("PYTEST_XDIST_WORKER", "")
)
for _name in (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "BROKER_URL",
    "ENGINE_URL",
    "PUBLIC_URL",
    "KEYS_FOLDER",
    "NAME_MODELS",
):
    os.environ.pop(_name, None)
os.environ["BROKER_URL"] = os.environ.get("TEST_BROKER_URL", "")  # for the workers that tests start
os.environ["DATABASE_POOL_SIZE"] = "4"

from deploy.settings.base import *  # noqa: E402, F403
from deploy.wiring import PORTS as REAL_PORTS  # noqa: E402

DESKSIDE = DESKSIDE.model_copy(update={"first_words_within_s": 60.0})  # noqa: F405 a busy machine is no silent engine
PORTS = REAL_PORTS | {"Engine": "tests.fakes.engine", "Embedder": "tests.fakes.embedder"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
