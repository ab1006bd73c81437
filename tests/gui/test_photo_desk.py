"""The photo desk: old, new and card side by side, the line between them, reason, taking back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.lease import Lease
from officer_console.imaging.edit import Edit
from officer_console.imaging.gate import Pixels
from officer_console.viewmodels.photo_desk import PhotoDeskViewModel
from officer_console.views.photo_desk import PhotoDeskView
from officer_console.views.photo_desk_words import elsewhere
from officer_console.views.picture_image import of_pixels
from tests.gui.review_parts import CodedError, FakeDesk
from tests.gui.review_samples import NOW, attachments, digest, dossier
from tests.gui.review_window import Desk, button, desk_of, find, press, text

PORTRAIT, FRONT = AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT
CTRL = Qt.KeyboardModifier.ControlModifier


@dataclass(frozen=True)
class Advice:
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class FakeLooks:
    quality: Advice = Advice()
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True)
class FakeShot:
    name: str
    blank: bool = False
    suggested: Edit = field(default_factory=Edit)


def grey(level: int) -> Pixels:
    return Pixels(60, 80, bytes([level]) * (60 * 80 * 3))


@dataclass
class FakeTake:
    """Takes any bytes that do not say otherwise; keeps what was attached on a pile."""

    attached: list[tuple[str, Edit, str]] = field(default_factory=list)
    undone: list[str | None] = field(default_factory=list)
    former: Attachment | None = None

    def take(self, data: bytes, **_: Any) -> tuple[FakeShot, ...]:
        if data == b"bad":
            raise CodedError("not-an-image")
        return FakeShot("empty", blank=True), FakeShot(data.decode())

    def preview(self, _shot: Any, edit: Edit, longest: int) -> Pixels:
        assert longest > 0
        return grey(40 + edit.quarters)

    def attach(self, _dossier_id: str, kind: AttachmentKind, shot: Any, edit: Edit, reason: str) -> Attachment:
        if shot.name == "large":
            raise CodedError("over-budget")
        self.attached.append((shot.name, edit, reason))
        sha256 = digest(f"{shot.name}{edit.quarters}")
        return Attachment(kind=kind, sha256=sha256, media_type="image/jpeg", size=1, replaced_by="Hà", replaced_at=NOW)

    def undo(self, _dossier_id: str, kind: AttachmentKind, only: str | None = None) -> Attachment | None:
        assert kind is PORTRAIT
        self.undone.append(only)
        former, self.former = self.former, None
        return former

    def reopen(self, _dossier_id: str, sha256: str) -> tuple[FakeShot, Edit] | None:
        return (FakeShot("taken"), Edit(quarters=1)) if sha256 == digest("taken1") else None


@dataclass
class FakeLooking:
    """Knows which pictures are poor and which other dossiers have them."""

    known: dict[str, FakeLooks] = field(default_factory=dict)
    taken: FakeLooks = FakeLooks()
    face: Pixels | None = field(default_factory=lambda: grey(90))

    def look(self, _dossier_id: str, kind: AttachmentKind, sha256: str) -> FakeLooks:  # noqa: ARG002 - the port
        return self.known.get(sha256, FakeLooks())

    def judge(self, _dossier_id: str, kind: AttachmentKind, shot: Any, edit: Edit) -> FakeLooks:  # noqa: ARG002 - the port
        return self.taken

    def elsewhere(self, _dossier_id: str, kind: AttachmentKind, sha256: str) -> tuple[str, ...]:  # noqa: ARG002 - the port
        return self.known.get(sha256, FakeLooks()).elsewhere

    def card_portrait(self, _dossier_id: str, sha256: str) -> Pixels | None:  # noqa: ARG002 - the port
        return self.face


@dataclass(kw_only=True)
class Room:
    desk: Desk
    take: FakeTake
    looking: FakeLooking
    model: PhotoDeskViewModel
    view: PhotoDeskView


def room_of(
    qtbot: QtBot,
    *,
    service: FakeDesk | None = None,
    looking: FakeLooking | None = None,
    take: FakeTake | None = None,
    kind: AttachmentKind = PORTRAIT,
) -> Room:
    desk = desk_of(qtbot, service, opened=False)
    taking, known = take or FakeTake(), looking or FakeLooking()
    model = PhotoDeskViewModel(
        desk.model.pictures,
        taking,
        known,
        lambda pixels: of_pixels(pixels.width, pixels.height, pixels.rgb),
        desk.jobs,
        desk.page,
    )
    view = PhotoDeskView(model, parent=desk.page)
    desk.page.pictures.use_desk(model)
    desk.page.pictures.desk_wanted.connect(view.begin)
    desk.page.open_dossier("d1")
    desk.model.pictures.select(kind)
    press(desk, Qt.Key.Key_B)
    view.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is view)
    return Room(desk=desk, take=taking, looking=known, model=model, view=view)


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
    room.model.accept("")
    assert len(room.desk.model.pictures.replacements) == 1


def test_nothing_copied_is_said(qtbot: QtBot) -> None:
    room = room_of(qtbot)
    QApplication.clipboard().clear()
    button(room.desk, "photoDeskPaste").click()

    assert "sao chép" in room.view.banner.title
