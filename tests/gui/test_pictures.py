"""Pictures: shown, zoomed, turned, replaced, undone; what cannot be shown says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.lease import Lease
from officer_console.views.picture_canvas import PictureCanvas
from officer_console.views.picture_image import LONGEST_SIDE, PictureError, decode
from tests.gui.review_parts import CodedError, FakeDesk
from tests.gui.review_samples import NOW, attachments, dossier, picture_bytes
from tests.gui.review_window import Desk, desk_of, press

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


def test_a_picture_is_replaced_from_a_file_marked_compared_and_taken_back(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "ảnh mới.png"
    file.write_bytes(picture_bytes("mới"))
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_F4)
    dialog = desk.page.findChild(QFileDialog, "replaceDialog")
    assert dialog is not None
    assert "*.jpg" in dialog.nameFilters()[0]
    dialog.fileSelected.emit(str(file))
    dialog.reject()
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
    pictures.replace(Path("/a/1.png"))
    (first,) = pictures.replacements
    pictures.replace(Path("/a/2.png"))
    pictures.undo()
    assert pictures.replacements == (first,)
    pictures.undo()
    assert pictures.replacements == ()
    assert not pictures.can_undo


def test_a_file_that_is_no_picture_is_refused_with_a_sentence_and_the_old_one_stays(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.model.pictures.replace(Path("/a/bai-tho.txt"))
    error = label(desk, "pictureError")
    assert error.isVisibleTo(desk.page)
    assert error.text().startswith("✕ Tệp này không phải là ảnh. Hồ sơ không thay đổi.")
    assert desk.model.pictures.replacements == ()


def test_replaced_pictures_travel_with_the_decision(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(dossier(attachments=attachments(AttachmentKind.PORTRAIT, AttachmentKind.ID_BACK))))
    desk.model.pictures.select(AttachmentKind.ID_FRONT)
    desk.model.pictures.replace(Path("/a/1.png"))
    draft = desk.model.decision.draft()
    assert draft is not None
    assert [photo.kind for photo in draft.photos] == [AttachmentKind.ID_FRONT]


def test_somebody_elses_dossier_keeps_its_pictures(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(holder=Lease(officer_id="o2", officer_name="X", expires_at=NOW.replace(hour=23))))
    press(desk, Qt.Key.Key_F4)
    assert desk.page.findChild(QFileDialog) is None
    desk.model.pictures.replace(Path("/a/1.png"))
    assert desk.model.pictures.replacements == ()


def test_a_picture_that_cannot_be_fetched_says_why_and_can_be_tried_again(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(picture_error=CodedError("unreachable")))
    assert "Không kết nối được trung tâm" in desk.page.pictures.canvas.words
    desk.service.picture_error = None
    retry = next(each for each in desk.page.pictures.children() if each.objectName() == "retryPicture")
    retry.click()
    assert desk.page.pictures.canvas.picture is not None


def test_a_picture_that_arrives_after_the_dossier_was_left_is_dropped(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    pictures = desk.model.pictures
    desk.jobs.held = True
    pictures.replace(Path("/a/1.png"))
    desk.model.leave()
    desk.jobs.finish()
    assert pictures.replacements == ()
    assert pictures.slots == ()


@pytest.mark.parametrize("file", ["1.png", "bai-tho.txt"])
def test_a_check_that_ends_after_another_officer_took_the_dossier_changes_nothing(qtbot: QtBot, file: str) -> None:
    desk = desk_of(qtbot)
    desk.jobs.held = True
    desk.model.pictures.replace(Path("/a") / file)
    desk.model.pictures.show(desk.service.dossier, editable=False)
    desk.jobs.finish()
    assert desk.model.pictures.replacing is None
    assert desk.model.pictures.replacements == ()
    assert desk.model.pictures.replace_failure is None
    assert not desk.model.decision.dirty


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
