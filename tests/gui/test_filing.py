"""Signed sheets filed in the window: what the officer sees and does, over the real service."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.form import FormKind
from officer_console.services.stacks import Doubt
from officer_console.views.filing_words import DOUBTS
from tests import builders
from tests.gui.capture_parts import png
from tests.gui.filing_window import Window
from tests.gui.review_parts import FakeDesk as ReviewDesk
from tests.gui.review_samples import PICTURES, attachments, dossier
from tests.gui.review_window import desk_of
from tests.services.signed_sheets import code, page, smudged, stack

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group(__name__)]


def test_what_needs_the_eye_stands_first_and_one_key_files_the_rest(window: Window) -> None:
    one, two = window.sealed.put(1), window.sealed.put(2, 2)
    window.add(page(1, code(one)), page(2, code(two)), page(3, code(one, seed="f")), page(4))
    rows = window.rows()
    assert [row.split("\n")[0].split(" · ")[0] for row in rows] == ["Chưa rõ", "Chưa rõ", one.number, two.number]
    assert one.number in rows[0]
    assert "Mã giả" in rows[0]
    assert "trang 3" in rows[0]
    assert one.declaration.full_name in rows[2]
    assert "1 trang · Sẵn sàng lưu" in rows[2]
    assert "không do hệ thống in ra" in window.said()
    assert window.dialog.accept_button.text() == "&Lưu 2 hồ sơ (Ctrl+Enter)"
    window.press(Qt.Key.Key_Return, control=True)
    assert [sheet.dossier_id for sheet in window.kept()] == [one.id, two.id]
    assert ["Chưa rõ" in row for row in window.rows()] == [True, True, False, False]
    assert "Chờ gửi" in window.rows()[2]
    assert "Đã lưu 2 hồ sơ; còn 2 trang" in window.label("filingBannerTitle")
    assert not window.dialog.accept_button.isEnabled()


def test_the_officer_types_the_number_of_a_page_that_cannot_be_read(window: Window) -> None:
    one, two = window.sealed.put(1), window.sealed.put(2, 2)
    window.add(page(1, code(one)), smudged(page(2, code(two))))
    assert "Không đọc được mã" in window.rows()[0]
    window.dialog.side.number.setFocus()
    QTest.keyClicks(window.dialog.side.number, "1999999/07906")
    window.press(Qt.Key.Key_Return)
    assert window.label("filingBannerTitle") != ""
    assert "Chưa rõ" in window.rows()[0]
    window.dialog.side.number.setText(two.number)
    window.press(Qt.Key.Key_Return)
    assert [row.split(" · ")[0] for row in window.rows()] == [two.number, one.number]
    assert "Có trang bạn tự xếp" in window.rows()[0]
    window.dialog.accept_button.click()
    assert {sheet.dossier_id for sheet in window.kept()} == {one.id, two.id}


def test_a_forged_page_is_put_by_a_button_that_says_so(window: Window) -> None:
    about = window.sealed.put(1)
    window.add(page(1, code(about, seed="f")))
    assert "mã giả" in window.dialog.side.put_button.text()
    window.dialog.side.number.setText(about.number)
    window.dialog.side.put_button.click()
    assert "Có trang mã giả" in window.rows()[0]


def test_an_old_sheet_is_filed_only_when_it_is_ticked(window: Window) -> None:
    printed = code(window.sealed.put(1))
    about = window.sealed.put(1, 2, version=2)
    window.add(page(1, printed))
    assert "Tờ khai bản cũ" in window.rows()[0]
    assert not window.dialog.accept_button.isEnabled()
    window.dialog.rows.setFocus()
    window.press(Qt.Key.Key_Space)
    assert window.dialog.accept_button.text() == "&Lưu 1 hồ sơ (Ctrl+Enter)"
    window.press(Qt.Key.Key_Return, control=True)
    assert [sheet.dossier_id for sheet in window.kept()] == [about.id]


def test_a_page_without_a_code_is_shown_apart_and_nothing_is_filed_before_the_officer_says_whose_it_is(
    window: Window,
) -> None:
    about = window.sealed.put(1)
    window.add(page(1, code(about)), page(2))
    assert f"Không có mã, nằm sau {about.number}" in window.rows()[0]
    assert not window.dialog.accept_button.isEnabled()
    assert window.dialog.side.number.text() == about.number
    window.dialog.side.put_button.click()
    assert "2 trang · Có trang bạn tự xếp" in window.rows()[0]
    window.press(Qt.Key.Key_Return, control=True)
    assert [(sheet.dossier_id, sheet.pages) for sheet in window.kept()] == [(about.id, 2)]


def test_tk1_ts_is_named_and_ticked_apart_from_form_01(window: Window) -> None:
    about = window.sealed.put(1)
    window.add(page(1, code(about)), page(2, code(about, FormKind.INSURED)))
    assert [row.split("\n")[1] for row in window.rows()] == [
        "1 trang · Sẵn sàng lưu",
        "TK1-TS · 1 trang · Sẵn sàng lưu",
    ]
    window.dialog.rows.setCurrentRow(0)
    window.dialog.rows.setFocus()
    window.press(Qt.Key.Key_Space)
    window.press(Qt.Key.Key_Return, control=True)
    assert [sheet.form.form_kind for sheet in window.kept()] == [FormKind.INSURED]
    assert [row.split("\n")[1].split(" · ")[0] for row in window.rows()] == ["1 trang", "1 trang"]


def test_a_page_without_a_code_can_be_taken_out_and_the_sheet_before_it_is_ready_again(window: Window) -> None:
    window.add(page(1, code(window.sealed.put(1))), page(2))
    assert "không có mã" in window.dialog.pages.item(0).text()
    window.dialog.side.drop_button.click()
    assert "1 trang · Sẵn sàng lưu" in window.rows()[0]
    assert window.dialog.accept_button.isEnabled()


def test_what_seems_blank_is_shown_aside_and_taken_back_where_it_lay(window: Window) -> None:
    about, other = window.sealed.put(1), window.sealed.put(2, 2)
    empty = np.full((1754, 1240, 3), 250, np.uint8)
    window.add(page(1, code(about)), empty, page(2, code(other)), empty)
    assert [row.split("\n")[1] for row in window.rows()] == ["1 trang · Sẵn sàng lưu"] * 2 + ["2 trang · không lưu"]
    assert "2 trang trắng đã bỏ ra" in window.label("filingLine")
    assert window.model.left == 2
    window.dialog.rows.setCurrentRow(2)
    assert [window.dialog.pages.item(row).text() for row in range(2)] == [
        "Trang 2\ntrang trắng",
        "Trang 4\ntrang trắng",
    ]
    assert window.dialog.canvas.picture is not None
    window.dialog.pages.setFocus()
    window.press(Qt.Key.Key_Delete)
    assert f"Không có mã, nằm sau {about.number}" in window.rows()[0]
    assert window.rows()[-1].endswith("1 trang · không lưu")
    assert window.model.left == 3
    window.dialog.rows.setCurrentRow(0)
    window.dialog.side.put_button.click()
    window.press(Qt.Key.Key_Return, control=True)
    assert [(sheet.dossier_id, sheet.pages) for sheet in window.kept()] == [(about.id, 2), (other.id, 1)]


def test_only_blank_pages_are_no_loss_and_a_code_on_one_counts_when_it_is_taken_back(window: Window) -> None:
    about = window.sealed.put(1)
    window.add(np.full((1754, 1240, 3), 250, np.uint8))
    ((shot_id, left_out),) = window.model.pages.items()
    assert left_out.looked.aside
    # As one that was wrongly taken for blank.
    (read,) = window.filing.take(stack(page(1, code(about))), [])
    window.model.pages[shot_id] = replace(left_out, looked=replace(read, codes=(), aside=True))
    window.model.take_back(shot_id)
    assert window.rows()[0].startswith(about.number)
    window.model.drop(shot_id)
    window.add(np.full((1754, 1240, 3), 250, np.uint8))
    window.dialog.close()
    assert not window.dialog.isVisible()


def test_a_page_that_was_put_stays_where_it_is_when_more_of_the_stack_comes(window: Window) -> None:
    one, two = window.sealed.put(1), window.sealed.put(2, 2)
    window.add(page(1))
    window.dialog.side.number.setText(one.number)
    window.dialog.side.put_button.click()
    window.add(page(2, code(two)))
    assert [row.split(" · ")[0] for row in window.rows()] == [one.number, two.number]


def test_a_stack_from_the_feeder_is_given_back_when_it_is_kept(window: Window) -> None:
    about = window.sealed.put(1)
    window.scanners.pages = [png(page(1, code(about))), png(page(2, code(about)))]
    window.press(Qt.Key.Key_F5)
    window.qtbot.waitUntil(lambda: len(window.model.pages) == 2 and not window.model.scan.active, timeout=20_000)
    assert "2 trang" in window.rows()[0]
    window.press(Qt.Key.Key_Return, control=True)
    assert [sheet.pages for sheet in window.kept()] == [2]
    assert window.scanners.accepted == list(window.scanners.pages)


def test_a_sheet_whose_dossier_is_not_here_says_that_it_is_kept(window: Window) -> None:
    window.add(page(1, code(builders.dossier(9))))
    assert "Hồ sơ chưa có trên máy" in window.rows()[0]
    assert "tự lưu khi hồ sơ về" in window.said()


def test_a_refused_sheet_stands_first_and_is_sent_again_or_given_up(window: Window) -> None:
    one, two = window.sealed.put(1), window.sealed.put(2, 2)
    window.add(page(1, code(one)), page(2, code(two)))
    window.press(Qt.Key.Key_Return, control=True)
    first, second = window.kept()
    with window.sealed.store.write() as tx:
        tx.sheets.bind()
        tx.sheets.refused(second.n, "other-signed-form")
        tx.sheets.refused(first.n, "unknown-dossier")
    window.dialog.done(0)
    window.dialog.begin()
    assert ["Trung tâm không nhận" in window.rows()[0], "Hồ sơ đã có tờ khai khác" in window.rows()[1]] == [True] * 2
    window.dialog.rows.setCurrentRow(1)
    assert "Người khác vừa lưu tờ khai" in window.said()
    window.dialog.side.again_button.click()
    assert [(sheet.n, sheet.state) for sheet in window.kept()] == [(first.n, "attention"), (second.n, "waiting")]
    window.dialog.rows.setCurrentRow(0)
    window.dialog.side.drop_button.click()
    assert [sheet.n for sheet in window.kept()] == [second.n]
    assert "Chờ gửi" in window.rows()[0]


def test_a_refusal_is_told_once_whatever_page_is_in_front(window: Window) -> None:
    window.sealed.put(1)
    told: list[int] = []
    window.model.refused.connect(told.append)
    window.add(page(1, code(builders.dossier(1))))
    window.model.accept()
    window.model.look_for_refused()
    assert told == []
    (sheet,) = window.kept()
    with window.sealed.store.write() as tx:
        tx.sheets.refused(sheet.n, "other-signed-form")
    window.model.look_for_refused()
    window.model.look_for_refused()
    assert told == [1]


def test_closing_with_pages_left_asks_once(window: Window) -> None:
    window.add(page(1))
    window.dialog.close()
    assert window.dialog.isVisible()
    assert window.label("filingBannerTitle") == "Còn 1 trang chưa lưu."
    window.dialog.close()
    assert not window.dialog.isVisible()
    assert window.model.pages == {}


def test_pages_that_came_or_are_being_read_after_the_warning_are_warned_of_anew(window: Window) -> None:
    window.add(page(1))
    window.press(Qt.Key.Key_Escape)
    window.add(page(2))
    window.press(Qt.Key.Key_Escape)
    assert window.dialog.isVisible()
    assert window.label("filingBannerTitle") == "Còn 2 trang chưa lưu."
    window.jobs.held = True
    window.add(page(3))
    window.press(Qt.Key.Key_Escape)
    assert window.dialog.isVisible()
    assert window.label("filingBannerTitle") == "Còn 3 trang chưa lưu."
    window.press(Qt.Key.Key_Escape)
    assert not window.dialog.isVisible()


def test_a_page_whose_code_is_gone_can_be_put_as_tk1_ts(window: Window) -> None:
    about = window.sealed.put(1)
    window.add(page(1))
    side = window.dialog.side
    assert side.kinds[FormKind.DECLARATION].isChecked()
    side.number.setText(about.number)
    side.kinds[FormKind.INSURED].click()
    side.put_button.click()
    assert "TK1-TS · 1 trang · Có trang bạn tự xếp" in window.rows()[0]
    assert not side.kinds[FormKind.INSURED].isVisibleTo(side)
    window.press(Qt.Key.Key_Return, control=True)
    assert [(sheet.dossier_id, sheet.form.form_kind) for sheet in window.kept()] == [(about.id, FormKind.INSURED)]


def test_the_form_a_page_lay_behind_is_proposed_for_it(window: Window) -> None:
    about = window.sealed.put(1)
    window.add(page(1, code(about, FormKind.INSURED)), page(2))
    assert window.dialog.side.kinds[FormKind.INSURED].isChecked()
    window.dialog.side.put_button.click()
    assert [row.split("\n")[1] for row in window.rows()] == ["TK1-TS · 2 trang · Có trang bạn tự xếp"]


def test_a_sheet_with_a_bare_page_behind_it_says_which_page_to_look_at_and_not_that_it_is_ready(window: Window) -> None:
    one, two = window.sealed.put(1), window.sealed.put(2, 2)
    window.add(page(1, code(one)), page(2), page(3), page(4, code(two)))
    assert [row.split("\n")[1] for row in window.rows()[2:]] == [
        "1 trang · Xem trang 2, 3 nằm sau, không có mã",
        "1 trang · Sẵn sàng lưu",
    ]
    window.dialog.rows.setCurrentRow(2)
    assert "có thể thuộc tờ này" in window.said()
    assert "đánh dấu chọn" in window.said()
    window.dialog.rows.setFocus()
    window.press(Qt.Key.Key_Space)
    window.press(Qt.Key.Key_Return, control=True)
    assert [sheet.dossier_id for sheet in window.kept()] == [one.id, two.id]


def test_every_doubt_has_its_words() -> None:
    assert set(DOUBTS) == set(Doubt)


@pytest.mark.parametrize("scanned", [False, True])
def test_the_tick_says_whether_there_is_a_scan_and_stays_the_officers_to_set(qtbot: QtBot, *, scanned: bool) -> None:
    kinds = [kind for kind in PICTURES if scanned or kind is not AttachmentKind.SIGNED_FORM]
    desk = desk_of(qtbot, ReviewDesk(dossier=dossier(attachments=attachments(*kinds))))
    box = desk.page.decision.signed
    assert ("có bản quét" in box.text(), box.isChecked()) == (scanned, False)
