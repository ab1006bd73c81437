"""Background work steps aside while the window is at work, and never for long."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from officer_console.background.courtesy import Courtesy


class Worker:
    """Background work that comes by a resting place once."""

    def __init__(self, courtesy: Courtesy) -> None:
        self.through = threading.Event()
        self._courtesy = courtesy
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        self._courtesy.pause()
        self.through.set()

    def join(self) -> None:
        self._thread.join(10)


@pytest.fixture
def courtesy(qtbot: QtBot) -> Iterator[Courtesy]:
    yield Courtesy(longest_seconds=20)
    assert qtbot


def test_nobody_waits_for_a_window_at_rest(courtesy: Courtesy) -> None:
    worker = Worker(courtesy)
    assert worker.through.wait(10)
    worker.join()


def test_work_waits_until_what_the_answer_led_to_is_drawn(courtesy: Courtesy, qtbot: QtBot) -> None:
    with courtesy.working(), courtesy.working():
        worker = Worker(courtesy)
    # Qt has not been back at its loop: layout and paint are still to come.
    assert not worker.through.wait(0.05)
    qtbot.waitUntil(worker.through.is_set)
    worker.join()


def test_a_window_that_never_rests_does_not_stop_the_work(qtbot: QtBot) -> None:
    courtesy = Courtesy()
    with courtesy.working():
        worker = Worker(courtesy)
        assert worker.through.wait(10)
    worker.join()
    assert qtbot
