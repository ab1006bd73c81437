"""Leaving the desk while decisions are on their way: a line that hangs holds nobody up, and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from officer_console.background.senders import Senders
from officer_console.domain.dossier import Dossier
from tests import builders
from tests.central.process import Central
from tests.faults.proxy import Fault, Proxy
from tests.faults.workplace import Workplace
from tests.sync.pushing import at_once

pytestmark = pytest.mark.xdist_group(__name__)

DECISIONS = r"POST .*/decisions"
# Well below the half minute after which a silent line is given up.
SOON = 10.0


def decided(central: Central, desk: Workplace, scope: str) -> tuple[Dossier, str]:
    """Record a decision on a dossier; return it and the decision's ``op_id``."""
    about = builders.dossier(central.fresh(), scope_id=scope)
    central.plant(about)
    central.register_person(about)
    desk.round()
    return about, desk.record(about).op_id


@contextmanager
def pushing(desk: Workplace) -> Iterator[tuple[threading.Event, threading.Thread]]:
    """Push with threads that send; yield what stops it and the thread it runs on."""
    senders, stop = Senders(), threading.Event()
    engine = at_once(desk, senders)
    thread = threading.Thread(target=lambda: engine.push(stop.is_set), daemon=True)
    thread.start()
    try:
        yield stop, thread
    finally:
        senders.shutdown()


def test_a_push_that_is_told_to_stop_does_not_wait_for_a_silent_line(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    about, op_id = decided(central, desk, scope)
    proxy.spoil(DECISIONS, Fault(how="hole", seconds=600))

    with pushing(desk) as (stop, thread):
        assert proxy.holding.wait(SOON)
        stop.set()
        thread.join(SOON)
        ended = not thread.is_alive()
        proxy.closing.set()

    assert ended
    assert (desk.item(op_id).state, desk.item(op_id).attempts) == ("waiting", 0)
    desk.round()
    assert desk.item(op_id).state == "accepted"
    assert central.decisions(about) == 1


def test_a_receipt_that_comes_just_after_the_stop_is_written_down(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    about, op_id = decided(central, desk, scope)
    proxy.spoil(DECISIONS, Fault(how="delay", seconds=600))

    with pushing(desk) as (stop, thread):
        assert proxy.holding.wait(SOON)
        stop.set()
        proxy.closing.set()
        thread.join(SOON)

    assert desk.item(op_id).state == "accepted"
    assert central.decisions(about) == 1
