"""Notices that were signed digitally, as the dossier keeps them: the office's word to the citizen, not a picture."""

from __future__ import annotations

import json
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
    ``number`` is its own in the office's register of a ``year``; both are empty where it has none. ``replaces`` is the
    SHA-256 of the one before it about the same decision, which was found not to be the notice it was said to be.
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
    number: str = ""
    year: int = 0
    replaces: str | None = None
    brought_by: str | None = None
    brought_at: datetime | None = None


def subject(dossier_id: str, form_kind: int, decision: str, number: str, year: int) -> str:
    """Return what stands in a notice's signature of what it is: ASCII, the same for the same notice.

    The office is not in it: a dossier that moves takes its notices along.
    """
    return json.dumps(["notice", 1, dossier_id, form_kind, decision, number, year if number else 0])


def counted(number: str) -> str:
    """Return a number as numbers are compared: noughts before it and small letters make no other one."""
    return number.lstrip("0").upper()


def notice_about(notices: Iterable[Notice], form_kind: int, decision: str) -> Notice | None:
    """Return the notice of this kind about a decision; ``None`` when there is none."""
    return next((one for one in notices if (one.form_kind, one.decision) == (form_kind, decision)), None)
