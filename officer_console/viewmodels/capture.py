"""Capturing pages for one dossier: from a device, a file, the clipboard; looked at, cut out, named, attached."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from officer_console.devices.desk import Scanned
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.imaging.edges import Quad
from officer_console.imaging.edit import Edit
from officer_console.viewmodels.capture_ports import CaptureService, replacement
from officer_console.viewmodels.device_ports import trouble
from officer_console.viewmodels.naming import Naming
from officer_console.viewmodels.pages import Intake, PagesViewModel
from officer_console.viewmodels.sheets import Sheet, Sheets, scaled

# Enough for corners; enough for a page that is looked at closely.
WHOLE_LONGEST = 1600
RESULT_LONGEST = 2000
SHEETS_LIMIT = 60


class CaptureViewModel(PagesViewModel):
    """``finished``: all that was named is attached.

    ``attached``: a picture is sealed, with the dossier's id and its PhotoReplacement.
    """

    attached = Signal(str, object)
    finished = Signal()

    def __init__(self, capture: CaptureService, intake: Intake, parent: QObject | None = None) -> None:
        super().__init__(intake, parent)
        self._capture = capture
        self._dossier_id = ""
        self._naming = Naming()
        self._turns: dict[int, object] = {}
        self.kinds: tuple[AttachmentKind, ...] = ()
        self.sheets = Sheets()
        self.current: int | None = None
        # What follows a page that was lost is not what would have followed.
        self.scan.lost.connect(lambda: self._naming.begin(None))

    @property
    def sheet(self) -> Sheet | None:
        """The page under work."""
        return self.sheets.get(self.current)

    @property
    def ready(self) -> tuple[Sheet, ...]:
        """What accepting attaches, in the order of the kinds."""
        found = [self.sheets.of(kind) for kind in self.kinds]
        return tuple(sheet for sheet in found if sheet is not None)

    @property
    def unsettled(self) -> frozenset[object]:
        """Which pages are neither attached nor put aside."""
        return frozenset(self.sheets.unsettled)

    def begin(self, dossier_id: str, kinds: Iterable[AttachmentKind], wanted: AttachmentKind | None) -> None:
        """Begin for a dossier: ``kinds`` it may have, ``wanted`` what the first page becomes."""
        self.end()
        self._visit = object()
        self._dossier_id, self.kinds = dossier_id, tuple(kinds)
        self._naming.begin(wanted)
        self.scan.begin()
        self.changed.emit()

    def end(self) -> None:
        """Stop what is under way and forget all pages; returns at once."""
        super().end()
        self.sheets.clear()
        self._turns.clear()
        self.current = None

    def add(self, read: Callable[[], bytes]) -> None:
        """Take pages out of what ``read`` gives; it runs as a job."""
        self._bring(lambda: self._sheets(read(), None))

    def select(self, number: int | None) -> None:
        """Bring a page under work."""
        if self.sheets.get(number) is not None and number != self.current:
            self.current = number
            self.changed.emit()

    def rotate(self, quarters: int = 1) -> None:
        """Turn the page under work by quarters clockwise."""
        sheet = self.sheet
        if sheet is not None:
            edit = sheet.edit
            self._edit(sheet, Edit(quad=edit.quad, quarters=edit.quarters + quarters, deskew=edit.deskew))

    def cut(self, quad: Quad | None) -> None:
        """Cut the page under work out along corners in shares of width and height; ``None`` takes the whole page."""
        sheet = self.sheet
        if sheet is None:
            return
        corners = scaled(quad, sheet.shot.width, sheet.shot.height) if quad is not None else None
        self.sheets.change(sheet.number, quad=quad)
        self._edit(sheet, Edit(quad=corners, quarters=sheet.edit.quarters))

    def find(self) -> None:
        """Cut out the card or sheet that was found in the page under work; where none was, nothing changes."""
        sheet = self.sheet
        if sheet is not None and sheet.shot.quad is not None:
            self.cut(scaled(sheet.shot.quad, 1 / sheet.shot.width, 1 / sheet.shot.height))

    def straighten(self) -> None:
        """Turn the page under work so that its writing is level; once more takes that back."""
        sheet = self.sheet
        if sheet is not None:
            lean = 0.0 if sheet.edit.deskew else sheet.shot.deskew
            self._edit(sheet, Edit(quad=sheet.edit.quad, quarters=sheet.edit.quarters, deskew=lean))

    def name(self, kind: AttachmentKind | None) -> None:
        """Say what the page under work becomes; a page that was dropped is taken back by that."""
        sheet = self.sheet
        if sheet is None or sheet.attached or (kind is not None and kind not in self.kinds):
            return
        self.sheets.give(sheet.number, kind)
        self.sheets.change(sheet.number, dropped=sheet.dropped and kind is None)
        self._remake(sheet.number)
        self.changed.emit()

    def drop(self) -> None:
        """Put the page under work aside, or take it back."""
        sheet = self.sheet
        if sheet is not None and not sheet.attached:
            self.sheets.change(sheet.number, dropped=not sheet.dropped)
            self._give_back(sheet)
            self.changed.emit()

    @property
    def sides(self) -> tuple[Sheet, Sheet] | None:
        """Front and back of a card, when both are there and named."""
        front, back = self.sheets.of(AttachmentKind.ID_FRONT), self.sheets.of(AttachmentKind.ID_BACK)
        return (front, back) if front is not None and back is not None else None

    def join(self) -> None:
        """Put both sides of the card on one A4 page, a new page of the row."""
        sides = self.sides
        if sides is None:
            return
        front, back = sides

        def work() -> tuple[Sheet, ...]:
            shot = self._capture.both_sides((front.shot, front.edit), (back.shot, back.edit))
            return (self._painted(Sheet(number=0, shot=shot)),)

        def done(sheets: tuple[Sheet, ...]) -> None:
            self._add_sheets(sheets, named=False)
            self.current = max(sheet.number for sheet in self.sheets)

        self._run(work, done)

    def accept(self, reason: str) -> None:
        """Seal and attach what is named, one after another; ``finished`` when nothing is left."""
        visit = self._visit
        if visit is None or self.keeping or not self.ready:
            return
        self.keeping, self._failure = True, None
        self.changed.emit()
        self._attach_next(visit, reason)

    def _attach_next(self, visit: object, reason: str) -> None:
        sheet = next(iter(self.ready), None)
        if sheet is None or sheet.kind is None:
            self.keeping = False
            self.changed.emit()
            self.finished.emit()
            return
        kind, dossier_id = sheet.kind, self._dossier_id

        def work() -> Attachment:
            return self._capture.attach(dossier_id, kind, sheet.shot, sheet.edit, reason)

        def done(attachment: Attachment) -> None:
            if visit is not self._visit:
                return
            self.sheets.change(sheet.number, attached=True, failure=None)
            self._give_back(sheet)
            self.attached.emit(dossier_id, replacement(attachment, reason))
            self._attach_next(visit, reason)

        def failed(error: Exception) -> None:
            if visit is self._visit:
                self.keeping = False
                self.sheets.change(sheet.number, failure=trouble(error))
                self.current = sheet.number
                self._settle(error)

        self._jobs.run(work, done, failed)

    def _give_back(self, sheet: Sheet) -> None:
        """Let the device forget what it gave when something has become of all its pages, and one was kept."""
        if sheet.scanned is not None and self.sheets.spent(sheet.scanned):
            self.scan.give_back(sheet.scanned)

    def _scanned(self, scanned: Scanned) -> tuple[Sheet, ...]:
        return self._sheets(scanned.page.data, scanned)

    def _sheets(self, data: bytes, scanned: Scanned | None) -> tuple[Sheet, ...]:
        shots = self._capture.take(data, dpi=scanned.page.dpi if scanned is not None else None)
        sheets = tuple(self._painted(Sheet(number=0, shot=shot, scanned=scanned)) for shot in shots[:SHEETS_LIMIT])
        return (*sheets[:-1], replace(sheets[-1], left_out=len(shots) - len(sheets)))

    def _painted(self, sheet: Sheet) -> Sheet:
        """Return a fresh sheet with what the view paints and what was found on it (a job)."""
        shot = sheet.shot
        quad = scaled(shot.quad, 1 / shot.width, 1 / shot.height) if shot.quad is not None else None
        edit = shot.suggested
        return replace(
            sheet,
            edit=edit,
            quad=quad,
            blank=shot.blank,
            dropped=shot.blank,
            advice=shot.quality.advice,
            whole=self._paint(self._capture.preview(shot, Edit(), WHOLE_LONGEST)),
            result=self._paint(self._capture.preview(shot, edit, RESULT_LONGEST)),
        )

    def _take_in(self, pages: tuple[Sheet, ...]) -> None:
        self._add_sheets(pages, named=True)

    def _add_sheets(self, sheets: tuple[Sheet, ...], *, named: bool) -> None:
        for fresh in sheets:
            sheet = self.sheets.add(fresh)
            if self.current is None or (self.sheet is not None and self.sheet.dropped):
                self.current = sheet.number
            kind = self._naming.of(sheet, self.sheets) if named else None
            if kind is not None:
                self.sheets.give(sheet.number, kind)
                self._remake(sheet.number)

    def _edit(self, sheet: Sheet, edit: Edit) -> None:
        if sheet.attached:
            return
        self.sheets.change(sheet.number, edit=edit)
        self._remake(sheet.number)
        self.changed.emit()

    def _remake(self, number: int) -> None:
        """Make the result of a page anew, with advice for what it becomes; the newest wish wins."""
        sheet = self.sheets.change(number, busy=True)
        if sheet is None:
            return
        turn = self._turns[number] = object()
        shot, edit, kind = sheet.shot, sheet.edit, sheet.kind

        def work() -> tuple[Any, tuple[str, ...]]:
            result = self._paint(self._capture.preview(shot, edit, RESULT_LONGEST))
            advice = self._capture.judge(shot, edit, kind).advice if kind is not None else shot.quality.advice
            return result, advice

        def done(made: tuple[Any, tuple[str, ...]]) -> None:
            if self._turns.get(number) is turn:
                self.sheets.change(number, result=made[0], advice=made[1], busy=False, failure=None)
                self.changed.emit()

        def failed(error: Exception) -> None:
            if self._turns.get(number) is turn:
                self.sheets.change(number, busy=False, failure=trouble(error))
                self.changed.emit()

        self._jobs.run(work, done, failed)
