"""The pictures of one dossier: fetched and decoded off the GUI thread, replacements put in place and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.decision import PhotoReplacement
from officer_console.domain.dossier import Dossier
from officer_console.viewmodels.ports import Jobs
from officer_console.viewmodels.review_ports import Failure, ReviewService, failure

ALWAYS_SHOWN = (
    AttachmentKind.PORTRAIT,
    AttachmentKind.ID_FRONT,
    AttachmentKind.ID_BACK,
    AttachmentKind.SIGNED_FORM,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSlot:
    """One place in the row of thumbnails: what the citizen sent and what the officer puts in its place."""

    kind: AttachmentKind
    attachment: Attachment | None = None
    replacement: PhotoReplacement | None = None

    @property
    def sha256(self) -> str | None:
        """The picture that counts: the replacement when there is one."""
        if self.replacement is not None:
            return self.replacement.sha256
        return self.attachment.sha256 if self.attachment is not None else None

    @property
    def missing(self) -> bool:
        """Whether there is no picture at all."""
        return self.sha256 is None


class PicturesViewModel(QObject):
    """Pictures by SHA-256. ``decode`` turns checked bytes into whatever the view paints; it runs on a job's thread.

    ``changed`` says that slots, selection or state differ, ``image_ready`` that a picture can be painted now,
    ``taken_back`` carries the ``PhotoReplacement`` that was undone.
    """

    changed = Signal()
    image_ready = Signal(str)
    taken_back = Signal(object)

    def __init__(
        self, review: ReviewService, jobs: Jobs, decode: Callable[[bytes], Any], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._review = review
        self._jobs = jobs
        self._decode = decode
        self._visit = 0
        self._dossier: Dossier | None = None
        self._images: dict[str, Any] = {}
        self._asked: set[str] = set()
        self._failures: dict[str, Failure] = {}
        self._replacements: dict[AttachmentKind, PhotoReplacement] = {}
        self._undo: list[tuple[AttachmentKind, PhotoReplacement | None]] = []
        self.selected = AttachmentKind.PORTRAIT
        self.editable = False
        self.wanted: frozenset[AttachmentKind] = frozenset()

    @property
    def dossier_id(self) -> str | None:
        """The dossier whose pictures these are."""
        return self._dossier.id if self._dossier is not None else None

    @property
    def slots(self) -> tuple[PictureSlot, ...]:
        """The row of thumbnails: the four every dossier has, TK1-TS where it is there, and a birth certificate where it
        is due or there.
        """
        if self._dossier is None:
            return ()
        own = {attachment.kind: attachment for attachment in self._dossier.attachments}
        minor = self._dossier.declaration.guardian is not None
        extra = AttachmentKind.BIRTH_CERTIFICATE
        insured = AttachmentKind.SIGNED_INSURED
        there = (insured,) if insured in own or insured in self._replacements else ()
        due = (extra,) if minor or extra in own or extra in self._replacements else ()
        kinds = (*ALWAYS_SHOWN, *there, *due)
        return tuple(
            PictureSlot(kind=kind, attachment=own.get(kind), replacement=self._replacements.get(kind)) for kind in kinds
        )

    @property
    def current(self) -> PictureSlot | None:
        """The slot under work."""
        return next((slot for slot in self.slots if slot.kind is self.selected), None)

    @property
    def replacements(self) -> tuple[PhotoReplacement, ...]:
        """What the officer put in place, in the order of the slots."""
        return tuple(slot.replacement for slot in self.slots if slot.replacement is not None)

    @property
    def can_undo(self) -> bool:
        """Whether a replacement can be taken back."""
        return self.editable and bool(self._undo)

    @property
    def loading(self) -> bool:
        """Whether a picture that was asked for is still on its way."""
        return not self._asked <= self._images.keys() | self._failures.keys()

    def image(self, sha256: str | None) -> Any | None:  # noqa: ANN401 - whatever ``decode`` makes
        """Return the decoded picture, or ``None`` while it is not there; asks for it the first time."""
        if sha256 is None:
            return None
        if sha256 in self._images:
            return self._images[sha256]
        if sha256 not in self._asked:
            self._fetch(sha256)
        return self._images.get(sha256)

    def image_failure(self, sha256: str | None) -> Failure | None:
        """Return why a picture cannot be shown."""
        return self._failures.get(sha256) if sha256 is not None else None

    def show(self, dossier: Dossier, *, editable: bool) -> None:
        """Show the pictures of ``dossier``; the same dossier again keeps replacements and selection.

        ``editable`` says whether pictures may be replaced, that is whether the dossier may be judged.
        """
        self.editable = editable
        if self._dossier is None or self._dossier.id != dossier.id:
            self.clear()
            kinds = {attachment.kind for attachment in dossier.attachments}
            self.selected = AttachmentKind.ID_FRONT if AttachmentKind.ID_FRONT in kinds else AttachmentKind.PORTRAIT
        self._dossier = dossier
        self.changed.emit()

    def want(self, kinds: Iterable[AttachmentKind | None]) -> None:
        """Say which pictures an approval lacks."""
        self.wanted = frozenset(kind for kind in kinds if kind is not None)
        self.changed.emit()

    def clear(self) -> None:
        """Forget everything; answers still under way are dropped."""
        self._visit += 1
        self._dossier = None
        for held in (self._images, self._asked, self._failures, self._replacements, self._undo):
            held.clear()
        self.changed.emit()

    def select(self, kind: AttachmentKind) -> None:
        """Bring a picture under work."""
        if kind is not self.selected:
            self.selected = kind
            self.changed.emit()

    def retry(self, sha256: str) -> None:
        """Ask again for a picture that could not be shown."""
        self._failures.pop(sha256, None)
        self._fetch(sha256)
        self.changed.emit()

    def put(self, dossier_id: str, replacement: PhotoReplacement) -> None:
        """Put a picture that is sealed already in its place and show it; not in another dossier than its own."""
        if self._dossier is None or self._dossier.id != dossier_id or not self.editable:
            return
        kind = self.selected = replacement.kind
        self._undo.append((kind, self._replacements.get(kind)))
        self._replacements[kind] = replacement
        self.changed.emit()

    def restore(self, photos: tuple[PhotoReplacement, ...]) -> None:
        """Put back the replacements of a draft that was kept."""
        self._replacements = {photo.kind: photo for photo in photos}
        self._undo = [(photo.kind, None) for photo in photos]
        self.changed.emit()

    def undo(self) -> None:
        """Take the last replacement back and show that picture."""
        if not self.can_undo:
            return
        kind, before = self._undo.pop()
        gone = self._replacements.pop(kind, None)
        if before is not None:
            self._replacements[kind] = before
        self.selected = kind
        self.changed.emit()
        if gone is not None:
            self.taken_back.emit(gone)

    def settle(self) -> None:
        """Nothing is left to undo: the replacements have been recorded, or dropped."""
        self._replacements.clear()
        self._undo.clear()
        self.changed.emit()

    def _fetch(self, sha256: str) -> None:
        dossier, visit = self._dossier, self._visit
        if dossier is None:
            return
        dossier_id = dossier.id
        self._asked.add(sha256)

        def work() -> Any:  # noqa: ANN401 - whatever ``decode`` makes
            return self._decode(self._review.picture(dossier_id, sha256))

        def done(image: Any) -> None:  # noqa: ANN401 - whatever ``decode`` makes
            if visit == self._visit:
                self._images[sha256] = image
                self.image_ready.emit(sha256)

        def failed(error: Exception) -> None:
            if visit == self._visit:
                self._failures[sha256] = failure(error)
                self.image_ready.emit(sha256)

        self._jobs.run(work, done, failed)
