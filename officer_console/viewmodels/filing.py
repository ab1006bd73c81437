"""Filing signed sheets by their codes: a stack from the feeder or files, sorted, looked at, accepted at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from officer_console.codes.traces import Place
from officer_console.devices.desk import Scanned
from officer_console.domain.form import FormKind
from officer_console.services.stacks import Looked, Pile, Split
from officer_console.viewmodels.filing_choice import Choices
from officer_console.viewmodels.filing_ports import FilingService, KeptSheet
from officer_console.viewmodels.filing_rows import FiledPage
from officer_console.viewmodels.pages import Intake, PagesViewModel
from officer_console.viewmodels.review_ports import Failure

SHOWN_LONGEST = 1600
# What the row of pages shows, at two pixels for a point.
SMALL_LONGEST = 160
# A picture of a page is 10 MB: those the officer goes to and fro between are kept.
SEEN_KEPT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much a stack holds before no more is begun; what has come by then is kept all the same.

    Two hundred sheets of both sides, more than a feeder of an office holds, and what memory of a desk bears.
    """

    pages: int = 400
    data: int = 500_000_000


ROOM = Room()


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
        self, filing: FilingService, intake: Intake, parent: QObject | None = None, *, room: Room = ROOM
    ) -> None:
        super().__init__(intake, parent)
        self._filing = filing
        self._room = room
        self._told: Failure | None = None
        self._seen: OrderedDict[tuple[str, int], Any] = OrderedDict()
        self._seeing: tuple[str, int] | None = None
        self._turn: object | None = None
        self._places: list[Place] = []
        self._count = 0
        self._refused = 0
        self._asking = False
        self._assigned: list[_Put] = []
        self._choices = Choices()
        self.pages: dict[str, FiledPage] = {}
        self.split = Split()
        self.kept: tuple[KeptSheet, ...] = ()

    @property
    def failure(self) -> Failure | None:
        """What went wrong last; else that the stack is full, until something is done about it."""
        return super().failure or self._told

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
        return self._choices.takes(self.split, pile)

    @property
    def full(self) -> bool:
        """Whether no more is begun before something of the stack is filed or taken out; any thread may ask."""
        held = {id(page.looked.shot.data): len(page.looked.shot.data) for page in tuple(self.pages.values())}
        return len(self.pages) >= self._room.pages or sum(held.values()) >= self._room.data

    def page(self, shot_id: str) -> FiledPage | None:
        """Return a page of the stack."""
        return self.pages.get(shot_id)

    def picture(self, shot_id: str) -> Any | None:  # noqa: ANN401 - whatever ``paint`` makes
        """Return what the view paints of a page; ``None`` while it is made, ``changed`` tells when it is there."""
        page, visit = self.pages.get(shot_id), self._visit
        if page is None:
            return None
        looked, key = page.looked, (shot_id, page.looked.quarters)
        if key in self._seen:
            self._seen.move_to_end(key)
        elif key != self._seeing:
            self._seeing = key

            def done(picture: Any) -> None:  # noqa: ANN401 - as above
                if visit is self._visit:
                    self._seen[key] = picture
                    while len(self._seen) > SEEN_KEPT:
                        self._seen.popitem(last=False)
                    self.changed.emit()

            def failed(error: Exception) -> None:
                if visit is self._visit and key == self._seeing:
                    self._settle(error)

            self._jobs.run(lambda: self._painted(looked, SHOWN_LONGEST), done, failed)
        return self._seen.get(key)

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

    def start(self) -> None:
        """Scan with the chosen profile, if there is room."""
        if self.full:
            self._say_full()
        else:
            self._told = None
            super().start()

    def add(self, read: Callable[[], bytes]) -> None:
        """Take pages out of what ``read`` gives, if there is room; it runs as a job."""
        places = self._places
        if not self.full:
            self._told = None
        self._bring(lambda: () if self.full else self._taken(read(), None, places))

    def choose(self, pile: Pile, *, wanted: bool) -> None:
        """Say whether a sheet of a dossier is to be filed."""
        self._choices.choose(self.split, pile, wanted=wanted)
        self.changed.emit()

    def assign(self, shot_id: str, number: str, form_kind: FormKind, *, forged: bool = False) -> None:
        """Put a page that is nobody's to a form of a dossier; ``forged``: the officer has read that its code is."""
        split, put = self.split, _Put(shot_id, number, form_kind, forged)

        def done(found: Split) -> None:
            if self.split is split:
                self.split = found
                self._assigned.append(put)
                self._choices.put(found, shot_id)
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
            return replace(page, looked=looked, small=self._painted(looked, SMALL_LONGEST))

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
        self.keeping, self._failure, self._told = True, None, None
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
        return tuple(
            FiledPage(number=0, looked=looked, small=self._painted(looked, SMALL_LONGEST), scanned=scanned)
            for looked in found
        )

    def _painted(self, looked: Looked, longest: int) -> Any:  # noqa: ANN401 - whatever ``paint`` makes
        return self._paint(self._filing.preview(looked, longest))

    def _take_in(self, pages: tuple[FiledPage, ...]) -> None:
        if not pages:
            self._say_full(files=1 + (self._told.data["files"] if self._told is not None else 0))
            return
        for page in pages:
            self._count += 1
            self.pages[page.looked.shot.id] = replace(page, number=self._count)
        self._sort()
        if self.full and self.scan.active:
            self.scan.stop()
            self._say_full()

    def _say_full(self, files: int = 0) -> None:
        """Say that the stack is full, and how many files were left alone for it."""
        told = {"pages": len(self.pages), "last": self._count, "files": files}
        self._told = Failure(code="stack-full-files" if files else "stack-full", data=told)
        self.changed.emit()

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
        self._assigned, self._choices = [], Choices()
        self._seen.clear()
        self._seeing = self._told = None
