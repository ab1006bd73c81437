"""A stack on a desk that cannot fetch a colleague's notice: it is left out, and taken up once central answers."""

from __future__ import annotations

from officer_console.domain.papers import Paper
from officer_console.services.print_runs import PrintRuns
from officer_console.services.queue import Queue
from officer_console.store.prints import PrintRun
from tests.archive.conftest import Counters
from tests.archive.counter import Counter
from tests.central.process import Central
from tests.faults.proxy import Proxy


def through(runs: PrintRuns, run: PrintRun | None) -> PrintRun:
    """Print until nothing waits; return how the stack stood at last."""
    assert run is not None
    last = run
    while run is not None:
        last, run = run, runs.step(run)
    return last


def test_a_stack_takes_up_what_it_could_not_fetch_without_network(
    central: Central, counters: Counters, counter: Counter, proxy: Proxy
) -> None:
    signer = counters(counter.scope)
    about = [signer.judged(central) for _ in range(3)]
    counter.desk.round()
    signed = signer.sign(about[1], "7")
    signer.desk.round()
    counter.desk.round()
    desk = counter.desk
    queue = Queue(desk.store, clock=desk.clock)
    runs = PrintRuns(desk.store, queue, counter.printing, lambda paper: paper.value, desk.clock)
    proxy.down = True
    stood = through(runs, runs.begin(tuple(each.id for each in about), Paper.REFUSED, "Tang-2", 1))
    assert [(item.place, item.error_code) for item in runs.left(stood)] == [(1, "notice-away")]
    assert (stood.sent, stood.away) == (2, 1)
    proxy.down = False
    stood = through(runs, runs.go_on_after(stood.n, None, "Tang-2"))
    assert (stood.sent, stood.left) == (3, 0)
    assert counter.printers.sent[-1][0] == signed
