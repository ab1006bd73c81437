"""Sample dossiers, answers and pictures for the tests of the detail page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier, DossierKind, HistoryEntry, Judgement, Status
from officer_console.domain.message import Channel, Message, MessageKind, MessageState
from officer_console.domain.officer import Officer, Role
from officer_console.domain.person import Address, BirthDate, Declaration, PaperKind, Sex, Vintage
from officer_console.domain.reference import Reason, Reference
from officer_console.domain.registry import RegistryAnswer, RegistryVerdict

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
HA = Officer(id="o1", username="ha", full_name="Nguyễn Thu Hà", role=Role.OFFICER, scopes=("07906",))
LEAD = Officer(id="o9", username="binh", full_name="Lê Bình", role=Role.SUPERVISOR, scopes=("07906",))
LABELS = {
    "kind": {"register": "Đăng ký mới", "change": "Thay đổi thông tin", "stop": "Ngừng sử dụng"},
    "status": {
        "pending": "Chờ duyệt",
        "processing": "Đang xử lý",
        "checking": "Chờ kiểm tra HGĐ",
        "approved": "Đã duyệt",
        "rejected": "Không duyệt",
        "awaiting_registry": "Chờ cấp/điều chỉnh mã số",
        "expired": "Hết hạn",
    },
    "condition": {"on_time": "Đúng hạn", "due_soon": "Sắp đến hạn", "overdue": "Muộn"},
    "sex": {"male": "Nam", "female": "Nữ"},
    "paper": {"citizen_card": "Căn cước công dân", "passport": "Hộ chiếu"},
    "attachment": {
        "portrait": "Ảnh chân dung",
        "id_front": "Giấy tờ mặt trước",
        "id_back": "Giấy tờ mặt sau",
        "signed_form": "Tờ khai đã ký",
        "birth_certificate": "Giấy khai sinh",
    },
    "verdict": {"valid": "Hồ sơ hợp lệ", "invalid": "Hồ sơ không hợp lệ"},
    "message": {"account_issued": "Cấp tài khoản", "refused": "Không duyệt hồ sơ"},
    "channel": {"sms": "Tin nhắn", "email": "Thư điện tử"},
    "message_state": {"queued": "Chờ gửi", "sent": "Đã gửi", "failed": "Không gửi được"},
}
REFERENCE = Reference(
    reasons=(
        Reason(code="form-unsigned", label="Tờ khai chưa ký, chưa ghi rõ họ tên"),
        Reason(code="identity-unreadable", label="Ảnh giấy tờ mờ, không đọc được và không bổ sung được tại quầy"),
        Reason(code="other", label="Lý do khác", needs_text=True),
    ),
    labels=LABELS,
)


@cache
def picture_bytes(text: str, colour: str = "#C9D9EA", width: int = 856, height: int = 540) -> bytes:
    """Return a small PNG with a word on it."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    painter = QPainter(image)
    font = painter.font()
    font.setPixelSize(48)
    painter.setFont(font)
    painter.drawRect(20, 20, width - 40, height - 40)
    painter.drawText(image.rect(), int(Qt.AlignmentFlag.AlignCenter), text)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def digest(kind: str) -> str:
    """Return the address of a sample picture."""
    return sha256(kind.encode()).hexdigest()


def attachments(*kinds: AttachmentKind) -> tuple[Attachment, ...]:
    """Return attachments of these kinds."""
    return tuple(Attachment(kind=kind, sha256=digest(kind.value), media_type="image/png", size=1) for kind in kinds)


PICTURES = (AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT, AttachmentKind.ID_BACK, AttachmentKind.SIGNED_FORM)
ADDRESS = Address(
    vintage=Vintage.SINCE_2025_07,
    province_code="79",
    province="Thành phố Hồ Chí Minh",
    commune_code="26740",
    commune="Phường Bến Nghé",
    street="12 Lê Thánh Tôn",
)
DECLARATION = Declaration(
    full_name="Đặng Thị Ước",
    social_code="0123456789",
    birth=BirthDate(year=1990, month=2, day=1),
    sex=Sex.FEMALE,
    paper_kind=PaperKind.CITIZEN_CARD,
    paper_number="079190001234",
    address=ADDRESS,
    phone="0901234567",
    email="uoc.dang@example.vn",
)


def dossier(**values: Any) -> Dossier:
    """Return a dossier that waits for its judgement; ``values`` replace fields."""
    base = Dossier(
        id="d1",
        scope_id="07906",
        number="1000123/07906",
        kind=DossierKind.REGISTER,
        status=Status.PENDING,
        version=3,
        declared_on=date(2026, 11, 12),
        due_on=date(2026, 11, 22),
        handed_in_at=NOW - timedelta(hours=1),
        declaration=DECLARATION,
        attachments=attachments(*PICTURES),
        history=(
            HistoryEntry(at=NOW - timedelta(days=8), what="declared", who="Công dân"),
            HistoryEntry(at=NOW - timedelta(hours=1), what="handed_in", who="Nguyễn Thu Hà"),
        ),
    )
    return replace(base, **values)


def change(**values: Any) -> Dossier:
    """Return a dossier that changes name, phone and address."""
    new = replace(DECLARATION, full_name="Đặng Thị Ước Mơ", phone="0912345678")
    return dossier(kind=DossierKind.CHANGE, previous=DECLARATION, declaration=new, **values)


def decided(status: Status, verdict: Verdict = Verdict.VALID, **values: Any) -> dict[str, Any]:
    """Return the fields a decision changes."""
    judgement = Judgement(
        op_id="op-1", verdict=verdict.value, officer_id="o1", officer_name="Nguyễn Thu Hà", decided_at=NOW
    )
    return {"status": status, "version": 4, "judgement": judgement, **values}


def message(kind: MessageKind, state: MessageState, channel: Channel = Channel.SMS) -> Message:
    """Return a message to the citizen."""
    to = "09•••••567" if channel is Channel.SMS else "u•••@example.vn"
    return Message(kind=kind, channel=channel, state=state, to=to, at=NOW)


def registry(verdict: RegistryVerdict, name: str | None = None) -> RegistryAnswer:
    """Return an answer of the household registry."""
    return RegistryAnswer(verdict=verdict, checked_at=NOW, registry_name=name)
