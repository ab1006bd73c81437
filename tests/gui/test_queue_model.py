"""The table of the list and its view model: windows, late answers, refreshes."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from officer_console.domain.deadline import Condition
from officer_console.domain.errors import RuleError
from officer_console.domain.search import Criteria
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.queue_model import PLACEHOLDER, WINDOW, WINDOWS_KEPT, Column, QueueModel
from tests.gui.list_fakes import NOW, REFERENCE, FakeChange, FakeQueue, Immediately, Later, clock, news, row

COLUMNS = (
    Column(key="position", title="STT", text=lambda _row, at: str(at + 1)),
    Column(key="full_name", title="Họ và tên", text=lambda found, _at: found.full_name),
)


def view_model(queue: FakeQueue, runner: Immediately | Later | None = None) -> QueueViewModel:
    model = QueueViewModel(queue, runner or Immediately(), news(), reference=lambda: REFERENCE, clock=clock)
    model.model.use_columns(COLUMNS)
    return model


@pytest.mark.usefixtures("qapp")
def test_the_model_keeps_the_rules_of_qt_while_windows_come_and_go() -> None:
    model = QueueModel()
    model.use_columns(COLUMNS)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([row(i) for i in range(WINDOW)])
    model.grow(950)
    model.put(5, [row(i) for i in range(500, 600)])
    model.replace({0: [row(1)]}, 40)
    model.show([])
    assert tester.model() is model
    assert model.rowCount() == 0


@pytest.mark.usefixtures("qapp")
def test_a_long_answer_grows_to_its_whole_length_after_the_first_page() -> None:
    model = view_model(FakeQueue(1_000_000))
    model.start()
    assert model.model.rowCount() == 1_000_000
    assert (model.state.count, model.state.more) == (1000, True)


def test_a_jump_into_the_middle_shows_placeholders_and_then_rows(qtbot) -> None:  # noqa: ANN001 - fixture
    queue = FakeQueue(1_000_000)
    model = view_model(queue)
    model.start()
    index = model.model.index(500_040, 1)
    assert index.data() == PLACEHOLDER
    qtbot.waitUntil(lambda: index.data() != PLACEHOLDER)
    assert index.data(QueueModel.ROW).id == "d500040"
    assert queue.windows == [500_000]


def test_a_scroll_over_a_million_rows_keeps_a_handful_of_windows(qtbot) -> None:  # noqa: ANN001 - fixture
    model = view_model(FakeQueue(1_000_000))
    model.start()
    tracemalloc.start()
    for position in range(0, 1_000_000, 10_000):
        index = model.model.index(position, 1)
        index.data()
        qtbot.waitUntil(lambda index=index: index.data() != PLACEHOLDER)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(model.model.loaded()) <= WINDOWS_KEPT
    assert peak < 8_000_000


@pytest.mark.usefixtures("qapp")
def test_the_newest_search_wins_over_an_older_answer_that_comes_late() -> None:
    runner, queue = Later(), FakeQueue(30)
    model = view_model(queue, runner)
    model.search(Criteria(name="Đặng"))
    model.search(Criteria(name="Nguyễn"))
    runner.finish(1)
    runner.finish(0, although_cancelled=True)
    names = {model.model.index(at, 1).data() for at in range(model.model.rowCount())}
    assert names == {"Nguyễn Văn Hòa"}
    assert queue.interrupts == 1


@pytest.mark.usefixtures("qapp")
def test_an_older_search_that_fails_late_says_nothing() -> None:
    runner, queue = Later(), FakeQueue(30)
    model = view_model(queue, runner)
    model.search(Criteria(name="Đặng"))
    model.search(Criteria(name="Nguyễn"))
    runner.finish(1)
    queue.error = RuntimeError("late")
    runner.finish(0, although_cancelled=True)
    assert model.state.error is None


@pytest.mark.usefixtures("qapp")
def test_criteria_that_break_a_rule_are_not_searched_and_tell_the_field() -> None:
    queue = FakeQueue(3)
    model = view_model(queue)
    told: list[RuleError] = []
    model.refused.connect(told.append)
    assert not model.search(Criteria(social_code="123456789"))
    assert [(error.code, error.field) for error in told] == [("social-code-length", "social_code")]
    assert queue.asked == []


@pytest.mark.usefixtures("qapp")
def test_a_failing_store_is_told_and_the_next_search_takes_it_back() -> None:
    queue = FakeQueue(3)
    model = view_model(queue)
    queue.error = RuntimeError("full")
    model.start()
    assert model.state.error is queue.error
    queue.error = None
    model.again()
    assert model.state.error is None
    assert model.model.rowCount() == 3


def test_news_refresh_without_a_reset_and_without_losing_the_place(qtbot) -> None:  # noqa: ANN001 - fixture
    told = news()
    queue = FakeQueue(400)
    model = QueueViewModel(queue, Immediately(), told, reference=lambda: REFERENCE, clock=clock)
    model.model.use_columns(COLUMNS)
    model.start()
    resets: list[int] = []
    model.model.modelReset.connect(lambda: resets.append(1))
    model.watch(210, 230)
    queue.shift = 1
    with qtbot.waitSignal(model.refreshed, timeout=5000):
        told.changed.emit(FakeChange(dossier_ids=frozenset({"d0"})))
    assert model.model.row_at(215) == row(216)
    assert model.model.position_of("d216") == 215
    assert resets == []


def test_a_page_that_is_not_in_front_refreshes_when_it_comes_back(qtbot) -> None:  # noqa: ANN001 - fixture
    told = news()
    queue = FakeQueue(10)
    model = QueueViewModel(queue, Immediately(), told, reference=lambda: REFERENCE, clock=clock)
    model.start()
    model.set_active(False)
    told.changed.emit(FakeChange(all_dossiers=True))
    asked = len(queue.asked)
    qtbot.wait(500)
    assert len(queue.asked) == asked
    with qtbot.waitSignal(model.refreshed, timeout=5000):
        model.set_active(True)


@pytest.mark.usefixtures("qapp")
def test_the_condition_of_a_row_follows_the_vietnamese_date() -> None:
    model = view_model(FakeQueue(1))
    model.start()
    late = row(0, due_day=(NOW.date() - timedelta(days=1)).toordinal())
    assert model.condition(late) is Condition.OVERDUE
    assert model.condition(late._replace(status="approved")) is None


@pytest.mark.usefixtures("qapp")
def test_labels_that_arrive_later_repaint_the_rows() -> None:
    told, queue = news(), FakeQueue(5)
    known = [REFERENCE]
    model = QueueViewModel(queue, Immediately(), told, reference=lambda: known[0], clock=clock)
    model.model.use_columns(COLUMNS)
    model.start()
    painted: list[int] = []
    model.model.dataChanged.connect(lambda *_: painted.append(1))
    known[0] = replace(REFERENCE, labels={})
    told.changed.emit(FakeChange(reference=True))
    assert model.reference.labels == {}
    assert painted


@pytest.mark.usefixtures("qapp")
def test_headings_are_read_by_accessibility_as_they_are_seen() -> None:
    model = view_model(FakeQueue(1)).model
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Họ và tên"


def test_a_stopped_list_asks_the_store_nothing_more(qtbot) -> None:  # noqa: ANN001 - fixture
    told = news()
    queue = FakeQueue(400)
    model = QueueViewModel(queue, Immediately(), told, reference=lambda: REFERENCE, clock=clock)
    model.start()
    told.changed.emit(FakeChange(all_dossiers=True))
    model.stop()
    told.changed.emit(FakeChange(all_dossiers=True))
    asked = len(queue.asked)
    qtbot.wait(600)
    assert len(queue.asked) == asked
