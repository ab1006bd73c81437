"""Whose dossier a scanned code means: found in the sealed store alone, no network is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain

from officer_console.codes import payloads
from officer_console.codes.forms import FormCode, FormRing, Standing, outdated
from officer_console.codes.mrz import Mrz
from officer_console.codes.payloads import Payload, Unknown
from officer_console.domain.agreement import CardFacts
from officer_console.domain.comparing import compact
from officer_console.domain.deadline import today
from officer_console.domain.dossier import Dossier, number_key
from officer_console.domain.errors import RuleError
from officer_console.domain.evidence import of_citizen, of_guardian
from officer_console.domain.names import fold
from officer_console.domain.search import Criteria, Order, Row
from officer_console.services.card_facts import card_facts
from officer_console.services.card_match import Differences, differences, guardian_differences
from officer_console.services.code_outcome import Decided, Found, NotForm, Outcome, Reason, Search, Several, Shown
from officer_console.store.errors import INTERRUPTED, StoreError
from officer_console.store.search import PageCursor
from officer_console.store.store import Store

_NUMBER = re.compile(r"[0-9]{1,12}(/[0-9]{1,8})?")
_SOCIAL_CODE = re.compile(r"(?:[A-Z]{2}[1-5][0-9]{2})?([0-9]{10})|([0-9]{12})")
_PAGE = 500
# Bearers of one name that are looked at; in the largest offices a common name has some thousands.
_NAMESAKES = 5000
# The list's own searches interrupt each other and may hit this one.
_TRIES = 5
_YEAR_LENGTH = 4
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Lookup:
    """Finds dossiers by what was scanned. Reads the store: not for the thread of the window."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], datetime],
        ring: Callable[[], FormRing],
        editions: Callable[[], Mapping[int, int]] = dict,
    ) -> None:
        """``ring`` gives the keys that tell genuine forms from forged ones, as they are now.

        ``editions`` gives those that forms are printed in now, by their kind.
        """
        self._store = store
        self._clock = clock
        self._ring = ring
        self._editions = editions

    def read(self, data: bytes) -> Payload:
        """Tell what the bytes of a code say; never raises."""
        return payloads.read(data, today=today(self._clock()))

    def find(self, payload: Payload | Mrz, *, shown: str | None = None) -> Outcome:
        """Return what a code leads to; ``shown`` is the dossier that is open, and is asked first.

        A person is told by numbers only, never by a name: the citizen's number, the old one, a passport's, the mã số
        BHXH. Somebody's own dossiers come before those of the minors he acts for, unless work is owed on the latter
        only. As long as an older store's dossiers are being entered into the index of papers' numbers, those that are
        not there yet are looked for by name and year of birth; those of minors not by the guardian's.

        Raises:
            StoreError: the store cannot be read.
        """
        if isinstance(payload, FormCode):
            return self._form(payload, shown)
        if not isinstance(payload, Unknown):
            return self._person(card_facts(payload), shown)
        text = "".join(payload.text.split()).upper()
        code, number = _SOCIAL_CODE.fullmatch(text), _NUMBER.fullmatch(text)
        if code is not None:
            return self._coded(code[1] or code[2], shown)
        if number is None:
            return NotForm(reason=Reason.UNKNOWN)
        return self._numbered(text, shown, unchecked=False)

    def numbered(self, number: str) -> Dossier | None:
        """Return the dossier with the whole số hồ sơ ``number``; ``None`` when it is not on this desk.

        Raises:
            StoreError: the store cannot be read.
        """
        found = self._dossiers(Criteria(number=number, number_exact=True, order=Order.DECLARED))
        return next((dossier for dossier in found if dossier.number == number), None)

    def _form(self, form: FormCode, shown: str | None) -> Outcome:
        ring = self._ring()
        standing = ring.standing(form)
        if standing is Standing.FORGED:
            return NotForm(reason=Reason.FORGED, number=form.file_number)
        found = self._numbered(form.file_number, shown, unchecked=standing is not Standing.GENUINE)
        if isinstance(found, NotForm) and not ring.own(form):
            return replace(found, reason=Reason.FOREIGN)
        if standing is Standing.GENUINE and isinstance(found, Found | Decided | Shown):
            dossier = self._get(found.dossier_id)
            return replace(found, old=dossier is not None and outdated(form, dossier, self._editions()))
        return found

    def _numbered(self, number: str, shown: str | None, *, unchecked: bool) -> Outcome:
        found = self._dossiers(Criteria(number=number, number_exact=True, order=Order.DECLARED))
        meant = [dossier for dossier in found if number in (dossier.number, number_key(dossier.number))]
        if not meant:
            return NotForm(reason=Reason.ELSEWHERE, number=number)
        if shown is not None and any(dossier.id == shown for dossier in meant):
            return Shown(dossier_id=shown, unchecked=unchecked)
        return self._one_of(meant, unchecked=unchecked)

    def _coded(self, code: str, shown: str | None) -> Outcome:
        """Answer a bar code that holds a number of a person and nothing else."""
        numbers = frozenset({code})
        by_code = self._dossiers(Criteria(social_code=code, order=Order.DECLARED))
        return (
            self._shown(numbers, shown)
            or self._led((*self._with_papers(numbers), *by_code), numbers)
            or NotForm(reason=Reason.UNKNOWN)
        )

    def _person(self, card: CardFacts, shown: str | None) -> Outcome:
        own = self._shown(card.known, shown, card)
        if own is not None:
            return own
        by_name = Criteria(name=_name(card), order=Order.DECLARED)
        found = chain(
            self._with_papers(card.known),
            *(self._dossiers(criteria) for criteria in _codes(card)),
            () if self._papers_known() else self._dossiers(by_name, year=_year(card)),
        )
        led = self._led(found, card.known, card)
        return led or Search(criteria=by_name, full_name=card.full_name or "")

    def _shown(self, numbers: frozenset[str], shown: str | None, card: CardFacts | None = None) -> Shown | None:
        dossier = self._get(shown) if shown is not None else None
        if dossier is None:
            return None
        acts = of_guardian(dossier.declaration, numbers)
        if not acts and not of_citizen(dossier.declaration, numbers):
            return None
        differs, unsure = _differences(dossier, card, guardian=acts)
        return Shown(dossier_id=dossier.id, guardian=acts, differs=differs, unsure=unsure)

    def _led(self, found: Iterable[Dossier], numbers: frozenset[str], card: CardFacts | None = None) -> Outcome | None:
        """Return what a person's numbers lead to; ``found`` may be his own dossiers."""
        own = {dossier.id: dossier for dossier in found if of_citizen(dossier.declaration, numbers)}
        his = self._one_of(list(own.values())) if own else None
        if isinstance(his, Found):
            differs, unsure = _differences(own[his.dossier_id], card, guardian=False)
            his = replace(his, differs=differs, unsure=unsure)
        theirs = self._wards(numbers, card)
        if his is None or (isinstance(his, Decided) and isinstance(theirs, Found | Several)):
            return theirs
        if isinstance(his, Found | Several) and isinstance(theirs, Found | Several):
            return replace(his, wards=theirs)
        return his

    def _wards(self, numbers: frozenset[str], card: CardFacts | None) -> Found | Several | Decided | None:
        """Return what the dossiers of minors lead to for whom the bearer of these numbers acts."""
        wards = {
            dossier.id: dossier
            for number in sorted(numbers)
            for dossier in self._dossiers(Criteria(guardian=number, order=Order.DECLARED))
            if of_guardian(dossier.declaration, numbers)
        }
        if not wards:
            return None
        led = replace(self._one_of(list(wards.values()), wards=True), guardian=True)
        if not isinstance(led, Found):
            return led
        differs, unsure = _differences(wards[led.dossier_id], card, guardian=True)
        return replace(led, differs=differs, unsure=unsure)

    def _one_of(
        self, meant: list[Dossier], *, unchecked: bool = False, wards: bool = False
    ) -> Found | Several | Decided:
        """Return the one dossier work is owed on; where there is none, the one that was decided last.

        ``wards``: they are those of minors for whom one person acts.
        """
        waiting: dict[str, datetime] = {}
        with self._store.read() as tx:
            for dossier in meant:
                item = tx.outbox.for_dossier(dossier.id)
                if item is not None and item.state == "waiting":
                    waiting[dossier.id] = item.decision.decided_at
        owed = [dossier for dossier in meant if dossier.open and dossier.id not in waiting]
        if len(owed) == 1:
            return Found(dossier_id=owed[0].id, unchecked=unchecked)
        if owed:
            criteria = _list_of_wards(owed) if wards else _list_of(owed)
            if criteria is not None:
                return Several(criteria=criteria, count=len(owed), unchecked=unchecked)
            first, *others = sorted(owed, key=lambda dossier: (dossier.due_on, dossier.number))
            numbers = tuple(dossier.number for dossier in others)
            return Found(dossier_id=first.id, unchecked=unchecked, others=numbers)
        last = max(meant, key=lambda dossier: (waiting.get(dossier.id) or _decided_at(dossier), dossier.declared_on))
        judged, sent = last.judgement, waiting.get(last.id)
        return Decided(
            dossier_id=last.id,
            status=last.status,
            by=judged.officer_name if judged is not None and sent is None else None,
            at=sent or (judged.decided_at if judged is not None else None),
            sending=sent is not None,
            unchecked=unchecked,
        )

    def _get(self, dossier_id: str) -> Dossier | None:
        with self._store.read() as tx:
            return tx.dossiers.get(dossier_id)

    def _papers_known(self) -> bool:
        with self._store.read() as tx:
            return tx.papers.whole

    def _with_papers(self, numbers: Iterable[str]) -> list[Dossier]:
        """Return the dossiers whose declaration names one of these numbers as its paper's."""
        with self._store.read() as tx:
            ids = dict.fromkeys(found for number in numbers for found in tx.papers.find(number))
            return [dossier for dossier in map(tx.dossiers.get, ids) if dossier is not None]

    def _dossiers(self, criteria: Criteria, *, year: int | None = None) -> list[Dossier]:
        """Return what ``criteria`` find; ``year`` is the year of birth, where that is known."""
        try:
            rows = [row.id for row in self._rows(criteria.checked()) if year is None or _born(row) == year]
        except RuleError:
            return []
        return [dossier for dossier in map(self._get, rows) if dossier is not None]

    def _rows(self, criteria: Criteria) -> Iterator[Row]:
        day, after, seen = today(self._clock()), None, 0
        while seen < _NAMESAKES:
            rows, after = self._page(criteria, day, after)
            yield from rows
            seen += len(rows)
            if after is None:
                return

    def _page(
        self, criteria: Criteria, day: date, after: PageCursor | None
    ) -> tuple[tuple[Row, ...], PageCursor | None]:
        for tried in range(1, _TRIES + 1):
            try:
                page = self._store.search.page(criteria, day, after, _PAGE)
            except StoreError as error:
                if error.code != INTERRUPTED or tried == _TRIES:
                    raise
            else:
                return page.rows, page.next
        raise StoreError(INTERRUPTED)


