"""The visible mark of a signature, drawn when the time and the signer are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from officer_console.documents import signature_mark
from officer_console.documents.fonts import Faces
from officer_console.signing.signer import Certificate, Mark

Words = Callable[[Certificate, datetime, str], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPainter:
    """Draws marks for one place of a page: ``page`` and ``box`` as in :class:`signing.signer.Mark`.

    ``words`` gives the lines for a signer, a time and a reason; they are spoken by screen readers, too.
    """

    faces: Faces
    words: Words
    box: tuple[float, float, float, float]
    page: int = -1

    def draw(self, certificate: Certificate, at: datetime, reason: str) -> Mark:
        """Return the mark; raises DocumentError (``mark-overflows``). Fits ``sign_documents.Unsigned.draw``."""
        lines = self.words(certificate, at, reason)
        left, bottom, right, top = self.box
        picture = signature_mark.draw(lines, self.faces, width=right - left, height=top - bottom, made_at=at)
        return Mark(page=self.page, box=self.box, picture=picture, spoken=". ".join(lines))
