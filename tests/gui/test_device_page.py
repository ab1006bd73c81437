"""The page about devices: what was found, profiles, a test scan with its figures, the drivers' own words."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from officer_console.background.jobs import JobRunner
from officer_console.background.scanners import Scanners
from officer_console.devices.desk import Listing, ScanDesk
from officer_console.devices.host import DriverHost, Seconds
from officer_console.devices.profile import Profile, ProfileDevice
from officer_console.devices.profiles import Profiles
from officer_console.devices.scanner import Colour, Device, DeviceError, Fault, Source
from officer_console.imaging.gate import Gate
from officer_console.viewmodels.device_ports import DeskPort
from officer_console.viewmodels.devices import LOG_LINES, DeviceLog, DevicesViewModel
from officer_console.views.capture_desk import looker, painted
from officer_console.views.device_page import DevicePage
from officer_console.views.messages import tell
from officer_console.views.profile_editor import ProfileEditor
from tests.gui.capture_parts import LAMP, OWN, FakeDesk, png
from tests.gui.review_parts import clock
from tests.imaging.pages import page

pytestmark = pytest.mark.timeout(120)
PATIENCE = 60_000


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


Opened = Callable[[DeskPort], DevicePage]


@pytest.fixture
def opened(qtbot: QtBot, gate: Gate, jobs: JobRunner) -> Opened:
    """Return what brings the page over a desk to the front."""

    def start(desk: DeskPort) -> DevicePage:
        model = DevicesViewModel(lambda: desk, looker(gate), painted, jobs, DeviceLog(clock))
        shown = DevicePage(model)
        model.setParent(shown)
        qtbot.addWidget(shown)
        shown.resize(1186, 640)
        with qtbot.waitActive(shown):
            shown.show()
            shown.activateWindow()
        shown.set_active(active=True)
        qtbot.waitUntil(lambda: not model.listing and bool(model.profiles), timeout=PATIENCE)
        return shown

    return start


def find(shown: DevicePage, name: str) -> QLabel:
    found = shown.findChild(QLabel, name)
    assert found is not None
    return found


def text(shown: DevicePage, name: str) -> str:
    return find(shown, name).text()


def log_of(shown: DevicePage) -> str:
    found = shown.findChild(QPlainTextEdit, "deviceLog")
    assert found is not None
    return found.toPlainText()


def row(shown: DevicePage, table: str, number: int) -> list[str]:
    rows = {"devices": shown.devices, "profiles": shown.profiles}[table]
    items = [rows.item(number, column) for column in range(rows.columnCount())]
    return [item.text() for item in items if item is not None]


def test_devices_stand_with_driver_and_state_and_a_silent_driver_is_told(qtbot: QtBot, opened: Opened) -> None:
    listings = (
        Listing(driver="sane", devices=(LAMP,)),
        Listing(driver="escl", devices=(), fault=Fault.TIMEOUT, detail="silent for 20 s"),
        Listing(driver="folder", devices=()),
    )
    shown = opened(FakeDesk(listings=listings))
    qtbot.waitUntil(lambda: shown.devices.rowCount() == 2, timeout=PATIENCE)
    assert row(shown, "devices", 0) == ["Máy quét quầy 1", "SANE", "Sẵn sàng"]
    assert row(shown, "devices", 1) == ["–", "Qua mạng (eSCL, AirScan)", "Không trả lời"]
    assert not find(shown, "devicesEmpty").isVisibleTo(shown)
    assert "escl · device-timeout · silent for 20 s" in log_of(shown)


def test_nothing_is_asked_before_the_page_is_in_front(qtbot: QtBot, gate: Gate, jobs: JobRunner) -> None:
    asked: list[str] = []

    def make() -> ScanDesk:
        asked.append("made")
        return ScanDesk((), Profiles(None, None))

    scanners = Scanners(make)
    model = DevicesViewModel(scanners.desk, looker(gate), painted, jobs, DeviceLog(clock))
    shown = DevicePage(model)
    model.setParent(shown)
    qtbot.addWidget(shown)
    assert asked == []
    shown.set_active(active=True)
    qtbot.waitUntil(lambda: not model.listing, timeout=PATIENCE)
    assert asked == ["made"]
    assert "Không tìm thấy máy nào" in text(shown, "devicesEmpty")
    for name in ("devicesEmpty", "profilesEmpty"):
        assert find(shown, name).isVisibleTo(shown)
    scanners.close()
    with pytest.raises(DeviceError):
        scanners.desk()


def test_the_administrators_profile_is_locked_and_the_own_one_can_be_changed(qtbot: QtBot, opened: Opened) -> None:
    shown = opened(FakeDesk())
    assert row(shown, "profiles", 0) == ["Quầy 1", "Mặt kính · 300 dpi · Màu · A4", "Máy 1", "Quản trị (khóa)"]
    shown.profiles.setCurrentCell(0, 0)
    assert not shown.change.isEnabled()
    assert not shown.remove.isEnabled()
    shown.profiles.setCurrentCell(1, 0)
    shown.change.click()
    editor = shown.findChild(ProfileEditor)
    assert editor is not None
    assert editor.entered == OWN
    editor.name.setText("Quầy 2")
    editor.source.setCurrentIndex(list(Source).index(Source.DUPLEX))
    editor.save.click()
    qtbot.waitUntil(lambda: [each.name for each in shown._model.profiles] == ["Quầy 1", "Quầy 2"], timeout=PATIENCE)
    changed = shown._model.profiles[1]
    assert (changed.source, changed.duplex, changed.dpi) == (Source.FEEDER, True, OWN.dpi)
    shown.profiles.setCurrentCell(1, 0)
    shown.remove.click()
    qtbot.waitUntil(lambda: len(shown._model.profiles) == 1, timeout=PATIENCE)


def test_a_name_of_the_administrators_is_refused_with_a_sentence(qtbot: QtBot, opened: Opened) -> None:
    shown = opened(FakeDesk())
    shown.new.click()
    editor = shown.findChild(ProfileEditor)
    assert editor is not None
    assert not editor.save.isEnabled()
    editor.add.activated.emit(1)
    editor.name.setText("Quầy 1")
    assert editor.entered.devices == (ProfileDevice(driver="sane", name=LAMP.name),)
    QTest.keyClick(editor.name, Qt.Key.Key_Return)
    qtbot.waitUntil(shown.banner.isVisible, timeout=PATIENCE)
    assert shown.banner.title == tell("profile-locked").title


def test_devices_of_a_profile_keep_the_address_that_stays(qtbot: QtBot) -> None:
    pin = "0" * 64
    found = (
        Device(driver="escl", id=f"https://192.0.2.7/eSCL#sha256={pin}", name="Tầng 2"),
        Device(driver="folder", id="keep:/srv/scan", name="Thư mục"),
    )
    editor = ProfileEditor(found, None)
    qtbot.addWidget(editor)
    for each in (1, 2):
        editor.add.activated.emit(each)
    editor.up.click()
    assert editor.entered.devices == (
        ProfileDevice(driver="folder", id="/srv/scan", name="Thư mục"),
        ProfileDevice(driver="escl", id="https://192.0.2.7/eSCL", name="Tầng 2", fingerprint=pin),
    )
    editor.out.click()
    assert [each.driver for each in editor.entered.devices] == ["escl"]


def test_a_test_scan_shows_its_picture_and_its_figures(qtbot: QtBot, opened: Opened) -> None:
    shown = opened(FakeDesk(pages=[png(page(1))]))
    shown.devices.setCurrentCell(0, 0)
    shown.test.click()
    qtbot.waitUntil(lambda: shown._model.tested is not None, timeout=PATIENCE)
    assert shown.trial.picture is not None
    figures = text(shown, "trialFigures")
    assert figures.startswith("Máy quét quầy 1: 100 dpi · 1240 × 1754 điểm ảnh")
    assert figures.endswith("1,2 giây")


def test_a_test_scan_that_fails_says_what_to_do_and_the_log_has_the_drivers_words(qtbot: QtBot, opened: Opened) -> None:
    shown = opened(FakeDesk(fault=DeviceError(Fault.COVER_OPEN, "SANE_STATUS_COVER_OPEN")))
    shown.devices.setCurrentCell(0, 0)
    shown.test.click()
    qtbot.waitUntil(shown.banner.isVisible, timeout=PATIENCE)
    assert shown.banner.title == "Nắp máy quét đang mở"
    assert "SANE" not in shown.banner.text
    assert "SANE_STATUS_COVER_OPEN" in log_of(shown)


def test_the_log_keeps_the_newest_lines_only(qtbot: QtBot) -> None:  # noqa: ARG001 - there has to be an application
    log = DeviceLog(clock)
    for number in range(LOG_LINES + 5):
        log.add("sane", "", Fault.DRIVER, str(number))
    assert len(log.lines) == LOG_LINES
    assert log.lines[0].detail == str(LOG_LINES + 4)


def test_libsanes_own_device_is_listed_and_tried(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "dll.conf").write_text("test\n")
    (tmp_path / "test.conf").write_text("geometry_max 300.0\ntest-picture Grid\n")
    seconds = Seconds(start=20, answer=10, silence=5, grace=0.5)
    host = DriverHost("sane", seconds=seconds, environment={**os.environ, "SANE_CONFIG_DIR": str(tmp_path)})
    profiles = Profiles(None, tmp_path / "profiles.json")
    wanted = ProfileDevice(driver="sane", id="test:0")
    profiles.save(Profile(name="Kính", devices=(wanted,), colour=Colour.GREY, dpi=75))
    with contextlib.closing(ScanDesk([host], profiles)) as desk:
        shown = opened(desk)
        assert shown.devices.rowCount() >= 1
        shown.devices.setCurrentCell(0, 0)
        shown.test.click()
        model = shown._model
        qtbot.waitUntil(lambda: model.tested is not None or model.trial_failure is not None, timeout=PATIENCE)
        assert model.trial_failure is None
        assert model.tested is not None
        assert model.tested.dpi == 100
        assert "100 dpi" in text(shown, "trialFigures")
