"""The collector: what only a cycle keeps ends on the GUI thread, whoever fills the measure."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from officer_console.background.memory import THRESHOLDS, Collector


class Cycle:
    """Names itself, as views and models name each other, and says on which thread it ends."""

    def __init__(self, ended: list[int]) -> None:
        self.itself = self
        self._ended = ended

    def __del__(self) -> None:
        self._ended.append(threading.get_ident())


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    made = Collector()
    yield made
    made.deleteLater()
    gc.unfreeze()
    assert qtbot


def filled() -> None:
    """Make more objects than a collection waits for, and let them go."""
    kept = [[number] for number in range(3 * THRESHOLDS[0])]
    kept.clear()


def test_no_thread_collects_but_the_gui_thread(collector: Collector, qtbot: QtBot) -> None:
    ended: list[int] = []
    done, go = threading.Event(), threading.Event()
    kept: list[list[int]] = []

    def busy() -> None:
        filled()
        kept.extend([number] for number in range(2 * THRESHOLDS[0]))
        done.set()
        go.wait(10)

    Cycle(ended)
    worker = threading.Thread(target=busy)
    worker.start()
    assert done.wait(10)
    assert ended == []
    qtbot.waitUntil(lambda: bool(ended))
    go.set()
    worker.join()

    assert ended == [threading.get_ident()]
    assert collector.parent() is None
