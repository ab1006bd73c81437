"""What the cards of the open dossier say: pictures are read in the background, cards shown at the counter are added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from officer_console.domain.evidence import CardEvidence, EvidenceSource
from officer_console.services.evidence import Card, Found, shown_card
from officer_console.viewmodels.ports import Job, Jobs
from officer_console.viewmodels.review_ports import Failure, failure


class EvidenceService(Protocol):
    """Reading the codes on a dossier's pictures. Every call may be slow."""

    def read(self, dossier_id: str, sha256: str) -> Found:
        """Return what the cards on a picture say."""

    def look_again(self) -> None:
        """Forget what was read and what is installed."""


class EvidenceViewModel(QObject):
    """Evidence of one dossier. ``explained`` says that the officer asked what reading machine-readable lines needs."""

    changed = Signal()

    def __init__(self, service: EvidenceService | None, jobs: Jobs, parent: QObject | None = None) -> None:
        """Without a ``service`` only cards shown at the counter are evidence."""
        super().__init__(parent)
        self._service = service
        self._jobs = jobs
        self._dossier_id: str | None = None
        self._pictures: tuple[str, ...] = ()
        self._found: dict[str, Found] = {}
        self._failed: dict[str, Failure] = {}
        self._under_way: dict[str, Job | None] = {}
        self._shown: CardEvidence | None = None
        self.explained = False

    @property
    def evidence(self) -> tuple[CardEvidence, ...]:
        """The cards: the one shown at the counter, then those on the pictures, one of each source at a time.

        The same words on both sides of a card are one card.
        """
        found = [self._shown] if self._shown is not None else []
        for sha256 in self._pictures:
            for one in self._found[sha256].evidence if sha256 in self._found else ():
                twice = any((one.source, one.values) == (other.source, other.values) for other in found)
                if not twice:
                    found.append(one)
        return tuple(found)

    @property
    def dossier_id(self) -> str | None:
        """Whose pictures are read."""
        return self._dossier_id

    @property
    def reading(self) -> bool:
        """Whether a picture is being read."""
        return any(sha256 in self._under_way for sha256 in self._pictures)

    @property
    def failed(self) -> Failure | None:
        """Why a picture could not be read."""
        return next((self._failed[sha256] for sha256 in self._pictures if sha256 in self._failed), None)

    @property
    def pictures(self) -> int:
        """How many pictures there are to read."""
        return len(self._pictures)

    @property
    def missing(self) -> str | None:
        """What has to be installed before the lines of this dossier's cards can be read: ``tesseract`` or ``model``."""
        if any(found.source is EvidenceSource.MRZ for found in self.evidence):
            return None
        known = (self._found[sha256].missing for sha256 in self._pictures if sha256 in self._found)
        return next((missing.value for missing in known if missing is not None), None)

    def show(self, dossier_id: str, pictures: Sequence[str]) -> None:
        """Read the pictures of a dossier (SHA-256 each); those read before, or under way, are not read again."""
        if dossier_id != self._dossier_id:
            self.clear()
        self._dossier_id = dossier_id
        if self._service is None or tuple(pictures) == self._pictures:
            return
        self._pictures = tuple(dict.fromkeys(pictures))
        self._read_rest()

    def clear(self) -> None:
        """Leave the dossier: what is under way is dropped and what was read goes with it."""
        for job in self._under_way.values():
            if job is not None:
                job.cancel()
        self._dossier_id = None
        self._pictures = ()
        self._shown = None
        self.explained = False
        for held in (self._found, self._failed, self._under_way):
            held.clear()

    def show_card(self, card: Card) -> None:
        """Take in a card that a reader at the counter has read; it stands in for the one shown before."""
        if self._dossier_id is not None:
            self._shown = shown_card(card)
            self.changed.emit()

    def ask_lines(self) -> None:
        """*Đọc MRZ*: say what is missing, or read the lines when it has been installed meanwhile."""
        self.explained = True
        self.again()

    def again(self) -> None:
        """Read all pictures anew."""
        service = self._service
        if service is None or self.reading:
            return
        service.look_again()
        self._found.clear()
        self._failed.clear()
        self._read_rest()

    def _read_rest(self) -> None:
        dossier_id = self._dossier_id
        if dossier_id is None:
            return
        for sha256 in self._pictures:
            if sha256 not in self._found and sha256 not in self._failed and sha256 not in self._under_way:
                self._read(dossier_id, sha256)
        self.changed.emit()

    def _read(self, dossier_id: str, sha256: str) -> None:
        service = self._service
        if service is None:
            return

        # An answer of another visit finds another marker, or none: even a dropped job may have been delivered already.
        def here() -> bool:
            return dossier_id == self._dossier_id and sha256 in self._under_way

        def done(found: Found) -> None:
            if here():
                del self._under_way[sha256]
                self._found[sha256] = found
                self.changed.emit()

        def failed(error: Exception) -> None:
            if here():
                del self._under_way[sha256]
                self._failed[sha256] = failure(error)
                self.changed.emit()

        self._under_way[sha256] = None
        job = self._jobs.run(lambda: service.read(dossier_id, sha256), done, failed)
        if sha256 in self._under_way:
            self._under_way[sha256] = job
