"""Several processes answer on one socket; one that dies is replaced, none stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests import builders
from tests.central.process import Central, running_central

WAIT_SECONDS = 60.0


def crew_of(central: Central) -> list[int]:
    """Return the processes that answer: children of the one that watches, but for Python's own helper."""
    pid = central.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    found = []
    for child in children:
        # It may end while it is looked at.
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return found


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < deadline
        os.sched_yield()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_process_that_dies_is_replaced_and_none_outlives_the_server(tmp_path: Path, postgres_url: str) -> None:
    with running_central(tmp_path, "--workers", "2", url=postgres_url) as central:
        desk = central.desk()
        first = crew_of(central)
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        until(lambda: len(crew_of(central)) == 2 and first[0] not in crew_of(central))
        about = builders.dossier(central.fresh())
        central.plant(about)
        central.register_person(about)

        def decided() -> bool:
            # A request may have been in the hands of the process that died: it is sent again, like a desk does.
            try:
                return desk.decide(decision).ok
            except requests.ConnectionError:
                return False

        decision = builders.decision(about)
        until(decided)
        assert central.decisions(about) == 1
        crew = crew_of(central)
    assert not [pid for pid in crew if Path(f"/proc/{pid}").exists()]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_crew_ends_with_the_process_that_watches_it(tmp_path: Path, postgres_url: str) -> None:
    with running_central(tmp_path, "--workers", "2", url=postgres_url) as central:
        crew = crew_of(central)
        central.kill()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in crew))


def test_sqlite_has_one_process(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "central_server", "serve", "--port", "0", "--workers", "2"]
    ended = subprocess.run(
        [*command, "--database", f"sqlite:///{tmp_path / 'central.db'}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "--workers" in ended.stderr
