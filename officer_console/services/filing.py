"""Signed sheets are filed with their dossiers: a stack is read, sorted by its codes, and what is accepted goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from officer_console.codes import symbols
from officer_console.codes.cards import CitizenCard, HealthCard
from officer_console.codes.forms import FormCode, FormRing, Standing, outdated
from officer_console.codes.payloads import read as payload_of
from officer_console.codes.symbols import Symbol
from officer_console.codes.traces import Place, place_of, unread
from officer_console.domain.dossier import Dossier
from officer_console.domain.errors import RuleError
from officer_console.domain.form import FormKind, SignedForm, signed_form
from officer_console.domain.officer import Action, Officer
from officer_console.imaging.edit import Edit
from officer_console.imaging.encode import PAGE_BYTES, within
from officer_console.imaging.gate import Gate, Pixels
from officer_console.imaging.opencv import Rgb, grey_of
from officer_console.imaging.sheets import piled
from officer_console.services.card_facts import card_facts
from officer_console.services.form_codes import FormCodes
from officer_console.services.lookup import Lookup
from officer_console.services.shots import Shot, Shots
from officer_console.services.stacks import Doubt, Looked, Meaning, Pile, Split, assign, sort
from officer_console.store.sheets import Sheet
from officer_console.store.store import Store

JPEG = "image/jpeg"
# An A4 page at 200 dpi; so many of them one above the other are a picture that every desk may open.
PAGE_WIDTH = 1654
PAGES_LIMIT = 12
# With these a sheet of ours may not be ours; a page without any code is no sheet yet.
_NOTED = frozenset({Doubt.FORGED, Doubt.FOREIGN, Doubt.SEVERAL, Doubt.UNREAD})
# Twenty decimal digits are more than eight bytes.
_MAC_ROOM = 9


class Filing:
    """One officer's signed sheets. Reads pictures and the store: not for the thread of the window."""

    def __init__(
        self,
        store: Store,
        officer: Officer,
        shots: Shots,
        gate: Gate,
        codes: FormCodes,
        lookup: Lookup,
        *,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
        editions: Callable[[], Mapping[int, int]] = dict,
    ) -> None:
        """``shots`` holds the pages; ``wake`` lets the synchronisation begin.

        ``editions`` gives those that forms are printed in now, by their kind.
        """
        self._store = store
        self._officer = officer
        self._shots = shots
        self._gate = gate
        self._codes = codes
        self._lookup = lookup
        self._clock = clock
        self._wake = wake
        self._editions = editions
        self._noted: set[str] = set()

    def look(self, shots: Iterable[Shot], places: list[Place]) -> tuple[Looked, ...]:
        """Read the codes of pages of a stack; ``places`` is empty at its beginning and gathers where codes stand.

        Raises:
            GateError: a page cannot be decoded any more.
        """
        return tuple(self._look(shot, places) for shot in shots)

    def take(self, data: bytes, places: list[Place], *, dpi: int | None = None) -> Iterator[Looked]:
        """Let a file or a page of a device in, as `Shots.each`, and read its codes.

        Blank pages are put aside; `look` takes one in.

        Raises:
            GateError: it was refused.
        """
        for shot in self._shots.each(data, dpi=dpi):
            yield Looked(shot=shot, aside=True) if shot.blank else self._look(shot, places)

    def preview(self, page: Looked, longest: int) -> Pixels:
        """Return a page as it will be filed, its longer side at most ``longest`` pixels.

        Raises:
            GateError: it cannot be decoded any more.
        """
        return self._shots.preview(page.shot, _edit(page), longest)

    def split(self, pages: Iterable[Looked]) -> Split:
        """Sort a stack by its codes, as this desk knows keys and dossiers now.

        A forged or foreign code, and one that cannot be told, is written down once for each page.

        Raises:
            StoreError: the store cannot be read.
        """
        ring = self._codes.ring()
        known: dict[bytes, Meaning] = {}

        def meaning(code: FormCode) -> Meaning:
            key = code.signed + code.mac.to_bytes(_MAC_ROOM, "big")
            if key not in known:
                known[key] = self._meaning(ring, code)
            return known[key]

        found = sort(pages, meaning)
        self._note(found)
        return found

    def assign(self, split: Split, shot_id: str, number: str, form_kind: FormKind, *, forged: bool = False) -> Split:
        """Put a page that is nobody's to a form of the dossier with the ``number``.

        Raises:
            RuleError: ``unknown-dossier``: it is not on this desk. Only a sheet's own code can speak for one that is
                not here. ``sheet-forged``: its code is, and ``forged`` does not say that the officer knows it.
        """
        number = number.strip()
        if not forged and any(one.page.shot.id == shot_id and one.doubt is Doubt.FORGED for one in split.unclear):
            raise RuleError("sheet-forged")
        dossier = self._lookup.numbered(number)
        if dossier is None:
            raise RuleError("unknown-dossier", field="number")
        return assign(split, shot_id, number, form_kind, _of(dossier, Standing.GENUINE, form_kind))

    def file(self, pile: Pile) -> None:
        """Seal the pages of a dossier as one picture and let it go to central; without the dossier it waits for it.

        From here on it survives whatever happens to the program. What the officer states about the sheet («đã nhận tờ
        khai ký») stays his to state.

        Raises:
            RuleError: ``forbidden``, ``sheet-too-long`` (``pages``, ``limit``).
            OverBudgetError: it cannot be made so small without losing its codes.
            GateError: a page cannot be decoded any more.
            StoreError: nothing was filed.
        """
        if not self._officer.may(Action.DECIDE):
            raise RuleError("forbidden")
        if len(pile.pages) > PAGES_LIMIT:
            raise RuleError("sheet-too-long", pages=len(pile.pages), limit=PAGES_LIMIT)
        data = self._picture(pile.pages)
        sha256 = self._store.blobs.put(data, pile.meaning.dossier_id)
        form = SignedForm(
            sha256=sha256,
            media_type=JPEG,
            size=len(data),
            form_kind=pile.form_kind,
            form_version=pile.code.version if pile.code is not None else 0,
            replaces=pile.meaning.replaces,
        )
        now, dossier_id = self._clock(), pile.meaning.dossier_id
        with self._store.write() as tx:
            tx.sheets.add(pile.number, form, len(pile.pages), now, dossier_id)
            tx.sheets.bind()
            tx.journal.add(now, "sheet-filed", self._officer.id, dossier_id, None)
            for code in pile.forged:
                tx.journal.add(now, f"sheet-filed-forged:{_said(code)}", self._officer.id, dossier_id, None)
        self._wake()

    def waiting(self) -> tuple[Sheet, ...]:
        """Return the sheets that central does not have yet, the oldest first."""
        with self._store.read() as tx:
            return tx.sheets.open()

    def again(self, n: int) -> None:
        """Send a refused sheet once more, in place of whatever the dossier has now: the officer has seen it.

        Raises:
            StoreError: nothing was changed.
        """
        with self._store.write() as tx:
            for sheet in tx.sheets.open():
                if sheet.n == n:
                    dossier = tx.dossiers.get(sheet.dossier_id) if sheet.dossier_id else None
                    seen = signed_form(dossier, sheet.form.form_kind) if dossier is not None else None
                    tx.sheets.again(n, replace(sheet.form, replaces=seen))
        self._wake()

    def drop(self, n: int) -> None:
        """Give up a sheet that has not been filed; the journal keeps that there was one.

        Raises:
            StoreError: nothing was changed.
        """
        with self._store.write() as tx:
            tx.sheets.drop(n)
            tx.journal.add(self._clock(), "sheet-dropped", self._officer.id, None, None)

    def _note(self, split: Split) -> None:
        """Write down what came in that nobody can vouch for: the number and kind in its code, nothing of a person."""
        new = [one for one in split.unclear if one.doubt in _NOTED and one.page.shot.id not in self._noted]
        if not new:
            return
        now = self._clock()
        with self._store.write() as tx:
            for one in new:
                said = ",".join(_said(code) for code in one.page.codes)
                what = f"sheet-unclear:{one.doubt.value}{':' if said else ''}{said}"
                tx.journal.add(now, what, self._officer.id, None, None)
        self._noted.update(one.page.shot.id for one in new)

    def _look(self, shot: Shot, places: list[Place]) -> Looked:
        grey = grey_of(self._shots.edited(shot, Edit()))
        read = symbols.read(grey)
        found = [(symbol, form) for symbol in read if (form := _form(symbol)) is not None]
        codes = tuple({form.signed: form for _, form in found}.values())
        if not codes:
            people = frozenset(number for symbol in read for number in _numbers(symbol))
            others = [place_of(symbol, grey) for symbol in read]
            return Looked(shot=shot, unread=unread(grey, places, others), people=people)
        places.extend(place_of(symbol, grey) for symbol, _ in found)
        return Looked(shot=shot, codes=codes, quarters=_quarters(found[0][0]))

    def _meaning(self, ring: FormRing, code: FormCode) -> Meaning:
        standing = ring.standing(code)
        if standing is Standing.FORGED:
            return Meaning(standing=standing)
        dossier = self._lookup.numbered(code.file_number)
        if dossier is None:
            # The keys of another office are here for what has come from there, not for all it prints.
            return Meaning(standing=standing if ring.own(code) else Standing.FOREIGN)
        if standing is Standing.FOREIGN:
            standing = Standing.UNCHECKED
        if standing is Standing.GENUINE and outdated(code, dossier, self._editions()):
            standing = Standing.OLD
        return _of(dossier, standing, code.form_kind)

    def _picture(self, pages: Sequence[Looked]) -> bytes:
        rgb = piled([self._page(page) for page in pages], PAGE_WIDTH)
        codes = {code.signed for page in pages for code in page.codes}
        budget = PAGE_BYTES * len(pages)
        return within(rgb, budget, lambda made: codes <= self._codes_in(made, len(codes)))

    def _page(self, page: Looked) -> Rgb:
        return self._shots.edited(page.shot, _edit(page))

    def _codes_in(self, data: bytes, wanted: int) -> set[bytes]:
        grey = self._gate.grey(data)
        image = np.frombuffer(grey.pixels, np.uint8).reshape(grey.height, grey.width)
        found = (_form(symbol) for symbol in symbols.read(image, wanted=wanted))
        return {form.signed for form in found if form is not None}


