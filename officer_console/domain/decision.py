"""The officer's decision: what he judged, on which version, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from officer_console.domain.attachment import AttachmentKind


class Verdict(StrEnum):
    """Đánh giá hồ sơ."""

    VALID = "valid"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoReplacement:
    """A picture the officer put in place of the citizen's; the bytes travel as a blob of this SHA-256.

    ``reason`` is why, in his words; ``None`` where he gave none.
    """

    kind: AttachmentKind
    sha256: str
    media_type: str
    size: int
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """What the officer states he has done at the counter (V12)."""

    original_compared: bool = False
    signed_form_received: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision on its way to central; also the wire body of ``POST …/decisions``.

    ``op_id`` is a UUIDv7 made when the officer pressed Ghi nhận and stays the same over every repeat.
    ``device_id`` names the sealed store it was recorded in and ``dseq`` counts that store's decisions for the scope
    from 1 without a gap, so that central can tell what it lacks; empty and 0 where nobody counts.
    ``base_version`` is the dossier version the officer looked at, ``base_epoch`` central's epoch when he did.
    ``judged_sha256`` is the SHA-256 of the dossier as he looked at it (``central.wire.judged_sha256``), so that the
    same version of another life of central's is not taken for it; ``None`` from whoever does not say.
    ``decided_at`` is the desk's clock, aware UTC; ``clock_offset_ms`` is what central's clock was ahead of it when the
    decision was recorded (milliseconds, negative when behind), ``None`` where that was not known. It is recorded, never
    a reason to refuse.
    ``marks_confirmed`` says that the officer accepts a registry name that differs only in marks (needs ``note``).
    ``change_confirmed`` says that *Xác nhận* was pressed on the old/new comparison (kind ``change``).
    """

    op_id: str
    dossier_id: str
    scope_id: str
    device_id: str = ""
    dseq: int = 0
    base_version: int
    base_epoch: str = ""
    judged_sha256: str | None = None
    verdict: Verdict
    reason_code: str | None = None
    reason_text: str | None = None
    note: str | None = None
    ticks: Ticks = Ticks()
    photos: tuple[PhotoReplacement, ...] = ()
    marks_confirmed: bool = False
    change_confirmed: bool = False
    decided_at: datetime
    clock_offset_ms: int | None = None
