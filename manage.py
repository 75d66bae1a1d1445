#!/usr/bin/env python
"""Django's command line for this installation."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.base")
    import deploy.celery  # noqa: F401 makes it the app that `enqueue` rings

    execute_from_command_line(sys.argv)
