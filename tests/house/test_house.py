"""The house is in order: what is listed exists, what exists is documented, and nothing has outgrown its place."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

from assistant import events, ports
from assistant.foundation import errors
from assistant.foundation.errors import DesksideError
from assistant.foundation.limits import RATES
from assistant.interfaces.sockets import protocol
from assistant.knowledge.intake.problems import PROBLEMS
from deploy.settings.env import ROOT, Environment
from deploy.subscriptions import JOBS, SUBSCRIPTIONS
from deploy.wiring import PORTS

LONGEST_FILE = 500
GENERATED = {"package-lock.json"}
REGISTRY_HOSTS = re.compile(
    r"https?://(?:[\w.-]*(?:pypi|pythonhosted|npmjs|yarnpkg|jfrog|artifactory|nexus|pkg)[\w.-]*)"
)
LANGUAGE_FOLDERS = ["assistant/foundation/lang", "assistant/frontend/shared/lang"]


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository, those that are about to be added included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def tree(error: type[DesksideError]) -> set[type[DesksideError]]:
    """Every class below, ours only."""
    found = {error}
    for child in error.__subclasses__():
        found |= tree(child)
    return found


# --- settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(Environment.model_fields))
def test_every_setting_says_what_it_is(name: str) -> None:
    description = Environment.model_fields[name].description or ""
    assert len(description) > 15, f"give {name} a description"
    assert description.rstrip().endswith((".", ")")), f"{name}: a sentence ends with a full stop"


def test_nothing_but_the_settings_reads_the_environment() -> None:
    allowed = {"deploy", "tests"}
    readers = [
        str(path.relative_to(ROOT))
        for path in tracked("assistant/**.py", "crm_integration/**.py", "inference/**.py")
        if re.search(r"os\.(?:environ\b|getenv)", path.read_text()) and path.relative_to(ROOT).parts[0] not in allowed
    ]
    assert readers == []


NOT_THROUGH_THE_GATE = {
    "inference/backends/server.py": "the engine: a local socket, or the operator's ENGINE_URL, which no tenant can set",
    "inference/rerank.py": "the reranker: a local socket, or the operator's RERANKER_URL, which no tenant can set",
    "inference/clients.py": "opens what these three ask through",
    "inference/embedding/client.py": "the embedder: a local socket",
    "deploy/up/probes.py": "asks the house's own parts whether they are ready",
    "deploy/management/commands/bench.py": "measures our own web server",
}
"""Files that talk over the network without `foundation/egress.py`, and why."""


def test_everything_that_asks_another_machine_goes_through_the_gate() -> None:
    clients = (
        r"^\s*(?:import|from) (?:httpx2?|httpcore2?|requests|urllib3|urllib\.request|http\.client|aiohttp|ftplib)\b"
    )
    found = {
        str(path.relative_to(ROOT))
        for path in tracked("assistant/**.py", "crm_integration/**.py", "inference/**.py", "deploy/**.py")
        if re.search(clients, path.read_text(), re.MULTILINE)
    }
    assert found == set(NOT_THROUGH_THE_GATE) | {"assistant/foundation/egress.py"}


# --- errors and frames ----------------------------------------------------------------------------------------------


def test_every_error_of_the_first_floor_stands_in_its_drawing() -> None:
    drawing = errors.__doc__ or ""
    missing = [
        kind.__name__
        for kind in tree(DesksideError)
        if kind.__module__ == errors.__name__ and kind.__name__ not in drawing
    ]
    assert missing == []


def test_every_error_code_means_one_thing() -> None:
    codes = Counter(kind.__dict__["code"] for kind in tree(DesksideError) if "code" in kind.__dict__)
    assert {code: count for code, count in codes.items() if count > 1} == {}


def test_every_error_can_be_told_to_a_caller() -> None:
    for kind in tree(DesksideError):
        assert re.fullmatch(r"[a-z_]+", kind.code), kind
        assert 400 <= kind.status <= 599, kind
        assert kind.public_message.endswith((".", "!")), kind


def test_every_bad_frame_has_a_documented_code() -> None:
    """Codes that are made in the sockets' modules stand in the docstring of `parse_frame` or in the error tree."""
    folder = Path(inspect.getfile(protocol)).parent
    made = {code for path in folder.glob("*.py") for code in re.findall(r'BadFrame\(\s*"(\w+)"', path.read_text())}
    documented = set(re.findall(r"`(\w+)`", inspect.getdoc(protocol.parse_frame) or ""))
    known = documented | {kind.code for kind in tree(DesksideError)}
    assert made
    assert made - known == set()


