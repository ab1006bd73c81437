"""What becomes of a code that any reader has read: the right dossier, a word about it, or evidence of the open one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from officer_console.background.camera_thread import CameraThread
from officer_console.codes import payloads
from officer_console.codes.payloads import Payload, Unknown
from officer_console.codes.wedge import Garbled, Scanned
from officer_console.services.code_outcome import Decided, Found, NotForm, Outcome, Search, Several, Shown
from officer_console.viewmodels.camera import CameraFeed, CameraViewModel
from officer_console.viewmodels.code_notice import CARDS, OFFERS, Card, Code, Notice, Offer, Said, notice_of
from officer_console.viewmodels.decision import DecisionViewModel
from officer_console.viewmodels.locks import LockKind
from officer_console.viewmodels.ports import Job, Jobs


class ReaderKind(StrEnum):
    """Through which reader a code came."""

    KEYBOARD = "keyboard"
    SERIAL = "serial"
    CAMERA = "camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a reader sent while it is being tried out; ``kind`` as `payloads.kind` says it, or ``garbled``."""

    reader: ReaderKind
    data: bytes
    kind: str
    repaired: bool = False


class LookupService(Protocol):
    """The service the box asks (`services.lookup.Lookup`)."""

    def read(self, data: bytes) -> Payload:
        """Tell what the bytes of a code say; never raises."""
        ...

    def find(self, payload: Code, *, shown: str | None = None) -> Outcome:
        """Return what a code leads to; reads the store."""
        ...


class OpenPage(Protocol):
    """The detail page as far as readers are concerned (`viewmodels.review.ReviewViewModel`)."""

    decision: DecisionViewModel

    @property
    def dossier_id(self) -> str | None:
        """Which dossier is open."""
        ...

    def show_card(self, card: Card) -> None:
        """Take a card as evidence of the open dossier."""
        ...


