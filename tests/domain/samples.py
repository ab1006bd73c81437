"""A dossier in order and a decision to approve it, for tests to spoil."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.decision import Decision, PhotoReplacement, Ticks, Verdict
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.person import Address, BirthDate, Declaration, Guardian, PaperKind, Sex, Vintage
from officer_console.domain.reference import Reason, Reference

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)

REFERENCE = Reference(
    reasons=(
        Reason(code="form-unsigned", label="Tờ khai chưa ký"),
        Reason(code="other", label="Lý do khác", needs_text=True),
    )
)

ADDRESS = Address(
    vintage=Vintage.SINCE_2025_07,
    province_code="01",
    province="Thành phố Hà Nội",
    commune="Phường Ba Đình",
    street="Số 1 phố Mẫu",
)

DECLARATION = Declaration(
    full_name="Nguyễn Văn An",
    social_code="0123456789",
    birth=BirthDate(year=1990, month=1, day=1),
    sex=Sex.MALE,
    paper_kind=PaperKind.CITIZEN_CARD,
    paper_number="001090012345",
    address=ADDRESS,
    phone="0912345678",
    email="an@example.vn",
)

MINOR: dict[str, Any] = {
    "birth": BirthDate(year=2015, month=5, day=6),
    "paper_kind": None,
    "paper_number": None,
    "guardian": Guardian(full_name="Nguyễn Văn Bình", paper_number="001080012345", relation="cha", phone="0912345678"),
}


def picture(kind: AttachmentKind) -> Attachment:
    return Attachment(kind=kind, sha256="0" * 64, media_type="image/jpeg", size=1000)


def photo(kind: AttachmentKind) -> PhotoReplacement:
    return PhotoReplacement(kind=kind, sha256="1" * 64, media_type="image/jpeg", size=1000)


PICTURES = tuple(map(picture, (AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT, AttachmentKind.ID_BACK)))

DOSSIER = Dossier(
    id="d-1",
    scope_id="00101",
    number="1000123/00101",
    kind=DossierKind.REGISTER,
    status=Status.PENDING,
    version=1,
    declared_on=date(2026, 3, 5),
    due_on=date(2026, 3, 15),
    declaration=DECLARATION,
    attachments=PICTURES,
)

APPROVAL = Decision(
    op_id="op-1",
    dossier_id="d-1",
    scope_id="00101",
    base_version=1,
    verdict=Verdict.VALID,
    ticks=Ticks(original_compared=True, signed_form_received=True),
    decided_at=NOW,
)

REFUSAL = replace(APPROVAL, verdict=Verdict.INVALID, reason_code="form-unsigned", ticks=Ticks())


def dossier(*, declared: dict[str, Any] | None = None, **fields: Any) -> Dossier:
    """Return the dossier in order with some fields, and some fields of its declaration, exchanged."""
    return replace(DOSSIER, declaration=replace(DECLARATION, **(declared or {})), **fields)


def approval(**fields: Any) -> Decision:
    return replace(APPROVAL, **fields)


def refusal(**fields: Any) -> Decision:
    return replace(REFUSAL, **fields)
