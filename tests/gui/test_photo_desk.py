"""The photo desk: old, new and card side by side, the line between them, reason, taking back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.lease import Lease
from officer_console.imaging.edit import Edit
from officer_console.views.photo_desk_words import elsewhere
from tests.gui.photo_desk_parts import Advice, FakeLooking, FakeLooks, FakeTake, Room, room_of
from tests.gui.review_parts import FakeDesk
from tests.gui.review_samples import NOW, attachments, digest, dossier
from tests.gui.review_window import button, find, press, text

PORTRAIT, FRONT = AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT
CTRL = Qt.KeyboardModifier.ControlModifier


def shown(room: Room, name: str) -> bool:
    return find(room.view, QLabel, name).isVisibleTo(room.view)


def test_one_key_lays_old_new_and_the_portrait_on_the_card_side_by_side(qtbot: QtBot) -> None:
    room = room_of(qtbot)

    assert room.view.isVisible()
    assert text(room.view, "photoDeskCaption") == "Ảnh chân dung"
    assert room.view.old.picture is not None
    assert room.view.card.picture is not None
    assert "Chưa có ảnh mới" in room.view.new.words
    assert not room.view.accept_button.isEnabled()
    assert not room.view.reason.isEnabled()


def test_what_is_poor_is_said_in_words_and_holds_nobody_up(qtbot: QtBot) -> None:
    looking = FakeLooking(
        known={digest("portrait"): FakeLooks(Advice(("blurred", "dark")))}, taken=FakeLooks(Advice(("no-face",)))
    )
    room = room_of(qtbot, looking=looking)
    room.model.take(lambda: b"taken")

    assert text(room.view, "photoDeskOldAdvice").count("▲") == 2
    assert "khuôn mặt" in text(room.view, "photoDeskNewAdvice")
    assert room.view.accept_button.isEnabled()


def test_a_portrait_is_replaced_with_a_reason_and_taken_back(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    room.model.take(lambda: b"taken")
    assert text(room.view, "photoDeskMark") == "Ảnh mới chưa dùng"
    assert room.desk.model.pictures.replacements == ()

    room.view.reason.setEditText("Công dân chụp lại")
    press(room.desk, Qt.Key.Key_Return, CTRL)

    (photo,) = room.desk.model.pictures.replacements
    assert (photo.sha256, photo.reason) == (digest("taken0"), "Công dân chụp lại")
    assert room.take.attached == [("taken", Edit(), "Công dân chụp lại")]
    assert text(room.view, "photoDeskMark") == "◆ Đã thay"
    room.view.undo.click()
    assert room.desk.model.pictures.replacements == ()
    assert room.take.undone == [digest("taken0")]
    assert not shown(room, "photoDeskMark")


def test_a_picture_that_was_not_accepted_is_put_away_first(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    room.model.take(lambda: b"taken")
    room.model.accept("")
    room.model.take(lambda: b"other")

    room.view.undo.click()

    assert room.model.candidate is None
    assert len(room.desk.model.pictures.replacements) == 1
    assert room.take.undone == []


def test_the_former_replacement_comes_back_when_only_the_sealed_store_knows_it(qtbot: QtBot) -> None:
    former = Attachment(
        kind=PORTRAIT, sha256=digest("former"), media_type="image/jpeg", size=1, replaced_by="Hà", replaced_at=NOW
    )
    room = room_of(qtbot, take=FakeTake(former=former))
    room.model.take(lambda: b"taken")
    room.model.accept("")

    room.view.undo.click()

    assert [photo.sha256 for photo in room.desk.model.pictures.replacements] == [digest("former")]


def test_a_replacement_is_turned_by_its_recipe(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    room.model.take(lambda: b"taken")
    press(room.desk, Qt.Key.Key_R)
    room.model.accept("")

    press(room.desk, Qt.Key.Key_R)

    assert room.model.candidate is not None
    assert room.model.candidate.edit == Edit(quarters=2)
    room.model.accept("")
    assert [edit.quarters for _, edit, _ in room.take.attached] == [1, 2]


def test_the_line_between_the_pictures_is_moved_by_keys_and_by_the_mouse(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    assert not room.view.compare.isEnabled()
    room.model.take(lambda: b"taken")
    press(room.desk, Qt.Key.Key_S)

    assert room.view.over.isVisible()
    assert not room.view.old.isVisible()
    room.view.slider.setFocus()
    QTest.keyClick(room.view.slider, Qt.Key.Key_Home)
    assert room.view.over.share == 0
    QTest.keyClick(room.view.slider, Qt.Key.Key_PageUp)
    assert room.view.over.share == 10
    middle = QPoint(room.view.over.width() * 3 // 4, room.view.over.height() // 2)
    QTest.mousePress(room.view.over, Qt.MouseButton.LeftButton, pos=middle)
    assert room.view.slider.value() == pytest.approx(75, abs=2)
    colours = room.view.over.grab().toImage()
    assert colours.pixelColor(room.view.over.width() // 2, middle.y()) != colours.pixelColor(
        room.view.over.width() * 7 // 8, middle.y()
    )


def test_the_same_picture_in_another_dossier_is_a_warning_by_number(qtbot: QtBot) -> None:
    looking = FakeLooking(known={digest("portrait"): FakeLooks(elsewhere=("1000123/07906",))})
    room = room_of(qtbot, looking=looking)

    assert "1000123/07906" in room.view.banner.title
    assert "1000123/07906" in text(room.desk.page, "pictureElsewhere")
    room.view.close()
    room.desk.model.pictures.select(FRONT)
    assert not find(room.desk.page, QLabel, "pictureElsewhere").isVisibleTo(room.desk.page)


def test_many_dossiers_are_counted_not_listed() -> None:
    assert elsewhere(("1/1", "2/1", "3/1", "4/1", "5/1")) == (
        "Ảnh này cũng có trong hồ sơ 1/1, 2/1, 3/1 và 2 hồ sơ khác của người khác."
    )


@pytest.mark.parametrize(("data", "title"), [(b"bad", "không phải là ảnh"), (b"large", "dung lượng")])
def test_what_cannot_be_taken_is_told_and_leaves_the_dossier_as_it_was(qtbot: QtBot, data: bytes, title: str) -> None:
    room = room_of(qtbot)
    room.model.take(lambda: data)
    room.model.accept("")

    assert title in room.view.banner.title
    assert room.desk.model.pictures.replacements == ()


def test_a_card_has_no_third_place(qtbot: QtBot) -> None:
    room = room_of(qtbot, kind=FRONT)

    assert room.view.old.isVisible()
    assert not room.view.card.isVisible()


def test_a_card_without_a_face_says_so(qtbot: QtBot) -> None:
    room = room_of(qtbot, looking=FakeLooking(face=None))

    assert "Không tìm thấy khuôn mặt" in room.view.card.words


def test_where_somebody_else_has_the_dossier_pictures_are_only_looked_at(qtbot: QtBot) -> None:
    held = Lease(officer_id="other", officer_name="Trần Văn Bình", expires_at=NOW.replace(year=2027))
    room = room_of(qtbot, service=FakeDesk(replace(dossier(), lease=held), holder=held))

    assert not room.view.files.isEnabled()
    room.model.take(lambda: b"taken")
    assert room.model.candidate is None


def test_another_dossier_clears_the_desk(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    room.model.take(lambda: b"taken")
    room.view.close()
    room.desk.page.open_dossier("d2")

    assert room.model.candidate is None
    assert not room.model.active


def test_a_missing_picture_is_named_and_can_be_brought(qtbot: QtBot) -> None:
    room = room_of(qtbot, service=FakeDesk(dossier(attachments=attachments(FRONT))))

    assert "không gửi" in room.view.old.words
    room.model.take(lambda: b"taken")
    room.view.reason.setFocus()
    press(room.desk, Qt.Key.Key_Down)
    room.view.accept_button.click()
    assert [photo.reason for photo in room.desk.model.pictures.replacements] == ["Công dân chưa gửi ảnh này"]


def test_nothing_copied_is_said(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    QApplication.clipboard().clear()
    button(room.desk, "photoDeskPaste").click()

    assert "sao chép" in room.view.banner.title


def asked(room: Room) -> QFileDialog:
    """Return the dialog that asks for a file."""
    return find(room.view, QFileDialog, "filesDialog")


def test_f4_asks_for_a_file_and_lays_it_on_the_desk_beside_the_old_picture(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "ảnh mới.png"
    file.write_bytes(b"taken")
    room = room_of(qtbot, opened=False)
    press(room.desk, Qt.Key.Key_F4)
    asked(room).filesSelected.emit([str(file)])
    asked(room).reject()

    assert room.view.isVisible()
    assert room.view.old.picture is not None
    assert room.view.new.picture is not None
    assert room.desk.model.pictures.replacements == ()
    room.view.reason.setEditText("Ảnh lóa")
    room.view.accept_button.click()
    assert [photo.reason for photo in room.desk.model.pictures.replacements] == ["Ảnh lóa"]
    assert room.take.attached == [("taken", Edit(), "Ảnh lóa")]


@pytest.mark.parametrize("form", ["jpg", "jpeg", "png", "tif", "tiff", "pdf"])
def test_the_file_dialog_offers_what_the_gate_takes(qtbot: QtBot, form: str) -> None:
    room = room_of(qtbot, opened=False)
    button(room.desk, "replacePicture").click()

    (offered,) = asked(room).nameFilters()
    assert f"*.{form} " in offered.replace(")", " ")
    assert asked(room).fileMode() is QFileDialog.FileMode.ExistingFile


def test_f4_opens_nothing_where_somebody_else_has_the_dossier(qtbot: QtBot) -> None:
    held = Lease(officer_id="other", officer_name="Trần Văn Bình", expires_at=NOW.replace(year=2027))
    room = room_of(qtbot, service=FakeDesk(replace(dossier(), lease=held), holder=held), opened=False)
    press(room.desk, Qt.Key.Key_F4)

    assert not room.view.isVisible()
    assert not button(room.desk, "replacePicture").isEnabled()


def test_the_desk_stays_until_the_new_picture_is_sealed(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    room.model.take(lambda: b"taken")
    room.desk.jobs.held = True
    room.model.accept("")
    room.view.close()
    QTest.keyClick(room.view, Qt.Key.Key_Escape)
    assert room.view.isVisible()
    assert not room.view.close_button.isEnabled()

    room.desk.jobs.finish()

    assert len(room.desk.model.pictures.replacements) == 1
    room.view.close_button.click()
    assert not room.view.isVisible()


def test_a_picture_that_could_not_be_sealed_lets_the_desk_be_closed(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    room.model.take(lambda: b"large")
    room.model.accept("")

    QTest.keyClick(room.view, Qt.Key.Key_Escape)

    assert not room.view.isVisible()


def test_of_a_file_with_several_pages_the_one_that_is_taken_is_told(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    room.model.take(lambda: b"taken+second+third")

    assert "Tệp có 3 trang" in room.view.banner.title
    press(room.desk, Qt.Key.Key_R)
    assert "Tệp có 3 trang" in room.view.banner.title
    room.model.take(lambda: b"other")
    assert not room.view.banner.isVisibleTo(room.view)


def test_a_dossier_that_is_left_takes_the_desk_along(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    room.desk.model.leave()

    assert not room.view.isVisible()