class QuickBoxViewModel(QObject):
    """Signals: ``open_wanted`` (dossier id), ``search_wanted`` (Criteria), ``told`` (Notice), ``failed`` (Exception),
    ``heard`` (Heard, while ``testing``).

    Any reader calls `code_read`. The newest code wins over one that is still being looked up.
    """

    open_wanted = Signal(str)
    search_wanted = Signal(object)
    told = Signal(object)
    failed = Signal(object)
    heard = Signal(object)

    def __init__(
        self,
        lookup: LookupService,
        jobs: Jobs,
        page: OpenPage,
        parent: QObject | None = None,
        *,
        make_camera: Callable[[], CameraFeed] = CameraThread,
    ) -> None:
        """``page`` says which dossier is open, and takes the cards that belong to it.

        ``busy`` may be set to what says that a dialog is in front, under which nothing may open: no reader's code is
        looked up then.
        """
        super().__init__(parent)
        # Codes only: here no picture is kept.
        self.camera = CameraViewModel(make_camera, jobs, self, automatic=False)
        self.camera.code.connect(self.code_read)
        self.testing = False
        self.busy: Callable[[], bool] = lambda: False
        self._lookup = lookup
        self._jobs = jobs
        self._page = page
        self._job: Job | None = None
        self._offered: tuple[Outcome, Code] | None = None

    @Slot(object)
    def serial_read(self, data: bytes) -> None:
        """Take a code of the reader on the serial port."""
        self.code_read(data, reader=ReaderKind.SERIAL)

    @Slot(object)
    def code_read(self, data: bytes, *, reader: ReaderKind = ReaderKind.CAMERA, repaired: bool = False) -> None:
        """Take the bytes of one code as a reader gave them."""
        payload = self._lookup.read(data)
        if self.testing:
            self.heard.emit(Heard(reader=reader, data=data, kind=payloads.kind(payload), repaired=repaired))
            return
        if self.busy():
            self.say(Said.DIALOG)
        elif isinstance(payload, Unknown) and payloads.spoiled(payload):
            said = Said.GARBLED if reader is ReaderKind.KEYBOARD else Said.SPOILED
            self._tell(Notice(said=said, data={"read": payload.text, "fault": payload.fault}))
        else:
            self.lines_read(payload, repaired=repaired)

    def lines_read(self, payload: Code, *, repaired: bool = False) -> None:
        """Take what was read already: machine-readable lines have no bytes of their own."""
        self._drop()
        shown = self._page.dossier_id

        def done(outcome: Outcome) -> None:
            if self.busy():
                self.say(Said.DIALOG)
            elif self._page.dossier_id != shown:
                # Another page came to the front meanwhile: what belongs to what has to be told anew.
                self.lines_read(payload, repaired=repaired)
            else:
                self._answer(payload, outcome, repaired=repaired)

        self._job = self._jobs.run(lambda: self._lookup.find(payload, shown=shown), done, self.failed.emit)

    def keys_read(self, read: Scanned | Garbled) -> None:
        """Take what a scanner typed."""
        if isinstance(read, Scanned):
            self.code_read(read.text.encode("utf-8", "replace"), reader=ReaderKind.KEYBOARD, repaired=read.repaired)
            return
        data = read.text.encode("utf-8", "replace")
        if self.testing:
            self.heard.emit(Heard(reader=ReaderKind.KEYBOARD, data=data, kind=Said.GARBLED.value))
        elif self.busy():
            self.say(Said.DIALOG)
        else:
            payload = self._lookup.read(data)
            fault = payload.fault if isinstance(payload, Unknown) and payloads.spoiled(payload) else None
            about = {"read": read.text, "fault": fault, "doubtful": read.doubtful}
            self._tell(Notice(said=Said.GARBLED, data=about))

    def say(self, said: Said) -> None:
        """Tell what went wrong with a code that was never whole."""
        self._tell(Notice(said=said))

    def accept(self) -> None:
        """Do what the last notice offered."""
        offered, self._offered = self._offered, None
        if offered is None:
            return
        outcome, payload = offered
        if isinstance(outcome, Found | Decided):
            if self._opened(outcome, payload) and _contradicted(outcome):
                self.told.emit(notice_of(payload, outcome))
        elif isinstance(outcome, Several | Search):
            self.search_wanted.emit(outcome.criteria)

    def stop(self) -> None:
        """Drop what is under way: the store is about to be closed."""
        self.camera.stop()
        self._drop()

    def _working(self) -> bool:
        """Whether a dossier is open that the officer may still judge."""
        held = self._page.decision.lock
        return self._page.dossier_id is not None and (held is None or held.kind is LockKind.DRAFT)

    def _drop(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job = self._offered = None

    def _tell(self, about: Notice) -> None:
        self._drop()
        self.told.emit(about)

    def _opened(self, outcome: Found | Decided, payload: Code) -> bool:
        """Have a dossier opened, and take the bearer's own card along as its evidence; whether the page has it now."""
        self.open_wanted.emit(outcome.dossier_id)
        opened = self._page.dossier_id == outcome.dossier_id
        if opened and isinstance(payload, CARDS) and not outcome.guardian:
            self._page.show_card(payload)
        return opened

    def _answer(self, payload: Code, outcome: Outcome, *, repaired: bool) -> None:
        self._job = None
        notice = notice_of(payload, outcome)
        if isinstance(outcome, Shown):
            if isinstance(payload, CARDS) and not outcome.guardian:
                self._page.show_card(payload)
        elif self._working() and not isinstance(outcome, NotForm):
            offer = Offer.WARDS if notice.guardian else OFFERS[type(outcome)]
            self._offered = (outcome, payload)
            self.told.emit(replace(notice, other=True, repaired=repaired, offer=offer))
            return
        elif isinstance(outcome, Found | Decided):
            self._opened(outcome, payload)
        elif isinstance(outcome, Several):
            self.search_wanted.emit(outcome.criteria)
        elif isinstance(outcome, Search):
            self._offered = (outcome, payload)
        if isinstance(outcome, Found | Several) and outcome.wards is not None:
            self._offered = (outcome.wards, payload)
            notice = replace(notice, offer=Offer.WARDS)
        if repaired or not isinstance(outcome, Found) or notice.said is not Said.REPAIRED:
            self.told.emit(replace(notice, repaired=repaired))


def _contradicted(outcome: Outcome) -> bool:
    """Whether a card says something else than the declaration it leads to."""
    return isinstance(outcome, Found) and not outcome.guardian and bool(outcome.differs or outcome.unsure)
