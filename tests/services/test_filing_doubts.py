"""Pages that are nobody's until the officer says whose, and what is written down of those nobody can vouch for."""

from __future__ import annotations

import pytest

from officer_console.domain.attachment import Attachment
from officer_console.domain.errors import RuleError
from officer_console.domain.form import FormKind, place_of
from officer_console.services.stacks import Doubt
from tests import builders
from tests.services.filing_counter import OTHER_OFFICE, Counter, doubts, numbers, only
from tests.services.signed_sheets import code, crossed_out, keys, page, smudged, stack

pytestmark = pytest.mark.xdist_group(__name__)


@pytest.mark.parametrize("spoiled", [smudged, crossed_out])
def test_a_sheet_whose_code_is_unreadable_does_not_go_with_the_one_before_it(counter: Counter, spoiled: object) -> None:
    one, two = counter.desk.put(1), counter.desk.put(2, 2)
    assert callable(spoiled)
    split = counter.split(page(1, code(one)), page(2, code(one)), spoiled(page(3, code(two))), page(4))
    assert numbers(split) == [(one.number, 2)]
    assert doubts(split) == [Doubt.UNREAD, Doubt.FOLLOWS]
    split = counter.filing.assign(split, split.unclear[0].page.shot.id, f" {two.number} ", FormKind.DECLARATION)
    split = counter.filing.assign(split, split.unclear[0].page.shot.id, two.number, FormKind.DECLARATION)
    assert numbers(split) == [(one.number, 2), (two.number, 2)]
    counter.filing.file(split.piles[1])
    assert [sheet.dossier_id for sheet in counter.filing.waiting()] == [two.id]


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
    looked = tuple(counter.filing.take(stack(*sheets), []))
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
        counter.filing.assign(split, forged.page.shot.id, about.number, FormKind.DECLARATION)
    pile = only(counter.filing.assign(split, forged.page.shot.id, about.number, FormKind.DECLARATION, forged=True))
    assert [made.file_number for made in pile.forged] == [about.number]
    counter.filing.file(pile)
    assert journal(counter)[1:] == ["sheet-filed", f"sheet-filed-forged:{about.number}:01:1"]


def test_another_offices_sheet_is_foreign_also_when_its_keys_are_here(counter: Counter) -> None:
    counter.give(keys(OTHER_OFFICE, "c"))
    elsewhere = builders.dossier(2, number=f"1000002/{OTHER_OFFICE}")
    assert doubts(counter.split(page(2, code(elsewhere, seed="c")))) == [Doubt.FOREIGN]


def test_a_page_is_put_only_to_a_dossier_that_is_here(counter: Counter) -> None:
    split = counter.split(page(1))
    assert doubts(split) == [Doubt.FIRST]
    with pytest.raises(RuleError, match="unknown-dossier"):
        counter.filing.assign(split, split.unclear[0].page.shot.id, "1999999/07906", FormKind.DECLARATION)


@pytest.mark.parametrize("kind", [FormKind.DECLARATION, FormKind.INSURED])
def test_a_page_whose_code_is_gone_is_filed_as_the_form_the_officer_says_it_is(
    counter: Counter, kind: FormKind
) -> None:
    former = Attachment(kind=place_of(kind), sha256="1" * 64, media_type="image/jpeg", size=10)
    about = counter.desk.put(1, attachments=(*builders.attachments(), former))
    split = counter.split(page(1))
    counter.filing.file(only(counter.filing.assign(split, split.unclear[0].page.shot.id, about.number, kind)))
    (sheet,) = counter.filing.waiting()
    assert (sheet.dossier_id, sheet.form.form_kind, sheet.form.replaces) == (about.id, kind, former.sha256)
