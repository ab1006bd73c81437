"""*Số* in the preview of a notice: typed, printed, remembered, and demanded before it is signed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from officer_console.domain.dossier import Status
from officer_console.domain.papers import Paper
from officer_console.services.sign_documents import Settings
from tests.gui.print_parts import Room, room
from tests.printing.test_printing import text


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    with room(qtbot, tmp_path, signing=lambda: Settings(key_files=True)) as made:
        yield made


def test_the_number_typed_stands_on_what_is_printed_and_is_there_the_next_time(desk: Room) -> None:
    desk.open(Status.REJECTED, Paper.REFUSED)
    line = desk.dialog.document.line
    assert (line.isVisible(), line.text()) == (True, "")
    line.setFocus()
    QTest.keyClicks(line, "45")
    desk.dialog.print_button.click()
    desk.qtbot.waitUntil(lambda: len(desk.office.printers.sent) == 1)
    desk.ready()
    assert "Số: 45/TB-BHXH" in text(desk.office.printers.sent[0][0])
    assert (line.text(), line.isReadOnly()) == ("45", True)
    desk.dialog.close()
    desk.open(Status.REJECTED, Paper.REFUSED)
    assert line.text() == "45"


def test_enter_shows_the_number_and_prints_nothing(desk: Room) -> None:
    desk.open(Status.REJECTED, Paper.REFUSED)
    QTest.keyClicks(desk.dialog.document.line, "45")
    QTest.keyClick(desk.dialog.document.line, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: desk.model.made is not None and desk.model.made.document_number == "45")
    desk.ready()
    assert desk.office.printers.sent == []
    assert not desk.dialog.document.line.isReadOnly()


def test_signing_demands_a_number_and_leads_to_its_field(desk: Room) -> None:
    desk.open(Status.REJECTED, Paper.REFUSED)
    with desk.qtbot.assertNotEmitted(desk.dialog.sign_wanted):
        desk.dialog.sign_button.click()
    assert desk.dialog.banner.title == "Chưa có số của thông báo"
    assert desk.dialog.focusWidget() is desk.dialog.document.line
    QTest.keyClicks(desk.dialog.document.line, "45")
    with desk.qtbot.waitSignal(desk.dialog.sign_wanted):
        QTest.keyClick(desk.dialog.document.line, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert desk.model.made is not None
    assert "Số: 45/TB-BHXH" in text(desk.model.made.pdf)


def test_a_number_that_is_taken_is_told_and_nothing_is_printed(desk: Room) -> None:
    office = desk.office
    other = office.of(Status.APPROVED)
    office.printing.assign(office.printing.make(Paper.ACCEPTED, other.id), "45")
    desk.open(Status.REJECTED, Paper.REFUSED)
    QTest.keyClicks(desk.dialog.document.line, "45")
    desk.dialog.print_button.click()
    desk.ready()
    assert desk.dialog.banner.title == "Số 45 đã dùng cho thông báo khác"
    assert (office.printers.sent, desk.dialog.document.line.text()) == ([], "45")


def test_papers_that_are_no_notices_have_no_number(desk: Room) -> None:
    desk.open(Status.REJECTED, Paper.RECEIPT)
    assert not desk.dialog.document.isVisible()
