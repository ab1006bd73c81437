"""Dossiers, declarations and decisions that are in order, for tests to spoil. ``n`` tells one from another."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.decision import Decision, Ticks, Verdict
from officer_console.domain.dossier import Dossier, DossierKind, HistoryEntry, Status
from officer_console.domain.officer import Officer, Role
from officer_console.domain.person import Address, BirthDate, Declaration, PaperKind, Sex, Vintage
from officer_console.domain.reference import Office, Reason, Reference

SCOPE = "07906"
DECIDED_AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
# A JPEG as far as anybody looks who does not decode it: the marker and some bytes.
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 10

ADDRESS = Address(
    vintage=Vintage.SINCE_2025_07,
    province_code="79",
    province="Thành phố Hồ Chí Minh",
    commune_code="26734",
    commune="Phường Bến Thành",
    street="Số 1 đường Mẫu",
)


# The lists of a desk that has synchronised.
REFERENCE = Reference(
    reasons=(
        Reason(code="identity-unreadable", label="Ảnh giấy tờ không rõ"),
        Reason(code="other", label="Lý do khác", needs_text=True),
    ),
    offices=(Office(code=SCOPE, name="Bảo hiểm xã hội cơ sở Bến Thành"),),
)


def social_code_of(n: int) -> str:
    """Return the mã số BHXH of person ``n``."""
    return f"79{n:08d}"


def declaration(n: int = 1, **overrides: Any) -> Declaration:
    """Return what person ``n`` declared."""
    values: dict[str, Any] = {
        "full_name": "Đặng Thị Hoà",
        "social_code": social_code_of(n),
        "birth": BirthDate(year=1990, month=1, day=1),
        "sex": Sex.FEMALE,
        "paper_kind": PaperKind.CITIZEN_CARD,
        "paper_number": f"079190{n:06d}",
        "address": ADDRESS,
        "phone": f"09{n:08d}",
        "email": f"nguoi.dan.{n}@example.vn",
    }
    return Declaration(**(values | overrides))


def attachments(sha256: str = "0" * 64) -> tuple[Attachment, ...]:
    """Return the pictures an approval needs."""
    kinds = (AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT, AttachmentKind.ID_BACK)
    return tuple(Attachment(kind=kind, sha256=sha256, media_type="image/jpeg", size=len(JPEG)) for kind in kinds)


def dossier(n: int = 1, *, declared_on: date | None = None, **overrides: Any) -> Dossier:
    """Return dossier ``n``, pending and ready to be approved; declared today unless told otherwise."""
    day = declared_on or (datetime.now(UTC) + timedelta(hours=7)).date()
    kind = overrides.get("kind", DossierKind.REGISTER)
    declared = overrides.pop("declaration", None) or declaration(n)
    values: dict[str, Any] = {
        "id": str(uuid.UUID(int=n)),
        "scope_id": SCOPE,
        "number": f"{1_000_000 + n}/{SCOPE}",
        "kind": kind,
        "status": Status.PENDING,
        "version": 1,
        "declared_on": day,
        "due_on": day + timedelta(days=10),
        "declaration": declared,
        "previous": declaration(n, phone=f"03{n:08d}") if kind is DossierKind.CHANGE else None,
        "stop_reason": "Không còn nhu cầu" if kind is DossierKind.STOP else None,
        "attachments": attachments(),
        "history": (HistoryEntry(at=datetime(day.year, day.month, day.day, 1, tzinfo=UTC), what="declared"),),
    }
    return Dossier(**(values | overrides))


def decision(about: Dossier, **overrides: Any) -> Decision:
    """Return the approval of a dossier; with ``verdict=Verdict.INVALID`` a refusal in order. The op_id is new."""
    refused = overrides.get("verdict", Verdict.VALID) is Verdict.INVALID
    values: dict[str, Any] = {
        "op_id": str(uuid.uuid4()),
        "dossier_id": about.id,
        "scope_id": about.scope_id,
        "base_version": about.version,
        "verdict": Verdict.VALID,
        "reason_code": "form-unsigned" if refused else None,
        "ticks": Ticks(original_compared=True, signed_form_received=True),
        "change_confirmed": about.kind is DossierKind.CHANGE,
        "decided_at": DECIDED_AT,
    }
    return Decision(**(values | overrides))


def officer(username: str = "ha.nt", *, role: Role = Role.OFFICER, scopes: tuple[str, ...] = (SCOPE,)) -> Officer:
    """Return an officer of the scope."""
    return Officer(id=f"id-{username}", username=username, full_name=f"Cán bộ {username}", role=role, scopes=scopes)
