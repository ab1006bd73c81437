"""What the window about captured pages needs of the service below: small, so that tests can pass small fakes."""

from __future__ import annotations

from typing import Any, Protocol

from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.decision import PhotoReplacement
from officer_console.imaging.edit import Edit
from officer_console.imaging.gate import Pixels
from officer_console.imaging.quality import Quality


class CaptureService(Protocol):
    """Pages from outside into a dossier (``services.capture.Capture``); every call may be slow."""

    def take(self, data: bytes, *, dpi: int | None = None) -> tuple[Any, ...]:
        """Let bytes through the gate: one shot a page; raises GateError."""

    def preview(self, shot: Any, edit: Edit, longest: int) -> Pixels:  # noqa: ANN401 - the service's
        """Return the edited shot, small enough to be shown."""

    def judge(self, shot: Any, edit: Edit, kind: AttachmentKind) -> Quality:  # noqa: ANN401 - the service's
        """Return figures and advice for the edited shot as one of that kind."""

    def both_sides(self, front: tuple[Any, Edit], back: tuple[Any, Edit]) -> Any:  # noqa: ANN401 - the service's
        """Return a shot of an A4 page with both sides of a card in true size."""

    def attach(self, dossier_id: str, kind: AttachmentKind, shot: Any, edit: Edit, reason: str) -> Attachment:  # noqa: ANN401 - the service's
        """Seal the picture and its original."""


def replacement(made: Attachment, reason: str) -> PhotoReplacement:
    """Return what was attached as the decision carries it; an empty reason is none."""
    return PhotoReplacement(
        kind=made.kind, sha256=made.sha256, media_type=made.media_type, size=made.size, reason=reason or None
    )
