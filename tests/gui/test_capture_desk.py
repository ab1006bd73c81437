"""Scanning from the detail page: the button, dropping and pasting, what becomes of a dossier that is left."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from officer_console.background.jobs import JobRunner
from officer_console.background.scanners import Scanners
from officer_console.devices.desk import ScanDesk
from officer_console.devices.host import DriverHost, Seconds
from officer_console.devices.profiles import Profiles
from officer_console.devices.scanner import DeviceError, Fault
from officer_console.domain.attachment import AttachmentKind
from officer_console.imaging.gate import Gate
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.viewmodels.shell import ShellViewModel
from officer_console.views.capture_desk import CaptureDesk
from officer_console.views.picture_image import decode
from officer_console.views.review import ReviewView
from officer_console.views.shell import ShellView
from tests.gui.capture_parts import FakeCapture, png, settled
from tests.gui.capture_parts import FakeDesk as Scanning
from tests.gui.review_parts import DirectJobs, FakeDesk, FakeNews, clock
from tests.gui.review_samples import HA, attachments, dossier
from tests.imaging.pages import page
from tests.imaging.photos import photo

pytestmark = pytest.mark.timeout(120)
PATIENCE = 60_000


@dataclass(kw_only=True)
class Place:
    """A window with a dossier open, and the scanners beside it."""

    window: ShellView
    review: ReviewView
    desk: CaptureDesk
    scanning: Scanning
    asked: list[str]


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.close()


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[JobRunner]:  # noqa: ARG001 - there has to be an application
    runner = JobRunner()
    yield runner
    runner.end()


@pytest.fixture
def place(qtbot: QtBot, gate: Gate, jobs: JobRunner) -> Iterator[Place]:
    kinds = (AttachmentKind.PORTRAIT, AttachmentKind.ID_BACK)
    service, news = FakeDesk(dossier(attachments=attachments(*kinds))), FakeNews()
    model = ReviewViewModel(service, service, service, HA, DirectJobs(), news, decode, clock)
    window = ShellView(ShellViewModel(HA, news, clock=clock))
    review = ReviewView(model)
    window.add_page("review", review)
    scanning, asked = Scanning(pages=[png(photo(3).rgb)]), []

    def desk() -> Scanning:
        asked.append("desk")
        return scanning

    joined = CaptureDesk(window, review, FakeCapture(gate), desk, gate, jobs, jobs, clock)
    window.resize(1366, 768)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.show_page("review")
    review.open_dossier("d1")
    yield Place(window=window, review=review, desk=joined, scanning=scanning, asked=asked)
    joined.stop()


def key(place: Place, pressed: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or place.review, pressed, modifier)


def test_no_device_is_asked_before_somebody_wants_to_scan(place: Place) -> None:
    assert place.asked == []
    button = place.review.findChild(QPushButton, "scanPicture")
    assert button is not None
    assert button.isEnabled()


def test_a_scanned_card_takes_the_place_of_the_missing_picture_and_is_taken_back(qtbot: QtBot, place: Place) -> None:
    pictures = place.review.pictures.model
    pictures.select(AttachmentKind.ID_FRONT)
    key(place, Qt.Key.Key_F6)
    dialog, model = place.desk.dialog, place.desk.model
    assert dialog.isVisible()
    qtbot.waitUntil(dialog.source.scan.isEnabled, timeout=PATIENCE)
    dialog.source.scan.click()
    qtbot.waitUntil(lambda: len(model.sheets) == 1 and settled(model), timeout=PATIENCE)
    dialog.reason.setFocus()
    key(place, Qt.Key.Key_Down)
    dialog.accept_button.click()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    (photo_put,) = pictures.replacements
    assert photo_put.kind is AttachmentKind.ID_FRONT
    assert pictures.selected is AttachmentKind.ID_FRONT
    pictures.undo()
    assert pictures.replacements == ()


def test_what_is_dropped_or_pasted_on_the_pictures_opens_the_dialog_with_it(
    qtbot: QtBot, place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "tờ khai.png"
    file.write_bytes(png(page(1)))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    how = (mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entered = QDragEnterEvent(QPoint(20, 20), Qt.DropAction.CopyAction, *how)
    QApplication.sendEvent(place.review.pictures, entered)
    assert entered.isAccepted()
    assert not place.desk.dialog.isVisible()
    QApplication.sendEvent(place.review.pictures, QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, *how))
    dialog, model = place.desk.dialog, place.desk.model
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: len(model.sheets) == 1 and settled(model), timeout=PATIENCE)
    dialog.done(0)
    assert len(model.sheets) == 0
    copied = QMimeData()
    copied.setUrls([QUrl.fromLocalFile(str(file))])
    QGuiApplication.clipboard().setMimeData(copied)
    place.desk.paste()
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: len(model.sheets) == 1 and settled(model), timeout=PATIENCE)
    QGuiApplication.clipboard().clear()


def test_a_dossier_that_is_taken_away_takes_the_dialog_along(qtbot: QtBot, place: Place) -> None:
    place.scanning.waits = True
    key(place, Qt.Key.Key_F6)
    dialog = place.desk.dialog
    qtbot.waitUntil(dialog.source.scan.isEnabled, timeout=PATIENCE)
    dialog.source.scan.click()
    qtbot.waitUntil(place.scanning.scanning.is_set, timeout=PATIENCE)
    place.review.set_active(active=False)
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: place.scanning.left != [], timeout=PATIENCE)
    key(place, Qt.Key.Key_F6)
    assert not dialog.isVisible()


def test_the_menu_leads_to_the_page_about_devices(qtbot: QtBot, place: Place) -> None:
    action = place.window.findChild(QAction, "devicesAction")
    assert action is not None
    action.trigger()
    assert place.window.page == "devices"
    qtbot.waitUntil(lambda: place.desk.page.devices.rowCount() == 1, timeout=PATIENCE)


SILENT = 'import sys, threading; print(\'{"ready": "x"}\', flush=True); threading.Event().wait(100)'


def test_a_driver_that_hangs_is_ended_with_the_program(qtbot: QtBot, jobs: JobRunner) -> None:
    host = DriverHost("x", command=(sys.executable, "-c", SILENT), seconds=Seconds(answer=60))
    scanners = Scanners(lambda: ScanDesk([host], Profiles(None, None)))
    ended: list[object] = []
    began = threading.Event()

    def work() -> object:
        desk = scanners.desk()
        began.set()
        return desk.devices()

    jobs.run(work, ended.append, ended.append)
    assert began.wait(20)
    scanners.cancel()
    scanners.close()
    qtbot.waitUntil(lambda: bool(ended), timeout=PATIENCE)
    with pytest.raises(DeviceError) as told:
        scanners.desk()
    assert told.value.fault is Fault.CANCELLED
