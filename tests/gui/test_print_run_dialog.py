"""*In hàng loạt*: choosing, progress, stopping, and the question what came out last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from officer_console.devices.printers import PrintError
from officer_console.domain.dossier import Status
from officer_console.domain.papers import Paper
from officer_console.domain.search import Criteria
from tests.gui.print_parts import Room, many
from tests.gui.print_parts import room as room_of

COUNT = 6


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    with room_of(qtbot, tmp_path, many(COUNT)) as made:
        yield made


def opened(room: Room, criteria: Criteria | None = None) -> None:
    room.run.open(criteria or Criteria())
    room.run_dialog.begin()
    room.rest()


def head(room: Room) -> str:
    label = room.run_dialog.findChild(QLabel, "printRunHead")
    assert label is not None
    return label.text()


def start(room: Room, paper: Paper = Paper.ACCEPTED) -> None:
    room.run_dialog.paper.setCurrentIndex(room.run_dialog.paper.findData(paper.value))
    room.run_dialog.start.click()


def test_the_papers_that_fit_are_offered_with_their_number(room: Room) -> None:
    opened(room)
    box = room.run_dialog.paper
    assert [box.itemText(row) for row in range(box.count())] == [
        "Tờ khai (Mẫu 01) · 6 hồ sơ",
        "Giấy tiếp nhận hồ sơ · 6 hồ sơ",
        "Thông báo chấp nhận · 6 hồ sơ",
        "Hướng dẫn VssID · 6 hồ sơ",
    ]


def test_a_list_without_anything_to_print_says_so(room: Room) -> None:
    opened(room, Criteria(status=Status.PENDING))
    assert head(room).startswith("Không hồ sơ nào")
    assert not room.run_dialog.start.isEnabled()


def test_a_whole_stack_is_printed_and_the_officer_is_asked_whether_it_is_out(room: Room, qtbot: QtBot) -> None:
    opened(room)
    start(room)
    qtbot.waitUntil(lambda: room.run.finished and room.run.asked)
    assert len(room.office.printers.sent) == COUNT
    assert head(room) == "Thông báo chấp nhận: đã gửi hết tới máy in. Trang cuối đã in ra chưa?"
    assert not room.run_dialog.onward.isEnabled()
    room.run_dialog.last.setCurrentIndex(2)
    assert room.run_dialog.onward.isEnabled()
    room.run_dialog.drop.click()
    room.rest()
    assert room.run.run is None
    assert head(room).startswith("In một loại giấy")


def test_stop_ends_behind_the_paper_under_way_and_it_goes_on_from_there(room: Room, qtbot: QtBot) -> None:
    opened(room)
    start(room)
    qtbot.waitUntil(lambda: len(room.office.printers.sent) >= 1)
    QTest.keyClick(room.run_dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: room.run.asked)
    assert room.run_dialog.isVisible()
    before = len(room.office.printers.sent)
    assert before < COUNT
    assert head(room) == f"Thông báo chấp nhận: còn {COUNT - before} giấy chưa in. Trang cuối đã in ra chưa?"
    room.run_dialog.onward.click()
    qtbot.waitUntil(lambda: room.run.finished and room.run.asked)
    assert len(room.office.printers.sent) == COUNT


def test_a_jam_is_told_and_what_did_not_come_out_is_printed_again(room: Room, qtbot: QtBot) -> None:
    room.office.printers.fault, room.office.printers.after = PrintError("printer-stopped", "Tang-2"), 4
    opened(room)
    start(room)
    qtbot.waitUntil(lambda: room.run.asked)
    assert room.run_dialog.banner.title == "Máy in Tang-2 đang dừng"
    last = room.run_dialog.last
    offered = [last.itemText(row) for row in range(last.count())]
    assert [text.split(".")[0] for text in offered[:-1]] == ["4", "3", "2", "1"]
    assert offered[-1] == "Chưa tờ nào trong số này"
    room.office.printers.fault = None
    last.setCurrentIndex(1)
    room.run_dialog.onward.click()
    qtbot.waitUntil(lambda: room.run.finished and room.run.asked)
    assert len(room.office.printers.sent) == 4 + 3
    assert room.office.journal().count("reprinted:notice_accepted:2") == 1


def test_a_stack_of_another_day_comes_before_a_new_one(room: Room, qtbot: QtBot) -> None:
    room.office.printers.fault, room.office.printers.after = PrintError("printer-stopped", "Tang-2"), 0
    opened(room)
    start(room)
    qtbot.waitUntil(lambda: room.run.asked)
    room.run_dialog.close()
    room.office.printers.fault = None
    opened(room)
    assert room.run.asked
    assert room.run_dialog.last.currentText() == "Chưa tờ nào"
    room.run_dialog.onward.click()
    qtbot.waitUntil(lambda: room.run.finished and room.run.asked)
    assert len(room.office.printers.sent) == COUNT


def test_closing_in_the_midst_leaves_the_stack_where_it_is(room: Room, qtbot: QtBot) -> None:
    opened(room)
    start(room)
    qtbot.waitUntil(lambda: len(room.office.printers.sent) >= 1)
    room.run_dialog.done(0)
    opened(room)
    assert room.run.asked
    assert room.run.run is not None
    assert room.run.run.sent == len(room.office.printers.sent) < COUNT


def test_dossiers_that_were_left_out_are_named(room: Room, qtbot: QtBot) -> None:
    opened(room)
    moved = room.office.dossiers[0]
    begin = room.office.runs.begin

    def begin_then_move(*given: object) -> object:
        run = begin(*given)  # type: ignore[arg-type]  # as they come
        with room.office.store.apply() as tx:
            tx.dossiers.remove([moved.id], scope=moved.scope_id)
        return run

    room.office.runs.begin = begin_then_move  # type: ignore[method-assign,assignment]  # the dossier leaves meanwhile
    start(room)
    qtbot.waitUntil(lambda: room.run.finished and room.run.asked)
    left = room.run_dialog.findChild(QLabel, "printRunLine")
    assert left is not None
    assert left.text() == f"Đã gửi máy in {COUNT - 1}/{COUNT} · bỏ qua 1"
    assert moved.number in room.run_dialog._left.toPlainText()


def test_what_is_printed_for_chosen_dossiers_says_how_many_these_are(room: Room, qtbot: QtBot) -> None:
    wanted = tuple(each.id for each in room.office.dossiers[1:3])
    room.run.open(wanted)
    room.run_dialog.begin()
    room.rest()
    assert head(room) == "In một loại giấy cho 2 hồ sơ đã chọn"
    start(room)
    qtbot.waitUntil(lambda: room.run.finished and room.run.asked)
    assert len(room.office.printers.sent) == 2
