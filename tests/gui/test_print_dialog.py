"""*In giấy tờ*: the paper on the screen, what is handed to the printer, and what is said when it does not take it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from officer_console.devices.printers import PrintError
from officer_console.domain.dossier import Status
from officer_console.domain.papers import Paper
from officer_console.services.stationery import PaperError
from tests.gui.print_parts import Room
from tests.gui.print_parts import room as room_of

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    with room_of(qtbot, tmp_path) as made:
        yield made


def said(room: Room, name: str) -> str:
    label = room.dialog.findChild(QLabel, name)
    assert label is not None
    return label.text() if label.isVisible() else ""


def key(room: Room, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(room.dialog.focusWidget() or room.dialog, key, modifier)


def sent(room: Room) -> list[tuple[str, int, tuple[int, ...]]]:
    return [(order.printer, order.copies, order.pages) for _, order in room.office.printers.sent]


def test_the_paper_most_likely_wanted_is_shown_with_the_usual_printer(room: Room) -> None:
    room.open(Status.APPROVED)
    assert room.model.paper is Paper.ACCEPTED
    assert room.dialog.canvas.picture is not None
    assert said(room, "printNumber").startswith("Thông báo chấp nhận · ")
    assert room.dialog.printer.currentText() == "Tang-2"
    assert said(room, "printState") == "✓ Sẵn sàng"


def test_another_paper_of_the_dossier_is_a_button_away(room: Room) -> None:
    room.open(Status.APPROVED)
    first = room.dialog.canvas.picture
    button = room.dialog.findChild(QPushButton, "paper_vssid_guide")
    assert button is not None
    button.click()
    room.ready()
    assert room.model.made is not None
    assert room.model.made.paper is Paper.GUIDE
    assert room.dialog.canvas.picture is not first


def test_pages_are_turned_with_keys_and_stay_within_the_paper(room: Room, qtbot: QtBot) -> None:
    room.open(Status.AWAITING_REGISTRY)
    first = room.dialog.canvas.picture
    assert said(room, "printCount") == "Trang 1/2"
    key(room, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: room.dialog.canvas.picture is not first)
    assert said(room, "printCount") == "Trang 2/2"
    key(room, Qt.Key.Key_PageDown)
    assert room.model.page == 1
    key(room, Qt.Key.Key_PageUp)
    assert said(room, "printCount") == "Trang 1/2"


def test_one_page_needs_no_turning(room: Room) -> None:
    room.open(Status.APPROVED)
    assert said(room, "printCount") == ""
    assert not room.dialog.onward.isVisible()


def test_ctrl_p_prints_copies_and_pages_and_says_so(room: Room) -> None:
    room.open(Status.AWAITING_REGISTRY)
    room.dialog.copies.setValue(2)
    QTest.keyClicks(room.dialog.pages, "2")
    key(room, Qt.Key.Key_P, CTRL)
    room.ready()
    assert sent(room) == [("Tang-2", 2, (1,))]
    assert room.dialog.banner.title == "Đã gửi Tờ khai TK1-TS tới máy in Tang-2"
    assert room.office.journal() == ["printed:tk1_ts:1:p2", "printed:tk1_ts:2:p2"]


def test_pages_printed_one_after_the_other_are_no_reprint_of_each_other(room: Room) -> None:
    room.open(Status.AWAITING_REGISTRY)
    said_of = []
    for page in ("2", "1", "1"):
        room.dialog.pages.clear()
        QTest.keyClicks(room.dialog.pages, page)
        key(room, Qt.Key.Key_P, CTRL)
        room.ready()
        said_of.append(room.dialog.banner.text)
    assert said_of == ["1 bản.", "1 bản.", "1 bản. In lại lần 1."]
    assert said(room, "printTimes").startswith("Đã in 1 lần")


def test_printing_once_more_is_a_reprint(room: Room) -> None:
    room.open(Status.APPROVED)
    for _ in range(2):
        key(room, Qt.Key.Key_P, CTRL)
        room.ready()
    assert room.dialog.banner.text == "1 bản. In lại lần 1."
    assert room.office.journal()[-1] == "reprinted:notice_accepted:2"


def test_printer_and_copies_are_remembered_for_the_next_paper(room: Room) -> None:
    room.open(Status.APPROVED)
    room.dialog.printer.setCurrentIndex(0)
    room.dialog.printer.activated.emit(0)
    room.dialog.copies.setValue(3)
    key(room, Qt.Key.Key_P, CTRL)
    room.ready()
    room.dialog.close()
    room.open(Status.APPROVED)
    assert room.dialog.printer.currentText() == "Tang-1"
    assert room.dialog.copies.value() == 3
    room.open(Status.APPROVED, Paper.GUIDE)
    assert room.dialog.copies.value() == 1


def test_a_stopped_printer_is_told_and_takes_nothing(room: Room) -> None:
    room.open(Status.APPROVED)
    room.model.use("Kho")
    assert said(room, "printState").startswith("▲ Đang dừng")
    assert not room.dialog.print_button.isEnabled()
    key(room, Qt.Key.Key_P, CTRL)
    assert sent(room) == []


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("printer-missing", "Không còn thấy máy in Tang-2"),
        ("printer-stopped", "Máy in Tang-2 đang dừng"),
        ("printer-offline", "Mất liên lạc với máy in Tang-2"),
        ("printer-refused", "Máy in Tang-2 không nhận giấy này"),
        ("printer-silent", "Máy in Tang-2 không trả lời"),
    ],
)
def test_what_goes_wrong_at_the_printer_is_a_sentence(room: Room, code: str, title: str) -> None:
    room.office.printers.fault = PrintError(code, "Tang-2")
    room.open(Status.APPROVED)
    key(room, Qt.Key.Key_P, CTRL)
    room.ready()
    assert room.dialog.banner.title == title
    assert room.dialog.banner.isVisible()
    assert room.dialog.print_button.isEnabled()


def test_pages_that_are_not_there_are_told_before_anything_is_printed(room: Room) -> None:
    room.open(Status.APPROVED)
    QTest.keyClicks(room.dialog.pages, "7")
    key(room, Qt.Key.Key_P, CTRL)
    assert room.dialog.banner.title == "Trang cần in không đúng"
    assert sent(room) == []


def test_without_a_printer_the_paper_can_still_be_saved(room: Room, qtbot: QtBot, tmp_path: Path) -> None:
    room.office.printers.there = ()
    dossier = room.open(Status.APPROVED)
    assert said(room, "printState").startswith("Chưa có máy in nào")
    key(room, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    chooser = QApplication.activeModalWidget()
    assert isinstance(chooser, QDialog)
    line = chooser.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    assert line.text() == f"notice-accepted-{dossier.number.replace('/', '-')}.pdf"
    line.setText(str(tmp_path / "giay"))
    chooser.accept()
    qtbot.waitUntil(lambda: (tmp_path / "giay.pdf").exists())
    room.ready()
    assert (tmp_path / "giay.pdf").read_bytes().startswith(b"%PDF")
    assert room.dialog.banner.title == "Đã lưu Thông báo chấp nhận"


def test_a_paper_that_cannot_be_made_says_why_and_prints_nothing(room: Room) -> None:
    def make() -> None:
        raise PaperError("form-broken", file="/etc/x/form.yaml", line=7, rule="form-brace")

    room.model.open_list(Paper.DAY_SHEET, make)  # type: ignore[arg-type]  # never returns
    room.dialog.begin()
    room.ready()
    assert room.dialog.banner.title == "Mẫu giấy có lỗi"
    assert "/etc/x/form.yaml, dòng 7" in room.dialog.banner.text
    assert not room.dialog.print_button.isEnabled()
    assert room.dialog.canvas.words == "Chưa lập được giấy."


@pytest.mark.parametrize(
    ("status", "title"),
    [(Status.REJECTED, "Hồ sơ đã thay đổi"), (Status.PENDING, "Giấy này không còn hợp với hồ sơ")],
)
def test_a_notice_whose_decision_was_changed_is_not_printed_but_made_anew(
    room: Room, status: Status, title: str
) -> None:
    dossier = room.open(Status.REJECTED)
    shown = room.model.made
    assert shown is not None
    assert dossier.judgement is not None
    other = replace(dossier.judgement, op_id="op-other") if status is Status.REJECTED else None
    with room.office.store.apply() as tx:
        tx.dossiers.put([(90, replace(dossier, status=status, judgement=other, version=9))])
    key(room, Qt.Key.Key_P, CTRL)
    room.ready()
    assert sent(room) == []
    assert room.dialog.banner.title.startswith(title)
    if other is None:
        assert not room.dialog.print_button.isEnabled()
        return
    assert room.model.made is not shown
    key(room, Qt.Key.Key_P, CTRL)
    room.ready()
    assert len(sent(room)) == 1


def test_an_answer_that_comes_after_the_dialog_was_closed_is_dropped(room: Room, qtbot: QtBot) -> None:
    room.open(Status.APPROVED)
    room.model.choose(Paper.GUIDE)
    room.dialog.close()
    qtbot.wait(50)
    assert room.model.made is None
    assert room.dialog.canvas.picture is None


def test_every_control_has_a_name_and_the_keyboard_begins_on_the_page(room: Room) -> None:
    room.open(Status.APPROVED)
    assert room.dialog.focusWidget() is room.dialog.canvas
    for button in room.dialog.findChildren(QPushButton):
        assert button.objectName() or not button.isVisible()
        assert button.accessibleName() or not button.isVisible()
