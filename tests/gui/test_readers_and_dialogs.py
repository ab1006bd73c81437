"""Codes that are read while a dialog is in front, or while a reader is tried out."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from officer_console.codes.wedge import Garbled, Scanned
from officer_console.devices.serial_host import PortState, SerialPort
from officer_console.services.code_outcome import Found, Shown
from officer_console.views.plain import PlainLabel
from officer_console.views.reader_dialog import WAITING
from tests.gui.reader_parts import CARD, Readers


@pytest.mark.parametrize("reader", ["keyboard", "serial", "camera"])
def test_a_code_scanned_under_a_dialog_waits_for_its_end(readers: Readers, qtbot: QtBot, reader: str) -> None:
    dialog = QDialog(readers.window.view)
    dialog.open()
    qtbot.waitUntil(dialog.isVisible)
    readers.page.dossier_id = "d1"
    readers.lookup.answer = Shown(dossier_id="d1")
    ways: dict[str, Callable[[], object]] = {
        "keyboard": lambda: readers.view.keys.scanned.emit(Scanned(text=CARD.decode(), repaired=False)),
        "serial": lambda: readers.model.serial_read(CARD),
        "camera": lambda: readers.model.camera.code.emit(CARD),
    }
    read = ways[reader]
    read()
    assert readers.opened == []
    assert readers.page.cards == []
    assert "hộp thoại" in readers.title
    dialog.close()
    read()
    assert readers.page.cards


def test_a_code_that_was_looked_up_when_a_dialog_opened_opens_nothing_under_it(readers: Readers, qtbot: QtBot) -> None:
    readers.jobs.held = True
    readers.model.serial_read(CARD)
    dialog = QDialog(readers.window.view)
    dialog.open()
    qtbot.waitUntil(dialog.isVisible)
    readers.jobs.held = False
    readers.jobs.finish()
    assert readers.opened == []
    assert "hộp thoại" in readers.title
    dialog.close()


@pytest.fixture
def trial(readers: Readers, qtbot: QtBot) -> Callable[[], str]:
    readers.window.action("readersAction").trigger()
    qtbot.waitUntil(readers.view.dialog.isVisible)

    def line() -> str:
        label = readers.view.dialog.findChild(PlainLabel, "readerLine")
        assert label is not None
        return label.text()

    return line


def test_while_a_reader_is_tried_out_codes_are_shown_and_open_nothing(
    readers: Readers, trial: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    assert trial() == WAITING
    with caplog.at_level(logging.DEBUG):
        readers.view.keys.scanned.emit(Scanned(text=CARD.decode(), repaired=True))
        assert trial().startswith("Đầu đọc kiểu bàn phím: mã QR trên căn cước")
        assert "Nguyễn Văn An" in trial()
        readers.model.serial_read(b"\x01\xff rubbish" + b"x" * 9000)
        assert trial().startswith("Đầu đọc cổng nối tiếp: không phải mã")
        readers.view.keys.scanned.emit(Garbled())
        assert "tắt Unikey (E)" in trial()
    assert caplog.records == []
    assert readers.lookup.asked == []
    readers.view.dialog.accept()
    readers.read(Found(dossier_id="d3"))
    assert readers.opened == ["d3"]


def test_a_port_that_is_not_there_is_told_where_readers_are_tried_out(qtbot: QtBot) -> None:
    readers = Readers(qtbot, SerialPort(name="/nonexistent/reader"))
    label = readers.view.dialog.findChild(PlainLabel, "readerPort")
    assert label is not None
    qtbot.waitUntil(lambda: "không mở được" in label.text())
    readers.view.dialog.show_state(PortState.OPEN)
    assert "đang nghe" in label.text()
    readers.view.stop()
