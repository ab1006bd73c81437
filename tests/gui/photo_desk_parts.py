"""A photo desk over fakes: pictures are taken, looked at and attached in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.imaging.edit import Edit
from officer_console.imaging.gate import Pixels
from officer_console.viewmodels.photo_desk import PhotoDeskViewModel
from officer_console.views.photo_desk import PhotoDeskView
from officer_console.views.picture_image import of_pixels
from tests.gui.review_parts import CodedError, FakeDesk
from tests.gui.review_samples import NOW, digest
from tests.gui.review_window import Desk, desk_of, press

PORTRAIT = AttachmentKind.PORTRAIT


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
    """Takes any bytes that do not say otherwise, a page each between plus signs; piles up what was attached."""

    attached: list[tuple[str, Edit, str]] = field(default_factory=list)
    undone: list[str | None] = field(default_factory=list)
    former: Attachment | None = None

    def take(self, data: bytes, **_: Any) -> tuple[FakeShot, ...]:
        if data == b"bad":
            raise CodedError("not-an-image")
        return FakeShot("empty", blank=True), *(FakeShot(name) for name in data.decode().split("+"))

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
    opened: bool = True,
) -> Room:
    """Return a dossier with the photo desk; ``opened`` lays a picture on it."""
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
    desk.page.pictures.file_wanted.connect(view.begin_with_file)
    desk.page.open_dossier("d1")
    desk.model.pictures.select(kind)
    if opened:
        press(desk, Qt.Key.Key_B)
        view.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is view)
    return Room(desk=desk, take=taking, looking=known, model=model, view=view)
