"""The window for capturing pages over a desk of the tests, with pages to scan."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from officer_console.background.jobs import JobRunner
from officer_console.domain.attachment import AttachmentKind
from officer_console.imaging.gate import Gate, Pixels
from officer_console.viewmodels.capture import CaptureViewModel
from officer_console.viewmodels.device_ports import DeskPort
from officer_console.viewmodels.devices import DeviceLog
from officer_console.viewmodels.pages import Intake
from officer_console.views.capture_dialog import CaptureDialog
from officer_console.views.picture_image import Picture, of_pixels
from tests.gui.capture_parts import FakeCapture, FakeDesk, png, settled
from tests.gui.review_parts import clock
from tests.imaging.pages import page
from tests.imaging.photos import photo

KINDS = (AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT, AttachmentKind.ID_BACK, AttachmentKind.SIGNED_FORM)
FRONT, BACK, FORM = KINDS[1:]
PATIENCE = 60_000


def paint(pixels: Pixels) -> Picture:
    return of_pixels(pixels.width, pixels.height, pixels.rgb)


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.close()


@pytest.fixture(scope="module")
def card() -> bytes:
    return png(photo(3).rgb)


@pytest.fixture(scope="module")
def form() -> bytes:
    return png(page(1))


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[JobRunner]:  # noqa: ARG001 - there has to be an application
    runner = JobRunner()
    yield runner
    runner.end()


Opened = Callable[..., CaptureDialog]


@pytest.fixture
def opened(qtbot: QtBot, gate: Gate, jobs: JobRunner) -> Opened:
    """Return what opens the dialog over a desk for the dossier ``d1``."""

    def start(
        desk: DeskPort | None = None,
        *,
        wanted: AttachmentKind | None = FRONT,
        capture: FakeCapture | None = None,
        make: Callable[[], DeskPort] | None = None,
    ) -> CaptureDialog:
        known = desk or FakeDesk()
        intake = Intake(desk=make or (lambda: known), paint=paint, jobs=jobs, device_jobs=jobs, log=DeviceLog(clock))
        model = CaptureViewModel(capture or FakeCapture(gate), intake)
        dialog = CaptureDialog(model)
        model.setParent(dialog)
        qtbot.addWidget(dialog)
        with qtbot.waitActive(dialog):
            dialog.begin("d1", KINDS, wanted)
        if make is None:
            qtbot.waitUntil(lambda: model.scan.profile is not None, timeout=PATIENCE)
        return dialog

    return start


def model_of(dialog: CaptureDialog) -> CaptureViewModel:
    return dialog._model


def scanned(qtbot: QtBot, dialog: CaptureDialog, pages: int) -> CaptureViewModel:
    model = model_of(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: len(model.sheets) == pages and settled(model), timeout=PATIENCE)
    return model


def because(dialog: CaptureDialog) -> None:
    """Choose the first reason, with the keyboard."""
    dialog.reason.setFocus()
    QTest.keyClick(dialog.reason, Qt.Key.Key_Down)


def text(dialog: CaptureDialog, name: str) -> str:
    found = dialog.findChild(QLabel, name)
    assert found is not None
    return found.text()