def _codes(card: CardFacts) -> Iterator[Criteria]:
    """Yield the searches by mã số BHXH; since 2025 a citizen's number may be one (CV 1804/BHXH-QLT)."""
    for code in dict.fromkeys(filter(None, (card.social_code, card.number))):
        yield Criteria(social_code=code, order=Order.DECLARED)


def _list_of(meant: list[Dossier]) -> Criteria | None:
    """Return the search that lists all of them; dossiers of others may stand there, too. None where no search does."""
    declared = meant[0].declaration
    if all(dossier.declaration.social_code == declared.social_code for dossier in meant):
        return Criteria(social_code=declared.social_code, order=Order.DECLARED)
    if all(fold(dossier.declaration.full_name) == fold(declared.full_name) for dossier in meant):
        return Criteria(name=declared.full_name, order=Order.DECLARED)
    return None


def _list_of_wards(meant: list[Dossier]) -> Criteria | None:
    """Return the same for minors; None where who acts for them was declared with two papers."""
    declared = {compact(guardian.paper_number) for dossier in meant if (guardian := dossier.declaration.guardian)}
    return Criteria(guardian=declared.pop(), order=Order.DECLARED) if len(declared) == 1 else None


def _differences(dossier: Dossier, card: CardFacts | None, *, guardian: bool) -> Differences:
    acts = dossier.declaration.guardian
    if card is None:
        return (), ()
    return guardian_differences(acts, card) if guardian and acts is not None else differences(dossier, card)


def _name(card: CardFacts) -> str:
    """Return the name to search by: whole words only, so that the last one of a name cut short is left out."""
    name = card.full_name or ""
    return name.rpartition(" ")[0] or name if card.name_cut else name


def _year(card: CardFacts) -> int | None:
    return card.birth.year if card.birth is not None else None


def _decided_at(dossier: Dossier) -> datetime:
    judged = dossier.judgement
    return judged.decided_at if judged is not None else _LONG_AGO


def _born(row: Row) -> int | None:
    year = row.birth[-_YEAR_LENGTH:]
    return int(year) if year.isdigit() else None
