"""Papers of dossiers: made, looked at, handed to a printer and written down; nothing of them lies on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from officer_console.codes.forms import PageCode
from officer_console.devices.printers import Order, Printer, PrintError, Printers
from officer_console.documents import raster
from officer_console.documents import render as rendering
from officer_console.documents.errors import DocumentError
from officer_console.documents.raster import Drawn
from officer_console.domain.deadline import today
from officer_console.domain.dossier import Dossier
from officer_console.domain.errors import RuleError
from officer_console.domain.form import FormKind
from officer_console.domain.officer import Officer
from officer_console.domain.papers import FORM_KINDS, ISSUED, NOTICES, Paper, fitting
from officer_console.services import notice_numbers, print_records
from officer_console.services.content import Content, parsed
from officer_console.services.made_paper import DATED, Made, told
from officer_console.services.notice_archive import NoticeArchive, alone, archived
from officer_console.services.notice_numbers import NoticeNumbers, Owner
from officer_console.services.print_records import PrintRecords
from officer_console.services.saved_files import SavedFiles
from officer_console.services.sign_documents import Settings, SignedDocument, allowed
from officer_console.services.stationery import Desk, PaperError, Stationery
from officer_console.store.issued import Issue
from officer_console.store.prints import Printed
from officer_console.store.signed import SignedPaper
from officer_console.store.store import Store, Transaction

FormCode = Callable[[Dossier, FormKind], PageCode | str | None]
# The number for a notice of an office, dated in a year, that has none; empty for none.
Offer = Callable[[str, int], str]
# What the administrator allows for signing; may raise SigningError.
Signing = Callable[[], Settings]


class Printing:
    """One officer's papers. Every method may take long: not for the thread of the window."""

    def __init__(
        self,
        store: Store,
        officer: Officer,
        stationery: Stationery,
        printers: Printers,
        *,
        clock: Callable[[], datetime],
        form_code: FormCode = lambda _dossier, _kind: None,
        signing: Signing | None = None,
        archive: NoticeArchive | None = None,
    ) -> None:
        """``form_code`` may return ``None``: the paper has no code then. Without ``signing`` nobody signs here, without
        ``archive`` what others have signed cannot be had.
        """
        self._store = store
        self._officer = officer
        self._stationery = stationery
        self._printers = printers
        self._clock = clock
        self._form_code = form_code
        self._signing = signing
        self._archive = archive or alone(store)
        self.files = SavedFiles(store)
        self.records = PrintRecords(officer.id, clock)
        self.numbers = NoticeNumbers(store, officer.id, stationery.numbered, clock=clock)

    def printers(self) -> tuple[Printer, ...]:
        """Return the printers of this desk; raises PrintError."""
        return self._printers.all()

    def make(self, paper: Paper, dossier_id: str, *, original: bool = False, offer: Offer | None = None) -> Made:
        """Return a paper of the dossier as it stands; of a notice that was signed the file that was signed.

        An ``original`` does not say that it is printed again. A notice without a number bears the one on ``offer``,
        which it has only when it is kept as signed.

        Raises:
            RuleError: ``unknown-dossier``.
            PaperError: ``paper-unfit``: it has moved on; ``notice-away``, ``notice-lost``: see ``NoticeArchive.find``;
                ``form-changed`` (``field``): what was issued does not fit the form any more; see ``Stationery``.
            DocumentError: the data do not fit the form, or the machine has no faces.
        """
        with self._store.read() as tx:
            dossier = tx.dossiers.get(dossier_id)
            reference = tx.reference.get()
            decision = notice_numbers.decision(dossier) if dossier is not None else ""
            printed = tx.prints.printed(dossier_id, paper.value, told(paper, decision))
            issued = tx.issued.get(dossier_id, paper.value, told(paper, decision))
            signed = tx.signed.get(dossier_id, paper.value, decision)
        if dossier is None:
            raise RuleError("unknown-dossier")
        kept = self._archive.find(dossier, paper, signed)
        if kept is not None and kept.pdf is not None:
            return Made(
                paper=paper,
                dossier_id=dossier_id,
                number=dossier.number,
                pdf=kept.pdf,
                pages=kept.signed.pages,
                times=printed.times(range(kept.signed.pages)),
                decision=decision,
                at=issued.at or kept.signed.at,
                first=issued.at is None,
                office=dossier.scope_id,
                numbered=kept.signed == signed,
                document_number=issued.number,
                signed=kept.signed,
                archived=kept.archived,
                ahead=kept.ahead,
                false=kept.false,
            )
        # What is printed again is the document that was issued then, with its dates and all that it says.
        at = issued.at or self._clock()
        number, numbered = notice_numbers.standing_number(issued, at), self.numbers.numbered(paper)
        if numbered and not number and offer is not None:
            number = offer(dossier.scope_id, today(at).year)
        desk = Desk(reference=reference, officer=self._officer, at=at, number=number)
        content = self._content(paper, dossier, desk, issued)
        kind = FORM_KINDS.get(paper)
        code = self._form_code(dossier, kind) if kind is not None else None
        draw = partial(self._drawn, paper, content, desk, issued, code or "")
        times, drawn = _counted(printed, draw, original=original)
        return self._signability(
            Made(
                paper=paper,
                dossier_id=dossier_id,
                number=dossier.number,
                pdf=drawn.pdf,
                pages=drawn.pages,
                times=times,
                decision=decision,
                at=at,
                first=issued.at is None,
                office=dossier.scope_id,
                numbered=numbered,
                document_number=number,
                place=drawn.place,
                damaged=kept is not None,
                false=kept.false if kept is not None else None,
                content=content.text() if paper in DATED else "",
                reworded=bool(issued.content) and content.form != self._stationery.digest(paper),
                codeless=code is None and paper not in ISSUED,
                again=lambda reprint: draw(reprint).pdf,
            )
        )

    def assign(self, made: Made, number: str) -> None:
        """Give a notice its number, or with a blank one none; a number is given once in a year on this desk.

        Raises:
            PaperError: ``number-unfit`` (``limit``); ``number-taken`` (``number``); ``number-fixed``: it left the desk,
                or was signed, under another.
        """
        number = notice_numbers.tidy(number)
        if not made.numbered or (made.number_fixed and number != made.document_number):
            raise PaperError("number-fixed")
        self.numbers.assign(self._owner(made), number)

    def demand_number(self, made: Made) -> None:
        """Raise PaperError ``number-missing`` for a notice without a number: no pen writes on what is signed."""
        if made.numbered and not made.document_number:
            raise PaperError("number-missing")

    def codeless(self, paper: Paper, dossier_ids: Iterable[str]) -> int:
        """Return how many of the dossiers would get a form to sign without a code; 0 for what the office issues."""
        if paper in ISSUED:
            return 0
        with self._store.read() as tx:
            found = [tx.dossiers.get(each) for each in dossier_ids]
        kind = FORM_KINDS[paper]
        return sum(dossier is not None and self._form_code(dossier, kind) is None for dossier in found)

    @property
    def signs(self) -> bool:
        """Whether notices can be signed here, or nobody knows whether they have to be."""
        return any(allowed(self._signing))

    @property
    def required(self) -> bool:
        """Whether no notice leaves the desk unsigned, as far as anybody knows."""
        return allowed(self._signing)[1]

    def unsigned(self, paper: Paper, dossier_ids: Iterable[str]) -> tuple[str, ...]:
        """Return those of the dossiers, in order, whose notice nobody has signed, or whose signed file is lost."""
        with self._store.read() as tx:
            found = [(each, tx.dossiers.get(each)) for each in dossier_ids]
            signed = [
                (name, tx.signed.get(name, paper.value, notice_numbers.decision(dossier)))
                for name, dossier in found
                if dossier is not None and archived(dossier, paper) is None
            ]
        return tuple(name for name, kept in signed if kept is None or self._store.blobs.get(kept.sha256) is None)

    def confirm(self, made: Made) -> None:
        """Raise PaperError ``paper-unfit`` when the decision that a notice tells of does not stand any more,
        ``notice-signed`` when it was signed already, here or elsewhere.
        """
        with self._store.read() as tx:
            self._confirm(tx, made)

    def _confirm(self, tx: Transaction, made: Made) -> None:
        dossier = print_records.stands(tx, made)
        if dossier is None:
            raise PaperError("paper-unfit")
        if tx.signed.get(made.dossier_id, made.paper.value, made.decision) is not None and not made.damaged:
            raise PaperError("notice-signed")
        if made.signed is not None or print_records.elsewhere(dossier, made):
            raise PaperError("notice-signed")

    def keep_signed(self, made: Made, signed: SignedDocument) -> None:
        """Keep a notice as it was signed, with its number, and write down who signed it with which certificate.

        Signing may take minutes, so what ``confirm`` asks is asked once more in the transaction that keeps it.

        Raises:
            PaperError: ``number-missing``; meanwhile ``number-taken`` (``number``), ``number-fixed``, and as
                ``confirm``.
            StoreError: it is not kept, and so not signed.
        """
        self.demand_number(made)
        paper, number = made.paper.value, signed.certificate.number
        sha256 = self._store.blobs.put(signed.pdf)
        kept = SignedPaper(
            sha256=sha256, pages=made.pages, signer=signed.certificate.subject, certificate=number, at=signed.at
        )
        with self._store.write() as tx:
            self._confirm(tx, made)
            if made.numbered:
                self.numbers.keep(tx, self._owner(made), made.document_number)
            tx.signed.put(made.dossier_id, paper, made.decision, kept, made.false.sha256 if made.false else None)
            print_records.issue(tx, made)
            tx.journal.add(self._clock(), f"signed:{paper}:{number}", self._officer.id, made.dossier_id, None)
        self._archive.wake()

    def check(self, made: Made) -> None:
        """Raise PaperError ``notice-unsigned`` for a notice that has to be signed before it leaves the desk.

        ``notice-damaged``: it was signed, and nothing else goes out in the place of the lost file without a word.
        Raises SigningError where what the administrator wrote about signing cannot be read.
        """
        if made.damaged:
            raise PaperError("notice-damaged")
        if self._signing is None or made.paper not in NOTICES or made.signed is not None:
            return
        if self._signing().required:
            raise PaperError("notice-unsigned")

    def page(self, made: Made, number: int, dpi: int) -> Drawn:
        """Return a page, from 0, as pixels."""
        return raster.page(made.pdf, number, dpi)

    def print(self, made: Made, order: Order) -> int:
        """Hand a paper to the printer; return how often these pages of it were printed before.

        It is in the journal before, so that none comes out that is not. The reprint that stands on pages printed alone
        is theirs.

        Raises:
            PaperError, SigningError: as ``check`` and ``PrintRecords.still``; nothing was written down.
            PrintError: it did not take it; the journal says that, too.
        """
        self.check(made)
        pages = order.pages if set(order.pages) != set(range(made.pages)) else ()
        pdf, times = made.pdf, made.times
        if pages:
            with self._store.read() as tx:
                times = self.records.counted(tx, made).times(pages)
            if made.again is not None and times != made.times:
                pdf = made.again(times)
        with self._store.write() as tx:
            self.records.still(tx, made)
            self.records.note(tx, made, order.copies, pages)
        try:
            self._printers.send(pdf, order)
        except PrintError as error:
            if not error.unsure:
                with self._store.write() as tx:
                    self.records.note_failed(tx, made, order.copies, pages)
            raise
        return times

    def send(self, made: Made, order: Order) -> None:
        """Hand over a paper that was checked and whose place in a stack is written down; raises PrintError."""
        self._printers.send(made.pdf, order)

    def save(self, made: Made, path: Path) -> None:
        """Write a paper to the file the officer has chosen: in the clear, where he wants it, for him alone to read.

        It is there whole and in the journal, or neither; the journal also says when it could not be written.

        Raises:
            PaperError, SigningError: as ``check`` and ``PrintRecords.still``; nothing was written down.
            PrintError: ``file-unwritable``.
        """
        self.check(made)
        try:
            with self.files.laid_down(path, made.pdf) as settle, self._store.write() as tx:
                self.records.still(tx, made)
                self.records.note_saved(tx, made)
                settle(tx)
        except OSError:
            with self._store.write() as tx:
                self.records.note_unsaved(tx, made)
            raise PrintError("file-unwritable") from None

    def _content(self, paper: Paper, dossier: Dossier, desk: Desk, issued: Issue) -> Content:
        if not issued.content:
            return self._stationery.content(paper, dossier, desk)
        if paper not in fitting(dossier.kind, dossier.status):
            raise PaperError("paper-unfit")
        return parsed(issued.content)

    def _drawn(
        self, paper: Paper, content: Content, desk: Desk, issued: Issue, code: PageCode | str, reprint: int
    ) -> rendering.Paper:
        try:
            return self._stationery.draw(paper, content, at=desk.at, number=desk.number, code=code, reprint=reprint)
        except DocumentError as error:
            if issued.content and error.code.startswith("field-"):
                raise PaperError("form-changed", field=error.data.get("field", "")) from error
            raise

    def _owner(self, made: Made) -> Owner:
        year = today(made.at or self._clock()).year
        return Owner(
            dossier_id=made.dossier_id, paper=made.paper.value, decision=made.decision, office=made.office, year=year
        )

    def _signability(self, made: Made) -> Made:
        if made.paper not in NOTICES:
            return replace(made, held=made.damaged)
        possible, required = allowed(self._signing)
        return replace(made, signable=possible or required, held=required or made.damaged)


def _counted(
    printed: Printed, draw: Callable[[int], rendering.Paper], *, original: bool
) -> tuple[int, rendering.Paper]:
    """Return how often all pages of a paper were printed before, and the paper that says so."""
    drawn = draw(0 if original else printed.whole.times)
    times = printed.times(range(drawn.pages))
    return times, drawn if original or times == printed.whole.times else draw(times)
