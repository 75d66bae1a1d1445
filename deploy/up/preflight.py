"""What this machine must have before anything is installed, each with the line to type when it is missing.

Runs with the system's python3, perhaps an old one: the standard library only, and no syntax newer than Python 3.8.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = (3, 11)
GLIBC = (2, 28)  # the oldest that torch's and vLLM's wheels run on
TORCH = "2.13.0+cpu"
DISK_GB = 6.0
MEMORY_GB = 4.5  # engine 2.8, embedder 0.9, the rest 0.6
DOWNLOAD_GB = {"cpu": 0.82, "gpu": 4.3, "dev": 0.99}  # the sum of each lock's wheels; cpu and dev measured, gpu read
INSTALLED_GB = {"cpu": 2.5, "gpu": 9.0, "dev": 3.4}


@dataclass(frozen=True)
class Problem:
    """Why the installation would fail, in a sentence, and the line to type, if a line helps."""

    sentence: str
    line: str | None = None

    def __str__(self) -> str:
        return self.sentence if self.line is None else f"{self.sentence}\n\n    {self.line}\n"


def examine() -> None:
    """End with the first thing that this machine lacks. As root on Debian, get Python's venv ourselves."""
    version = sys.version_info[:2]
    problem = (
        python_problem(version)
        or platform_problem(platform.system(), platform.machine(), platform.libc_ver())
        or disk_problem(shutil.disk_usage(ROOT).free / 1e9)
    )
    if problem:
        sys.exit(str(problem))
    _require_venv(version)
    hint = memory_hint(_available_memory_gb())
    if hint:
        print(hint)


def python_problem(version: Sequence[int]) -> Problem | None:
    """The lock files are for one version of Python."""
    if tuple(version[:2]) == PYTHON:
        return None
    found = ".".join(str(part) for part in version[:2])
    return Problem(
        f"Deskside needs Python 3.11; this one is {found}. If 3.11 is installed elsewhere, name it:",
        "make up PYTHON=/path/to/python3.11",
    )


def platform_problem(system: str, machine: str, libc: tuple[str, str]) -> Problem | None:
    """The wheels of torch and vLLM exist for Linux with glibc on x86-64."""
    name, version = libc
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if system == "Linux" and machine == "x86_64" and name == "glibc" and numbers >= GLIBC:
        return None
    found = " ".join(part for part in (system, machine, name, version) if part)
    return Problem(f"Deskside's packages exist for Linux on x86-64 with glibc 2.28 or newer; this is {found}.")


def disk_problem(free_gb: float) -> Problem | None:
    """Packages, model and database need room."""
    if free_gb >= DISK_GB:
        return None
    return Problem(f"Deskside needs {DISK_GB:.0f} GB of disk in {ROOT}; {free_gb:.1f} GB are free.")


def memory_hint(available_gb: float) -> str | None:
    """A warning, not a refusal: swap or an external engine may help."""
    if available_gb >= MEMORY_GB:
        return None
    return (
        f"Note: {available_gb:.1f} GB of memory are free; engine and embedder want {MEMORY_GB} GB. "
        "ENGINE_URL can name an engine on another machine."
    )


def venv_problem(version: Sequence[int], *, is_debian: bool) -> Problem:
    """What to say when Python cannot make a virtual environment."""
    package = f"python{version[0]}.{version[1]}-venv"
    if is_debian:
        return Problem(
            "Python's venv is missing. Type this, then run make again:", f"sudo apt-get install -y {package}"
        )
    return Problem("Python's modules venv and ensurepip are missing; install them with this system's package manager.")


def torch_problem(answer: str) -> Problem | None:
    """`answer` is what `pip index versions torch` said: is the CPU build among the versions?"""
    listed = [line for line in answer.splitlines() if line.startswith("Available versions:")]
    if any(TORCH in line for line in listed):
        return None
    if not listed:
        last = (answer.strip().splitlines() or ["it said nothing"])[-1]
        return Problem(f"pip finds no package index: {last}")
    return Problem(
        f"torch {TORCH} is not on pip's index; name PyTorch's CPU wheel index and run make again:",
        "export PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu",
    )


def examine_index(python: Path) -> None:
    """Ask pip (the one of the new environment) for the CPU build of torch; nothing is downloaded."""
    command = [str(python), "-m", "pip", "index", "versions", "torch"]
    asked = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    problem = torch_problem(asked.stdout)
    if problem:
        sys.exit(str(problem))


def announcement(kind: str, *, present: str | None, packages: int, venv: Path) -> str:
    """What will be downloaded and where it goes. `present` names the lock that is installed already."""
    download = DOWNLOAD_GB[kind] - (DOWNLOAD_GB[present] if present else 0.0)
    disk = INSTALLED_GB[kind] - (INSTALLED_GB[present] if present else 0.0)
    return (
        f"Installing {packages} packages into {venv}: about {download:.2f} GB to download, {disk:.1f} GB on disk.\n"
        "No compiler is needed and no administrator; beside this folder only pip's own cache grows."
    )


def _require_venv(version: Sequence[int]) -> None:
    if _can_make_venv():
        return
    is_debian = Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None
    problem = venv_problem(version, is_debian=is_debian)
    if not is_debian or os.geteuid() != 0:
        sys.exit(str(problem))
    package = f"python{version[0]}.{version[1]}-venv"
    print(f"Python's venv is missing and we are root: installing {package} with apt-get")
    _apt_install(package)
    importlib.invalidate_caches()
    if not _can_make_venv():
        sys.exit(str(problem))


def _can_make_venv() -> bool:
    """Debian splits both modules off: without them `python3 -m venv` stops half-way."""
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


def _apt_install(package: str) -> None:
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    first = subprocess.run(install, env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if first.returncode != 0:  # the package lists may be old or absent
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, stdout=subprocess.DEVNULL, check=False)
        subprocess.run(install, env=quiet, stdout=subprocess.DEVNULL, check=False)


def _available_memory_gb() -> float:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) / 1e6
    return MEMORY_GB
