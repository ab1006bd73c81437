"""*Số bắt đầu từ* of a stack, pressed by an officer: offered, told before the PIN, and what stands out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.papers import Paper
from officer_console.services.sign_documents import Settings
from tests.printing.parts import EVERY, judged
from tests.signing.signing_room import CTRL, PASSWORD, Room, Rooms, rooms
from tests.signing.test_signing_desk import stack

pytestmark = pytest.mark.timeout(180)
__all__ = ["rooms"]
STACK = tuple(judged(n, DossierKind.REGISTER, Status.APPROVED) for n in range(1, 6))


@pytest.fixture
def room(rooms: Rooms, officer_file: Path) -> Room:
    return rooms(Settings(key_files=True, required=True), last=officer_file, dossiers=STACK)


def said(window: QWidget, name: str) -> str:
    label = window.findChild(QLabel, name)
    assert label is not None
    return label.text() if label.isVisible() else ""


def give(room: Room, place: int, number: str) -> None:
    room.office.printing.assign(room.office.printing.make(Paper.ACCEPTED, STACK[place].id), number)


def standing_out(room: Room) -> list[QPushButton]:
    """Return the visible buttons of the stack's dialog that look like the one to press."""
    buttons = room.run_dialog.findChildren(QPushButton)
    return [each for each in buttons if each.isVisible() and each.property("kind") == "primary"]


def signed(room: Room) -> None:
    """Press *Ký số…*, type the PIN, close the dialog that says what was signed."""
    room.run_dialog.sign.click()
    room.qtbot.waitUntil(lambda: room.signing.dialog is not None)
    room.enter(PASSWORD)


def test_the_next_number_is_offered_told_before_the_pin_and_given_in_order(room: Room) -> None:
    give(room, 4, "45")
    give(room, 3, "47")
    stack(room)
    assert room.run_dialog.first.line.text() == "48"
    assert said(room.run_dialog, "printRunFirstHint") == "/TB-BHXH · 3 thông báo chưa có số"
    room.run_dialog.first.line.selectAll()
    QTest.keyClicks(room.run_dialog.first.line, "46")
    room.run_dialog.sign.click()
    room.qtbot.waitUntil(lambda: room.signing.dialog is not None)
    dialog = room.asked()
    planned = "Sẽ cấp số 46 đến 49/TB-BHXH (bỏ qua 47: thông báo khác đã dùng), theo thứ tự danh sách."
    assert said(dialog, "signingNumbers") == planned
    room.enter(PASSWORD)
    assert said(dialog, "signingNumbers") == "Đã cấp số 46 đến 49/TB-BHXH (bỏ qua 47: thông báo khác đã dùng)."
    dialog.close_button.click()
    room.qtbot.waitUntil(lambda: not room.run_dialog.first.isVisible())
    listed = [row.id for row in room.office.runs.rows(EVERY)]
    assert [listed.index(STACK[place].id) for place in (4, 3)] == [0, 1]
    made = [room.office.printing.make(Paper.ACCEPTED, each) for each in listed]
    assert [each.document_number for each in made] == ["45", "47", "46", "48", "49"]
    assert all(each.signed is not None for each in made)


def test_what_could_not_be_signed_keeps_no_number_and_the_officer_is_told(room: Room) -> None:
    stack(room)
    room.run_dialog.sign.click()
    room.qtbot.waitUntil(lambda: room.signing.dialog is not None)
    room.asked()
    with room.office.store.apply() as tx:
        tx.dossiers.put([(99, replace(STACK[1], status=Status.PENDING))])
    room.enter(PASSWORD)
    assert room.asked().banner.title == "Đã ký 4 văn bản, 1 văn bản không ký được"
    told = "Đã cấp số 01 đến 04/TB-BHXH; tiếp theo là số 05. Văn bản không ký được không giữ số."
    assert said(room.asked(), "signingNumbers") == told


