"""Start-up in pieces: what is said, what starts when, what is remembered. Nothing is started here."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from deploy.settings.env import ROOT, read_environment
from deploy.up import clean, lock, preflight
from deploy.up.__main__ import farewell
from deploy.up.check import differing
from deploy.up.child import open_log
from deploy.up.install import NOISE, Progress, Stamp, count_packages
from deploy.up.part import CannotStart, Part, back_off_s, only, stop_waves, without
from deploy.up.parts import build_parts
from deploy.up.status import Line, State, Status
from deploy.up.supervise import Watched
from deploy.up.web import PortTaken, listen


def part(name: str, *after: str, uses: tuple[str, ...] = (), is_step: bool = False) -> Part:
    ready = None if is_step else (lambda: True)
    return Part(name=name, command=["true"], environment={}, folder=Path("/"), after=after, uses=uses, is_ready=ready)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def installation(home: Path) -> list[Part]:
    return build_parts(read_environment({"DESKSIDE_HOME": str(home)}))


def names(parts: list[Part]) -> list[str]:
    return [part.name for part in parts]


# --- order ----------------------------------------------------------------------------------------------------------


def test_each_failure_doubles_the_wait_up_to_half_a_minute() -> None:
    assert [back_off_s(failures) for failures in (1, 2, 3, 4, 5, 6, 60)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_part_waits_only_for_what_comes_before_it(installation: list[Part]) -> None:
    seen: set[str] = set()
    for one in installation:
        assert set(one.after) <= seen
        seen.add(one.name)


def test_web_and_worker_stop_before_what_they_use_and_postgres_last(installation: list[Part]) -> None:
    waves = [set(names(wave)) for wave in stop_waves(installation)]
    assert waves[0] == {"web", "worker"}
    assert "postgres" in waves[-1]
    assert not any("migrate" in wave for wave in waves)


def test_web_does_not_wait_for_the_engine(installation: list[Part]) -> None:
    assert "engine" not in names(only(installation, ["web"]))


def test_only_takes_what_a_part_waits_for_and_nothing_else(installation: list[Part]) -> None:
    assert names(only(installation, ["migrate"])) == ["postgres", "database", "migrate"]


def test_an_unknown_part_is_named_together_with_the_known_ones(installation: list[Part]) -> None:
    with pytest.raises(CannotStart, match="no part 'pg'; there are: model, postgres"):
        only(installation, ["pg"])


def test_nobody_waits_for_an_absent_part() -> None:
    left = without([part("a"), part("b", "a"), part("c", "b", uses=("a",))], {"a"})
    assert [(one.name, one.after, one.uses) for one in left] == [("b", (), ()), ("c", ("b",), ())]


def test_parts_that_wait_for_each_other_are_refused() -> None:
    with pytest.raises(CannotStart, match="wait for each other"):
        stop_waves([part("a", "b"), part("b", "a")])


def test_external_servers_replace_our_own(home: Path) -> None:
    urls = {"DATABASE_URL": "postgresql://a:b@db/desk", "ENGINE_URL": "http://gpu:8000/v1"}
    parts = build_parts(read_environment({"DESKSIDE_HOME": str(home), **urls}), with_demo=False)
    assert names(parts) == ["migrate", "embedder", "web", "worker"]


def test_postgres_is_asked_to_end_sessions_not_to_wait_for_them(installation: list[Part]) -> None:
    assert next(one for one in installation if one.name == "postgres").stop_signal is signal.SIGINT


def test_a_part_that_recovered_starts_counting_anew(tmp_path: Path) -> None:
    watched = Watched(part("a"), tmp_path)
    watched.failures, watched.state, watched.ready_at = 5, State.READY, 100.0
    watched._rest("exit 1", now=130.0)
    assert watched.failures == 6
    watched.state, watched.ready_at = State.READY, 200.0
    watched._rest("exit 1", now=261.0)
    assert (watched.failures, watched.retry_at) == (1, 262.0)


# --- before installing ----------------------------------------------------------------------------------------------


def test_another_python_is_refused_with_the_line_to_type() -> None:
    problem = preflight.python_problem((3, 12, 1))
    assert problem is not None
    assert "this one is 3.12" in problem.sentence
    assert problem.line == "make up PYTHON=/path/to/python3.11"
    assert preflight.python_problem((3, 11, 2)) is None


@pytest.mark.parametrize(
    "machine",
    [
        ("Darwin", "arm64", ("", "")),
        ("Linux", "aarch64", ("glibc", "2.36")),
        ("Linux", "x86_64", ("musl", "1.2")),
        ("Linux", "x86_64", ("glibc", "2.17")),
    ],
)
def test_a_machine_without_wheels_is_told_which_have_them(machine: tuple[str, str, tuple[str, str]]) -> None:
    problem = preflight.platform_problem(*machine)
    assert problem is not None
    assert "Linux on x86-64 with glibc 2.28" in problem.sentence


def test_debian_12_is_fine() -> None:
    assert preflight.platform_problem("Linux", "x86_64", ("glibc", "2.36")) is None


def test_debian_without_venv_gets_exactly_one_apt_line() -> None:
    problem = preflight.venv_problem((3, 11), is_debian=True)
    assert problem.line == "sudo apt-get install -y python3.11-venv"


def test_too_little_disk_is_said_in_numbers() -> None:
    problem = preflight.disk_problem(2.04)
    assert problem is not None
    assert "needs 6 GB" in problem.sentence
    assert "2.0 GB are free" in problem.sentence


def test_little_memory_is_a_hint_not_a_refusal() -> None:
    assert "ENGINE_URL" in (preflight.memory_hint(2.0) or "")
    assert preflight.memory_hint(8.0) is None


def test_an_index_without_the_cpu_torch_is_answered_with_the_variable_to_set() -> None:
    answer = "torch (2.15.0)\nAvailable versions: 2.15.0, 2.13.0, 2.12.1\n"
    problem = preflight.torch_problem(answer)
    assert problem is not None
    assert problem.line is not None
    assert problem.line.startswith("export PIP_EXTRA_INDEX_URL=")
    assert preflight.torch_problem("Available versions: 2.15.0, 2.13.0+cpu, 2.13.0\n") is None


def test_an_unreachable_index_is_not_blamed_on_torch() -> None:
    problem = preflight.torch_problem("WARNING: Retrying\nERROR: No matching distribution found for torch")
    assert problem is not None
    assert problem.line is None


def test_what_will_be_downloaded_is_announced_before(tmp_path: Path) -> None:
    text = preflight.announcement("cpu", present=None, packages=193, venv=tmp_path)
    assert "0.82 GB to download" in text
    assert str(tmp_path) in text
    assert "0.17 GB to download" in preflight.announcement("dev", present="cpu", packages=231, venv=tmp_path)


@pytest.mark.parametrize("module", ["preflight", "install", "lock", "clean"])
def test_what_runs_before_the_environment_needs_only_the_standard_library(module: str) -> None:
    code = f"import deploy.up.{module}, sys; print(*sorted(m for m in sys.modules if '.' not in m))"
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) - {"deploy", "__main__"} <= set(sys.stdlib_module_names)


# --- the stamp ------------------------------------------------------------------------------------------------------


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").touch()
    return tmp_path / "venv"


@pytest.fixture
def stamp(tmp_path: Path, venv: Path) -> Stamp:
    for name in ("cpu", "dev"):
        (tmp_path / f"{name}.lock").write_text(f"{name}==1\n")
    return Stamp(venv, locks=tmp_path)


def test_installing_for_development_satisfies_running_too(stamp: Stamp) -> None:
    assert not stamp.is_current("cpu")
    stamp.write("dev")
    assert stamp.is_current("cpu")
    assert stamp.is_current("dev")


def test_a_changed_lock_is_installed_again(stamp: Stamp, tmp_path: Path) -> None:
    stamp.write("dev")
    (tmp_path / "cpu.lock").write_text("cpu==2\n")
    assert not stamp.is_current("cpu")
    assert stamp.is_usable()


def test_a_moved_environment_is_made_anew(stamp: Stamp, venv: Path, tmp_path: Path) -> None:
    stamp.write("cpu")
    moved = Stamp(venv.rename(tmp_path / "elsewhere"), locks=tmp_path)
    assert not moved.is_current("cpu")
    assert not moved.is_usable()


def test_an_environment_whose_python_is_gone_is_made_anew(stamp: Stamp, venv: Path) -> None:
    stamp.write("cpu")
    (venv / "bin" / "python").unlink()
    assert not stamp.is_current("cpu")
    assert not stamp.is_usable()


def test_pip_is_one_line_of_progress() -> None:
    progress = Progress(total=2)
    for line in ("Looking in links: /x", "Collecting a==1", "Requirement already satisfied: b==2"):
        progress.read(line)
    assert str(progress) == "fetching 2 of 2"
    progress.read("Installing collected packages: a")
    assert str(progress) == "unpacking"
    assert any(
        noise in "WARNING: Location 'file:///x/' is ignored: it is neither a file nor a directory." for noise in NOISE
    )


def test_the_locks_name_no_place_and_hold_the_cpu_torch() -> None:
    for name in ("cpu", "dev"):
        text = (ROOT / "requirements" / f"{name}.lock").read_text()
        assert "://" not in text
        assert f"torch=={preflight.TORCH} " in text
        assert count_packages(text) == text.count("==") > 150


def test_the_development_lock_repeats_the_runtime_lock() -> None:
    pins = [
        {line.split()[0] for line in (ROOT / "requirements" / f"{name}.lock").read_text().splitlines() if "==" in line}
        for name in ("cpu", "dev")
    ]
    assert pins[0] < pins[1]


# --- what people see ------------------------------------------------------------------------------------------------


def test_without_a_terminal_each_change_is_one_line() -> None:
    out = io.StringIO()
    status = Status(Console(file=out, width=200))
    waiting = Line(name="web", state=State.WAITING, log=Path("web.log"))
    ready = Line(name="web", state=State.READY, seconds=2.04, log=Path("web.log"))
    for line in (waiting, waiting, ready, ready):
        status.show([line])
    assert out.getvalue().split() == ["web", "ready", "2.0", "s", "web.log"]


def test_the_last_words_hold_addresses_and_the_demo_password(home: Path) -> None:
    settings = read_environment({"DESKSIDE_HOME": str(home), "WEB_HOST": "0.0.0.0", "WEB_PORT": "8042"})
    text = farewell(settings, {"web", "demo"})
    for piece in ("http://127.0.0.1:8042/demo/norrvik/", "/desk/", "/api/docs/", "operator@deskside.example"):
        assert piece in text
    assert "/demo/" not in farewell(settings, {"web"})


def test_a_taken_port_names_the_setting() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortTaken, match="WEB_PORT"):
            listen("127.0.0.1", other.getsockname()[1])


def test_the_listening_socket_gives_up_on_a_client_that_never_reads() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * 32 * 1_024  # the kernel doubles it


def test_a_long_log_is_put_aside_and_three_old_ones_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    for number in range(6):
        path.write_text(str(number))
        os.truncate(path, 10_000_001)
        open_log(path).close()
    kept = sorted(file.name for file in tmp_path.iterdir())
    assert kept == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    assert (tmp_path / "web.log.1").read_text().startswith("5")


def test_files_that_were_not_built_again_are_named(tmp_path: Path) -> None:
    for name, text in (("one", "a"), ("two", "b")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same.js").write_text("x")
        (tmp_path / name / "widget.js").write_text(text)
    (tmp_path / "two" / "new.js").touch()
    assert differing(tmp_path / "one", tmp_path / "two") == ["new.js", "widget.js"]


# --- clean ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path, home: Path) -> Path:
    for path in (
        "home/models",
        "home/postgres",
        "home/keys",
        "home/mine",
        "checkout/.venv",
        "checkout/deploy/__pycache__",
    ):
        (tmp_path / path).mkdir(parents=True)
    (home / "secrets.json").touch()
    return tmp_path / "checkout"


def test_cleaning_keeps_data_secrets_and_what_is_not_ours(checkout: Path, home: Path) -> None:
    clean.clean(checkout, home, with_data=False)
    assert sorted(path.name for path in home.iterdir()) == ["keys", "mine", "postgres", "secrets.json"]
    assert sorted(path.name for path in checkout.iterdir()) == ["deploy"]


def test_cleaning_with_data_keeps_what_is_not_ours(checkout: Path, home: Path) -> None:
    clean.clean(checkout, home, with_data=True)
    assert [path.name for path in home.iterdir()] == ["mine"]


def test_cleaning_is_refused_while_it_runs(checkout: Path, home: Path) -> None:
    with lock.held(home), pytest.raises(SystemExit, match="make down first"):
        clean.clean(checkout, home, with_data=False)
    assert (home / "models").exists()


def test_a_second_supervisor_is_refused_and_a_stale_file_is_not_believed(home: Path) -> None:
    with lock.held(home), pytest.raises(SystemExit, match=f"process {os.getpid()}"), lock.held(home):
        pass
    assert lock.holder(home) is None
    assert lock.stop(home) is False
