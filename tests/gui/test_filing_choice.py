"""Which sheets are ticked when pages come, or are put to them, after the officer has looked."""

from __future__ import annotations

from PySide6.QtCore import Qt

from officer_console.codes.forms import FormRing
from officer_console.domain.dossier import Dossier
from officer_console.domain.form import FormKind
from officer_console.services.stacks import Flaw, Standing
from tests.gui.filing_window import Window, window
from tests.services.signed_sheets import keys, page

__all__ = ["window"]


def part(about: Dossier, number: int, pages: int) -> str:
    ring = FormRing([keys(about.number.partition("/")[2])], ())
    return ring.code(about, FormKind.DECLARATION, 1, number, pages)


def put_to(window: Window, number: str) -> None:
    """Put the first page that is nobody's to a dossier."""
    window.model.assign(window.model.split.unclear[0].page.shot.id, number, FormKind.DECLARATION)


def test_a_bare_page_put_to_a_sheet_that_lacks_another_leaves_it_unticked(window: Window) -> None:
    one = window.sealed.put(1)
    window.add(page(1, part(one, 1, 2)), page(2))
    put_to(window, one.number)
    (pile,) = window.model.split.piles
    assert pile.flaw is Flaw.MISSING
    assert not window.model.chosen(pile)
    assert not window.dialog.accept_button.isEnabled()


def test_a_sheet_that_was_taken_is_asked_about_anew_when_a_page_comes_twice(window: Window) -> None:
    one = window.sealed.put(1)
    window.add(page(1, part(one, 1, 1)), page(2))
    put_to(window, one.number)
    assert window.model.chosen(window.model.split.piles[0])
    window.add(page(3, part(one, 1, 1)))
    (pile,) = window.model.split.piles
    assert pile.flaw is Flaw.DOUBLE
    assert not window.model.chosen(pile)


def test_what_the_officer_left_out_stays_out_when_more_pages_come(window: Window) -> None:
    one = window.sealed.put(1)
    window.add(page(1, part(one, 1, 2)))
    window.model.choose(window.model.split.piles[0], wanted=False)
    window.add(page(2, part(one, 2, 2)))
    (pile,) = window.model.split.piles
    assert pile.flaw is None
    assert not window.model.chosen(pile)


def test_a_flawed_sheet_that_the_officer_took_is_filed_as_he_saw_it(window: Window) -> None:
    one = window.sealed.put(1)
    window.add(page(1, part(one, 1, 2)))
    window.model.choose(window.model.split.piles[0], wanted=True)
    window.press(Qt.Key.Key_Return, control=True)
    assert [sheet.dossier_id for sheet in window.kept()] == [one.id]


def test_a_page_put_to_a_sheet_that_was_left_out_does_not_take_it(window: Window) -> None:
    one = window.sealed.put(1)
    window.add(page(1, part(one, 1, 1)), page(2))
    window.model.choose(window.model.split.piles[0], wanted=False)
    put_to(window, one.number)
    assert not window.model.chosen(window.model.split.piles[0])


def test_a_page_put_to_an_old_sheet_does_not_take_it(window: Window) -> None:
    one = window.sealed.put(1)
    window.sealed.put(1, 2, version=2)
    window.add(page(1, part(one, 1, 1)), page(2))
    assert window.model.split.piles[0].standing is Standing.OLD
    put_to(window, one.number)
    assert not window.model.chosen(window.model.split.piles[0])
