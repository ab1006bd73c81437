"""Numbers of notices (NĐ 30/2020): each is given once in a calendar year and office at this desk, and written down."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice

from officer_console.domain.deadline import today
from officer_console.domain.dossier import Dossier
from officer_console.domain.papers import NOTICES, Paper
from officer_console.services.stationery import PaperError
from officer_console.store.issued import Issue
from officer_console.store.store import Store, Transaction

TAIL = "/TB-BHXH"
FIRST = 1
# No office issues a million notices a year; what is longer is another number, of a card or a dossier.
DIGITS = 6
LAST = 10**DIGITS - 1
_NUMBER = re.compile(rf"([0-9]{{1,{DIGITS}}})([A-Za-zĐđ]?)")
_BEHIND = re.compile(r"[0-9]+[A-Za-zĐđ]?\s*[/-].*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose a number is: a dossier's paper about a decision, in the register of an ``office`` for a ``year``."""

    dossier_id: str
    paper: str
    decision: str
    office: str
    year: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the paper."""
        return self.dossier_id, self.paper, self.decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The notices of a stack that are to be signed: ``unsigned``; of those ``lacking`` have no number yet.

    ``next`` is offered as the first number; it is empty where the notices are of several ``offices``, which each have
    a register of their own, and where none is left behind the highest. ``required``: none leaves the desk unsigned.
    """

    unsigned: int = 0
    lacking: int = 0
    offices: int = 0
    next: str = ""
    required: bool = False


class Series:
    """The numbers that the notices of a stack get one after the other; those that others have are passed over.

    A notice that is not signed takes none: the next one gets it.
    """

    def __init__(
        self, office: str, year: int, first: int, lacking: int, taken: Callable[[int], frozenset[int]]
    ) -> None:
        """``taken`` returns the numbers from one on that are given in the register."""
        self.office = office
        self.year = year
        self.lacking = lacking
        self.given: tuple[int, ...] = ()
        self._taken = taken
        self._next = first
        self.planned = _free(first, taken(first), lacking)

    def offer(self, office: str, year: int) -> str:
        """Return the next number as it is written; empty for a notice of another register.

        Raises:
            PaperError: ``number-unfit`` (``limit``): none is left.
        """
        if (office, year) != (self.office, self.year):
            return ""
        self._next = _free(self._next, self._taken(self._next), 1)[0]
        if self._next > LAST:
            raise PaperError("number-unfit", limit=DIGITS)
        return written(self._next)

    def gave(self) -> None:
        """A notice was signed and kept with the number that was offered last."""
        self.given = (*self.given, self._next)
        self._next += 1

    @property
    def next(self) -> str:
        """The number that comes next."""
        return written(self._next)


