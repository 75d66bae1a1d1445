"""Make `.venv` hold exactly what a lock file lists: `python3 -m deploy.up.install [runtime|dev]`.

A stamp inside `.venv` holds the hash of what was installed, so that a second run returns at once.
Runs with the system's python3: the standard library only, and no syntax newer than Python 3.8.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

from deploy.up import preflight

ROOT = preflight.ROOT
LOCKS = ROOT / "requirements"
CONTAINED = {"cpu": ("cpu",), "gpu": ("gpu",), "dev": ("cpu", "dev")}
"""Which locks are satisfied once this one is installed: dev.lock repeats cpu.lock version by version."""
NOISE = (" is ignored: it is neither a file nor a directory", "Looking in indexes:", "Looking in links:")


def install(kind: str, *, venv: Path = ROOT / ".venv") -> None:
    """Bring the environment up to the lock of this kind; ends the process with a reason when that fails."""
    stamp = Stamp(venv)
    if stamp.is_current(kind):
        return
    preflight.examine()
    if not stamp.is_usable():
        _make_venv(venv)
    python = venv / "bin" / "python"
    if kind != "gpu":
        preflight.examine_index(python)
    lock = LOCKS / f"{kind}.lock"
    present = "cpu" if kind == "dev" and stamp.is_current("cpu") else None
    packages = count_packages(lock.read_text())
    print(preflight.announcement(kind, present=present, packages=packages, venv=venv), flush=True)
    _run_pip(python, lock, Progress(total=packages))
    stamp.write(kind)


def runtime_kind() -> str:
    """`gpu` where a GPU and a lock for it exist, else `cpu`."""
    return "gpu" if Path("/dev/nvidia0").exists() and (LOCKS / "gpu.lock").exists() else "cpu"


def count_packages(lock: str) -> int:
    """How many packages a lock file lists."""
    return sum("==" in line and not line.startswith((" ", "#")) for line in lock.splitlines())


class Stamp:
    """Notes in the environment itself what was installed and where the environment was made."""

    def __init__(self, venv: Path, locks: Path = LOCKS) -> None:
        self.venv = venv
        self.path = venv / "deskside.json"
        self.locks = locks

    def is_current(self, kind: str) -> bool:
        """Nothing to install? Also no after the checkout was moved: an environment holds its own path."""
        noted = self._read()
        return noted.get("place") == str(self.venv) and noted.get(kind) == self._hash(kind) and self._has_python()

    def is_usable(self) -> bool:
        """Can pip add to it, or must it be made anew?"""
        return self._has_python() and self._read().get("place", str(self.venv)) == str(self.venv)

    def write(self, kind: str) -> None:
        """Note that this lock was installed, and which others that satisfies."""
        noted = {"place": str(self.venv), **{name: self._hash(name) for name in CONTAINED[kind]}}
        self.path.write_text(json.dumps(noted, indent=1) + "\n")

    def _read(self) -> dict[str, str]:
        try:
            noted: dict[str, str] = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        return noted

    def _hash(self, kind: str) -> str:
        return hashlib.sha256((self.locks / f"{kind}.lock").read_bytes()).hexdigest()

    def _has_python(self) -> bool:
        """A link to a Python that was removed meanwhile does not exist."""
        return (self.venv / "bin" / "python").exists()


class Progress:
    """pip's many lines as one."""

    def __init__(self, *, total: int) -> None:
        self.total = total
        self.seen = 0
        self.is_unpacking = False

    def read(self, line: str) -> None:
        """Take in one line of pip's output."""
        if line.startswith(("Collecting ", "Processing ", "Requirement already satisfied:")):
            self.seen += 1
        elif line.startswith("Installing collected packages:"):
            self.is_unpacking = True

    def __str__(self) -> str:
        if self.is_unpacking:
            return "unpacking"
        return f"fetching {self.seen} of {self.total}"


def _make_venv(venv: Path) -> None:
    print(f"Making {venv}", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)


def _run_pip(python: Path, lock: Path, progress: Progress) -> None:
    """Install with hashes, without resolving; bytecode is left to the first import (66 s, not 100 [measured])."""
    scratch = python.parents[1] / "tmp"  # /tmp may be a small memory disk
    scratch.mkdir(exist_ok=True)
    command = [str(python), "-m", "pip", "install", "--no-deps", "--require-hashes", "--no-compile", "-r", str(lock)]
    command += ["--progress-bar", "off", "--disable-pip-version-check", "--no-input"]
    quiet = dict(os.environ, TMPDIR=str(scratch), PIP_ROOT_USER_ACTION="ignore")
    log = python.parents[1] / "install.log"
    pip = subprocess.Popen(
        command,
        env=quiet,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        umask=0o022,  # as root: the embedded PostgreSQL's user must be able to read what is installed
    )
    with open(log, "w", encoding="utf-8") as file:
        reader = threading.Thread(target=_follow, args=(pip, file, progress), daemon=True)
        reader.start()
        _watch(pip, progress)
        reader.join()
    shutil.rmtree(scratch, ignore_errors=True)
    if pip.returncode != 0:
        lines = [line for line in log.read_text().splitlines() if not line.endswith(NOISE)]
        sys.exit("\n".join([*lines[-12:], "", f"pip failed; everything it said is in {log}"]))


def _follow(pip: subprocess.Popen[str], log: IO[str], progress: Progress) -> None:
    for line in pip.stdout or ():
        if not any(noise in line for noise in NOISE):
            log.write(line)
        progress.read(line)


def _watch(pip: subprocess.Popen[str], progress: Progress) -> None:
    """One line that changes on a terminal; elsewhere a line at the end."""
    started = time.monotonic()
    while pip.poll() is None:
        if sys.stdout.isatty():
            print(f"\r  packages  {progress}  {time.monotonic() - started:.0f} s ", end="\033[K", flush=True)
        time.sleep(0.5)
    if sys.stdout.isatty():
        print("\r", end="\033[K")
    outcome = "installed" if pip.returncode == 0 else "failed"
    print(f"  packages  {outcome}  {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    asked = sys.argv[1] if len(sys.argv) > 1 else "runtime"
    install(runtime_kind() if asked == "runtime" else asked)
