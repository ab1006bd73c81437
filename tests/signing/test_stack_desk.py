"""A stack that left notices out for want of a signature: they are signed from its window, and it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.papers import Paper
from officer_console.services.sign_documents import Settings, SignDocuments
from tests.printing.parts import EVERY, judged
from tests.signing.authority import NOW
from tests.signing.conftest import Hosted
from tests.signing.signing_room import PASSWORD, Room, Rooms, rooms
from tests.signing.test_notices import signed

pytestmark = pytest.mark.timeout(180)
__all__ = ["rooms"]
COUNT, SIGNED = 5, (0, 3)
REQUIRED = Settings(key_files=True, required=True)


def head(room: Room) -> str:
    label = room.run_dialog.findChild(QLabel, "printRunHead")
    assert label is not None
    return label.text()


@pytest.fixture
def room(rooms: Rooms, hosted: Hosted, officer_file: Path, tmp_path: Path) -> Room:
    """Return a room in which some of the notices are signed and all were to be printed."""
    dossiers = tuple(judged(n, DossierKind.REGISTER, Status.APPROVED) for n in range(1, COUNT + 1))
    made = rooms(REQUIRED, last=officer_file, dossiers=dossiers)
    by_file = SignDocuments(hosted(), tmp_path / "other.json", clock=lambda: NOW)
    for place in SIGNED:
        signed(made.office, by_file, officer_file, Paper.ACCEPTED, dossiers[place])
    made.run.open(EVERY)
    made.run_dialog.begin()
    made.qtbot.waitUntil(made.run_dialog.start.isEnabled)
    made.run_dialog.paper.setCurrentIndex(made.run_dialog.paper.findData(Paper.ACCEPTED.value))
    made.run_dialog.start.click()
    made.qtbot.waitUntil(lambda: made.run.asked and made.run_dialog.sign.isEnabled())
    return made


def test_what_was_left_out_is_signed_there_and_printed_by_going_on(room: Room) -> None:
    dialog = room.run_dialog
    assert head(room) == "Thông báo chấp nhận: 3 thông báo phải ký số trước khi in. Trang cuối đã in ra chưa?"
    assert dialog.sign.isVisible()
    assert dialog.sign.property("kind") == "primary"
    assert dialog.drop.text() == "&Bỏ phần còn lại"
    dialog.sign.click()
    room.qtbot.waitUntil(lambda: room.signing.dialog is not None)
    room.enter(PASSWORD)
    assert room.asked().banner.title == "Đã ký 3 văn bản"
    room.asked().close_button.click()
    room.qtbot.waitUntil(lambda: room.run.unsigned == 0)
    assert head(room) == "Thông báo chấp nhận: 3 thông báo đã ký số, chờ in. Trang cuối đã in ra chưa?"
    assert dialog.onward.property("kind") == "primary"
    dialog.onward.click()
    room.qtbot.waitUntil(lambda: room.run.finished and room.run.asked)
    assert len(room.office.printers.sent) == COUNT
    assert head(room) == "Thông báo chấp nhận: đã gửi hết tới máy in. Trang cuối đã in ra chưa?"
    assert not any(what.startswith("reprinted") for what in room.office.journal())


def test_another_day_it_says_what_waits_and_for_what(room: Room) -> None:
    room.run_dialog.done(0)
    room.run.open(EVERY)
    room.run_dialog.begin()
    room.qtbot.waitUntil(room.run_dialog.sign.isEnabled)
    assert head(room).startswith("Thông báo chấp nhận: 3 thông báo phải ký số trước khi in.")
    assert {each.error_code for each in room.run.left} == {"notice-unsigned"}
    assert not room.run.finished


def test_giving_the_rest_up_leaves_a_window_that_can_sign(room: Room) -> None:
    room.run_dialog.drop.click()
    room.qtbot.waitUntil(lambda: room.run.run is None and room.run_dialog.sign.isEnabled())
    assert room.run.notices is not None
    assert room.run.notices.unsigned == COUNT - len(SIGNED)