class NoticeNumbers:
    """The numbers at one officer's desk. Every method may take long: not for the thread of the window."""

    def __init__(
        self, store: Store, officer_id: str, numbered: Callable[[Paper], bool], *, clock: Callable[[], datetime]
    ) -> None:
        """``numbered`` tells whether the form of a paper has a place for a number; it may raise PaperError."""
        self._store = store
        self._officer_id = officer_id
        self._numbered = numbered
        self._clock = clock

    def numbered(self, paper: Paper) -> bool:
        """Whether it is a paper with a number of its own; raises PaperError."""
        return paper in NOTICES and self._numbered(paper)

    def assign(self, owner: Owner, text: str) -> None:
        """Give a paper the number that was typed, or with a blank one none.

        Raises:
            PaperError: ``number-unfit`` (``limit``), ``number-only``: see ``tidy``; ``number-taken`` (``number``).
        """
        with self._store.write() as tx:
            self.give(tx, owner, tidy(text))

    def give(self, tx: Transaction, owner: Owner, number: str) -> None:
        """Give a paper a number as ``tidy`` returned it, or with an empty one none; the journal says so.

        Raises:
            PaperError: ``number-taken`` (``number``).
        """
        before = tx.issued.get(*owner.key)
        if (before.number, before.year) == (number, owner.year) or not (number or before.number):
            return
        if number and tx.issued.holder(number, owner.year, owner.office) not in {None, owner.key}:
            raise PaperError("number-taken", number=number)
        tx.issued.number(*owner.key, number, owner.year, owner.office)
        what = "number-withdrawn" if not number else "number-changed" if before.number else "number-given"
        line = f"{what}:{owner.paper}:{number or before.number}"
        tx.journal.add(self._clock(), line, self._officer_id, owner.dossier_id, None)

    def keep(self, tx: Transaction, owner: Owner, number: str) -> None:
        """Give a notice the number that it was signed with, unless it has that already.

        Raises:
            PaperError: ``number-taken`` (``number``); ``number-fixed``: meanwhile it has got another.
        """
        before = tx.issued.get(*owner.key)
        if before.number not in {"", number} and before.year == owner.year:
            raise PaperError("number-fixed")
        self.give(tx, owner, number)

    def standing(self, paper: Paper, unsigned: Iterable[str], *, required: bool) -> Standing:
        """Return how the notices of the dossiers, which are not ``unsigned`` yet, stand.

        Raises:
            PaperError: ``form-broken``.
        """
        ids = tuple(unsigned)
        lacking = self._lacking(paper, ids)
        offices = {owner.office for owner in lacking}
        following = ""
        if len(offices) == 1:
            following = self._following(next(iter(offices)), today(self._clock()).year)
        return Standing(
            unsigned=len(ids), lacking=len(lacking), offices=len(offices), next=following, required=required
        )

    def series(self, paper: Paper, unsigned: Iterable[str], first: str) -> Series | None:
        """Return the numbers for those notices of the dossiers that have none, ``None`` when all have one.

        ``first`` is the first number as it was typed.

        Raises:
            PaperError: ``first-number-missing`` (``count``); ``first-number-unfit`` (``limit``); ``number-only``: see
                ``tidy``; ``number-taken`` (``number``); ``registers-several``: they are of several offices;
                ``form-broken``.
        """
        lacking = self._lacking(paper, unsigned)
        if not lacking:
            return None
        office, year = lacking[0].office, today(self._clock()).year
        if any(owner.office != office for owner in lacking):
            raise PaperError("registers-several")
        if not first.strip():
            raise PaperError("first-number-missing", count=len(lacking))
        number = _counted(first)

        def taken(first: int) -> frozenset[int]:
            with self._store.read() as tx:
                return tx.issued.taken(year, office, first)

        if number in taken(number):
            raise PaperError("number-taken", number=written(number))
        series = Series(office, year, number, sum(owner.year == year for owner in lacking), taken)
        if any(planned > LAST for planned in series.planned):
            raise PaperError("first-number-unfit", limit=DIGITS)
        return series

    def _following(self, office: str, year: int) -> str:
        with self._store.read() as tx:
            given = (number for number in tx.issued.taken(year, office) if number <= LAST)
        following = max(given, default=FIRST - 1) + 1
        return written(following) if following <= LAST else ""

    def _lacking(self, paper: Paper, dossier_ids: Iterable[str]) -> list[Owner]:
        if not self.numbered(paper):
            return []
        now = self._clock()
        lacking = []
        with self._store.read() as tx:
            for each in dossier_ids:
                dossier = tx.dossiers.get(each)
                if dossier is None:
                    continue
                issued = tx.issued.get(each, paper.value, decision(dossier))
                if not standing_number(issued, now):
                    lacking.append(owner(dossier, paper, issued.at or now))
        return lacking


def decision(dossier: Dossier) -> str:
    """Return the operation that a notice tells of."""
    return dossier.judgement.op_id if dossier.judgement is not None else ""


def owner(dossier: Dossier, paper: Paper, at: datetime) -> Owner:
    """Return whose the number of a dossier's notice is that is dated ``at``."""
    return Owner(
        dossier_id=dossier.id,
        paper=paper.value,
        decision=decision(dossier),
        office=dossier.scope_id,
        year=today(at).year,
    )


def standing_number(issued: Issue, now: datetime) -> str:
    """Return the number a notice has; one of a year that ended before the notice was issued counts no more."""
    return issued.number if issued.year == today(issued.at or now).year else ""


def tidy(text: str) -> str:
    """Return a number as it is kept; what the form prints behind it may be there, too.

    Numbers are of Arabic digits and begin anew each year, below 10 with a nought before them (NĐ 30/2020); a register
    may put one between two others by a letter: 12a.

    Raises:
        PaperError: ``number-unfit`` (``limit``); ``number-only``: there is more behind it, which the form prints.
    """
    number = _only(text)
    if not number:
        return ""
    found = _NUMBER.fullmatch(number)
    if found is None or not int(found[1]):
        raise PaperError("number-unfit", limit=DIGITS)
    return f"{written(int(found[1]))}{found[2]}"


def written(number: int) -> str:
    """Return a number as it stands on paper: below 10 with a nought before it."""
    return f"{number:02d}"


def _counted(text: str) -> int:
    found = _NUMBER.fullmatch(_only(text))
    if found is None or found[2] or not int(found[1]):
        raise PaperError("first-number-unfit", limit=DIGITS)
    return int(found[1])


def _only(text: str) -> str:
    number = text.strip()
    if number.upper().endswith(TAIL):
        number = number[: -len(TAIL)].rstrip()
    if _BEHIND.fullmatch(number):
        raise PaperError("number-only")
    return number


def _free(first: int, taken: frozenset[int], wanted: int) -> tuple[int, ...]:
    """Return so many numbers from ``first`` on that are not taken."""
    free = (number for number in count(first) if number not in taken)
    return tuple(islice(free, wanted))
