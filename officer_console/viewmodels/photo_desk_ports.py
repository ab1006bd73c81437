"""What the photo desk needs of the services."""

from __future__ import annotations

from typing import Any, Protocol

from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.imaging.edit import Edit
from officer_console.imaging.gate import Pixels


class LooksPort(Protocol):
    """What there is to say about a picture (``services.photo_desk.Looks``)."""

    @property
    def quality(self) -> Any:  # noqa: ANN401 - figures with ``advice``
        """Figures and ``advice``, a tuple of codes."""

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Numbers of other people's dossiers with the same picture."""


class PhotoDeskService(Protocol):
    """Looking at pictures; every call may be slow (``services.photo_desk.PhotoDesk``)."""

    def look(self, dossier_id: str, kind: AttachmentKind, sha256: str) -> LooksPort:
        """Look at a picture of the dossier."""

    def judge(self, dossier_id: str, kind: AttachmentKind, shot: Any, edit: Edit) -> LooksPort:  # noqa: ANN401 - the service's
        """Look at a picture that may become a replacement."""

    def elsewhere(self, dossier_id: str, kind: AttachmentKind, sha256: str) -> tuple[str, ...]:
        """Return the numbers of other people's dossiers with the same picture."""

    def card_portrait(self, dossier_id: str, sha256: str) -> Pixels | None:
        """Return the portrait on the card."""


class TakeService(Protocol):
    """Pictures from outside (``services.capture.Capture``); every call may be slow."""

    def take(self, data: bytes, *, dpi: int | None = None) -> tuple[Any, ...]:
        """Let bytes through the gate: one shot a page."""

    def preview(self, shot: Any, edit: Edit, longest: int) -> Pixels:  # noqa: ANN401 - the service's
        """Return the edited shot, small enough to be shown."""

    def attach(self, dossier_id: str, kind: AttachmentKind, shot: Any, edit: Edit, reason: str) -> Attachment:  # noqa: ANN401 - the service's
        """Seal the picture and its original."""

    def undo(self, dossier_id: str, kind: AttachmentKind, only: str | None = None) -> Attachment | None:
        """Take the last replacement back."""

    def reopen(self, dossier_id: str, sha256: str) -> tuple[Any, Edit] | None:
        """Return original and recipe of a replacement."""
