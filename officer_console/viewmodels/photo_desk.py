"""The photo desk: one picture of the open dossier, old beside new, what is poor about it, who else has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.decision import PhotoReplacement
from officer_console.imaging.edit import Edit
from officer_console.imaging.gate import Pixels
from officer_console.viewmodels.photo_desk_ports import LooksPort, PhotoDeskService, TakeService
from officer_console.viewmodels.pictures import PictureSlot, PicturesViewModel
from officer_console.viewmodels.ports import Jobs
from officer_console.viewmodels.review_ports import Failure, failure

SHOWN_LONGEST = 1400
COMPARED = (AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A picture that is not accepted yet; ``pages`` is how many written ones its file has."""

    shot: Any
    edit: Edit = field(default_factory=Edit)
    picture: Any | None = None
    looks: LooksPort | None = None
    pages: int = 1


class PhotoDeskViewModel(QObject):
    """``changed``: anything shown differs. ``paint`` makes of pixels what the view shows; it runs as a job.

    It listens to the row of pictures: portraits and cards that arrive are compared with those of other dossiers, and a
    replacement that is taken back there is taken back in the sealed store.
    """

    changed = Signal()

    def __init__(
        self,
        pictures: PicturesViewModel,
        take: TakeService,
        desk: PhotoDeskService,
        paint: Callable[[Pixels], Any],
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.pictures = pictures
        self._take = take
        self._desk = desk
        self._paint = paint
        self._jobs = jobs
        self._visit: object = object()
        self._dossier_id: str | None = None
        self._looks: dict[str, LooksPort] = {}
        self._elsewhere: dict[str, tuple[str, ...]] = {}
        self._asked: set[tuple[str, str]] = set()
        self._cards: dict[str, Any] = {}
        self._turn: object | None = None
        self.kind = AttachmentKind.PORTRAIT
        self.active = False
        self.candidate: Candidate | None = None
        self.busy = False
        self.accepting = False
        self.failure: Failure | None = None
        pictures.changed.connect(self._on_pictures)
        pictures.image_ready.connect(self._on_image)
        pictures.taken_back.connect(self._on_taken_back)

    @property
    def slot(self) -> PictureSlot | None:
        """The picture on the desk."""
        return next((slot for slot in self.pictures.slots if slot.kind is self.kind), None)

    @property
    def old(self) -> str | None:
        """The citizen's picture, by SHA-256."""
        slot = self.slot
        return slot.attachment.sha256 if slot is not None and slot.attachment is not None else None

    @property
    def new(self) -> str | None:
        """The replacement that was accepted."""
        slot = self.slot
        return slot.replacement.sha256 if slot is not None and slot.replacement is not None else None

    @property
    def card(self) -> str | None:
        """The picture of the card's front; ``None`` unless a portrait is on the desk."""
        if self.kind is not AttachmentKind.PORTRAIT:
            return None
        front = next((slot for slot in self.pictures.slots if slot.kind is AttachmentKind.ID_FRONT), None)
        return front.sha256 if front is not None else None

    @property
    def card_portrait(self) -> Any | None:  # noqa: ANN401 - whatever ``paint`` makes
        """The portrait on the card, once it was looked for and found."""
        return self._cards.get(self.card) if self.card is not None else None

    @property
    def card_searched(self) -> bool:
        """Whether the card was looked at."""
        return self.card is not None and self.card in self._cards

    def looks(self, sha256: str | None) -> LooksPort | None:
        """Return what there is to say about a picture of the dossier."""
        return self._looks.get(sha256) if sha256 is not None else None

    def elsewhere(self, sha256: str | None) -> tuple[str, ...]:
        """Return which other dossiers have the same picture."""
        return self._elsewhere.get(sha256, ()) if sha256 is not None else ()

    def begin(self, kind: AttachmentKind) -> None:
        """Lay a picture of the open dossier on the desk."""
        self.kind, self.active = kind, True
        self.candidate = self.failure = self._turn = None
        self.busy = False
        self._look_at_all()
        self.changed.emit()

    def end(self) -> None:
        """Clear the desk; what was not accepted is forgotten."""
        self.active = self.busy = self.accepting = False
        self.candidate = self.failure = self._turn = None

    def take(self, read: Callable[[], bytes]) -> None:
        """Let what ``read`` gives through the gate and show it as the new picture; it runs as a job."""

        def work() -> Candidate:
            shots = self._take.take(read())
            written = [each for each in shots if not each.blank] or shots[:1]
            shot = written[0]
            edit = Edit() if self.kind is AttachmentKind.PORTRAIT else shot.suggested
            return replace(self._made(shot, edit), pages=len(written))

        self._make(work)

    def rotate(self) -> None:
        """Turn the new picture a quarter clockwise; of one that was accepted, the recipe is changed."""
        candidate, accepted, dossier_id = self.candidate, self.new, self._dossier_id
        if candidate is not None:
            self._make(lambda: replace(self._made(candidate.shot, _turned(candidate.edit)), pages=candidate.pages))
        elif accepted is not None and dossier_id is not None:

            def work() -> Candidate | None:
                found = self._take.reopen(dossier_id, accepted)
                return None if found is None else self._made(found[0], _turned(found[1]))

            self._make(work)

    def discard(self) -> None:
        """Put the picture that was not accepted away."""
        self.candidate = self.failure = self._turn = None
        self.busy = False
        self.changed.emit()

    def accept(self, reason: str) -> None:
        """Put the new picture in place of the old one. Answers by ``changed``."""
        candidate, dossier_id, kind, visit = self.candidate, self._dossier_id, self.kind, self._visit
        if candidate is None or dossier_id is None or self.busy or not self.pictures.editable:
            return
        self.busy = self.accepting = True
        self.failure = None
        self.changed.emit()

        def done(attachment: Attachment) -> None:
            if visit is not self._visit:
                return
            self.busy = self.accepting = False
            self.candidate = None
            self.pictures.put(dossier_id, replacement_of(attachment, reason))
            self._look_at_all()
            self.changed.emit()

        self._jobs.run(
            lambda: self._take.attach(dossier_id, kind, candidate.shot, candidate.edit, reason),
            done,
            self._teller(visit),
        )

    def undo(self) -> None:
        """Put a picture that was not accepted away, else take the last replacement back."""
        if self.candidate is not None:
            self.discard()
        else:
            self.pictures.undo()

    def _made(self, shot: Any, edit: Edit) -> Candidate:  # noqa: ANN401 - the service's
        picture = self._paint(self._take.preview(shot, edit, SHOWN_LONGEST))
        looks = self._desk.judge(self._dossier_id or "", self.kind, shot, edit)
        return Candidate(shot=shot, edit=edit, picture=picture, looks=looks)

    def _make(self, work: Callable[[], Candidate | None]) -> None:
        if self._dossier_id is None or not self.pictures.editable:
            return
        turn = self._turn = object()
        self.busy, self.failure = True, None
        self.changed.emit()

        def done(candidate: Candidate | None) -> None:
            if turn is self._turn:
                self.busy = False
                self.candidate = candidate if candidate is not None else self.candidate
                self.changed.emit()

        def failed(error: Exception) -> None:
            if turn is self._turn:
                self.busy, self.failure = False, failure(error)
                self.changed.emit()

        self._jobs.run(work, done, failed)

    def _teller(self, visit: object) -> Callable[[Exception], None]:
        def failed(error: Exception) -> None:
            if visit is self._visit:
                self.busy = self.accepting = False
                self.failure = failure(error)
                self.changed.emit()

        return failed

    def _look_at_all(self) -> None:
        """Ask for what is not known yet about the pictures on the desk."""
        dossier_id, kind = self._dossier_id, self.kind
        if dossier_id is None:
            return
        for sha256 in (self.old, self.new):
            if sha256 is not None:
                self._ask(
                    ("look", sha256),
                    lambda sha256=sha256: self._desk.look(dossier_id, kind, sha256),  # type: ignore[misc]  # a default has no type
                    lambda looks, sha256=sha256: self._told(sha256, looks),  # type: ignore[misc]  # a default has no type
                )
        card = self.card
        if card is not None:

            def cut() -> Any:  # noqa: ANN401 - whatever ``paint`` makes
                found = self._desk.card_portrait(dossier_id, card)
                return None if found is None else self._paint(found)

            self._ask(("card", card), cut, lambda found: self._cards.__setitem__(card, found))

    def _ask(self, question: tuple[str, str], work: Callable[[], Any], told: Callable[[Any], None]) -> None:
        """Ask once a dossier; what cannot be told now may be asked again."""
        if question in self._asked:
            return
        self._asked.add(question)
        visit = self._visit

        def done(answer: Any) -> None:  # noqa: ANN401 - whatever the question is
            if visit is self._visit:
                told(answer)
                self.changed.emit()

        def failed(_error: Exception) -> None:
            # The picture itself says why it cannot be had; advice about it is no reason for another message.
            if visit is self._visit:
                self._asked.discard(question)

        self._jobs.run(work, done, failed)

    def _told(self, sha256: str, looks: LooksPort) -> None:
        self._looks[sha256] = looks
        self._elsewhere[sha256] = looks.elsewhere

    def _follow(self) -> None:
        """Another dossier may be open."""
        if self.pictures.dossier_id != self._dossier_id:
            self._dossier_id, self._visit = self.pictures.dossier_id, object()
            for held in (self._looks, self._elsewhere, self._asked, self._cards):
                held.clear()
            self.end()

    @Slot()
    def _on_pictures(self) -> None:
        self._follow()
        if self.active:
            self._look_at_all()
        self.changed.emit()

    @Slot(str)
    def _on_image(self, sha256: str) -> None:
        self._follow()
        dossier_id = self._dossier_id
        slot = next((slot for slot in self.pictures.slots if slot.sha256 == sha256), None)
        if dossier_id is not None and slot is not None and slot.kind in COMPARED:
            kind = slot.kind
            self._ask(
                ("elsewhere", sha256),
                lambda: self._desk.elsewhere(dossier_id, kind, sha256),
                lambda numbers: self._elsewhere.__setitem__(sha256, numbers),
            )
        self.changed.emit()

    @Slot(object)
    def _on_taken_back(self, photo: PhotoReplacement) -> None:
        dossier_id, visit = self._dossier_id, self._visit
        if dossier_id is None:
            return

        def done(attachment: Attachment | None) -> None:
            if visit is not self._visit:
                return
            own = {slot.sha256 for slot in self.pictures.slots}
            # After another start of the program only the sealed store knows which picture came before.
            if attachment is not None and attachment.replaced_by is not None and attachment.sha256 not in own:
                self.pictures.put(dossier_id, replacement_of(attachment))
            self.changed.emit()

        work = self._take.undo
        self._jobs.run(lambda: work(dossier_id, photo.kind, photo.sha256), done, self._teller(visit))


def replacement_of(attachment: Attachment, reason: str = "") -> PhotoReplacement:
    """Return what the next decision says about a picture that is sealed."""
    return PhotoReplacement(
        kind=attachment.kind,
        sha256=attachment.sha256,
        media_type=attachment.media_type,
        size=attachment.size,
        reason=reason or None,
    )


def _turned(edit: Edit) -> Edit:
    return Edit(quad=edit.quad, quarters=edit.quarters + 1, deskew=edit.deskew)
