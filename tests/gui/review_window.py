"""A detail page over fakes, in a window that has the keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import PhotoReplacement
from officer_console.domain.officer import Officer
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.views.picture_image import decode
from officer_console.views.review import ReviewView
from tests.gui.review_parts import DirectJobs, FakeDesk, FakeNews, clock
from tests.gui.review_samples import HA, digest

W = TypeVar("W", bound=QWidget)


@dataclass(kw_only=True)
class Desk:
    """The page with everything behind it."""

    page: ReviewView
    model: ReviewViewModel
    service: FakeDesk
    jobs: DirectJobs
    news: FakeNews


def desk_of(qtbot: QtBot, service: FakeDesk | None = None, *, officer: Officer = HA, opened: bool = True) -> Desk:
    """Return a page that shows the dossier ``d1`` of ``service``."""
    known, jobs, news = service or FakeDesk(), DirectJobs(), FakeNews()
    model = ReviewViewModel(known, known, known, officer, jobs, news, decode, clock)
    page = ReviewView(model)
    shown(qtbot, page)
    if opened:
        page.open_dossier("d1")
    return Desk(page=page, model=model, service=known, jobs=jobs, news=news)


def shown(qtbot: QtBot, page: QWidget) -> None:
    """Show a page and give it the keyboard."""
    page.resize(1186, 692)
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()


def press(desk: Desk, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the keyboard stands."""
    QTest.keyClick(QApplication.focusWidget() or desk.page, key, modifier)


def put(desk: Desk, name: str = "new", kind: AttachmentKind = AttachmentKind.ID_FRONT) -> PhotoReplacement:
    """Put a sealed picture in place of one of the dossier, as the photo desk and the scan window do."""
    photo = PhotoReplacement(kind=kind, sha256=digest(name), media_type="image/jpeg", size=1, reason="Ảnh mờ")
    desk.model.pictures.put("d1", photo)
    return photo


def find(parent: QWidget, kind: type[W], name: str) -> W:
    """Return the part of ``parent`` with this name."""
    found = parent.findChild(kind, name)
    assert found is not None
    return found


def text(page: QWidget, name: str) -> str:
    """Return what a label says."""
    return find(page, QLabel, name).text()


def button(desk: Desk, name: str) -> QAbstractButton:
    """Return a button of the page."""
    return find(desk.page, QAbstractButton, name)