def test_without_a_first_number_nothing_is_signed_and_the_officer_is_told(room: Room) -> None:
    stack(room)
    room.run_dialog.first.line.clear()
    room.run_dialog.sign.click()
    room.qtbot.waitUntil(room.run_dialog.banner.isVisible)
    assert room.run_dialog.banner.title == "Chưa có số cho 5 thông báo"
    assert room.run_dialog.focusWidget() is room.run_dialog.first.line
    assert room.signing.dialog is None
    QTest.keyClicks(room.run_dialog.first.line, "12")
    signed(room)
    assert room.asked().banner.title == "Đã ký 5 văn bản"


def test_a_first_number_of_another_notice_is_told(room: Room) -> None:
    give(room, 4, "45")
    stack(room)
    room.run_dialog.first.line.setText("45")
    room.run_dialog.sign.click()
    room.qtbot.waitUntil(room.run_dialog.banner.isVisible)
    assert room.run_dialog.banner.title == "Số 45 đã dùng cho thông báo khác"


def test_while_notices_have_to_be_signed_first_print_is_not_the_button_that_stands_out(room: Room) -> None:
    dialog = room.run_dialog
    stack(room)
    assert standing_out(room) == [dialog.sign]
    assert (dialog.sign.isDefault(), dialog.start.isDefault()) == (True, False)
    assert said(dialog, "printRunSignFirst") == "▲ Đơn vị yêu cầu ký số: 5 thông báo phải ký rồi mới in được."
    dialog.paper.setCurrentIndex(dialog.paper.findData(Paper.RECEIPT.value))
    dialog.paper.activated.emit(dialog.paper.currentIndex())
    assert standing_out(room) == [dialog.start]
    assert (dialog.sign.isEnabled(), said(dialog, "printRunSignFirst"), dialog.first.isVisible()) == (False, "", False)
    stack(room)
    signed(room)
    room.asked().close_button.click()
    room.qtbot.waitUntil(dialog.start.isDefault)
    assert standing_out(room) == [dialog.start]
    assert said(dialog, "printRunSignFirst") == ""


def test_where_signing_is_not_required_print_stays_the_button_that_stands_out(rooms: Rooms, officer_file: Path) -> None:
    room = rooms(Settings(key_files=True), last=officer_file, dossiers=STACK)
    stack(room)
    assert standing_out(room) == [room.run_dialog.start]
    assert room.run_dialog.start.isDefault()
    assert room.run_dialog.first.isVisible()


def test_notices_of_several_offices_have_no_first_number(rooms: Rooms, officer_file: Path) -> None:
    stacked = (*STACK[:2], replace(STACK[2], scope_id="00101"))
    room = rooms(Settings(key_files=True), last=officer_file, dossiers=stacked)
    stack(room)
    assert not room.run_dialog.first.line.isVisible()
    assert "nhiều cơ quan" in said(room.run_dialog, "printRunFirstHint")
    room.run_dialog.sign.click()
    room.qtbot.waitUntil(room.run_dialog.banner.isVisible)
    assert room.run_dialog.banner.title == "Các thông báo thuộc nhiều cơ quan"


def test_the_number_of_a_notice_that_is_signed_is_no_field_any_more(room: Room) -> None:
    room.open()
    field = room.dialog.document
    assert (field.line.isVisible(), field.fixed.isVisible()) == (True, False)
    room.key(Qt.Key.Key_K, CTRL)
    room.enter(PASSWORD)
    room.qtbot.waitUntil(lambda: room.signing.dialog is None)
    room.ready()
    assert (field.line.isVisible(), field.fixed.text()) == (False, "12/TB-BHXH")
    assert field.fixed.isVisible()
    room.dialog.close()
    room.printing.open(STACK[1].id, STACK[1].number, (Paper.ACCEPTED,))
    room.dialog.begin()
    room.ready()
    assert (field.line.isVisible(), field.fixed.isVisible(), field.line.text()) == (True, False, "")
