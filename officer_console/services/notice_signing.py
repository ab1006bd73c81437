"""Signing notices: the one that is looked at, or those of a stack; each is kept in the moment it is signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from officer_console.documents.errors import DocumentError
from officer_console.documents.fonts import Faces
from officer_console.domain.deadline import today
from officer_console.domain.errors import RuleError
from officer_console.domain.notice import subject
from officer_console.domain.papers import FORM_KINDS, Paper
from officer_console.services.made_paper import Made
from officer_console.services.notice_numbers import Series
from officer_console.services.printing import Offer, Printing
from officer_console.services.sign_documents import (
    Batch,
    Certificate,
    Keep,
    SignedDocument,
    UnsignableError,
    Unsigned,
)
from officer_console.services.signature_marks import MarkPainter, Words
from officer_console.services.stationery import PaperError
from officer_console.signing.signer import Mark

# A mark that is wider looks lost between the signer's office and name.
MARK_WIDTH = 215.0
MARK_AIR = 2.0


class NoticeSigning:
    """Makes batches of notices, and keeps what was signed of them. What it makes may be slow."""

    def __init__(
        self, printing: Printing, faces: Callable[[], Faces], words: Words, reason: Callable[[Paper], str]
    ) -> None:
        """``words`` and ``reason`` are what stands in the mark and in the signature."""
        self._printing = printing
        self._load = faces
        self._faces: Faces | None = None
        self._words = words
        self._reason = reason

    def one(self, made: Made) -> tuple[Batch, Keep]:
        """Return a batch of the notice that is looked at: what is signed is what was seen, but for a reprint's line.

        It is not signed without a number, nor when the decision it tells of was taken back or replaced since.
        """

        def make(_offer: Offer | None) -> Made:
            self._printing.confirm(made)
            if not made.times:
                return made
            return self._printing.make(made.paper, made.dossier_id, original=True)

        return self._batch([_Notice(made.dossier_id, make, self._printing.demand_number)], made.paper, None)

    def many(self, paper: Paper, dossier_ids: Iterable[str], first: str = "") -> tuple[Batch, Keep]:
        """Return a batch of the notice of each dossier, which is not signed yet; it is made when its turn comes.

        Those that have no number get ``first`` and the numbers behind it, in order, when they are signed.

        Raises:
            PaperError: see ``NoticeNumbers.series``.
        """
        ids = tuple(dossier_ids)
        series = self._printing.numbers.series(paper, ids, first)

        def make(dossier_id: str, offer: Offer | None) -> Made:
            made = self._printing.make(paper, dossier_id, original=True, offer=offer)
            self._printing.confirm(made)
            return made

        demand = self._printing.demand_number
        return self._batch([_Notice(each, partial(make, each), demand, series) for each in ids], paper, series)

    def _batch(self, notices: Iterable[_Notice], paper: Paper, series: Series | None) -> tuple[Batch, Keep]:
        known = {notice.id: notice for notice in notices}

        def keep(signed: SignedDocument) -> None:
            notice = known[signed.id]
            try:
                self._printing.keep_signed(notice.take(), signed)
            except PaperError as error:
                raise UnsignableError(error.code, error.data) from error
            notice.kept()

        reason = self._reason(paper)
        documents = [
            Unsigned(
                id=notice.id, read=notice.read, reason=reason, draw=partial(self._draw, notice), about=notice.about
            )
            for notice in known.values()
        ]
        return Batch(documents, series), keep

    def _draw(self, notice: _Notice, certificate: Certificate, at: datetime, reason: str) -> Mark | None:
        place = notice.made.place if notice.made is not None else None
        if place is None:
            return None
        faces = self._faces = self._faces or self._load()
        left, bottom, right, top = place.box
        aside = max(0.0, (right - left - MARK_WIDTH) / 2)
        box = (left + aside, bottom + MARK_AIR, right - aside, top - MARK_AIR)
        painter = MarkPainter(faces=faces, words=self._words, box=box, page=place.page)
        try:
            return painter.draw(certificate, at, reason)
        except DocumentError as error:
            raise UnsignableError(error.code, error.data) from error


class _Notice:
    """A notice on its way through a batch; its pages are let go of when it is kept.

    Where it has no number it is made with the next one of ``series``, which is given when it is kept.
    """

    def __init__(
        self,
        dossier_id: str,
        make: Callable[[Offer | None], Made],
        demand_number: Callable[[Made], None],
        series: Series | None = None,
    ) -> None:
        self.id = dossier_id
        self._make = make
        self._demand_number = demand_number
        self._series = series
        self._offered = False
        self.made: Made | None = None

    def read(self) -> bytes:
        """Return its bytes.

        Raises:
            UnsignableError: the dossier has moved on, its data do not fit the form, or it has no number:
                ``number-missing``, ``number-of-another-year`` where those of the series are not for it.
            PaperError, DocumentError: no notice can be made at all.
        """
        self._offered = False
        try:
            made = self._make(self._offer if self._series is not None else None)
            self._demand_number(made)
        except (RuleError, PaperError, DocumentError) as error:
            if error.code == "form-broken" or error.code.startswith("font-"):
                raise
            code = "number-of-another-year" if error.code == "number-missing" and self._series else error.code
            raise UnsignableError(code, error.data) from error
        self.made = made
        return made.pdf

    def about(self) -> str:
        """Return what its signature says that it is: the notice of this dossier, about this decision, so numbered."""
        made = self.made
        if made is None:
            raise ValueError(self.id)
        year = today(made.at).year if made.at is not None else 0
        kind = int(FORM_KINDS[made.paper])
        return subject(made.dossier_id, kind, made.decision, made.document_number, year)

    def take(self) -> Made:
        """Return it and forget it."""
        if self.made is None:
            raise ValueError(self.id)
        made, self.made = self.made, None
        return made

    def kept(self) -> None:
        """It was kept as signed: the number it was offered is its own."""
        if self._offered and self._series is not None:
            self._series.gave()

    def _offer(self, office: str, year: int) -> str:
        number = self._series.offer(office, year) if self._series is not None else ""
        self._offered = bool(number)
        return number
