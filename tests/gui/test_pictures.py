"""Pictures: shown, zoomed, turned, replaced, undone; what cannot be shown says so."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.lease import Lease
from officer_console.views.picture_canvas import PictureCanvas
from officer_console.views.picture_image import LONGEST_SIDE, PictureError, decode
from tests.gui.review_parts import CodedError, FakeDesk
from tests.gui.review_samples import NOW, attachments, digest, dossier, picture_bytes
from tests.gui.review_window import Desk, desk_of, press, put

CTRL = Qt.KeyboardModifier.ControlModifier


def thumb(desk: Desk, kind: str) -> QToolButton:
    found = desk.page.findChild(QToolButton, f"thumb_{kind}")
    assert found is not None
    return found


def label(desk: Desk, name: str) -> QLabel:
    found = desk.page.findChild(QLabel, name)
    assert found is not None
    return found


@pytest.fixture
def canvas(qtbot: QtBot) -> PictureCanvas:
    canvas = PictureCanvas("picture", "Ảnh")
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show_picture(decode(picture_bytes("x")))
    return canvas


def test_the_identity_card_is_under_work_first_and_every_picture_can_be_chosen(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    assert label(desk, "pictureCaption").text() == "Giấy tờ mặt trước"
    assert desk.page.pictures.canvas.picture is not None
    thumb(desk, "portrait").setFocus()
    press(desk, Qt.Key.Key_Space)
    assert label(desk, "pictureCaption").text() == "Ảnh chân dung"


def test_a_missing_picture_is_shown_as_missing(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(dossier(attachments=attachments(AttachmentKind.PORTRAIT))))
    assert thumb(desk, "id_front").text() == "Mặt trước\n✕ Thiếu"
    assert thumb(desk, "signed_form").text() == "Tờ khai\n– Chưa có"
    assert not thumb(desk, "birth_certificate").isVisibleTo(desk.page)
    thumb(desk, "id_front").click()
    assert "Chưa có giấy tờ mặt trước" in desk.page.pictures.canvas.words


def test_a_replacement_is_marked_compared_and_taken_back(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    put(desk)
    assert thumb(desk, "id_front").text() == "Mặt trước\n◆ Đã thay"
    assert label(desk, "pictureMark").text() == "◆ Đã thay"
    old = desk.page.findChild(PictureCanvas, "pictureOld")
    assert old is not None
    assert old.isVisibleTo(desk.page)
    assert old.picture is not desk.page.pictures.canvas.picture
    assert desk.model.decision.dirty
    press(desk, Qt.Key.Key_Z, CTRL)
    assert thumb(desk, "id_front").text() == "Mặt trước\n✓ Đã có"
    assert desk.model.pictures.replacements == ()
    assert not desk.model.decision.dirty


def test_undo_goes_back_one_replacement_at_a_time(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    pictures = desk.model.pictures
    first = put(desk, "1")
    put(desk, "2")
    pictures.undo()
    assert pictures.replacements == (first,)
    pictures.undo()
    assert pictures.replacements == ()
    assert not pictures.can_undo


def test_replaced_pictures_travel_with_the_decision(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(dossier(attachments=attachments(AttachmentKind.PORTRAIT, AttachmentKind.ID_BACK))))
    photo = put(desk)
    draft = desk.model.decision.draft()
    assert draft is not None
    assert draft.photos == (photo,)


def test_somebody_elses_dossier_keeps_its_pictures(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(holder=Lease(officer_id="o2", officer_name="X", expires_at=NOW.replace(hour=23))))
    put(desk)
    assert desk.model.pictures.replacements == ()


def test_a_picture_that_was_sealed_after_the_dossier_was_left_is_not_put_into_another(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.page.open_dossier("d2")
    put(desk)
    assert desk.model.pictures.replacements == ()


def test_a_picture_that_cannot_be_fetched_says_why_and_can_be_tried_again(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(picture_error=CodedError("unreachable")))
    assert "Không kết nối được trung tâm" in desk.page.pictures.canvas.words
    desk.service.picture_error = None
    retry = next(each for each in desk.page.pictures.children() if each.objectName() == "retryPicture")
    retry.click()
    assert desk.page.pictures.canvas.picture is not None


def test_a_picture_that_arrives_after_the_dossier_was_left_is_dropped(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, opened=False)
    desk.jobs.held = True
    desk.page.open_dossier("d1")
    desk.model.leave()
    desk.jobs.finish()
    assert desk.model.pictures.image(digest("id_front")) is None
    assert desk.model.pictures.slots == ()


def test_r_turns_the_picture_wherever_the_keyboard_stands_outside_text(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_R)
    press(desk, Qt.Key.Key_R)
    assert desk.page.pictures.canvas.turn == 180


def test_keys_zoom_in_and_back_to_the_whole_picture(canvas: PictureCanvas) -> None:
    fitting = canvas.scale
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.scale == pytest.approx(fitting * 1.25)
    assert not canvas.fitted
    for _ in range(40):
        QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.scale == 8.0
    QTest.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.scale == pytest.approx(fitting)
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.fitted


def test_the_wheel_zooms(canvas: PictureCanvas) -> None:
    before = canvas.scale
    wheel = QWheelEvent(
        QPointF(10, 10),
        QPointF(10, 10),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,  # noqa: FBT003 - Qt's own signature
    )
    QApplication.sendEvent(canvas, wheel)
    assert canvas.scale > before


def test_a_huge_picture_is_read_smaller_and_a_broken_one_not_at_all() -> None:
    big = decode(picture_bytes("x", width=4000, height=1000))
    assert big.full.width() == LONGEST_SIDE
    assert isinstance(big.thumbnail, QImage)
    assert big.level(0.01).width() < big.full.width()
    with pytest.raises(PictureError):
        decode(b"\x89PNG\r\n\x1a\n" + b"\x00" * 40)
