"""Filing signed sheets by their codes: a stack from the feeder or files, sorted, looked at, accepted at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from officer_console.codes.traces import Place
from officer_console.devices.desk import Scanned
from officer_console.domain.form import FormKind
from officer_console.imaging.gate import Pixels
from officer_console.services.stacks import Looked, Pile, PileKey, Split, Unclear
from officer_console.viewmodels.device_ports import DeskPort
from officer_console.viewmodels.devices import DeviceLog
from officer_console.viewmodels.filing_ports import FilingService, KeptSheet
from officer_console.viewmodels.pages import PagesViewModel
from officer_console.viewmodels.ports import Jobs

SHOWN_LONGEST = 1600
# Enough to see whether there is something on a page that seems blank.
ASIDE_LONGEST = 800
# Forty sheets of both sides: what a feeder of an office holds. Blank ones do not count.
PAGES_LIMIT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledPage:
    """A page with what the view paints of it; ``number`` counts the stack from 1."""

    number: int
    looked: Looked
    picture: Any
    scanned: Scanned | None = None


class _Put(NamedTuple):
    """The officer's word that a page is of a form of a dossier."""

    shot_id: str
    number: str
    form_kind: FormKind
    forged: bool


class FilingViewModel(PagesViewModel):
    """``filed``: so many dossiers got their sheets.

    ``refused``: central has refused a sheet, so many wait for the officer now.
    """

    filed = Signal(int)
    refused = Signal(int)

    def __init__(
        self,
        filing: FilingService,
        desk: Callable[[], DeskPort],
        paint: Callable[[Pixels], Any],
        jobs: Jobs,
        device_jobs: Jobs,
        log: DeviceLog,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(desk, paint, jobs, device_jobs, log, parent)
        self._filing = filing
        self._turn: object | None = None
        self._places: list[Place] = []
        self._count = 0
        self._refused = 0
        self._asking = False
        self._assigned: list[_Put] = []
        self._chosen: dict[PileKey, bool] = {}
        self.pages: dict[str, FiledPage] = {}
        self.split = Split()
        self.kept: tuple[KeptSheet, ...] = ()

    @property
    def unsettled(self) -> frozenset[object]:
        """Which pages have not been filed; blank ones are no loss."""
        return frozenset(shot_id for shot_id, page in self.pages.items() if not page.looked.aside)

    @property
    def aside(self) -> tuple[FiledPage, ...]:
        """The pages that seem blank."""
        return tuple(page for page in self.pages.values() if page.looked.aside)

    @property
    def ready(self) -> tuple[Pile, ...]:
        """The dossiers whose sheets accepting files."""
        return tuple(pile for pile in self.split.piles if self.chosen(pile))

    def chosen(self, pile: Pile) -> bool:
        """Whether accepting files it: by itself only what is sure, anything else when the officer says so."""
        return self._chosen.get(pile.key, self.split.sure(pile))

    def page(self, shot_id: str) -> FiledPage | None:
        """Return a page of the stack."""
        return self.pages.get(shot_id)

    def begin(self) -> None:
        """Begin with an empty stack."""
        self.end()
        self._visit = object()
        self.scan.begin()
        self._look_at_kept()
        self.changed.emit()

    def end(self) -> None:
        """Stop what is under way and forget all pages; returns at once."""
        super().end()
        self._turn = None
        self._count = 0
        self._places = []
        self._forget()

    def add(self, read: Callable[[], bytes]) -> None:
        """Take pages out of what ``read`` gives; it runs as a job."""
        places = self._places
        self._bring(lambda: self._taken(read(), None, places))

    def choose(self, pile: Pile, *, wanted: bool) -> None:
        """Say whether a sheet of a dossier is to be filed."""
        self._chosen[pile.key] = wanted
        self.changed.emit()

    def assign(self, shot_id: str, number: str, form_kind: FormKind, *, forged: bool = False) -> None:
        """Put a page that is nobody's to a form of a dossier; ``forged``: the officer has read that its code is."""
        split, put = self.split, _Put(shot_id, number, form_kind, forged)

        def done(found: Split) -> None:
            if self.split is split:
                self.split = found
                self._assigned.append(put)
                for pile in found.piles:
                    if any(page.shot.id == shot_id for page in pile.pages):
                        self._chosen[pile.key] = True
                self.changed.emit()

        self._run(lambda: self._put(split, put), done)

    def drop(self, shot_id: str) -> None:
        """Take a page out of the stack."""
        self.pages.pop(shot_id, None)
        self._sort()

    def take_back(self, shot_id: str) -> None:
        """Take a page that was put aside into the stack, where it lay."""
        page, places = self.pages.get(shot_id), self._places
        if page is None or not page.looked.aside:
            return

        def work() -> FiledPage:
            (looked,) = self._filing.look((page.looked.shot,), places)
            return replace(page, looked=looked, picture=self._painted(looked))

        def done(taken: FiledPage) -> None:
            if shot_id in self.pages:
                self.pages[shot_id] = taken
                self._sort()

        self._run(work, done)

    @Slot()
    def look_for_refused(self) -> None:
        """Find out whether central has refused a sheet; called when something in the store is different."""
        if self._asking:
            return
        self._asking = True

        def done(kept: tuple[KeptSheet, ...]) -> None:
            self._asking = False
            before, self._refused = self._refused, sum(sheet.error_code is not None for sheet in kept)
            if self._refused > before:
                self.refused.emit(self._refused)

        def failed(_error: Exception) -> None:
            self._asking = False

        self._jobs.run(self._filing.waiting, done, failed)

    def again(self, n: int) -> None:
        """Send a refused sheet once more: it counts, whatever its dossier has now."""
        self._run(lambda: self._filing.again(n), lambda _nothing: self._look_at_kept())

    def give_up(self, n: int) -> None:
        """Give up a sheet that is kept."""
        self._run(lambda: self._filing.drop(n), lambda _nothing: self._look_at_kept())

    def accept(self) -> None:
        """File the chosen dossiers' sheets, one after another; what is left stays in the stack."""
        if self._visit is None or self.busy or not self.ready:
            return
        self.keeping, self._failure = True, None
        self.changed.emit()
        self._file_next(self._visit, self.ready, 0)

    def _file_next(self, visit: object, piles: tuple[Pile, ...], count: int) -> None:
        if not piles:
            self.keeping = False
            self._look_at_kept()
            self.changed.emit()
            self.filed.emit(count)
            return
        pile, rest = piles[0], piles[1:]

        def done(_nothing: None) -> None:
            for looked in pile.pages:
                page = self.pages.pop(looked.shot.id, None)
                if page is not None and page.scanned is not None:
                    self.scan.give_back(page.scanned)
            if visit is self._visit:
                others = tuple(other for other in self.split.piles if other.key != pile.key)
                self.split = Split(piles=others, unclear=self.split.unclear)
                self._file_next(visit, rest, count + 1)

        def failed(error: Exception) -> None:
            if visit is self._visit:
                self.keeping = False
                self._settle(error)

        self._jobs.run(lambda: self._filing.file(pile), done, failed)

    def _scanned(self, scanned: Scanned) -> tuple[FiledPage, ...]:
        return self._taken(scanned.page.data, scanned, self._places)

    def _taken(self, data: bytes, scanned: Scanned | None, places: list[Place]) -> tuple[FiledPage, ...]:
        found = self._filing.take(data, places, dpi=scanned.page.dpi if scanned is not None else None)
        pages: list[FiledPage] = []
        for looked in found:
            if sum(not page.looked.aside for page in pages) < PAGES_LIMIT:
                pages.append(FiledPage(number=0, looked=looked, picture=self._painted(looked), scanned=scanned))
        return tuple(pages)

    def _painted(self, looked: Looked) -> Any:  # noqa: ANN401 - whatever ``paint`` makes
        return self._paint(self._filing.preview(looked, ASIDE_LONGEST if looked.aside else SHOWN_LONGEST))

    def _take_in(self, pages: tuple[FiledPage, ...]) -> None:
        for page in pages:
            if self.left < PAGES_LIMIT:
                self._count += 1
                self.pages[page.looked.shot.id] = replace(page, number=self._count)
        self._sort()

    def _sort(self) -> None:
        """Sort the stack anew, and put again where they belong the pages that the officer has put there."""
        turn = self._turn = object()
        pages = tuple(page.looked for page in self.pages.values())
        assigned = tuple(put for put in self._assigned if put.shot_id in self.pages)

        def work() -> Split:
            split = self._filing.split(pages)
            for put in assigned:
                split = self._put(split, put)
            return split

        def done(split: Split) -> None:
            if turn is self._turn:
                self.split = split

        self._run(work, done)

    def _put(self, split: Split, put: _Put) -> Split:
        return self._filing.assign(split, put.shot_id, put.number, put.form_kind, forged=put.forged)

    def _look_at_kept(self) -> None:
        def done(kept: tuple[KeptSheet, ...]) -> None:
            self.kept = kept

        self._run(self._filing.waiting, done)

    def _forget(self) -> None:
        self.pages = {}
        self.split = Split()
        self._assigned, self._chosen = [], {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """The pages of a stack that seem blank."""

    pages: tuple[FiledPage, ...]


Shown = Unclear | Pile | Aside | KeptSheet


def doubtful(split: Split, kept: Iterable[KeptSheet], aside: tuple[FiledPage, ...] = ()) -> tuple[Shown, ...]:
    """Return what is shown of a stack and of what is kept, what the officer has to look at first."""
    uneasy = tuple(pile for pile in split.piles if not pile.plain or split.behind(pile))
    easy = tuple(pile for pile in split.piles if pile not in uneasy)
    refused = tuple(sheet for sheet in kept if sheet.error_code is not None)
    waiting = tuple(sheet for sheet in kept if sheet.error_code is None)
    blank = (Aside(pages=aside),) if aside else ()
    return (*split.unclear, *refused, *uneasy, *easy, *blank, *waiting)
