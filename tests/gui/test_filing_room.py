"""Stacks that are longer than what is held at once: nothing of them is lost, and what was left alone is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from officer_console.background.jobs import JobRunner
from officer_console.imaging.gate import Gate
from officer_console.viewmodels.filing import SEEN_KEPT, Room
from tests.gui.capture_parts import png
from tests.gui.filing_window import Window
from tests.services.signed_sheets import code, page

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group(__name__)]

Opened = Callable[[Room], Window]


@pytest.fixture
def opened(tmp_path: Path, gate: Gate, qtbot: QtBot, jobs: JobRunner) -> Iterator[Opened]:
    """Return what opens the window with so much room, over devices on a thread of their own."""
    made: list[Window] = []

    def open_one(room: Room) -> Window:
        made.append(Window(tmp_path / f"officer{len(made)}", gate, qtbot, room=room, device_jobs=jobs))
        qtbot.waitUntil(lambda: made[-1].model.scan.profile is not None, timeout=20_000)
        return made[-1]

    yield open_one
    for window in made:
        window.dialog.done(0)
        window.sealed.store.close()


def test_a_file_is_taken_whole_and_the_next_ones_are_counted_and_taken_after_filing(opened: Opened) -> None:
    window = opened(Room(pages=2))
    one, two = window.sealed.put(1), window.sealed.put(2, 2)
    window.add(page(1, code(one)), page(2, code(one)), page(3, code(one)))
    assert len(window.model.pages) == 3
    window.add(page(4, code(two)))
    window.add(page(5, code(two)))
    assert len(window.model.pages) == 3
    assert window.label("filingBannerTitle") == "Xấp giấy đã đủ 3 trang: 2 tệp chưa được lấy vào"
    window.press(Qt.Key.Key_Return, control=True)
    window.add(page(4, code(two)))
    assert [row.split(" · ")[0] for row in window.rows()] == [two.number, one.number]
    window.press(Qt.Key.Key_Return, control=True)
    assert [(sheet.dossier_id, sheet.pages) for sheet in window.kept()] == [(one.id, 3), (two.id, 1)]


def test_a_stack_of_much_data_is_full_as_well(opened: Opened) -> None:
    window = opened(Room(data=10_000))
    window.add(page(1))
    window.add(page(2))
    assert "1 tệp chưa được lấy vào" in window.label("filingBannerTitle")


def test_the_device_is_stopped_when_the_stack_is_full_and_what_came_is_kept(opened: Opened, qtbot: QtBot) -> None:
    window = opened(Room(pages=2))
    about = window.sealed.put(1)
    window.scanners.pages = [png(page(n, code(about))) for n in range(3)]
    window.scanners.waits = True
    window.press(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: bool(window.scanners.left) and not window.model.scan.active, timeout=20_000)
    assert len(window.model.pages) == 3
    assert "nên không nhận thêm" in window.label("filingBannerTitle")
    assert "sau trang 3" in window.label("filingBannerText")
    window.dialog.source.scan.click()
    assert window.scanners.left == [window.model.scan.profile_name]
    window.model.accept()
    assert [sheet.pages for sheet in window.kept()] == [3]


def test_pages_are_drawn_when_they_are_looked_at_and_only_a_few_are_kept(opened: Opened) -> None:
    window = opened(Room())
    window.add(*(page(n) for n in range(SEEN_KEPT + 3)))
    widths = [window.model.pages[each.page.shot.id].small.full.width() for each in window.model.split.unclear]
    assert max(widths) <= 160
    shown = []
    for row in range(window.dialog.rows.count()):
        window.dialog.rows.setCurrentRow(row)
        assert window.dialog.canvas.picture is not None
        shown.append(window.dialog.canvas.picture)
    assert min(picture.full.height() for picture in shown) > 1000
    window.dialog.rows.setCurrentRow(window.dialog.rows.count() - 2)
    assert window.dialog.canvas.picture is shown[-2]
    window.dialog.rows.setCurrentRow(0)
    assert window.dialog.canvas.picture is not shown[0]


def test_a_page_that_is_still_being_drawn_says_so_and_the_last_one_wanted_is_shown(opened: Opened) -> None:
    window = opened(Room())
    window.add(page(1), page(2), page(3))
    window.jobs.held = True
    window.dialog.rows.setCurrentRow(1)
    assert (window.dialog.canvas.picture, window.dialog.canvas.words) == (None, "Đang mở trang…")
    window.dialog.rows.setCurrentRow(2)
    window.jobs.finish()
    assert window.dialog.canvas.picture is window.model.picture(window.model.split.unclear[2].page.shot.id)
    assert window.dialog.canvas.picture is not None
