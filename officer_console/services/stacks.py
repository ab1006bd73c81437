"""Sorts the pages of a stack by the codes on them: pure, page after page, nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from officer_console.codes.forms import FormCode, Standing
from officer_console.domain.form import KINDS, SIGNED, place_of
from officer_console.services.shots import Shot

# Number of the dossier, kind of the form.
PileKey = tuple[str, int]


class Doubt(StrEnum):
    """Why a page is nobody's until the officer says whose."""

    UNREAD = "unread"
    """There is a code that cannot be read."""
    SEVERAL = "several"
    """It has codes of several forms."""
    FORGED = "forged"
    FOREIGN = "foreign"
    KEEPSAKE = "keepsake"
    """It is no form that is signed: a notice, a receipt."""
    PERSON = "person"
    """It has no form's code, and a card's of somebody else than who signed the sheet before it."""
    FIRST = "first"
    """It has no code, and no sheet stands before it."""
    BARE = "bare"
    """It has no code, and a sheet stands before it: that one's, or another's whose code is gone."""
    FOLLOWS = "follows"
    """It has no code, and the page before it is nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One page and what was found on it: codes of our forms, each once, or a code that cannot be read.

    ``quarters`` is how often it is turned clockwise to stand upright, as far as its code says so. ``people`` are the
    numbers in the codes of cards on it: a copy of the card often lies behind the form. ``aside``: it seems blank,
    nothing was looked for on it, and it is nobody's.
    """

    shot: Shot
    codes: tuple[FormCode, ...] = ()
    unread: bool = False
    quarters: int = 0
    people: frozenset[str] = frozenset()
    aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a code means on this desk: its standing, and its dossier where that is here.

    ``replaces`` is the SHA-256 of the signed form of this kind that the dossier has already, ``people`` the numbers of
    who declared it, or acts for him.
    """

    standing: Standing
    dossier_id: str | None = None
    full_name: str | None = None
    replaces: str | None = None
    people: frozenset[str] = frozenset()


class Flaw(StrEnum):
    """What is wrong with the pages of a sheet, by the numbers in their codes."""

    MISSING = "missing"
    DOUBLE = "double"
    ORDER = "order"
    MIXED = "mixed"
    """They are of prints of different length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """The pages of one form of one dossier, in their order: Form 01 and TK1-TS are two papers.

    ``form_kind`` is what its code says, or the officer where no page has one; ``code`` is the first page's.
    ``standing`` is the worst of their codes: genuine, old or unchecked. ``assigned``: the officer has put pages to it,
    ``forged`` are the codes of those that he was told are forged.
    """

    number: str
    form_kind: int
    code: FormCode | None
    meaning: Meaning
    standing: Standing
    pages: tuple[Looked, ...]
    assigned: bool = False
    forged: tuple[FormCode, ...] = ()

    @property
    def key(self) -> PileKey:
        """Which pile of a stack it is."""
        return self.number, self.form_kind

    @property
    def missing(self) -> tuple[int, ...]:
        """Which pages are not here."""
        said = [code for page in self.pages for code in page.codes if code.pages]
        longest = max((code.pages for code in said), default=0)
        return tuple(sorted(set(range(1, longest + 1)) - {code.page for code in said}))

    @property
    def flaw(self) -> Flaw | None:
        """What is wrong with its pages; one without a number, which a bare page is, says nothing of it."""
        said = [code for page in self.pages for code in page.codes if code.pages]
        numbers = [code.page for code in said]
        if len({(code.pages, code.version, code.edition) for code in said}) > 1:
            return Flaw.MIXED
        if self.missing:
            return Flaw.MISSING
        if len(set(numbers)) < len(numbers):
            return Flaw.DOUBLE
        return Flaw.ORDER if numbers != sorted(numbers) else None

    @property
    def plain(self) -> bool:
        """Whether there is nothing the officer has to look at before it is filed."""
        return (
            self.standing is Standing.GENUINE
            and self.meaning.dossier_id is not None
            and self.meaning.replaces is None
            and self.flaw is None
            and all(page.codes for page in self.pages)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """A page that is nobody's, and why; ``code`` where it has one.

    ``after`` is the pile that a bare page lay behind.
    """

    page: Looked
    doubt: Doubt
    code: FormCode | None = None
    after: PileKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A stack as it is sorted. Every page stands in it once, but for those put aside."""

    piles: tuple[Pile, ...] = ()
    unclear: tuple[Unclear, ...] = ()

    def behind(self, pile: Pile) -> tuple[Unclear, ...]:
        """Return the bare pages that lay behind a pile: they may be of it."""
        return tuple(one for one in self.unclear if one.after == pile.key)

    def sure(self, pile: Pile) -> bool:
        """Whether a pile may be filed unasked: genuine, whole, no page of it or behind it that nothing speaks for."""
        return (
            pile.standing is Standing.GENUINE
            and pile.flaw is None
            and all(page.codes or page.people for page in pile.pages)
            and not self.behind(pile)
        )


# From the best to the worst of those with which a page is somebody's.
_GOOD = (Standing.GENUINE, Standing.UNCHECKED, Standing.OLD)
_DOUBTS = {Standing.FORGED: Doubt.FORGED, Standing.FOREIGN: Doubt.FOREIGN}


def sort(pages: Iterable[Looked], meaning: Callable[[FormCode], Meaning]) -> Split:
    """Sort the pages of a stack, in the order in which they lay.

    A page with a code begins a sheet, or goes on with the sheets of its dossier and kind of form. A copy of a card goes
    with the sheet before it, if that is its bearer's. Any other page without a code is nobody's: it may be of the sheet
    before it, or of one whose code was torn off. A page that is nobody's takes those without a code that follow along.
    Pages put aside are passed over.
    """
    piles: dict[PileKey, Pile] = {}
    unclear: list[Unclear] = []
    current: PileKey | None = None
    lost = False
    for page in pages:
        if page.aside:
            continue
        doubt, code = _doubt(page), next(iter(page.codes), None)
        found = meaning(code) if code is not None and doubt is None else None
        if found is not None and found.standing in _DOUBTS:
            doubt = _DOUBTS[found.standing]
        if doubt is None and code is None:
            if current is None:
                doubt = Doubt.FOLLOWS if lost else Doubt.FIRST
            elif not page.people:
                doubt = Doubt.BARE
            elif piles[current].meaning.people.isdisjoint(page.people):
                doubt = Doubt.PERSON
        if doubt is Doubt.BARE:
            unclear.append(Unclear(page=page, doubt=doubt, after=current))
        elif doubt is not None:
            current, lost = None, lost or doubt is not Doubt.FIRST
            unclear.append(Unclear(page=page, doubt=doubt, code=code))
        elif code is not None and found is not None:
            current = code.file_number, code.form_kind
            piles[current] = _with(piles.get(current), page, code, found)
        elif current is not None:
            pile = piles[current]
            piles[current] = replace(pile, pages=(*pile.pages, page))
    return Split(piles=tuple(piles.values()), unclear=tuple(unclear))


def assign(split: Split, shot_id: str, number: str, form_kind: int, meaning: Meaning) -> Split:
    """Put a page that is nobody's to a form of the dossier with the ``number``, as the officer says.

    It goes with the sheet of that form it lay behind, else with the first of it, else it is one by itself.
    Its own code, if it has one, counts no more: he has looked at the sheet.
    """
    chosen = next((one for one in split.unclear if one.page.shot.id == shot_id), None)
    if chosen is None:
        return split
    page = replace(chosen.page, codes=(), unread=False, people=frozenset())
    others = tuple(one for one in split.unclear if one is not chosen)
    forged = (chosen.code,) if chosen.doubt is Doubt.FORGED and chosen.code is not None else ()
    fitting = [
        pile for pile in split.piles if pile.number == number and place_of(pile.form_kind) is place_of(form_kind)
    ]
    known = next((pile for pile in fitting if pile.key == chosen.after), next(iter(fitting), None))
    if known is None:
        made = Pile(
            number=number,
            form_kind=form_kind,
            code=None,
            meaning=meaning,
            standing=Standing.GENUINE,
            pages=(page,),
            assigned=True,
            forged=forged,
        )
        return Split(piles=(*split.piles, made), unclear=others)
    grown = replace(known, pages=(*known.pages, page), assigned=True, forged=(*known.forged, *forged))
    return Split(piles=tuple(grown if pile is known else pile for pile in split.piles), unclear=others)


def _doubt(page: Looked) -> Doubt | None:
    if len(page.codes) > 1:
        return Doubt.SEVERAL
    if not page.codes:
        return Doubt.UNREAD if page.unread else None
    kind = page.codes[0].form_kind
    return None if kind in SIGNED or kind not in KINDS else Doubt.KEEPSAKE


def _with(pile: Pile | None, page: Looked, code: FormCode, meaning: Meaning) -> Pile:
    if pile is None:
        return Pile(
            number=code.file_number,
            form_kind=code.form_kind,
            code=code,
            meaning=meaning,
            standing=meaning.standing,
            pages=(page,),
        )
    worst = max(pile.standing, meaning.standing, key=_GOOD.index)
    return replace(pile, pages=(*pile.pages, page), standing=worst)
