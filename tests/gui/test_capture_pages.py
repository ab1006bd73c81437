"""Pages of one capture: what they are taken for, and when the device may forget them."""

from __future__ import annotations

import pytest

from officer_console.devices.desk import Scanned
from officer_console.devices.scanner import Device, Page
from officer_console.domain.attachment import AttachmentKind
from officer_console.imaging.edges import Quad
from officer_console.imaging.edit import Edit
from officer_console.viewmodels.naming import Naming
from officer_console.viewmodels.sheets import Sheet, Sheets

FRONT, BACK, FORM = AttachmentKind.ID_FRONT, AttachmentKind.ID_BACK, AttachmentKind.SIGNED_FORM
CARD: Quad = ((100, 100), (1111, 100), (1111, 738), (100, 738))
LEANING: Quad = ((100, 100), (740, 110), (725, 1120), (90, 1110))
A4: Quad = ((10, 10), (2400, 10), (2400, 3390), (10, 3390))


class Seen:
    """What was found on a page, as far as its name depends on it."""

    def __init__(self, quad: Quad | None, *sides: Seen) -> None:
        self.quad, self.width, self.height = quad, 2480, 3508
        self.id = object()
        self.sides = tuple((side, Edit()) for side in sides)


def scanned(driver: str = "sane") -> Scanned:
    page = Page(data=b"", media_type="image/png", dpi=300)
    return Scanned(page=page, number=1, device=Device(driver=driver, id="x", name="x"))


def named(*sheets: Sheet, wanted: AttachmentKind | None = FRONT) -> list[AttachmentKind | None]:
    naming, row = Naming(), Sheets()
    naming.begin(wanted)
    for sheet in sheets:
        added = row.add(sheet)
        row.give(added.number, naming.of(added, row))
    return [sheet.kind for sheet in row]


def sheet(quad: Quad | None, **fields: object) -> Sheet:
    return Sheet(number=0, shot=Seen(quad), **fields)  # type: ignore[arg-type]  # fields of a sheet


@pytest.mark.parametrize("quad", [CARD, LEANING])
def test_a_second_card_is_the_back_of_the_first(quad: Quad) -> None:
    assert named(sheet(CARD), sheet(quad)) == [FRONT, BACK]


@pytest.mark.parametrize("quad", [A4, None])
def test_a_page_of_text_behind_a_card_is_not_its_back(quad: Quad | None) -> None:
    assert named(sheet(CARD), sheet(quad), sheet(CARD)) == [FRONT, None, BACK]


def test_the_first_page_is_what_was_asked_for_whatever_its_shape() -> None:
    assert named(sheet(None), sheet(None), wanted=FORM) == [FORM, None]
    assert named(sheet(None), wanted=BACK) == [BACK]


def test_a_page_of_a_folder_is_nothing_before_the_officer_says_so() -> None:
    assert named(sheet(CARD, scanned=scanned("folder"))) == [None]


def test_a_dropped_page_is_passed_over() -> None:
    assert named(sheet(None, dropped=True), sheet(CARD)) == [None, FRONT]


def test_a_file_is_spent_when_something_has_become_of_each_page_and_one_is_kept() -> None:
    row, came = Sheets(), scanned("folder")
    for _ in range(3):
        row.add(sheet(None, scanned=came))
    row.add(sheet(None, scanned=scanned("folder")))
    assert not row.spent(came)
    row.change(1, attached=True)
    assert not row.spent(came)
    row.change(2, dropped=True)
    row.change(3, dropped=True)
    assert row.spent(came)
    row.change(1, attached=False, dropped=True)
    assert not row.spent(came)


def test_both_sides_and_the_page_made_of_them_leave_nothing_behind() -> None:
    row, front, back = Sheets(), Seen(CARD), Seen(CARD)
    for shot in (front, back, Seen(None)):
        row.add(Sheet(number=0, shot=shot))
    assert len(row.unsettled) == 3
    joined = row.add(Sheet(number=0, shot=Seen(None, front, back)))
    assert len(row.unsettled) == 1
    row.change(joined.number, dropped=True)
    assert len(row.unsettled) == 3
