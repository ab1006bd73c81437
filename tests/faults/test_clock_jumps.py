"""The machine's clock is set wrong while decisions wait: they arrive all the same, and central is not besieged."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from officer_console.domain.dossier import Dossier
from officer_console.domain.officer import Officer
from officer_console.store.store import Store
from tests import builders
from tests.central.process import PASSWORD, Central, first_line, wait_until
from tests.faults.proxy import Proxy
from tests.faults.workplace import KEY

pytestmark = pytest.mark.xdist_group(__name__)

# libfaketime's way of writing it, and how far the clock is then from the true time.
JUMPS = (("+1d", timedelta(days=1)), ("-3h", timedelta(hours=-3)), ("+400d", timedelta(days=400)))
WATCHED_SECONDS = 4.0
# A desk that polls every two seconds asks about eight times a round.
REQUESTS_IN_THAT_TIME = 40


@pytest.fixture(scope="module")
def library() -> Path:
    """Return libfaketime (./test installs it)."""
    found = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
    if found is None:
        if os.environ.get("CI_STARTED"):
            pytest.fail("not installed: faketime")
        pytest.skip("not installed: faketime")
    return found


@pytest.fixture
def officer(central: Central, scope: str) -> Officer:
    return central.officer(scopes=(scope,))


@pytest.fixture
def dossiers(central: Central, scope: str) -> list[Dossier]:
    made = [builders.dossier(central.fresh(), scope_id=scope) for _ in JUMPS]
    central.plant(*made)
    for about in made:
        central.register_person(about)
    return made


class Desk:
    """The process, and the file that says what time it has."""

    def __init__(self, process: subprocess.Popen[str], clock: Path) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out = process.stdin, process.stdout
        self._clock = clock

    def set_clock(self, to: str) -> None:
        """Set its clock; the change is there at once and whole."""
        new = self._clock.with_suffix(".new")
        new.write_text(f"{to}\n", encoding="ascii")
        new.replace(self._clock)

    def decide(self, about: Dossier) -> str:
        """Let it decide and return the op_id."""
        return self._asked(about.id)

    def time(self) -> datetime:
        """Return the time it has."""
        return datetime.fromisoformat(self._asked("time"))

    def is_ahead(self, by: timedelta) -> bool:
        """Return whether its clock is so far from the true time."""
        return abs(self.time() - datetime.now(UTC) - by) < timedelta(minutes=1)

    def failed(self) -> bool:
        """Return whether it waits for another try."""
        return self._asked("next") != "None"

    def _asked(self, what: str) -> str:
        self._in.write(f"{what}\n")
        self._in.flush()
        return first_line(self._out).strip()

    def end(self) -> None:
        self._in.close()
        assert first_line(self._out) == "ended\n"


@contextmanager
def running(library: Path, url: str, folder: Path, officer: Officer) -> Iterator[Desk]:
    """Run a desk whose clock can be set."""
    clock = folder / "clock"
    clock.write_text("+0\n", encoding="ascii")
    words = ["-m", "tests.faults.clock_desk", url, str(folder / "desk"), officer.username, PASSWORD]
    # The monotonic clock goes on as on a real machine.
    wrong = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=os.environ | wrong
    ) as process:
        try:
            assert process.stdout is not None
            assert first_line(process.stdout) == "ready\n"
            yield Desk(process, clock)
        finally:
            process.kill()


def test_whatever_the_clock_jumps_to_what_waits_arrives_and_central_is_asked_no_more_than_ever(
    library: Path, central: Central, proxy: Proxy, officer: Officer, dossiers: list[Dossier], tmp_path: Path
) -> None:
    recorded = []
    with running(library, proxy.url, tmp_path, officer) as desk:
        wait_until(lambda: proxy.count("GET .*/reference/") >= 4 or None)
        for about, (setting, ahead) in zip(dossiers, JUMPS, strict=True):
            proxy.down = True
            recorded.append(desk.decide(about))
            wait_until(lambda: desk.failed() or None)

            desk.set_clock(setting)
            # libfaketime reads its file in every thread that asks for the time; one may still have the old one.
            wait_until(lambda by=ahead: desk.is_ahead(by) or None)
            proxy.down = False
            wait_until(lambda waited=about: central.decisions(waited) or None, 30)

            before = len(proxy.requests)
            threading.Event().wait(WATCHED_SECONDS)
            assert len(proxy.requests) - before <= REQUESTS_IN_THAT_TIME
        desk.end()

    store = Store.open(tmp_path / "desk" / "store.db", KEY, clock=lambda: datetime.now(UTC))
    with store.read() as tx:
        items = [tx.outbox.get(op_id) for op_id in recorded]
    store.close()
    assert [item.state for item in items if item is not None] == ["accepted"] * len(JUMPS)
    assert [central.decisions(about) for about in dossiers] == [1] * len(JUMPS)
