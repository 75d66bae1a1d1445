"""`make up`: start everything, say where it is, keep it running until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import sys

from rich.console import Console

from deploy.settings.env import Environment, environment
from deploy.settings.secrets import read_secrets
from deploy.up import lock
from deploy.up.part import CannotStart, Part, only
from deploy.up.parts import build_parts, prepare_folders, reachable_host
from deploy.up.status import Status
from deploy.up.supervise import Supervisor
from deploy.up.web import PortTaken, listen

LOG_INS = (
    ("agent@larkfield.example", "agent of Larkfield Bank"),
    ("agent@norrvik.example", "agent of Norrvik"),
    ("manager@larkfield.example", "manager of Larkfield Bank"),
    ("admin@larkfield.example", "administrator of Larkfield Bank: privacy, erasing"),
    ("operator@deskside.example", "operator of this installation, for /admin/"),
)
PAGES = (
    ("/demo/larkfield-bank/", "a bank's site with the widget"),
    ("/demo/norrvik/", "a shop's site with the widget"),
    ("/desk/", "the agents' dashboard"),
    ("/api/docs/", "the API's documentation"),
    ("/admin/", "administration"),
)


def main() -> int:
    """Parse, check what can be checked at once, supervise."""
    options = _parse()
    settings = environment()
    settings = settings.model_copy(update={"deskside_home": settings.deskside_home.resolve()})
    with lock.held(settings.deskside_home):
        try:
            parts = build_parts(settings, with_demo=not options.no_demo)
            parts = only(parts, options.only or [part.name for part in parts])
            prepare_folders(settings)
            _require_port(settings, parts)
        except (CannotStart, PortTaken) as problem:
            sys.exit(str(problem))
        console = Console(highlight=False)
        status = Status(console)
        logs = settings.deskside_home / "logs"
        names = {part.name for part in parts}
        text = farewell(settings, names) if "web" in names else "\nCtrl-C stops everything.\n"
        return Supervisor(parts, logs=logs, status=status, on_settled=lambda: status.say(text)).run()


def farewell(settings: Environment, names: set[str]) -> str:
    """What to open and how to log in, once it runs."""
    host = reachable_host(settings.web_host)
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.web_port}"
    lines = ["", f"Deskside runs on {address}", ""]
    pages = PAGES if "demo" in names else PAGES[2:]
    lines += [f"  {address + path:<48} {what}" for path, what in pages]
    if "demo" in names:
        password = read_secrets(settings.deskside_home)["demo_password"]
        lines += ["", f"Log in with the password {password} as", ""]
        lines += [f"  {email:<48} {what}" for email, what in LOG_INS]
    return "\n".join([*lines, "", "Ctrl-C stops everything.", ""])


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.up", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="PART", help="these parts and what they wait for")
    parser.add_argument("--no-demo", action="store_true", help="do not load the two demo tenants")
    return parser.parse_args()


def _require_port(settings: Environment, parts: list[Part]) -> None:
    """Say that the port is taken now, not after half a minute."""
    if any(part.name == "web" for part in parts):
        listen(settings.web_host, settings.web_port).close()


if __name__ == "__main__":
    os.umask(0o022)  # the embedded server's user must reach its folder
    sys.exit(main())
