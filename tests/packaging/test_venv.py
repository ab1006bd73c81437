"""What ./run and ./test install, and when: by the real script, with a Python that only notes what it is asked."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHELL = shutil.which("dash") or shutil.which("sh")
pytestmark = pytest.mark.skipif(SHELL is None or os.name == "nt", reason="no POSIX shell on this machine")

RUN = "ensure_venv requirements.lock"
TEST = "ensure_venv requirements-dev.lock requirements.lock"
PYTHON = """#!/bin/sh
[ "$1" != -c ] || { echo 3.13; exit 0; }
while [ "$#" -gt 1 ]; do shift; done
echo "$1" >>"{folder}/asked"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with locks, project file and a .venv whose Python notes the last word of each installation."""
    folder = tmp_path / "checkout"
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    python = folder / ".venv" / "bin" / "python"
    python.write_text(PYTHON.replace("{folder}", str(folder)), encoding="utf-8")
    python.chmod(0o755)
    return folder


def started(checkout: Path, step: str) -> list[str]:
    """Do what a command does before it starts; return the locks that were installed."""
    asked = checkout / "asked"
    asked.unlink(missing_ok=True)
    script = f'set -eu; root="{checkout}"; . "{ROOT}/installer/setup.sh"; {step}'
    subprocess.run([str(SHELL), "-c", script], check=True, capture_output=True, timeout=60)
    if not asked.exists():
        return []
    *locks, project = asked.read_text(encoding="utf-8").splitlines()
    assert project == str(checkout)
    return [Path(lock).name for lock in locks]


def test_run_installs_what_the_program_needs_and_nothing_twice(checkout: Path) -> None:
    assert started(checkout, RUN) == ["requirements.lock"]
    assert started(checkout, RUN) == []


def test_run_leaves_a_venv_of_the_tests_as_it_is(checkout: Path) -> None:
    assert started(checkout, TEST) == ["requirements-dev.lock"]
    assert started(checkout, RUN) == []
    assert started(checkout, TEST) == []


def test_the_tests_add_to_what_run_has_installed(checkout: Path) -> None:
    started(checkout, RUN)
    assert started(checkout, TEST) == ["requirements-dev.lock"]
    assert started(checkout, RUN) == []


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_what_changed_is_installed_anew_by_whichever_comes_first(checkout: Path, name: str) -> None:
    started(checkout, TEST)
    with (checkout / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert started(checkout, RUN) == ["requirements.lock"]
    assert started(checkout, RUN) == []
    # what run has changed may not be what the tests' lock says any more
    assert started(checkout, TEST) == ["requirements-dev.lock"]


def test_a_changed_lock_of_the_tests_is_nothing_to_run(checkout: Path) -> None:
    started(checkout, TEST)
    with (checkout / "requirements-dev.lock").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert started(checkout, RUN) == []
    assert started(checkout, TEST) == ["requirements-dev.lock"]


@pytest.mark.parametrize(("command", "step"), [("run", RUN), ("test", TEST)])
def test_the_commands_do_what_these_tests_do(command: str, step: str) -> None:
    assert f"\n{step}\n" in (ROOT / command).read_text(encoding="utf-8")
    windows = (ROOT / f"{command}.cmd").read_text(encoding="utf-8")
    assert f'call "%~dp0installer\\setup.cmd" {step.split()[1]} ' in windows
