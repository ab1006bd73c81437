"""Hàng chờ gửi: what waits, why, when next; sending at once; nothing that says «đang gửi» for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from officer_console.background.news import News
from officer_console.domain.decision import Verdict
from officer_console.services.outgoing import WaitingDecision
from officer_console.sync.report import Change
from officer_console.viewmodels.outgoing import OutgoingViewModel
from officer_console.views.outgoing import OutgoingView
from officer_console.views.plain import PlainLabel
from tests.gui.list_fakes import NOW, REFERENCE, CodedError, FakeStatus, Immediately

WAITING = WaitingDecision(
    op_id="op-1",
    dossier_id="d-1",
    number="1000123/07906",
    full_name="Đặng <b>Thị</b> Ước",
    verdict=Verdict.VALID,
    recorded_at=NOW - timedelta(minutes=20),
    attempts=3,
    next_at=NOW + timedelta(seconds=35),
    error_code="unreachable",
)
FRESH = replace(
    WAITING, op_id="op-2", dossier_id="d-2", number="1000124/07906", attempts=0, next_at=None, error_code=None
)


class Outbox:
    """What waits, in memory."""

    def __init__(self, *rows: WaitingDecision) -> None:
        self.rows = rows
        self.hurried: list[frozenset[str]] = []
        self.error: Exception | None = None

    def waiting(self) -> tuple[WaitingDecision, ...]:
        return self.rows

    def send_now(self, op_ids: frozenset[str]) -> None:
        if self.error is not None:
            raise self.error
        self.hurried.append(op_ids)
        self.rows = tuple(replace(row, next_at=None) if row.op_id in op_ids else row for row in self.rows)


class Page:
    """The page in front, over an outbox in memory."""

    def __init__(self, qtbot: QtBot, *rows: WaitingDecision) -> None:
        self.now = NOW
        self.outbox, self.news = Outbox(*rows), News()
        self.model = OutgoingViewModel(self.outbox, Immediately(), self.news, clock=self.clock)
        self.view = OutgoingView(self.model, lambda: REFERENCE)
        self.view.resize(1366, 600)
        qtbot.addWidget(self.view)
        with qtbot.waitActive(self.view):
            self.view.show()
            self.view.activateWindow()
        self.view.set_active(True)

    def clock(self) -> datetime:
        return self.now

    def cells(self, row: int) -> list[str]:
        table = self.view.table
        found = [table.item(row, column) for column in range(table.columnCount())]
        return [item.text() if item is not None else "" for item in found]

    def shown(self, name: str) -> bool:
        part = self.view.findChild(QWidget, name)
        return part is not None and part.isVisible()

    def text(self, name: str) -> str:
        part = self.view.findChild(PlainLabel, name)
        assert part is not None
        return part.text()


def test_every_row_says_why_it_waits_how_often_it_was_tried_and_when_it_is_tried_next(qtbot: QtBot) -> None:
    page = Page(qtbot, WAITING, FRESH)
    assert page.cells(0) == [
        "1000123/07906",
        "Đặng <b>Thị</b> Ước",
        "Hồ sơ hợp lệ",
        f"{page.cells(0)[3].partition(' · ')[0]} · 20 phút trước",
        "Không kết nối được trung tâm",
        "3 lần",
        page.cells(0)[6],
    ]
    assert page.cells(0)[6].startswith("sau 35 giây (")
    assert page.cells(1)[4:] == ["Chưa tới lượt gửi", "0 lần", "ở lượt gửi tới"]
    assert page.text("waitingCount") == "2 kết quả"


def test_less_than_half_a_second_is_told_as_now(qtbot: QtBot) -> None:
    page = Page(qtbot, replace(WAITING, next_at=NOW + timedelta(seconds=0.4)))
    assert page.cells(0)[6] == "ngay bây giờ"


@pytest.mark.parametrize("online", [True, False])
@pytest.mark.parametrize("code", [None, "unreachable", "unavailable", "attachment-missing", "sign-in-needed"])
def test_no_row_ever_says_that_it_is_being_sent(qtbot: QtBot, code: str | None, online: bool) -> None:  # noqa: FBT001
    page = Page(qtbot, replace(WAITING, error_code=code, next_at=NOW - timedelta(minutes=5)))
    page.news.status.emit(FakeStatus(online=online, waiting=1))
    assert not any("đang gửi" in cell.lower() for cell in page.cells(0))
    assert all(page.cells(0))


def test_ages_and_pauses_run_with_the_clock(qtbot: QtBot) -> None:
    page = Page(qtbot, WAITING)
    page.now = NOW + timedelta(seconds=30)
    qtbot.waitUntil(lambda: page.cells(0)[6].startswith("sau 5 giây"), timeout=5000)
    page.now = NOW + timedelta(seconds=40)
    qtbot.waitUntil(lambda: page.cells(0)[6] == "ở lượt gửi tới", timeout=5000)


def test_rows_say_until_when_central_is_left_alone_as_soon_as_that_is_known(qtbot: QtBot) -> None:
    page = Page(qtbot, FRESH)
    assert page.cells(0)[6] == "ở lượt gửi tới"
    page.news.status.emit(FakeStatus(serving=False, waiting=1, error_code="unavailable"))
    until = NOW + timedelta(minutes=30)
    page.outbox.rows = (replace(FRESH, next_at=until, error_code="unavailable"),)
    page.news.status.emit(FakeStatus(serving=False, waiting=1, error_code="unavailable", rest_until=until))
    assert page.cells(0)[6].startswith("sau 30 phút (")


def test_f5_hurries_the_selected_row_and_ctrl_f5_all_of_them(qtbot: QtBot) -> None:
    page = Page(qtbot, WAITING, FRESH)
    page.view.table.setCurrentCell(1, 0)
    QTest.keyClick(page.view.table, Qt.Key.Key_F5)
    assert page.outbox.hurried == [frozenset({"op-2"})]
    assert page.text("waitingTold").startswith("Đã yêu cầu gửi lại 1 kết quả lúc ")
    QTest.keyClick(page.view.table, Qt.Key.Key_F5, Qt.KeyboardModifier.ControlModifier)
    assert page.outbox.hurried[-1] == frozenset({"op-1", "op-2"})
    assert page.cells(0)[6] == "ở lượt gửi tới"


def test_a_row_that_went_leaves_and_the_keyboard_stays_on_its_neighbour(qtbot: QtBot) -> None:
    third = replace(FRESH, op_id="op-3", number="1000125/07906")
    page = Page(qtbot, WAITING, FRESH, third)
    page.view.table.setCurrentCell(1, 0)
    page.outbox.rows = (WAITING, third)
    page.news.changed.emit(Change(dossier_ids=frozenset({"d-2"})))
    assert page.view.table.rowCount() == 2
    assert page.view.table.current_key == "op-3"
    page.outbox.rows = (third,)
    page.news.changed.emit(Change(dossier_ids=frozenset({"d-1"})))
    assert page.view.table.current_key == "op-3"


def test_an_empty_queue_says_what_that_means_and_offers_nothing_to_press(qtbot: QtBot) -> None:
    page = Page(qtbot)
    assert page.shown("waitingEmpty")
    assert page.text("waitingEmptyTitle") == "Không còn kết quả nào chờ gửi"
    assert [page.shown(name) for name in ("sendOne", "sendAll", "waitingOpen")] == [False, False, False]
    QTest.keyClick(page.view, Qt.Key.Key_F5)
    assert page.outbox.hurried == []


def test_enter_opens_the_dossier_unless_it_has_left_the_desk(qtbot: QtBot) -> None:
    page = Page(qtbot, WAITING, replace(FRESH, here=False))
    opened: list[str] = []
    page.view.open_requested.connect(opened.append)
    QTest.keyClick(QApplication.focusWidget() or page.view, Qt.Key.Key_Return)
    page.view.table.setCurrentCell(1, 0)
    QTest.keyClick(page.view.table, Qt.Key.Key_Return)
    assert opened == ["d-1"]
    assert page.cells(1)[:2] == ["1000124/07906", "Đặng <b>Thị</b> Ước · Hồ sơ đã chuyển đi"]
    page.outbox.rows = (replace(FRESH, here=False, number=None, full_name=None),)
    page.model.reload()
    assert page.cells(0)[:2] == ["–", "Hồ sơ đã chuyển đi"]


def test_a_store_that_cannot_be_written_is_told(qtbot: QtBot) -> None:
    page = Page(qtbot, WAITING)
    page.outbox.error = CodedError("store-full")
    button = page.view.findChild(QAbstractButton, "sendAll")
    assert button is not None
    button.click()
    assert page.view.banner.title == "Ổ đĩa đã đầy"


def test_a_page_that_is_not_in_front_reads_nothing(qtbot: QtBot) -> None:
    page = Page(qtbot, WAITING)
    page.view.set_active(False)
    page.outbox.rows = ()
    page.news.changed.emit(Change(all_dossiers=True))
    assert page.view.table.rowCount() == 1
    page.view.set_active(True)
    assert page.shown("waitingEmpty")