def _said(code: FormCode) -> str:
    """Return what a code says, in the words of the journal: number, kind and version."""
    return f"{code.file_number}:{code.form_kind:02d}:{code.version}"


def _form(symbol: Symbol) -> FormCode | None:
    found = payload_of(symbol.data)
    return found if isinstance(found, FormCode) else None


def _numbers(symbol: Symbol) -> Iterator[str]:
    """Yield the numbers in the code of a card."""
    found = payload_of(symbol.data)
    if isinstance(found, CitizenCard | HealthCard):
        card = card_facts(found)
        yield from filter(None, (card.number, card.old_number, card.passport_number, card.social_code))


def _edit(page: Looked) -> Edit:
    """Return how a page is set upright: its writing level, its code on its feet."""
    return Edit(deskew=page.shot.deskew, quarters=page.quarters)


def _quarters(symbol: Symbol) -> int:
    """Return how often the page is to be turned clockwise so that its code stands upright."""
    (left, top), (right, bottom), *_ = symbol.corners
    across, down = right - left, bottom - top
    if abs(across) >= abs(down):
        return 0 if across > 0 else 2
    return 3 if down > 0 else 1


def _of(dossier: Dossier, standing: Standing, form_kind: int) -> Meaning:
    declared = dossier.declaration
    guardian = declared.guardian
    numbers = declared.paper_number, declared.social_code, guardian.paper_number if guardian is not None else None
    return Meaning(
        standing=standing,
        dossier_id=dossier.id,
        full_name=dossier.declaration.full_name,
        replaces=signed_form(dossier, form_kind),
        people=frozenset("".join(number.split()).upper() for number in numbers if number),
    )