def test_every_close_code_that_is_used_is_documented() -> None:
    folder = Path(inspect.getfile(protocol)).parent
    used = {
        int(code)
        for path in [*folder.glob("*.py"), ROOT / "deploy" / "asgi.py"]
        for code in re.findall(r'(?:Refused\(|close\(|"code": )(\d{4})\b', path.read_text())
    }
    assert used
    assert used - set(protocol.CLOSE_CODES) == set()


# --- events, jobs, ports --------------------------------------------------------------------------------------------


def test_every_event_class_is_listed() -> None:
    made = {kind for kind in vars(events).values() if inspect.isclass(kind) and hasattr(kind, "kind")}
    assert made == set(events.EVENTS)
    assert all(kind.kind == kind.__name__ for kind in made)


def test_only_known_events_are_heard() -> None:
    assert set(SUBSCRIPTIONS) <= {kind.kind for kind in events.EVENTS}


@pytest.mark.parametrize("path", [*JOBS.values(), *(path for paths in SUBSCRIPTIONS.values() for path in paths)])
def test_every_handler_exists_and_takes_one_argument(path: str) -> None:
    handler = import_string(path)
    assert len(inspect.signature(handler).parameters) == 1
    assert inspect.getdoc(handler)


@pytest.mark.parametrize("port", sorted(PORTS))
def test_every_port_is_served_by_something_that_exists(port: str) -> None:
    assert callable(import_string(PORTS[port]))


def test_every_port_of_the_product_is_bound() -> None:
    protocols = {
        name for name, kind in vars(ports).items() if inspect.isclass(kind) and getattr(kind, "_is_protocol", False)
    }
    assert protocols - {"Protocol"} <= set(PORTS)


def test_every_limit_that_is_taken_exists_and_is_used() -> None:
    text = "\n".join(path.read_text() for path in tracked("assistant/**.py"))
    taken = set(re.findall(r'(?:limits\.take|self\.within)\(\s*"([\w.]+)"', text))
    assert taken == set(RATES)


def test_every_problem_of_a_document_is_documented_and_happens() -> None:
    folder = ROOT / "assistant" / "knowledge"
    files = [path for path in folder.rglob("*.py") if "/migrations/" not in str(path) and path.name != "problems.py"]
    text = "\n".join(path.read_text() for path in files)
    made = set(re.findall(r'(?:Problem\(\s*code=|Unusable\(\s*)"([a-z_]+)"', text))
    from_the_gate = {kind.code for kind in tree(errors.EgressError)}
    assert made | from_the_gate <= set(PROBLEMS)
    assert {code for code in PROBLEMS if f'"{code}"' not in text} - from_the_gate == set()
    assert all(sentence.endswith(".") for sentence in PROBLEMS.values())


# --- files ----------------------------------------------------------------------------------------------------------


def test_no_file_has_outgrown_its_noun() -> None:
    sources = tracked("*.py", "*.ts", "*.tsx", "*.css", "*.html")
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources
        if (lines := path.read_text().count("\n")) > LONGEST_FILE and "/static/" not in str(path)
    }
    assert long == {}


def test_no_markup_is_ever_made_from_text() -> None:
    makers = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML"
    sources = tracked("assistant/frontend/**.ts", "assistant/frontend/**.tsx")
    assert sources
    guilty = [str(path.relative_to(ROOT)) for path in sources if re.search(makers, path.read_text())]
    assert guilty == []


@pytest.mark.parametrize("folder", LANGUAGE_FOLDERS)
def test_every_language_says_everything(folder: str) -> None:
    tables = {path.stem: json.loads(path.read_text()) for path in (ROOT / folder).glob("*.json")}
    assert {"en", "zh"} <= set(tables)
    for language, table in tables.items():
        assert set(table) == set(tables["en"]), language
        for key, text in table.items():
            assert text.strip(), f"{language}: {key}"
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", tables["en"][key])), (
                f"{language}: {key}"
            )


def test_no_lock_file_names_a_registry() -> None:
    locks = [path for path in tracked() if path.suffix == ".lock" or path.name in GENERATED]
    assert len(locks) >= 3
    found = {
        str(path.relative_to(ROOT)): hosts for path in locks if (hosts := REGISTRY_HOSTS.findall(path.read_text()))
    }
    assert found == {}


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked("assistant/**.py", "crm_integration/**.py", "inference/**.py", "deploy/**.py")
        if path.read_text().strip() and "/migrations/" not in str(path) and not path.read_text().startswith('"""')
    ]
    assert silent == []
