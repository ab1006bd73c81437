"""Papers through CUPS itself: the bytes that come out, how its queues are told, and what it leaves on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from officer_console.devices.printers import Order, Printer, PrintError, Readiness
from officer_console.domain.papers import Paper
from tests.printing.killed_run import COUNT, DOSSIERS
from tests.printing.parts import EVERY, office
from tests.printing.spooler import MISSING, QUEUE, RealSpooler, real_spooler

pytestmark = pytest.mark.skipif(MISSING, reason="needs cups-daemon and root")


@pytest.fixture(scope="module")
def spooler() -> Iterator[RealSpooler]:
    with real_spooler() as made:
        yield made


def refusal(spooler: RealSpooler) -> PrintError:
    with pytest.raises(PrintError) as caught:
        spooler.printers.send(b"%PDF-1.7", Order(printer=QUEUE, title="x"))
    return caught.value


def test_a_stack_arrives_byte_for_byte_and_the_spool_directory_is_empty_after_it(
    spooler: RealSpooler, tmp_path: Path
) -> None:
    desk = office(tmp_path, DOSSIERS, printers=spooler.printers)
    listed = [row.id for row in desk.runs.rows(EVERY)]
    made = [desk.printing.make(Paper.ACCEPTED, name).pdf for name in listed]
    run = desk.runs.begin(EVERY, Paper.ACCEPTED, QUEUE, 1)
    while run is not None:
        run = desk.runs.step(run)
    assert spooler.arrived(COUNT) == made
    assert spooler.documents() == []
    desk.store.close()


def test_a_queue_that_is_stopped_or_takes_nothing_is_told(spooler: RealSpooler) -> None:
    assert spooler.printers.all() == (Printer(name=QUEUE),)
    spooler.run("cupsdisable", QUEUE)
    assert spooler.printers.all() == (Printer(name=QUEUE, readiness=Readiness.STOPPED),)
    assert refusal(spooler).code == "printer-stopped"
    spooler.run("cupsenable", QUEUE)
    spooler.run("cupsreject", QUEUE)
    error = refusal(spooler)
    assert (error.code, error.unsure) == ("printer-refused", False)
    spooler.run("cupsaccept", QUEUE)
