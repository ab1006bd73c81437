"""The window about signed sheets over the real service: real pages, a real sealed store, no central."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from officer_console.imaging.gate import Gate, Pixels
from officer_console.imaging.opencv import Rgb
from officer_console.services.capture import Capture
from officer_console.services.filing import Filing
from officer_console.services.form_codes import FormCodes
from officer_console.services.lookup import Lookup
from officer_console.store.sheets import Sheet
from officer_console.viewmodels.devices import DeviceLog
from officer_console.viewmodels.filing import ROOM, FilingViewModel, Room
from officer_console.viewmodels.pages import Intake
from officer_console.viewmodels.ports import Jobs
from officer_console.views.filing_dialog import FilingDialog
from officer_console.views.picture_image import Picture, of_pixels
from tests import builders
from tests.gui.capture_parts import FakeDesk
from tests.gui.review_parts import DirectJobs, clock
from tests.services.sealed_desk import NOW, SealedDesk
from tests.services.signed_sheets import keys, stack


def paint(pixels: Pixels) -> Picture:
    return of_pixels(pixels.width, pixels.height, pixels.rgb)


class Window:
    """The dialog, and the desk below it."""

    def __init__(
        self, folder: Path, gate: Gate, qtbot: QtBot, *, room: Room = ROOM, device_jobs: Jobs | None = None
    ) -> None:
        self.qtbot = qtbot
        self.sealed = SealedDesk(folder)
        store, officer, ids = self.sealed.store, builders.officer(), count(1)
        with store.write() as tx:
            tx.form_keys.put(builders.SCOPE, keys(), NOW)
        shots = Capture(store, officer, gate, clock=lambda: NOW, new_id=lambda: f"shot-{next(ids)}")
        codes = FormCodes(store, officer)
        lookup = Lookup(store, clock=lambda: NOW, ring=codes.ring)
        self.filing = Filing(store, officer, shots, gate, codes, lookup, clock=lambda: NOW, wake=self.sealed.wake)
        self.scanners = FakeDesk()
        self.jobs = DirectJobs()
        intake = Intake(
            desk=lambda: self.scanners,
            paint=paint,
            jobs=self.jobs,
            device_jobs=device_jobs or DirectJobs(),
            log=DeviceLog(clock),
        )
        self.model = FilingViewModel(self.filing, intake, room=room)
        self.dialog = FilingDialog(self.model)
        qtbot.addWidget(self.dialog)
        self.dialog.begin()

    def add(self, *sheets: Rgb) -> None:
        """Lay a stack in."""
        self.model.add(lambda: stack(*sheets))

    def rows(self) -> list[str]:
        return [self.dialog.rows.item(row).text() for row in range(self.dialog.rows.count())]

    def said(self) -> str:
        """Return what the side tells of what is looked at."""
        return " ".join(self.label(name) for name in ("filingTitle", "filingText"))

    def label(self, name: str) -> str:
        found = self.dialog.findChild(QLabel, name)
        assert found is not None
        return found.text()

    def press(self, key: Qt.Key, *, control: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self.dialog.focusWidget() or self.dialog, key, modifier)

    def kept(self) -> list[Sheet]:
        return list(self.filing.waiting())


@pytest.fixture
def window(tmp_path: Path, gate: Gate, qtbot: QtBot) -> Iterator[Window]:
    made = Window(tmp_path / "officer", gate, qtbot)
    yield made
    made.dialog.done(0)
    made.sealed.store.close()
