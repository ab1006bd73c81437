"""*In…* on a dossier and on the list: menus, the key, and what an outcome offers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from officer_console import data
from officer_console.domain.dossier import Status
from officer_console.domain.papers import Paper
from officer_console.services.stationery import Stationery
from officer_console.store.prints import ItemState
from officer_console.viewmodels.form_faults import FormFaults
from officer_console.views.printing_desk import PrintingDesk
from tests.gui.list_fakes import FakeQueue, Immediately
from tests.gui.print_parts import Room
from tests.gui.print_parts import room as room_of
from tests.gui.queue_window import Stage, stage
from tests.gui.review_parts import FakeDesk
from tests.gui.review_samples import dossier
from tests.gui.review_window import Desk, desk_of
from tests.printing.parts import EVERY

CTRL = Qt.KeyboardModifier.ControlModifier


@dataclass(kw_only=True)
class Place:
    """A dossier and a list with *In…*."""

    desk: Desk
    list: Stage
    room: Room
    printing: PrintingDesk


@pytest.fixture
def place(qtbot: QtBot, tmp_path: Path) -> Iterator[Place]:
    open_one = dossier()
    with room_of(qtbot, tmp_path, (open_one,)) as room:
        desk = desk_of(qtbot, FakeDesk(dossier=open_one))
        shown = stage(qtbot, FakeQueue())
        window = QWidget()
        qtbot.addWidget(window)
        lists = room.office.lists
        printing = PrintingDesk(
            window,
            (desk.page, desk.model),
            (shown.view, shown.model),
            room.model,
            room.run,
            lambda _criteria, condition: lists.queue_list(EVERY, condition),
            lists.day_sheet,
        )
        room.dialog, room.run_dialog = printing.dialog, printing.run_dialog
        yield Place(desk=desk, list=shown, room=room, printing=printing)
        printing.stop()


def in_front(qtbot: QtBot, page: QWidget) -> None:
    """Bring a page to the front, with the keyboard."""
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.setFocus()


def menu(button: QPushButton) -> QMenu:
    found = button.menu()
    assert found is not None
    found.aboutToShow.emit()
    return found


def decide(place: Place, status: Status) -> None:
    """Let central's answer arrive: in the store, and on the page."""
    settled = replace(place.desk.service.dossier, status=status, version=2)
    with place.room.office.store.apply() as tx:
        tx.dossiers.put([(9, settled)])
    place.desk.service.dossier = settled
    place.desk.model.reload()


def test_the_menu_holds_the_papers_that_fit_the_dossier(place: Place) -> None:
    assert [action.text() for action in menu(place.printing.button).actions()] == [
        "Giấy tiếp nhận hồ sơ",
        "Tờ khai (Mẫu 01)",
    ]
    decide(place, Status.APPROVED)
    assert menu(place.printing.button).actions()[0].text() == "Thông báo chấp nhận"


def test_a_paper_of_the_menu_opens_with_the_dossier(place: Place) -> None:
    menu(place.printing.button).actions()[1].trigger()
    place.room.ready()
    assert place.printing.dialog.isVisible()
    assert place.room.model.made is not None
    assert place.room.model.made.paper is Paper.DECLARATION


def test_ctrl_p_on_a_dossier_shows_the_paper_most_likely_wanted(place: Place, qtbot: QtBot) -> None:
    in_front(qtbot, place.desk.page)
    QTest.keyClick(place.desk.page, Qt.Key.Key_P, CTRL)
    place.room.ready()
    assert place.room.model.made is not None
    assert place.room.model.made.paper is Paper.RECEIPT


def test_after_a_decision_the_outcome_offers_the_fitting_paper(place: Place) -> None:
    decide(place, Status.APPROVED)
    offered = place.desk.page.outcome.findChild(QPushButton, "outcomeAction")
    assert offered is not None
    assert offered.isVisible()
    assert offered.text() == "In thông báo"
    offered.click()
    place.room.ready()
    assert place.room.model.paper is Paper.ACCEPTED


def test_without_a_dossier_there_is_nothing_to_print(place: Place) -> None:
    place.desk.model.leave()
    assert not place.printing.button.isEnabled()
    place.printing.print_dossier()
    assert not place.printing.dialog.isVisible()


def test_ctrl_p_on_the_list_shows_the_list_as_paper(place: Place, qtbot: QtBot) -> None:
    in_front(qtbot, place.list.view)
    QTest.keyClick(place.list.view.table, Qt.Key.Key_P, CTRL)
    place.room.ready()
    assert place.room.model.made is not None
    assert place.room.model.made.paper is Paper.QUEUE_LIST


def test_the_list_leads_to_the_stack_and_to_the_day_sheet(place: Place) -> None:
    button = place.list.view.findChild(QPushButton, "printList")
    assert button is not None
    actions = {action.objectName(): action for action in menu(button).actions()}
    actions["printDay"].trigger()
    place.room.ready()
    assert place.room.model.made is not None
    assert place.room.model.made.paper is Paper.DAY_SHEET
    place.printing.dialog.close()
    actions["printRunAction"].trigger()
    place.room.rest()
    assert place.printing.run_dialog.isVisible()


