"""Signed sheets read, sorted and filed: a real sealed store, real pages with real codes, copied badly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from officer_console.codes import payloads, symbols
from officer_console.codes.forms import FormCode, Standing
from officer_console.codes.traces import Place
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.form import FormKind
from officer_console.imaging.deskew import quarter
from officer_console.imaging.gate import Gate
from officer_console.services.filing import PAGE_WIDTH
from officer_console.services.stacks import Doubt
from tests import builders
from tests.services.filing_counter import OTHER_OFFICE, Counter, doubts, numbers, only
from tests.services.signed_sheets import code, copied, keys, page, smudged, stack

pytestmark = pytest.mark.xdist_group(__name__)


def test_a_badly_copied_stack_of_several_dossiers_is_split_and_filed(counter: Counter) -> None:
    abouts = [counter.desk.put(n, n) for n in (1, 2, 3)]
    sheets = []
    for n, about in enumerate(abouts):
        sheets += [page(2 * n, code(about)), page(2 * n + 1, code(about))]
    split = counter.split(*(copied(sheet, n) for n, sheet in enumerate(sheets)))
    assert split.unclear == ()
    assert numbers(split) == [(about.number, 2) for about in abouts]
    assert all(pile.plain for pile in split.piles)
    for pile in split.piles:
        counter.filing.file(pile)
    waiting = counter.filing.waiting()
    assert [(sheet.number, sheet.dossier_id, sheet.pages) for sheet in waiting] == [
        (about.number, about.id, 2) for about in abouts
    ]
    assert counter.desk.woken == 3
    assert {(sheet.form.form_kind, sheet.form.form_version) for sheet in waiting} == {(1, 1)}


def test_what_is_filed_is_one_picture_of_all_pages_with_its_codes_readable(counter: Counter) -> None:
    about = counter.desk.put(1)
    filled = counter.split(copied(page(1, code(about)), 1), copied(page(2), 2))
    filled = counter.filing.assign(filled, filled.unclear[0].page.shot.id, about.number, FormKind.DECLARATION)
    counter.filing.file(only(filled))
    (sheet,) = counter.filing.waiting()
    rgb = counter.picture(sheet.form.sha256)
    assert rgb.shape[1] <= PAGE_WIDTH
    assert rgb.shape[0] == pytest.approx(2 * rgb.shape[1] * 297 / 210, rel=0.02)
    found = symbols.read(np.ascontiguousarray(rgb[:, :, 1]))
    assert [symbol.data.decode() for symbol in found] == [code(about)]
    assert sheet.form.size <= 2_000_000


def test_a_page_that_lies_upside_down_is_set_upright_by_its_code(counter: Counter) -> None:
    about = counter.desk.put(1)
    upright = page(1, code(about))
    pile = only(counter.split(quarter(upright, 2), quarter(upright, 1), quarter(upright, 3), upright))
    assert [found.quarters for found in pile.pages] == [2, 3, 1, 0]
    counter.filing.file(pile)
    (sheet,) = counter.filing.waiting()
    rgb = counter.picture(sheet.form.sha256)
    pages = np.array_split(rgb, 4)
    for turned in pages[:3]:
        assert float(np.abs(turned[:1700].astype(int) - pages[3][:1700]).mean()) < 6


def test_laser_readers_codes_split_a_stack_as_well(counter: Counter) -> None:
    one, two = counter.desk.put(1), counter.desk.put(2, 2)
    split = counter.split(copied(page(1, code(one), "code128"), 1), copied(page(2, code(two), "code128"), 2))
    assert numbers(split) == [(one.number, 1), (two.number, 1)]


def test_pages_of_writing_are_not_taken_for_pages_with_codes(counter: Counter) -> None:
    about = counter.desk.put(1)
    split = counter.split(page(0, code(about)), *(copied(page(n), n) for n in range(1, 5)))
    assert doubts(split) == [Doubt.BARE] * 4


def test_a_sheet_printed_in_the_old_office_is_filed_by_the_new_one(counter: Counter) -> None:
    moved = counter.desk.put(1, number=f"1000001/{OTHER_OFFICE}")
    sheet = page(1, code(moved, seed="c"))
    assert only(counter.split(sheet)).standing is Standing.UNCHECKED
    counter.give(keys(OTHER_OFFICE, "c"))
    pile = only(counter.split(sheet))
    assert (pile.standing, pile.meaning.dossier_id, pile.plain) == (Standing.GENUINE, moved.id, True)
    counter.give(keys(OTHER_OFFICE, "d"))
    assert doubts(counter.split(sheet)) == [Doubt.FORGED]


def test_a_sheet_of_what_was_declared_before_is_old_and_still_its_dossiers(counter: Counter) -> None:
    printed = code(counter.desk.put(1))
    counter.desk.put(1, 2, version=2)
    pile = only(counter.split(page(1, printed)))
    assert (pile.standing, pile.plain) == (Standing.OLD, False)


def test_without_keys_a_sheet_is_unchecked_and_no_code_is_printed(tmp_path: Path, gate: Gate) -> None:
    counter = Counter(tmp_path / "new", gate)
    with counter.desk.store.write() as tx:
        tx.form_keys.drop(builders.SCOPE)
    about = counter.desk.put(1)
    assert counter.codes.form_code(about, FormKind.DECLARATION) is None
    pile = only(counter.split(page(1, code(about))))
    assert (pile.standing, pile.plain) == (Standing.UNCHECKED, False)
    counter.desk.store.close()


def test_the_desk_makes_the_codes_it_reads(counter: Counter) -> None:
    about = counter.desk.put(1)
    made = counter.codes.form_code(about, FormKind.INSURED)
    assert made is not None
    read = payloads.read(made.encode())
    assert isinstance(read, FormCode)
    assert counter.codes.ring().standing(read) is Standing.GENUINE
    assert (read.form_kind, read.version, read.file_number) == (2, 1, about.number)


def test_tk1_ts_and_form_01_of_one_dossier_are_filed_side_by_side(counter: Counter) -> None:
    former = Attachment(kind=AttachmentKind.SIGNED_FORM, sha256="1" * 64, media_type="image/jpeg", size=10)
    about = counter.desk.put(1, attachments=(*builders.attachments(), former))
    insured = code(about, FormKind.INSURED)
    split = counter.split(page(1, code(about)), page(2, insured), page(3, insured))
    assert [(pile.key[1], len(pile.pages), pile.meaning.replaces) for pile in split.piles] == [
        (FormKind.DECLARATION, 1, former.sha256),
        (FormKind.INSURED, 2, None),
    ]
    for pile in split.piles:
        counter.filing.file(pile)
    assert [(sheet.form.form_kind, sheet.form.replaces) for sheet in counter.filing.waiting()] == [
        (FormKind.DECLARATION, former.sha256),
        (FormKind.INSURED, None),
    ]


def test_blank_backs_of_a_stack_are_left_out(counter: Counter) -> None:
    blank = np.full((1754, 1240, 3), 250, np.uint8)
    pile = only(counter.split(page(1, made := code(counter.desk.put(1))), blank, page(2, made), blank))
    assert len(pile.pages) == 2


def test_blank_backs_stay_at_hand_and_are_read_when_they_are_wanted(counter: Counter) -> None:
    about = counter.desk.put(1)
    blank = np.full((1754, 1240, 3), 250, np.uint8)
    places: list[Place] = []
    front, back = counter.filing.take(stack(page(1, code(about)), blank), places)
    assert (front.aside, back.aside) == (False, True)
    assert only(counter.filing.split((front, back))).pages == (front,)
    (taken,) = counter.filing.look((back.shot,), places)
    assert not taken.aside
    assert doubts(counter.filing.split((front, taken))) == [Doubt.BARE]


def test_pages_that_come_one_by_one_are_read_like_a_stack(counter: Counter) -> None:
    one, two = counter.desk.put(1), counter.desk.put(2, 2)
    places: list[Place] = []
    pages = [page(1, code(one)), smudged(page(2, code(two)))]
    looked = [found for rgb in pages for found in counter.filing.take(stack(rgb), places)]
    assert [(len(found.codes), found.unread) for found in looked] == [(1, False), (0, True)]
    shown = counter.filing.preview(looked[0], 300)
    assert max(shown.width, shown.height) == 300
