"""Jumps into the middle of a long list: up to the rows in the model, and up to the painted rows."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QEvent, QObject

from bench.desk import Desk, until
from bench.figures import Figure, percentile
from officer_console.domain.search import Criteria, Order
from officer_console.viewmodels.queue_model import QueueModel
from officer_console.views.queue import QueueView

NAME = "search"


def deep_jump(desk: Desk, samples: int) -> Iterator[Figure]:
    """Scroll to places around the middle of the whole list; rows have to stand there."""
    case = "deep jump"
    criteria = Criteria(order=Order.DECLARED)
    before = _resident_mib()
    started = time.perf_counter()
    desk.search(criteria, marks=True)
    total = desk.model.rowCount()
    marks_ms = (time.perf_counter() - started) * 1000
    source = random.Random(1)
    places = [total // 2 + source.randrange(-total // 10, total // 10) for _ in range(samples)]
    waits = [desk.jump(place) for place in places]
    values = (
        ("marks_ms", marks_ms, "ms", 1),
        ("first_ms", waits[0], "ms", 1),
        ("p50_ms", statistics.median(waits), "ms", samples),
        ("p99_ms", percentile(waits, 0.99), "ms", samples),
        ("growth_mib", _resident_mib() - before, "MiB", samples),
    )
    for metric, value, unit, n in values:
        yield Figure(bench=NAME, case=case, metric=metric, value=round(value, 3), unit=unit, n=n)


def painted_jump(desk: Desk, samples: int) -> Iterator[Figure]:
    """The same with the list on the screen: from the scroll bar's move until the rows there are painted."""
    view = QueueView(desk.view)
    view.resize(1366, 640)
    view.show()
    desk.search(Criteria(order=Order.DECLARED), marks=True)
    bar = view.table.verticalScrollBar()
    rows = desk.model.rowCount()
    until(lambda: bar.maximum() > rows // 2)
    painted = _Painted(desk.model)
    view.table.viewport().installEventFilter(painted)
    source = random.Random(2)
    shown = view.table.viewport().height() // view.table.rowHeight(0)
    waits: list[float] = []
    for _ in range(samples):
        place = rows // 2 + source.randrange(-rows // 10, rows // 10)
        painted.expect(place, place + shown)
        started = time.perf_counter()
        bar.setValue(place)
        until(lambda: painted.done and view.table.drawn)
        waits.append((time.perf_counter() - started) * 1000)
    for metric, value in (("p50_ms", statistics.median(waits)), ("p99_ms", percentile(waits, 0.99))):
        yield Figure(bench=NAME, case="deep jump, painted", metric=metric, value=round(value, 3), unit="ms", n=samples)
    view.close()


class _Painted(QObject):
    """Knows when the list was painted with its rows there; a paint it sees is over when the event loop comes back."""

    def __init__(self, model: QueueModel) -> None:
        super().__init__()
        self._model = model
        self._first = self._last = 0
        self.done = False

    def expect(self, first: int, last: int) -> None:
        """Wait for a paint with the rows ``first`` to ``last``."""
        self._first, self._last, self.done = first, last, False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name Qt calls
        """Look at every paint; hold nothing up."""
        del watched
        if event.type() is QEvent.Type.Paint:
            there = self._model.row_at(self._first) is not None and self._model.row_at(self._last) is not None
            self.done = self.done or there
        return False


def _resident_mib() -> float:
    """Return the resident memory of this process (Linux), 0 elsewhere."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
