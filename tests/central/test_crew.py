"""Several processes answer at one address; one that dies or stands still is replaced, none stays behind."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import pairwise
from pathlib import Path

import pytest
import requests

from central_server import crew
from tests import builders
from tests.central import crew_play
from tests.central.process import Central, first_line, running_central

WAIT_SECONDS = 60.0


def crew_of(central: Central) -> list[int]:
    """Return the processes that answer."""
    return children_of(central.pid)


def children_of(pid: int) -> list[int]:
    """Return the crew of the process that watches it: its children, but for Python's own helper."""
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
        left = crew_of(central)
    assert not [pid for pid in left if Path(f"/proc/{pid}").exists()]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_process_that_stands_still_is_replaced_and_what_it_was_sent_is_answered(
    tmp_path: Path, postgres_url: str
) -> None:
    with running_central(tmp_path, "--workers", "2", url=postgres_url) as central, ExitStack() as asking:
        still, other = crew_of(central)
        os.kill(still, signal.SIGSTOP)
        # one in 2**31 that all of them are dealt to the other one
        threads = asking.enter_context(ThreadPoolExecutor(32))
        asked = [threads.submit(requests.get, f"{central.url}/v1/meta", timeout=WAIT_SECONDS) for _ in range(32)]
        until(lambda: still not in crew_of(central))
        assert {one.result().status_code for one in asked} == {200}
        until(lambda: len(crew_of(central)) == 2)
        assert other in crew_of(central), "who says that he is alive is left alone"


@contextmanager
def playing(folder: Path) -> Iterator[int]:
    """Run a crew that does nothing; gives the process that watches it."""
    command = [sys.executable, "-m", crew_play.__name__, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert first_line(process.stdout) == "ready\n"
            yield process.pid
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_between_tries_to_replace_a_process_that_does_not_come_up_there_is_more_time_each_time(tmp_path: Path) -> None:
    with playing(tmp_path) as watcher:
        first, other = children_of(watcher)
        (tmp_path / "broken").touch()
        os.kill(first, signal.SIGKILL)
        until(lambda: len(crew_play.begun(tmp_path)) >= 2 + 6)
        tries = [at for _, at in crew_play.begun(tmp_path)[2:]]
        for n, (before, after) in enumerate(pairwise(tries)):
            # the first look may come at once
            assert after - before >= ((1 << n) - 1) * crew_play.PACE.look
        (tmp_path / "broken").unlink()
        until(lambda: len(children_of(watcher)) == 2)
        assert other in children_of(watcher)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_crew_that_was_held_together_with_who_watches_it_goes_on(tmp_path: Path) -> None:
    with playing(tmp_path) as watcher:
        members = children_of(watcher)
        for pid in (watcher, *members):
            os.kill(pid, signal.SIGSTOP)
        woken = time.monotonic() + 3 * crew_play.PACE.silent * crew_play.PACE.look
        until(lambda: time.monotonic() > woken)
        for pid in (watcher, *members):
            os.kill(pid, signal.SIGCONT)
        looked = time.monotonic() + 3 * crew_play.PACE.silent * crew_play.PACE.look
        until(lambda: time.monotonic() > looked)
        assert children_of(watcher) == members


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_crew_ends_with_the_process_that_watches_it(tmp_path: Path, postgres_url: str) -> None:
    with running_central(tmp_path, "--workers", "2", url=postgres_url) as central:
        members = crew_of(central)
        central.kill()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in members))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the processes have one socket between them")
def test_every_process_of_a_crew_gets_connections() -> None:
    with ExitStack() as open_here:
        listeners = [open_here.enter_context(one) for one in crew.listen("127.0.0.1", 0, 2)]
        place = listeners[0].getsockname()
        # one in 2**63 that they are all dealt to one side
        for _ in range(64):
            open_here.enter_context(socket.create_connection(place))
        until(lambda: len(select.select(listeners, [], [], 0)[0]) == 2)


def test_a_second_central_at_a_crews_address_is_refused() -> None:
    with ExitStack() as open_here:
        listeners = [open_here.enter_context(one) for one in crew.listen("127.0.0.1", 0, 2)]
        with pytest.raises(OSError, match="in use"):
            crew.listen("127.0.0.1", listeners[0].getsockname()[1], 2)


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
