"""Killed without warning: what the officer recorded is there on restart and reaches central once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.officer import Officer
from officer_console.services.sign_in import SignIn
from officer_console.store.store import Store
from officer_console.sync.backoff import LONGEST_SECONDS
from officer_console.sync.engine import SyncEngine
from tests import builders
from tests.central.process import PASSWORD, Central, first_line, wait_until
from tests.faults.proxy import Fault, Proxy
from tests.faults.workplace import Clock, Workplace, client, never

pytestmark = [
    pytest.mark.xdist_group(__name__),
    pytest.mark.skipif(os.name == "nt", reason="no SIGKILL"),
]

# When the desk is killed: as soon as it has said "recorded", or when so many of these requests are on their way.
AT_ONCE = ("", 0)
MOMENTS = (
    [AT_ONCE] * 5 + [("POST .*/decisions", 1)] * 3 + [("GET .*/changes", 2)] * 2 + [("GET .*/reference/offices", 3)]
)
SILENCE = Fault(how="hold", seconds=60)


@contextmanager
def running(url: str, profiles: Path, officer: Officer, about: Dossier) -> Iterator[subprocess.Popen[str]]:
    """Run a desk in a process of its own until it is killed."""
    words = ["-m", "tests.services.desk_process", url, str(profiles), officer.username, PASSWORD, about.id]
    with subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def killed(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL


def after_restart(central: Central, profiles: Path, officer: Officer, about: Dossier) -> None:
    """Sign in again as a new program would, and run two rounds; the decision is there first, and at central after."""
    central_client = client(central.url)
    clock = Clock()
    session = SignIn(central_client, profiles, device_id="desk-1", clock=clock).sign_in(officer.username, PASSWORD)
    store: Store = session.store
    with store.read() as tx:
        (op_id,) = [line.op_id for line in tx.journal.latest(10) if line.what == "decided:valid"]
        assert op_id is not None
        item = tx.outbox.get(op_id)
    assert item is not None
    assert item.decision.dossier_id == about.id
    engine = SyncEngine(
        store,
        central_client,
        officer.scopes,
        officer_id=officer.id,
        clock=clock,
        source=Workplace.source(),
        announce=lambda _: None,
        progress=lambda _: None,
    )
    for _ in range(2):
        clock.forward(LONGEST_SECONDS)
        engine.run_once(never)
    with store.read() as tx:
        settled = tx.outbox.get(op_id)
        mine = tx.dossiers.get(about.id)
    assert settled is not None
    assert settled.state == "accepted"
    assert mine is not None
    assert mine.status is Status.APPROVED
    assert mine.judgement is not None
    assert mine.judgement.op_id == op_id
    store.close()
    assert central.decisions(about) == 1
    assert len(central.letters(about)) == 2


@pytest.fixture
def officer(central: Central, scope: str) -> Officer:
    return central.officer(scopes=(scope,))


@pytest.fixture
def about(central: Central, scope: str) -> Dossier:
    made = builders.dossier(central.fresh(), scope_id=scope)
    central.plant(made)
    central.register_person(made)
    return made


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_decision_recorded_just_before_kill_9_is_there_on_restart_and_reaches_central_once(
    central: Central, proxy: Proxy, officer: Officer, about: Dossier, tmp_path: Path, moment: tuple[str, int]
) -> None:
    with running(proxy.url, tmp_path / "profiles", officer, about) as process:
        assert process.stdout is not None
        assert first_line(process.stdout) == "recorded\n"
        wait_until(lambda: proxy.count(moment[0]) >= moment[1] or None)
        killed(process)

    after_restart(central, tmp_path / "profiles", officer, about)


@pytest.mark.parametrize("swallowed", ["decision", "answer"])
def test_kill_9_in_the_middle_of_sending_neither_loses_nor_doubles_the_decision(
    central: Central, proxy: Proxy, officer: Officer, about: Dossier, tmp_path: Path, swallowed: str
) -> None:
    hold = Fault(how="hole", seconds=60) if swallowed == "decision" else SILENCE
    proxy.spoil("POST .*/decisions", hold)
    with running(proxy.url, tmp_path / "profiles", officer, about) as process:
        assert process.stdout is not None
        assert first_line(process.stdout) == "recorded\n"
        assert proxy.holding.wait(20)
        assert central.decisions(about) == (0 if swallowed == "decision" else 1)
        killed(process)

    after_restart(central, tmp_path / "profiles", officer, about)
