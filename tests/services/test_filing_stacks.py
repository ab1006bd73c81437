"""How a stack of pages is sorted by its codes: every page once, none with a dossier that nothing speaks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_console.codes.forms import FormCode, Standing, signed_bytes
from officer_console.domain.form import FormKind
from officer_console.imaging.quality import Quality
from officer_console.services.shots import Shot
from officer_console.services.stacks import Doubt, Flaw, Looked, Meaning, Split, assign, sort

QUALITY = Quality.__new__(Quality)


def code(
    number: str, kind: int = FormKind.DECLARATION, version: int = 1, leaf: int = 0, leaves: int = 0, edition: int = 1
) -> FormCode:
    signed = signed_bytes(number, kind, version, edition, leaf, leaves)
    return FormCode(
        file_number=number,
        form_kind=kind,
        version=version,
        edition=edition,
        page=leaf,
        pages=leaves,
        standing=Standing.UNCHECKED,
        signed=signed,
        mac=1,
    )


def page(name: str, *codes: FormCode, unread: bool = False, people: tuple[str, ...] = ()) -> Looked:
    shot = Shot(id=name, data=b"", width=1, height=1, quality=QUALITY, fingerprint=0)
    return Looked(shot=shot, codes=codes, unread=unread, people=frozenset(people))


def meaning(code: FormCode) -> Meaning:
    """Offices 1 to 5 stand for how a code stands; the dossier of a genuine one is here."""
    standing = {
        "2": Standing.FORGED,
        "3": Standing.FOREIGN,
        "4": Standing.OLD,
        "5": Standing.UNCHECKED,
    }.get(code.file_number.partition("/")[2], Standing.GENUINE)
    return Meaning(standing=standing, dossier_id=f"id-{code.file_number}")


def names(split: Split) -> dict[str, list[str]]:
    return {pile.number: [page.shot.id for page in pile.pages] for pile in split.piles}


def doubts(split: Split) -> list[tuple[str, Doubt]]:
    return [(one.page.shot.id, one.doubt) for one in split.unclear]


A, B = code("1/1"), code("2/1")
A_KEY = ("1/1", FormKind.DECLARATION)
FORM_01 = FormKind.DECLARATION
FORGED, FOREIGN, OLD, UNCHECKED = code("9/2"), code("9/3"), code("9/4"), code("9/5")


def test_a_stack_of_several_dossiers_is_split_where_another_code_begins() -> None:
    split = sort([page("a1", A), page("a2", A), page("b1", B), page("b2", B), page("b3", B)], meaning)
    assert names(split) == {"1/1": ["a1", "a2"], "2/1": ["b1", "b2", "b3"]}
    assert split.unclear == ()


def test_a_page_without_a_code_is_asked_about_and_the_sheet_before_it_is_not_filed_unasked() -> None:
    split = sort([page("a1", A), page("x"), page("y"), page("b1", B)], meaning)
    assert names(split) == {"1/1": ["a1"], "2/1": ["b1"]}
    assert [(one.page.shot.id, one.doubt, one.after) for one in split.unclear] == [
        ("x", Doubt.BARE, A_KEY),
        ("y", Doubt.BARE, A_KEY),
    ]
    assert [split.sure(pile) for pile in split.piles] == [False, True]


def test_a_pile_is_asked_about_also_when_only_its_standing_or_an_assigned_page_speaks_against_it() -> None:
    split = sort([page("o", OLD), page("u", UNCHECKED), page("a1", A), page("x")], meaning)
    assert [split.sure(pile) for pile in split.piles] == [False, False, False]
    split = assign(split, "x", "1/1", FORM_01, meaning(A))
    assert split.unclear == ()
    assert not split.sure(split.piles[-1])


def test_sheets_of_one_dossier_that_lie_apart_come_together() -> None:
    split = sort([page("a1", A), page("b1", B), page("a2", A), page("a3", A)], meaning)
    assert names(split) == {"1/1": ["a1", "a2", "a3"], "2/1": ["b1"]}


@pytest.mark.parametrize(
    ("leaves", "flaw", "missing"),
    [
        (((1, 3), (2, 3), (3, 3)), None, ()),
        (((1, 1),), None, ()),
        (((2, 2),), Flaw.MISSING, (1,)),
        (((1, 3), (1, 3)), Flaw.MISSING, (2, 3)),
        (((1, 2), (2, 2), (1, 2), (2, 2)), Flaw.DOUBLE, ()),
        (((2, 2), (1, 2)), Flaw.ORDER, ()),
        (((1, 2), (2, 2), (1, 1)), Flaw.MIXED, ()),
    ],
)
def test_a_sheet_with_a_page_missing_twice_or_out_of_order_is_asked_about(
    leaves: tuple[tuple[int, int], ...], flaw: Flaw | None, missing: tuple[int, ...]
) -> None:
    stack = [page(str(n), code("1/1", leaf=leaf, leaves=all_)) for n, (leaf, all_) in enumerate(leaves)]
    split = sort(stack, meaning)
    (pile,) = split.piles
    assert (pile.flaw, pile.missing) == (flaw, missing)
    assert (split.sure(pile), pile.plain) == (flaw is None, flaw is None)


def test_two_papers_of_one_dossier_are_two_piles_and_a_bare_page_goes_with_the_one_that_is_named() -> None:
    insured = code("1/1", FormKind.INSURED)
    split = sort([page("a1", A), page("t1", insured), page("x"), page("a2", A), page("y")], meaning)
    assert [(pile.key, [each.shot.id for each in pile.pages]) for pile in split.piles] == [
        (("1/1", 1), ["a1", "a2"]),
        (("1/1", 2), ["t1"]),
    ]
    split = assign(split, "x", "1/1", FormKind.INSURED, meaning(A))
    split = assign(split, "y", "1/1", FORM_01, meaning(A))
    assert [[each.shot.id for each in pile.pages] for pile in split.piles] == [["a1", "a2", "y"], ["t1", "x"]]


def test_a_page_whose_code_cannot_be_read_is_nobodys_and_so_is_what_follows_it() -> None:
    split = sort([page("a1", A), page("x", unread=True), page("y"), page("b1", B), page("b2", B)], meaning)
    assert names(split) == {"1/1": ["a1"], "2/1": ["b1", "b2"]}
    assert doubts(split) == [("x", Doubt.UNREAD), ("y", Doubt.FOLLOWS)]


def test_pages_before_the_first_sheet_are_nobodys() -> None:
    split = sort([page("x"), page("y"), page("a1", A)], meaning)
    assert doubts(split) == [("x", Doubt.FIRST), ("y", Doubt.FIRST)]
    assert names(split) == {"1/1": ["a1"]}


def test_a_card_of_somebody_else_does_not_go_with_the_sheet_before_it() -> None:
    def of_an(code: FormCode) -> Meaning:
        return Meaning(standing=Standing.GENUINE, dossier_id=code.file_number, people=frozenset({"079190000001"}))

    pages = [page("a1", A), page("own", people=("079190000001", "024567890")), page("x", people=("1",)), page("y")]
    split = sort(pages, of_an)
    assert names(split) == {"1/1": ["a1", "own"]}
    assert doubts(split) == [("x", Doubt.PERSON), ("y", Doubt.FOLLOWS)]
    assert names(assign(split, "x", "1/1", FORM_01, of_an(A))) == {"1/1": ["a1", "own", "x"]}


def test_a_dossier_that_is_not_here_has_no_people_so_a_card_behind_it_is_nobodys() -> None:
    split = sort([page("a1", A), page("x", people=("1",))], lambda _: Meaning(standing=Standing.GENUINE))
    assert doubts(split) == [("x", Doubt.PERSON)]


def test_forged_and_foreign_sheets_and_notices_are_named_and_take_what_follows_along() -> None:
    notice = code("1/1", FormKind.ACCEPTED)
    for made, doubt in ((FORGED, Doubt.FORGED), (FOREIGN, Doubt.FOREIGN), (notice, Doubt.KEEPSAKE)):
        split = sort([page("a1", A), page("x", made), page("y")], meaning)
        assert doubts(split) == [("x", doubt), ("y", Doubt.FOLLOWS)]
        assert split.unclear[0].code == made


def test_a_page_with_two_forms_codes_is_nobodys() -> None:
    split = sort([page("x", A, B)], meaning)
    assert doubts(split) == [("x", Doubt.SEVERAL)]


def test_old_and_unchecked_sheets_are_their_dossiers_and_not_plain() -> None:
    split = sort([page("o", OLD), page("u", UNCHECKED), page("a", A)], meaning)
    assert {pile.number: (pile.standing, pile.plain) for pile in split.piles} == {
        "9/4": (Standing.OLD, False),
        "9/5": (Standing.UNCHECKED, False),
        "1/1": (Standing.GENUINE, True),
    }


def test_one_old_sheet_among_new_ones_makes_the_whole_pile_one_to_look_at() -> None:
    standings = iter([Standing.GENUINE, Standing.OLD, Standing.GENUINE])
    split = sort([page("1", A), page("2", A), page("3", A)], lambda _: Meaning(standing=next(standings)))
    assert [pile.standing for pile in split.piles] == [Standing.OLD]


def test_a_pile_is_plain_only_when_all_its_pages_have_codes_and_nothing_is_there_yet() -> None:
    here = Meaning(standing=Standing.GENUINE, dossier_id="id", people=frozenset({"1"}))
    (pile,) = sort([page("a1", A), page("card", people=("1",))], lambda _: here).piles
    assert (len(pile.pages), pile.plain) == (2, False)
    (pile,) = sort([page("a1", A)], lambda _: Meaning(standing=Standing.GENUINE)).piles
    assert not pile.plain
    there = Meaning(standing=Standing.GENUINE, dossier_id="id", replaces="0" * 64)
    (pile,) = sort([page("a1", A)], lambda _: there).piles
    assert not pile.plain


def test_the_officer_puts_a_page_where_it_belongs() -> None:
    split = sort([page("a1", A), page("x", unread=True), page("y")], meaning)
    split = assign(split, "x", "1/1", FORM_01, meaning(A))
    assert names(split) == {"1/1": ["a1", "x"]}
    assert split.piles[0].assigned
    split = assign(split, "y", "2/1", FORM_01, meaning(B))
    assert names(split) == {"1/1": ["a1", "x"], "2/1": ["y"]}
    assert split.unclear == ()
    assert assign(split, "nobody", "1/1", FORM_01, meaning(A)) == split


def test_the_officer_says_which_form_a_page_is_of_and_the_other_form_of_the_dossier_is_left_alone() -> None:
    split = sort([page("a1", A), page("x"), page("y")], meaning)
    split = assign(split, "x", "1/1", FormKind.INSURED, meaning(A))
    split = assign(split, "y", "1/1", FormKind.INSURED, meaning(A))
    assert [(pile.key, [each.shot.id for each in pile.pages]) for pile in split.piles] == [
        (("1/1", FormKind.DECLARATION), ["a1"]),
        (("1/1", FormKind.INSURED), ["x", "y"]),
    ]


def test_a_page_of_form_01_goes_with_a_form_of_that_place_whose_number_is_no_longer_known() -> None:
    split = sort([page("a1", code("1/1", 77)), page("x")], meaning)
    (pile,) = assign(split, "x", "1/1", FORM_01, meaning(A)).piles
    assert [each.shot.id for each in pile.pages] == ["a1", "x"]


codes = st.sampled_from([A, B, FORGED, FOREIGN, OLD, UNCHECKED, code("1/1", FormKind.RECEIPT), code("1/1", 77)])
kinds = st.lists(st.tuples(st.lists(codes, max_size=2, unique=True), st.booleans()), max_size=14)


@given(kinds)
def test_every_page_stands_somewhere_once_and_only_with_a_dossier_its_own_or_the_last_code_names(
    drawn: list[tuple[list[FormCode], bool]],
) -> None:
    stack = [page(str(n), *made, unread=unread and not made) for n, (made, unread) in enumerate(drawn)]
    split = sort(stack, meaning)
    placed = [page.shot.id for pile in split.piles for page in pile.pages] + [name for name, _ in doubts(split)]
    assert sorted(placed, key=int) == [page.shot.id for page in stack]
    owner = {page.shot.id: pile.number for pile in split.piles for page in pile.pages}
    for n, each in enumerate(stack):
        number = owner.get(str(n))
        if number is None:
            continue
        if each.codes:
            assert [made.file_number for made in each.codes] == [number]
            assert meaning(each.codes[0]).standing not in (Standing.FORGED, Standing.FOREIGN)
        else:
            raise AssertionError("nothing on this page speaks for a dossier")
