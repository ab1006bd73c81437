"""Why a picture is replaced is for the officer to choose: no reason stands there by itself."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from officer_console.imaging.gate import Gate
from officer_console.views import capture_words
from officer_console.views.photo_desk_words import REASONS
from tests.gui.capture_parts import FakeCapture, FakeDesk
from tests.gui.capture_window import FORM, PATIENCE, Opened, because, scanned
from tests.gui.photo_desk_parts import FakeLooking, FakeLooks, room_of
from tests.gui.review_window import press

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize("typed", ["", "  "])
def test_no_reason_is_taken_for_granted_and_the_keyboard_is_led_to_the_list(qtbot: QtBot, typed: str) -> None:
    room = room_of(qtbot)
    room.model.take(lambda: b"taken")
    room.view.reason.setEditText(typed)
    press(room.desk, Qt.Key.Key_Return, CTRL)

    assert room.view.banner.title == "Chưa chọn lý do thay ảnh."
    assert room.desk.model.pictures.replacements == ()
    assert room.take.attached == []
    assert room.view.reason.hasFocus()
    press(room.desk, Qt.Key.Key_Down)
    press(room.desk, Qt.Key.Key_Down)
    assert not room.view.banner.isVisible()
    press(room.desk, Qt.Key.Key_Return, CTRL)
    assert [photo.reason for photo in room.desk.model.pictures.replacements] == [REASONS[1]]


def test_the_first_letter_of_a_reason_completes_it(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    room.model.take(lambda: b"taken")
    room.view.reason.setFocus()
    press(room.desk, Qt.Key.Key_C)
    room.view.accept_button.click()

    assert [photo.reason for photo in room.desk.model.pictures.replacements] == [REASONS[-1]]


def test_the_reason_for_one_picture_is_not_that_for_the_next(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    for _ in range(2):
        room.model.take(lambda: b"taken")
        assert room.view.reason.reason == ""
        room.view.reason.setFocus()
        press(room.desk, Qt.Key.Key_Down)
        room.view.accept_button.click()
    assert len(room.take.attached) == 2


def test_the_wheel_chooses_no_reason(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    room.model.take(lambda: b"taken")
    place = QPointF(20, 10)
    QApplication.sendEvent(
        room.view.reason,
        QWheelEvent(
            place,
            room.view.reason.mapToGlobal(place),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,  # noqa: FBT003 - Qt's own
        ),
    )

    assert room.view.reason.reason == ""


def test_a_warning_comes_back_when_the_reason_is_chosen(qtbot: QtBot) -> None:
    looking = FakeLooking(taken=FakeLooks(elsewhere=("1000123/07906",)))
    room = room_of(qtbot, looking=looking)
    room.model.take(lambda: b"taken")
    room.view.accept_button.click()
    assert "lý do" in room.view.banner.title
    press(room.desk, Qt.Key.Key_Down)

    assert "1000123/07906" in room.view.banner.title


def test_pages_are_attached_for_no_reason_but_the_chosen_one(
    qtbot: QtBot, opened: Opened, gate: Gate, form: bytes
) -> None:
    capture = FakeCapture(gate)
    dialog = opened(FakeDesk(pages=[form, form]), wanted=FORM, capture=capture)
    model = scanned(qtbot, dialog, 2)
    QTest.keyClick(dialog.sheets, Qt.Key.Key_Return, CTRL)
    assert dialog.banner.title == "Chưa chọn lý do."
    assert not model.keeping
    assert dialog.reason.hasFocus()
    because(dialog)
    assert not dialog.banner.isVisible()
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: model.left == 1 and not model.keeping, timeout=PATIENCE)

    assert [reason for *_, reason in capture.attached] == [capture_words.REASONS[0]]
    assert dialog.reason.reason == ""
    because(dialog)
    dialog.done(0)
    dialog.begin("d2", (FORM,), FORM)
    assert dialog.reason.reason == ""


def test_what_was_typed_is_not_offered_for_the_next_picture(opened: Opened) -> None:
    dialog = opened()
    dialog.reason.setFocus()
    QTest.keyClicks(dialog.reason, "Zz 079123")
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return)

    assert [dialog.reason.itemText(row) for row in range(dialog.reason.count())] == list(capture_words.REASONS)
