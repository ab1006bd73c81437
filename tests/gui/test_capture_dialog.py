"""Pages captured at the counter: scanned, cut out, turned, named, attached; what goes wrong says what to do."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from officer_console.devices.desk import ScanDesk
from officer_console.devices.host import DriverHost, Seconds
from officer_console.devices.profile import Profile, ProfileDevice
from officer_console.devices.profiles import Profiles
from officer_console.devices.scanner import Colour, Source
from officer_console.imaging.gate import Gate
from officer_console.views.corner_canvas import CORNERS, CornerCanvas
from officer_console.views.picture_image import Picture, of_pixels
from tests.gui.capture_parts import FakeCapture, FakeDesk, png, settled
from tests.gui.capture_window import BACK, FORM, FRONT, PATIENCE, Opened, because, model_of, scanned, text

pytestmark = pytest.mark.timeout(120)


def test_the_profile_says_what_it_does_and_whether_it_is_locked(opened: Opened) -> None:
    dialog = opened()
    assert [dialog.source.profile.itemText(row) for row in range(2)] == ["Quầy 1 (khóa)", "Của tôi"]
    assert text(dialog, "captureSettings") == "Mặt kính · 300 dpi · Màu · A4"
    dialog.source.profile.setCurrentIndex(1)
    dialog.source.profile.activated.emit(1)
    assert text(dialog, "captureSettings") == "Khay nạp giấy · 200 dpi · Xám · A4"


def test_a_card_is_found_cut_out_and_attached_as_what_was_wanted(
    qtbot: QtBot, opened: Opened, gate: Gate, card: bytes
) -> None:
    desk, capture = FakeDesk(pages=[card]), FakeCapture(gate)
    dialog = opened(desk, capture=capture)
    model = scanned(qtbot, dialog, 1)
    sheet = model.sheet
    assert sheet is not None
    assert sheet.kind is FRONT
    assert sheet.edit.quad is not None
    assert isinstance(sheet.result, Picture)
    assert sheet.result.full.width() < sheet.whole.full.width()
    put: list[object] = []
    model.attached.connect(lambda dossier_id, photo: put.append((dossier_id, photo.kind, photo.reason)))
    assert dialog.accept_button.text() == "Đính &kèm 1 ảnh"
    because(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    reason = "Quét từ bản gốc công dân mang đến quầy"
    assert capture.attached == [("d1", FRONT, sheet.edit, reason)]
    assert put == [("d1", FRONT, reason)]
    qtbot.waitUntil(lambda: desk.accepted == [card], timeout=PATIENCE)


def test_blank_pages_of_the_feeder_are_put_aside_and_can_be_taken_back(
    qtbot: QtBot, opened: Opened, form: bytes
) -> None:
    blank = png(np.full((1754, 1240, 3), 250, np.uint8))
    dialog = opened(FakeDesk(pages=[form, blank]), wanted=FORM)
    model = scanned(qtbot, dialog, 2)
    first, second = model.sheets
    assert (first.kind, first.dropped) == (FORM, False)
    assert (second.kind, second.dropped) == (None, True)
    assert dialog.sheets.item(1).text() == "Trang 2\n– Trang trắng"
    dialog.sheets.setCurrentRow(1)
    assert "Trang trắng, đã bỏ ra" in text(dialog, "captureAdvice")
    QTest.keyClick(dialog.sheets, Qt.Key.Key_Delete)
    assert not list(model.sheets)[1].dropped


def test_one_key_turns_the_page_a_digit_names_it(qtbot: QtBot, opened: Opened, form: bytes) -> None:
    dialog = opened(FakeDesk(pages=[form]), wanted=None)
    model = scanned(qtbot, dialog, 1)
    assert not dialog.accept_button.isEnabled()
    QTest.keyClick(dialog.sheets, Qt.Key.Key_R)
    QTest.keyClick(dialog.sheets, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: settled(model), timeout=PATIENCE)
    sheet = model.sheet
    assert sheet is not None
    assert (sheet.edit.quarters, sheet.kind) == (1, FORM)
    assert sheet.result.full.width() > sheet.result.full.height()
    assert dialog.accept_button.isEnabled()
    QTest.keyClick(dialog.sheets, Qt.Key.Key_4)
    assert model.ready == ()


def test_corners_are_moved_by_keys_and_by_mouse(qtbot: QtBot, opened: Opened, form: bytes) -> None:
    dialog = opened(FakeDesk(pages=[form]), wanted=FORM)
    model = scanned(qtbot, dialog, 1)
    canvas = dialog.corners
    canvas.setFocus()
    for _ in range(5):
        QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_N)
    assert canvas.accessibleDescription().startswith(CORNERS[1])
    QTest.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    canvas.flush()
    sheet = model.sheet
    assert sheet is not None
    assert sheet.quad is not None
    assert sheet.quad[0] == pytest.approx((0.05, 0.0))
    assert sheet.quad[1] == pytest.approx((1.0, 0.002))
    assert sheet.edit.quad is not None
    assert sheet.edit.quad[0] == pytest.approx((0.05 * 1240, 0.0))
    start = canvas.place(2).toPoint()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(canvas, start - QPoint(40, 30))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start - QPoint(40, 30))
    assert model.sheet is not None
    assert model.sheet.quad is not None
    assert model.sheet.quad[2][0] < 0.95
    dialog.whole.click()
    qtbot.waitUntil(lambda: settled(model), timeout=PATIENCE)
    assert model.sheet.edit.quad is None


def test_corners_never_cross(qtbot: QtBot) -> None:
    canvas = CornerCanvas("corners", "Góc")
    qtbot.addWidget(canvas)
    canvas.resize(400, 400)
    canvas.show_page(of_pixels(40, 40, bytes(40 * 40 * 3)), None)
    for _ in range(300):
        QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.quad is not None
    assert canvas.quad[0][0] < canvas.quad[1][0]


def test_both_sides_of_a_card_become_one_page(qtbot: QtBot, opened: Opened, card: bytes) -> None:
    dialog = opened(FakeDesk(pages=[card, card]))
    model = scanned(qtbot, dialog, 2)
    assert [sheet.kind for sheet in model.sheets] == [FRONT, BACK]
    QTest.keyClick(dialog.sheets, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: len(model.sheets) == 3 and settled(model), timeout=PATIENCE)
    joined = model.sheet
    assert joined is not None
    assert (joined.number, joined.shot.width, joined.shot.height) == (3, 2480, 3508)
    assert len(model.ready) == 2


def test_attaching_one_page_of_a_stack_loses_none_of_the_others(qtbot: QtBot, opened: Opened, form: bytes) -> None:
    desk = FakeDesk(pages=[form, form, form])
    dialog = opened(desk, wanted=FORM)
    model = scanned(qtbot, dialog, 3)
    because(dialog)
    dialog.accept_button.click()
    qtbot.waitUntil(lambda: model.left == 2 and not model.keeping, timeout=PATIENCE)
    assert dialog.isVisible()
    assert dialog.banner.title == "Đã đính kèm."
    assert "2 trang" in dialog.banner.text
    dialog.close()
    assert dialog.isVisible()
    assert dialog.banner.title == "Còn 2 trang chưa đính kèm."
    dialog.close()
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: len(desk.accepted) == 1, timeout=PATIENCE)


def test_files_are_dropped_and_pictures_pasted(qtbot: QtBot, opened: Opened, tmp_path: Path, form: bytes) -> None:
    file = tmp_path / "tờ khai.png"
    file.write_bytes(form)
    dialog = opened(wanted=FORM)
    model = model_of(dialog)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)), QUrl("https://example.invalid/x.png")])
    QGuiApplication.clipboard().setMimeData(mime)
    QTest.keyClick(dialog.sheets, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(model.sheets) == 1 and settled(model), timeout=PATIENCE)
    image = QImage(600, 800, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    QGuiApplication.clipboard().setImage(image)
    dialog.paste.click()
    qtbot.waitUntil(lambda: len(model.sheets) == 2 and settled(model), timeout=PATIENCE)
    assert next(iter(model.sheets)).kind is FORM
    QGuiApplication.clipboard().clear()
    dialog.paste.click()
    assert dialog.banner.title == "Chưa có ảnh hoặc tệp nào được sao chép."


def test_ten_pages_of_a_real_feeder_come_in_their_order(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "dll.conf").write_text("test\n")
    (tmp_path / "test.conf").write_text("geometry_max 300.0\ntest-picture Grid\n")
    seconds = Seconds(start=60, answer=60, silence=60, grace=0.5)
    host = DriverHost("sane", seconds=seconds, environment={**os.environ, "SANE_CONFIG_DIR": str(tmp_path)})
    profiles = Profiles(None, tmp_path / "profiles.json")
    profiles.save(
        Profile(
            name="Khay",
            devices=(ProfileDevice(driver="sane", id="test:0"),),
            source=Source.FEEDER,
            dpi=75,
            colour=Colour.GREY,
            width_mm=60,
            height_mm=80,
        )
    )
    with contextlib.closing(ScanDesk([host], profiles)) as desk:
        dialog = opened(desk, wanted=FORM)
        model = scanned(qtbot, dialog, 10)
        assert [sheet.scanned.number for sheet in model.sheets if sheet.scanned is not None] == list(range(1, 11))
        assert dialog.sheets.count() == 10
        assert {sheet.shot.dpi for sheet in model.sheets} == {75}
        dialog.done(0)
