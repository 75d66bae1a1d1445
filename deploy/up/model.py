"""Prepare the engine's model ahead of the first start: `python -m deploy.up.model`. Instant when that was done."""

from __future__ import annotations

import sys
import time

from deploy.settings.env import environment
from deploy.up.part import CannotStart
from deploy.up.parts import build_parts
from deploy.up.runner import run_step
from inference.prepare import is_prepared


def main() -> None:
    """Convert the model that comes with the packages, with a line that says so."""
    settings = environment()
    home = settings.deskside_home.resolve()
    if settings.engine_url is not None or is_prepared(home / "models", settings.engine_model):
        return
    parts = build_parts(settings.model_copy(update={"deskside_home": home}))
    started = time.monotonic()
    print(f"  model     preparing {settings.engine_model} (about half a minute, once)", flush=True)
    try:
        run_step(next(part for part in parts if part.name == "model"), home / "logs")
    except CannotStart as problem:
        sys.exit(str(problem))
    print(f"  model     prepared  {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
