"""Signed sheets read, sorted and kept: a real sealed store, real pages with real codes, copied badly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from officer_console.codes import payloads, symbols
from officer_console.codes.forms import FormCode, Standing
from officer_console.codes.traces import Place
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.form import FormKeys, FormKind
from officer_console.domain.officer import Officer, Role
from officer_console.imaging.deskew import quarter
from officer_console.imaging.gate import Gate
from officer_console.imaging.opencv import Rgb
from officer_console.services.capture import Capture
from officer_console.services.filing import PAGE_WIDTH, PAGES_LIMIT, Filing
from officer_console.services.form_codes import FormCodes
from officer_console.services.lookup import Lookup
from officer_console.services.stacks import Doubt, Pile, Split
from tests import builders
from tests.services.sealed_desk import NOW, SealedDesk
from tests.services.signed_sheets import code, copied, crossed_out, keys, page, smudged, stack

pytestmark = pytest.mark.xdist_group(__name__)
OTHER_OFFICE = "07907"


class Counter:
    """A desk whose officer files signed sheets."""

    def __init__(self, folder: Path, gate: Gate, officer: Officer | None = None) -> None:
        self.gate = gate
        self.desk = SealedDesk(folder)
        self.officer = officer or builders.officer()
        self._ids = count(1)
        self.editions: Callable[[], Mapping[int, int]] = dict
        self.give(keys())
        self.open()

    def open(self) -> None:
        store = self.desk.store
        self.capture = Capture(
            store, self.officer, self.gate, clock=lambda: NOW, new_id=lambda: f"shot-{next(self._ids)}"
        )
        self.codes = FormCodes(store, self.officer)
        lookup = Lookup(store, clock=lambda: NOW, ring=self.codes.ring)
        self.filing = Filing(
            store,
            self.officer,
            self.capture,
            self.gate,
            self.codes,
            lookup,
            clock=lambda: NOW,
            wake=self.desk.wake,
            editions=lambda: self.editions(),
        )

    def give(self, *known: FormKeys, scope: str = builders.SCOPE) -> None:
        """Let keys have come for an office."""
        with self.desk.store.write() as tx:
            for each in known:
                tx.form_keys.put(scope, each, NOW)

    def split(self, *sheets: Rgb) -> Split:
        """Read and sort a stack."""
        return self.filing.split(self.filing.take(stack(*sheets), []))

    def picture(self, sha256: str) -> Rgb:
        data = self.desk.store.blobs.get(sha256)
        assert data is not None
        return self.gate.pixels(data).array()


@pytest.fixture
def counter(tmp_path: Path, gate: Gate) -> Iterator[Counter]:
    made = Counter(tmp_path / "officer", gate)
    yield made
    made.desk.store.close()


def numbers(split: Split) -> list[tuple[str, int]]:
    return [(pile.number, len(pile.pages)) for pile in split.piles]


def doubts(split: Split) -> list[Doubt]:
    return [one.doubt for one in split.unclear]


def only(split: Split) -> Pile:
    (pile,) = split.piles
    assert split.unclear == ()
    return pile


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
    filled = counter.filing.assign(filled, filled.unclear[0].page.shot.id, about.number)
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


@pytest.mark.parametrize("spoiled", [smudged, crossed_out])
def test_a_sheet_whose_code_is_unreadable_does_not_go_with_the_one_before_it(counter: Counter, spoiled: object) -> None:
    one, two = counter.desk.put(1), counter.desk.put(2, 2)
    assert callable(spoiled)
    split = counter.split(page(1, code(one)), page(2, code(one)), spoiled(page(3, code(two))), page(4))
    assert numbers(split) == [(one.number, 2)]
    assert doubts(split) == [Doubt.UNREAD, Doubt.FOLLOWS]
    split = counter.filing.assign(split, split.unclear[0].page.shot.id, f" {two.number} ")
    split = counter.filing.assign(split, split.unclear[0].page.shot.id, two.number)
    assert numbers(split) == [(one.number, 2), (two.number, 2)]
    counter.filing.file(split.piles[1])
    assert [sheet.dossier_id for sheet in counter.filing.waiting()] == [two.id]


def test_pages_of_writing_are_not_taken_for_pages_with_codes(counter: Counter) -> None:
    about = counter.desk.put(1)
    split = counter.split(page(0, code(about)), *(copied(page(n), n) for n in range(1, 5)))
    assert doubts(split) == [Doubt.BARE] * 4


def test_a_copy_of_a_card_goes_with_its_own_persons_sheet_only(counter: Counter) -> None:
    one, two = counter.desk.put(1), counter.desk.put(2, 2)
    copies = [
        page(seed, f"{about.declaration.paper_number}||Dang Thi Hoa|01011990|Nu|So 1|15042021")
        for seed, about in ((5, one), (6, two))
    ]
    split = counter.split(page(1, code(one)), *copies, page(2))
    assert numbers(split) == [(one.number, 2)]
    assert doubts(split) == [Doubt.PERSON, Doubt.FOLLOWS]


def test_forged_and_foreign_sheets_are_nobodys(counter: Counter) -> None:
    about = counter.desk.put(1)
    elsewhere = builders.dossier(2, number=f"1000002/{OTHER_OFFICE}")
    split = counter.split(page(1, code(about, seed="f")), page(2, code(elsewhere)))
    assert doubts(split) == [Doubt.FORGED, Doubt.FOREIGN]
    assert [one.code.file_number for one in split.unclear if one.code] == [about.number, elsewhere.number]
    assert split.piles == ()


def journal(counter: Counter) -> list[str]:
    with counter.desk.store.read() as tx:
        return [entry.what for entry in reversed(tx.journal.latest(50)) if entry.what.startswith("sheet-")]


def test_a_sheet_nobody_can_vouch_for_is_written_down_once_with_the_number_on_it(counter: Counter) -> None:
    one, two = counter.desk.put(1), counter.desk.put(2, 2)
    elsewhere = builders.dossier(3, number=f"1000003/{OTHER_OFFICE}")
    sheets = page(1, code(one, seed="f")), page(2, code(elsewhere)), page(3, code(two)), smudged(page(4, code(two)))
    looked = counter.filing.take(stack(*sheets), [])
    counter.filing.split(looked)
    counter.filing.split(looked)
    assert journal(counter) == [
        f"sheet-unclear:forged:{one.number}:01:1",
        f"sheet-unclear:foreign:{elsewhere.number}:01:1",
        "sheet-unclear:unread",
    ]


def test_a_forged_page_is_put_to_a_dossier_only_by_who_says_he_knows_and_that_is_written_down(counter: Counter) -> None:
    about = counter.desk.put(1)
    split = counter.split(page(1, code(about, seed="f")))
    (forged,) = split.unclear
    with pytest.raises(RuleError, match="sheet-forged"):
        counter.filing.assign(split, forged.page.shot.id, about.number)
    pile = only(counter.filing.assign(split, forged.page.shot.id, about.number, forged=True))
    assert [made.file_number for made in pile.forged] == [about.number]
    counter.filing.file(pile)
    assert journal(counter)[1:] == ["sheet-filed", f"sheet-filed-forged:{about.number}:01:1"]


def test_another_offices_sheet_is_foreign_also_when_its_keys_are_here(counter: Counter) -> None:
    counter.give(keys(OTHER_OFFICE, "c"))
    elsewhere = builders.dossier(2, number=f"1000002/{OTHER_OFFICE}")
    assert doubts(counter.split(page(2, code(elsewhere, seed="c")))) == [Doubt.FOREIGN]


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


def test_a_sheet_whose_dossier_is_not_here_is_kept_until_it_comes(counter: Counter) -> None:
    about = builders.dossier(5, declared_on=NOW.date())
    pile = only(counter.split(page(1, code(about))))
    assert (pile.meaning.dossier_id, pile.standing, pile.plain) == (None, Standing.GENUINE, False)
    counter.filing.file(pile)
    counter.desk.store.close()
    counter.desk.open()
    counter.open()
    with counter.desk.store.write() as tx:
        tx.sheets.bind()
        assert tx.sheets.due() == ()
    counter.desk.put(5)
    with counter.desk.store.write() as tx:
        tx.sheets.bind()
        (due,) = tx.sheets.due()
    assert (due.dossier_id, due.scope) == (about.id, about.scope_id)
    assert counter.picture(due.form.sha256).shape[0] > 0


def test_a_dossier_that_has_a_signed_form_says_so_and_it_is_named_to_central(counter: Counter) -> None:
    former = Attachment(kind=AttachmentKind.SIGNED_FORM, sha256="1" * 64, media_type="image/jpeg", size=10)
    about = counter.desk.put(1, status=Status.APPROVED, attachments=(*builders.attachments(), former))
    pile = only(counter.split(page(1, code(about))))
    assert not pile.plain
    counter.filing.file(pile)
    (sheet,) = counter.filing.waiting()
    assert sheet.form.replaces == former.sha256


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


def test_a_sheet_is_never_ticked_as_received_by_itself(counter: Counter) -> None:
    about = counter.desk.put(1)
    counter.filing.file(only(counter.split(page(1, code(about)))))
    with counter.desk.store.read() as tx:
        assert tx.drafts.get(about.id) is None
        assert tx.outbox.for_dossier(about.id) is None
        assert tx.dossiers.get(about.id) == about


def test_the_same_stack_filed_twice_waits_once(counter: Counter) -> None:
    pile = only(counter.split(page(1, code(counter.desk.put(1)))))
    counter.filing.file(pile)
    counter.filing.file(pile)
    assert len(counter.filing.waiting()) == 1


def test_too_many_pages_are_refused_before_anything_is_kept(counter: Counter) -> None:
    pile = only(counter.split(page(1, code(counter.desk.put(1)))))
    many = replace(pile, pages=pile.pages * (PAGES_LIMIT + 1))
    with pytest.raises(RuleError) as caught:
        counter.filing.file(many)
    assert (caught.value.code, caught.value.data) == ("sheet-too-long", {"pages": 13, "limit": 12})
    assert counter.filing.waiting() == ()


def test_who_may_not_decide_files_nothing(tmp_path: Path, gate: Gate) -> None:
    counter = Counter(tmp_path / "manager", gate, builders.officer(role=Role.ADMINISTRATOR))
    pile = only(counter.split(page(1, code(counter.desk.put(1)))))
    with pytest.raises(RuleError, match="forbidden"):
        counter.filing.file(pile)
    counter.desk.store.close()


def test_a_page_is_put_only_to_a_dossier_that_is_here(counter: Counter) -> None:
    split = counter.split(page(1))
    assert doubts(split) == [Doubt.FIRST]
    with pytest.raises(RuleError, match="unknown-dossier"):
        counter.filing.assign(split, split.unclear[0].page.shot.id, "1999999/07906")


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


def test_a_kept_sheet_is_not_swept_and_one_given_up_is(counter: Counter) -> None:
    counter.filing.file(only(counter.split(page(1, code(counter.desk.put(1))))))
    (sheet,) = counter.filing.waiting()
    later = NOW.replace(year=2100)
    counter.desk.store.blobs.sweep(later)
    assert counter.desk.store.blobs.get(sheet.form.sha256) is not None
    counter.filing.drop(sheet.n)
    assert counter.filing.waiting() == ()
    counter.desk.store.blobs.sweep(later)
    assert counter.desk.store.blobs.get(sheet.form.sha256) is None


def test_nothing_of_a_sheet_or_key_stands_in_plain_on_the_disk(counter: Counter, tmp_path: Path) -> None:
    about: Dossier = counter.desk.put(1)
    counter.filing.file(only(counter.split(page(1, code(about)))))
    counter.desk.store.close()
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    counter.desk.open()
    assert len(files) > 10_000
    for text in ("a" * 64, about.number, code(about)):
        assert text.encode() not in files
    assert b"JFIF" not in files
