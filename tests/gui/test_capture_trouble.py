"""What goes wrong while pages are captured says what to do, and loses no page."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from officer_console.devices.desk import Passed, ScanDesk
from officer_console.devices.host import DriverHost, Seconds
from officer_console.devices.profile import Profile, ProfileDevice, ProfileError
from officer_console.devices.profiles import Profiles
from officer_console.devices.scanner import DeviceError, Fault
from officer_console.imaging.gate import Gate
from officer_console.viewmodels.device_ports import DeskPort
from officer_console.views.capture_words import REASONS
from officer_console.views.messages import tell
from tests.gui.capture_parts import COUNTER, FakeCapture, FakeDesk, settled
from tests.gui.capture_window import FORM, PATIENCE, Opened, because, model_of, scanned, text
from tests.gui.review_parts import CodedError

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.CANCELLED])
def test_every_fault_of_a_device_says_what_to_do_and_keeps_the_pages_before(
    qtbot: QtBot, opened: Opened, form: bytes, fault: Fault
) -> None:
    pages = [form] if fault is Fault.JAM else []
    dialog = opened(FakeDesk(pages=pages, fault=DeviceError(fault, "the driver's own words")))
    model = scanned(qtbot, dialog, len(pages))
    told = tell(f"device-{fault.value}")
    assert dialog.banner.isVisible()
    assert dialog.banner.title == told.title
    assert told.action in dialog.banner.text
    assert model._failure is None
    assert dialog.source.scan.isEnabled()


def test_a_device_that_was_passed_over_is_named(qtbot: QtBot, opened: Opened, form: bytes) -> None:
    passed = Passed(device=ProfileDevice(driver="escl", name="Máy tầng 2"), fault=Fault.OFFLINE, detail="x")
    dialog = opened(FakeDesk(pages=[form], passed=[passed]))
    model = scanned(qtbot, dialog, 1)
    assert text(dialog, "captureLine") == "Đã bỏ qua Máy tầng 2: Mất liên lạc"
    assert [line.detail for line in model.scan._log.lines] == ["x"]


def test_esc_stops_the_scan_and_then_closes(qtbot: QtBot, opened: Opened) -> None:
    desk = FakeDesk(waits=True)
    dialog = opened(desk)
    model = model_of(dialog)
    dialog.source.scan.click()
    qtbot.waitUntil(desk.scanning.is_set, timeout=PATIENCE)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert text(dialog, "captureLine") == "Đang dừng…"
    qtbot.waitUntil(lambda: not model.scan.active, timeout=PATIENCE)
    assert not dialog.banner.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_closing_under_a_scan_lets_go_of_the_device(qtbot: QtBot, opened: Opened) -> None:
    desk = FakeDesk(waits=True)
    dialog = opened(desk)
    dialog.source.scan.click()
    qtbot.waitUntil(desk.scanning.is_set, timeout=PATIENCE)
    dialog.close()
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: desk.left == [COUNTER.name], timeout=PATIENCE)


def test_pages_that_were_named_are_not_lost_by_one_press(qtbot: QtBot, opened: Opened, form: bytes) -> None:
    dialog = opened(FakeDesk(pages=[form]))
    scanned(qtbot, dialog, 1)
    dialog.close_button.click()
    assert dialog.isVisible()
    assert dialog.banner.title == "Còn 1 trang chưa đính kèm."
    dialog.close_button.click()
    assert not dialog.isVisible()


def test_pages_that_came_after_the_warning_are_warned_of_anew(qtbot: QtBot, opened: Opened, form: bytes) -> None:
    dialog = opened(FakeDesk(pages=[form]))
    model = scanned(qtbot, dialog, 1)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    for _ in range(2):
        model.add(lambda: form)
    qtbot.waitUntil(lambda: len(model.sheets) == 3 and settled(model), timeout=PATIENCE)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.banner.title == "Còn 3 trang chưa đính kèm."
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_page_that_is_taken_back_after_the_warning_is_warned_of_anew(
    qtbot: QtBot, opened: Opened, form: bytes
) -> None:
    dialog = opened(FakeDesk(pages=[form, form]))
    model = scanned(qtbot, dialog, 2)
    dialog.drop.click()
    dialog.close_button.click()
    assert dialog.banner.title == "Còn 1 trang chưa đính kèm."
    dialog.drop.click()
    dialog.close_button.click()
    assert dialog.isVisible()
    assert model.left == 2


def test_fewer_pages_than_were_warned_of_are_not_asked_about_again(qtbot: QtBot, opened: Opened, form: bytes) -> None:
    dialog = opened(FakeDesk(pages=[form, form]))
    scanned(qtbot, dialog, 2)
    dialog.close_button.click()
    dialog.drop.click()
    dialog.close_button.click()
    assert not dialog.isVisible()


def test_a_page_the_gate_refuses_says_so_and_the_scan_goes_on(qtbot: QtBot, opened: Opened, form: bytes) -> None:
    dialog = opened(FakeDesk(pages=[b"\xff\xd8 no picture", form]), wanted=FORM)
    model = scanned(qtbot, dialog, 1)
    assert dialog.banner.title == "Trang 1 của lượt quét không dùng được"
    # It may be the page after the one that was meant.
    assert [(sheet.number, sheet.kind) for sheet in model.sheets] == [(1, None)]


def test_what_cannot_be_sealed_stays_with_a_sentence(qtbot: QtBot, opened: Opened, gate: Gate, form: bytes) -> None:
    capture = FakeCapture(gate)
    capture.attach_error = CodedError("store-full")
    desk = FakeDesk(pages=[form])
    dialog = opened(desk, wanted=FORM, capture=capture)
    model = scanned(qtbot, dialog, 1)
    because(dialog)
    dialog.accept_button.click()
    qtbot.waitUntil(lambda: not model.keeping, timeout=PATIENCE)
    assert dialog.isVisible()
    assert dialog.banner.title == tell("store-full").title
    assert dialog.reason.reason == REASONS[0]
    assert desk.accepted == []
    assert len(model.ready) == 1


def test_profiles_that_cannot_be_read_say_where_and_files_still_work(qtbot: QtBot, opened: Opened) -> None:
    def broken() -> DeskPort:
        raise ProfileError("profiles-malformed", Path("/etc/officer-console/profiles.json"), 4)

    dialog = opened(make=broken)
    qtbot.waitUntil(dialog.banner.isVisible, timeout=PATIENCE)
    assert dialog.banner.title == "Tệp cấu hình quét bị hỏng"
    assert "profiles.json, dòng 4" in dialog.banner.text
    assert not dialog.source.scan.isEnabled()
    assert dialog.source.files.isEnabled()


def test_a_real_feeder_that_jams_says_so(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "dll.conf").write_text("test\n")
    (tmp_path / "test.conf").write_text('read-status-code "SANE_STATUS_JAMMED"\n')
    seconds = Seconds(start=60, answer=60, silence=60, grace=0.5)
    host = DriverHost("sane", seconds=seconds, environment={**os.environ, "SANE_CONFIG_DIR": str(tmp_path)})
    profiles = Profiles(None, tmp_path / "profiles.json")
    profiles.save(Profile(name="Kính", devices=(ProfileDevice(driver="sane", id="test:0"),), dpi=75))
    with contextlib.closing(ScanDesk([host], profiles)) as desk:
        dialog = opened(desk)
        scanned(qtbot, dialog, 0)
        assert dialog.banner.title == "Kẹt giấy"
        dialog.done(0)