def test_several_rows_chosen_are_what_a_stack_is_printed_for(place: Place, qtbot: QtBot) -> None:
    table = place.list.view.table
    in_front(qtbot, place.list.view)
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    button = place.list.view.findChild(QPushButton, "printList")
    assert button is not None
    named = {action.objectName(): action.text() for action in menu(button).actions()}
    assert named["printRunAction"] == "In &hàng loạt 2 hồ sơ đã chọn…"
    QTest.keyClick(table, Qt.Key.Key_P, CTRL)
    place.room.rest()
    assert place.printing.run_dialog.isVisible()
    assert place.room.run.chosen == 2
    place.printing.run_dialog.close()
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert {action.objectName(): action.text() for action in menu(button).actions()}["printRunAction"] == (
        "In &hàng loạt…"
    )
    place.printing.print_run()
    place.room.rest()
    assert place.room.run.chosen == 0


def left(place: Place, state: ItemState = ItemState.SENT) -> str:
    """Leave a stack of which one paper was sent, as a program that ended would; return its dossier's number."""
    office = place.room.office
    run = office.runs.begin(EVERY, Paper.DECLARATION, "Tang-2", 1)
    assert run is not None
    with office.store.write() as tx:
        tx.prints.mark(run.n, 0, state)
    return office.dossiers[0].number


def test_a_stack_that_was_left_is_announced_and_the_unsure_paper_named(place: Place, qtbot: QtBot) -> None:
    number = left(place, ItemState.SENDING)
    place.printing.start()
    qtbot.waitUntil(place.printing.rest.isVisible)
    assert place.printing.rest.title == "Chồng giấy in dở lúc 20/11/2026 12:00: Tờ khai (Mẫu 01), đã gửi máy in 1/1"
    assert place.printing.rest.text == (
        f"Tờ 1, hồ sơ {number}, chưa rõ đã in ra hay chưa: xem khay giấy của máy in. "
        "Các tờ khác máy in đã nhận thì không in lại."
    )
    place.printing.rest.acted.emit()
    place.room.rest()
    assert not place.printing.rest.isVisible()
    dialog = place.printing.run_dialog
    assert dialog.last.currentIndex() == -1
    assert dialog.last.itemText(0) == f"1. {number} · chưa rõ đã in ra hay chưa"
    assert not dialog.onward.isEnabled()
    dialog.last.setCurrentIndex(1)
    dialog.onward.click()
    qtbot.waitUntil(lambda: place.room.run.finished and place.room.run.asked)
    assert len(place.room.office.printers.sent) == 1
    dialog.drop.click()
    place.room.rest()
    dialog.close()
    qtbot.waitUntil(lambda: place.room.run.rest.run is None)
    assert not place.printing.rest.isVisible()


def test_a_stack_that_was_left_can_be_given_up(place: Place, qtbot: QtBot) -> None:
    left(place)
    place.printing.start()
    qtbot.waitUntil(place.printing.rest.isVisible)
    assert place.printing.rest.text == "Máy in đã nhận hết; chưa xác nhận trang cuối đã in ra."
    place.printing.rest.helped.emit()
    qtbot.waitUntil(lambda: not place.printing.rest.isVisible())
    assert place.room.office.runs.open() == (None, ())


def test_without_a_stack_nothing_is_announced(place: Place, qtbot: QtBot) -> None:
    with qtbot.waitSignal(place.room.run.rest.changed):
        place.printing.start()
    assert not place.printing.rest.isVisible()


def test_a_form_that_does_not_hold_is_named_when_work_begins_and_the_rest_prints(
    place: Place, qtbot: QtBot, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    own = tmp_path / "own"
    shutil.copytree(data.folder("forms") / "receipt", own / "receipt")
    file = own / "receipt" / "form.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("version: 1", "version: one"), encoding="utf-8")
    expect_log("form-broken receipt/form.yaml line 4")
    stationery = Stationery(lambda: data.folder("forms"), own)
    place.printing.check(FormFaults(stationery.faults, Immediately()))
    place.printing.start()
    qtbot.waitUntil(place.printing.broken.isVisible)
    assert place.printing.broken.title == "Mẫu giấy có lỗi"
    assert place.printing.broken.text == (
        f"Giấy tiếp nhận hồ sơ: tệp {file}, dòng 4 (form-number-expected). Các mẫu khác vẫn in được. "
        "Báo quản trị sửa tệp theo chỗ đã nêu rồi mở lại chương trình."
    )


def test_forms_that_hold_are_not_spoken_of(place: Place, qtbot: QtBot) -> None:
    stationery = Stationery(lambda: data.folder("forms"))
    place.printing.check(FormFaults(stationery.faults, Immediately()))
    with qtbot.waitSignal(place.room.run.rest.changed):
        place.printing.start()
    assert not place.printing.broken.isVisible()
