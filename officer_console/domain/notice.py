"""Notices that were signed digitally, as the dossier keeps them: the office's word to the citizen, not a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

MEDIA_TYPE = "application/pdf"
# Ours have some hundred kilobytes; a letterhead with a large coat of arms may add to that.
SIZE_LIMIT = 4 * 1024 * 1024
PAGES_LIMIT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A signed notice; also the wire body of ``PUT …/signed-notice``.

    ``sha256`` and ``size`` (bytes) are those of its PDF file. ``form_kind`` is the form's number
    (``domain.form.FormKind``), ``decision`` the operation it tells of. ``signer`` is the name in the certificate,
    ``certificate`` its serial number (hexadecimal digits), ``signed_at`` the time the signer claims (aware).
    ``brought_by`` and ``brought_at`` are central's: who brought it, and when.
    """

    sha256: str
    size: int
    pages: int
    form_kind: int
    decision: str
    signer: str
    certificate: str
    signed_at: datetime
    brought_by: str | None = None
    brought_at: datetime | None = None


def notice_about(notices: Iterable[Notice], form_kind: int, decision: str) -> Notice | None:
    """Return the notice of this kind about a decision; ``None`` when there is none."""
    return next((one for one in notices if (one.form_kind, one.decision) == (form_kind, decision)), None)
