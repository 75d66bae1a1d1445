"""The start refuses a database role that escapes the policies."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg

from deploy.settings.env import ROOT, environment
from deploy.up.postgres import place_of


def test_a_worker_does_not_start_as_a_superuser(db: None) -> None:
    place = place_of(environment())
    password = place.passwords["superuser_password"]
    url = f"postgresql://postgres:{password}@/desk?host={place.sockets}"
    with psycopg.connect(url) as server:
        assert server.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (True,)
    variables = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings_superuser", "DESKSIDE_TEST_PASSWORD": password}
    ended = subprocess.run(
        [sys.executable, "manage.py", "work"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert "bypasses row-level security" in ended.stderr
