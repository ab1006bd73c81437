"""Slow work off the GUI thread, its answers on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from officer_console.background.jobs import JobRunner
from officer_console.domain.errors import RuleError, bug_line, bug_number


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    made = JobRunner(threads=2)
    yield made
    assert made.close()
    assert qtbot


def never(_: object) -> None:
    pytest.fail("called back")


def test_work_runs_elsewhere_and_its_answer_arrives_on_the_gui_thread(runner: JobRunner, qtbot: QtBot) -> None:
    answers: list[tuple[int, int]] = []

    runner.run(threading.get_ident, lambda worker: answers.append((worker, threading.get_ident())), never)
    qtbot.waitUntil(lambda: bool(answers))

    ((worker, receiver),) = answers
    assert receiver == threading.get_ident() != worker


def test_a_failure_arrives_as_it_was_raised(runner: JobRunner, qtbot: QtBot) -> None:
    failures: list[tuple[Exception, int]] = []
    refusal = RuleError("leased", by="Bình")

    def work() -> None:
        raise refusal

    runner.run(work, never, lambda error: failures.append((error, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(failures))

    assert failures == [(refusal, threading.get_ident())]


@pytest.mark.parametrize("fails", [False, True])
def test_a_cancelled_job_calls_nobody(runner: JobRunner, qtbot: QtBot, fails: bool) -> None:  # noqa: FBT001 - parametrised
    go = threading.Event()
    ended: list[str] = []

    def work() -> str:
        go.wait(10)
        if fails:
            raise RuleError("late")
        return "late"

    job = runner.run(work, never, never)
    job.cancel()
    go.set()
    begun = threading.Event()
    runner.run(begun.set, lambda _: ended.append("after"), never)
    assert begun.wait(10)
    assert runner.close()
    qtbot.waitUntil(lambda: bool(ended))

    assert ended == ["after"]


def test_jobs_run_side_by_side(runner: JobRunner, qtbot: QtBot) -> None:
    meeting = threading.Barrier(2, timeout=10)
    met: list[int] = []

    for _ in range(2):
        runner.run(meeting.wait, met.append, never)
    qtbot.waitUntil(lambda: len(met) == 2)

    assert sorted(met) == [0, 1]


def test_closing_forgets_what_has_not_begun_and_waits_for_what_has(qtbot: QtBot) -> None:
    runner = JobRunner(threads=1)
    begun, go = threading.Event(), threading.Event()
    done: list[str] = []

    def slow() -> str:
        begun.set()
        go.wait(10)
        return "slow"

    runner.run(slow, done.append, never)
    runner.run(lambda: "never", done.append, never)
    assert begun.wait(10)
    assert not runner.close(milliseconds=10)
    go.set()
    assert runner.close()
    qtbot.waitUntil(lambda: bool(done))

    assert done == ["slow"]


@pytest.mark.parametrize("work", [lambda: None, lambda: 5, lambda: "chữ", lambda: (1, [2])])
def test_any_kind_of_answer_comes_through(runner: JobRunner, qtbot: QtBot, work: Callable[[], object]) -> None:
    answers: list[object] = []

    runner.run(work, answers.append, never)
    qtbot.waitUntil(lambda: bool(answers))

    assert answers == [work()]


def test_a_mistake_of_ours_is_logged_with_the_number_the_officer_sees(
    runner: JobRunner, qtbot: QtBot, expect_log: Callable[[str], None]
) -> None:
    failures: list[Exception] = []

    def work() -> None:
        raise KeyError("Nguyễn Văn A")

    expect_log(r"job failed: [0-9A-F]{8} KeyError at test_jobs\.py:\d+$")
    runner.run(work, never, failures.append)
    qtbot.waitUntil(lambda: bool(failures))

    assert bug_line(failures[0]).startswith(bug_number(failures[0]))
    assert "Nguyễn" not in bug_line(failures[0])


def test_the_end_does_all_that_was_asked_for_and_nothing_after_it(qtbot: QtBot) -> None:
    runner = JobRunner(threads=1)
    go = threading.Event()
    ended: list[str] = []
    runner.run(lambda: go.wait(10), lambda _: ended.append("slow"), never)
    runner.run(lambda: "written", ended.append, never)
    over = threading.Thread(target=runner.end)
    over.start()

    go.set()
    over.join(10)
    runner.run(lambda: "late", ended.append, never)
    runner.end()
    qtbot.waitUntil(lambda: len(ended) == 2)

    assert ended == ["slow", "written"]
    assert not over.is_alive()


def test_what_is_forgotten_never_begins_and_what_comes_after_it_does(qtbot: QtBot) -> None:
    runner = JobRunner(threads=1)
    begun, go = threading.Event(), threading.Event()
    ended: list[str] = []

    def slow() -> str:
        begun.set()
        go.wait(10)
        return "slow"

    runner.run(slow, ended.append, never)
    runner.run(lambda: "forgotten", ended.append, never)
    assert begun.wait(10)
    runner.forget()
    runner.run(lambda: "after", ended.append, never)
    go.set()
    runner.end()
    qtbot.waitUntil(lambda: len(ended) == 2)

    assert ended == ["slow", "after"]


class Owner:
    """Says on which thread it ends."""

    def __init__(self, ended: list[int]) -> None:
        self._ended = ended

    def take(self, _: object) -> None:
        """Take an answer in."""

    def __del__(self) -> None:
        self._ended.append(threading.get_ident())


def test_whoever_asked_ends_on_the_gui_thread_even_if_only_the_work_still_names_him(qtbot: QtBot) -> None:
    ended: list[int] = []
    runner = JobRunner(threads=2)
    for _ in range(50):
        owner = Owner(ended)
        runner.run(lambda: None, owner.take, never)
        del owner
    qtbot.waitUntil(lambda: len(ended) == 50)

    assert set(ended) == {threading.get_ident()}


def test_a_runner_let_go_of_leaves_nothing_that_a_thread_would_have_to_end(qtbot: QtBot, qapp: QApplication) -> None:
    before = len(qapp.children())
    destroyed: list[int] = []
    runner = JobRunner(threads=2)
    (outlet,) = qapp.children()[before:]
    outlet.destroyed.connect(lambda: destroyed.append(threading.get_ident()), Qt.ConnectionType.DirectConnection)
    del outlet
    assert runner.close()

    del runner
    qtbot.waitUntil(lambda: bool(destroyed))

    assert destroyed == [threading.get_ident()]
