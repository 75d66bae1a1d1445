"""The test settings, logged in as the one role that must be refused."""

from __future__ import annotations

import os

from deploy.settings.test import *  # noqa: F403
from deploy.settings.test import DATABASES

DATABASES["default"] |= {"USER": "postgres", "PASSWORD": os.environ["DESKSIDE_TEST_PASSWORD"]}
