"""Signing notices: the one that is looked at, or those of a stack; each is kept in the moment it is signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from officer_console.documents.errors import DocumentError
from officer_console.documents.fonts import Faces
from officer_console.domain.errors import RuleError
from officer_console.domain.papers import Paper
from officer_console.services.printing import Made, Printing
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

        It is not signed when the decision it tells of was taken back or replaced since.
        """

        def make() -> Made:
            self._printing.confirm(made)
            if not made.times:
                return made
            return self._printing.make(made.paper, made.dossier_id, original=True)

        return self._batch([_Notice(made.dossier_id, make)], made.paper)

    def many(self, paper: Paper, dossier_ids: Iterable[str]) -> tuple[Batch, Keep]:
        """Return a batch of the notice of each dossier, which is not signed yet; it is made when its turn comes."""
        return self._batch(
            [_Notice(each, partial(self._printing.make, paper, each, original=True)) for each in dossier_ids], paper
        )

    def _batch(self, notices: Iterable[_Notice], paper: Paper) -> tuple[Batch, Keep]:
        known = {notice.id: notice for notice in notices}

        def keep(signed: SignedDocument) -> None:
            self._printing.keep_signed(known[signed.id].take(), signed)

        reason = self._reason(paper)
        batch = Batch(
            [
                Unsigned(id=notice.id, read=notice.read, reason=reason, draw=partial(self._draw, notice))
                for notice in known.values()
            ]
        )
        return batch, keep

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
    """A notice on its way through a batch; its pages are let go of when it is kept."""

    def __init__(self, dossier_id: str, make: Callable[[], Made]) -> None:
        self.id = dossier_id
        self._make = make
        self.made: Made | None = None

    def read(self) -> bytes:
        """Return its bytes.

        Raises:
            UnsignableError: the dossier has moved on, or its data do not fit the form.
            PaperError, DocumentError: no notice can be made at all.
        """
        try:
            self.made = self._make()
        except (RuleError, PaperError, DocumentError) as error:
            if error.code == "form-broken" or error.code.startswith("font-"):
                raise
            raise UnsignableError(error.code, error.data) from error
        return self.made.pdf

    def take(self) -> Made:
        """Return it and forget it."""
        if self.made is None:
            raise ValueError(self.id)
        made, self.made = self.made, None
        return made
