"""Small fakes and sample dossiers for the tests of the detail page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QObject, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.checks import Finding, Level, decision_findings, declaration_findings
from officer_console.domain.decision import Decision, PhotoReplacement, Verdict
from officer_console.domain.dossier import Dossier, DossierKind, HistoryEntry, Judgement, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.lease import Lease
from officer_console.domain.message import Channel, Message, MessageKind, MessageState
from officer_console.domain.officer import Officer, Role
from officer_console.domain.person import Address, BirthDate, Declaration, PaperKind, Sex, Vintage
from officer_console.domain.reference import Reason, Reference
from officer_console.domain.registry import RegistryAnswer, RegistryVerdict
from officer_console.services.decide import Draft

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
    "message_state": {"queued": "Chờ gửi", "sent": "Đã gửi", "failed": "Gửi không được"},
}
REFERENCE = Reference(
    reasons=(
        Reason(code="form-unsigned", label="Tờ khai chưa ký, chưa ghi rõ họ tên"),
        Reason(code="identity-unreadable", label="Ảnh giấy tờ mờ, không đọc được và không bổ sung được tại quầy"),
        Reason(code="other", label="Lý do khác", needs_text=True),
    ),
    labels=LABELS,
)


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


@dataclass(kw_only=True)
class Refusal:
    """A decision central refused."""

    op_id: str
    decision: Decision
    error_code: str | None
    error_data: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class OpenedDossier:
    """What the review service answers."""

    dossier: Dossier
    pending: Decision | None = None
    attention: Refusal | None = None
    findings: tuple[Finding, ...] = ()
    reference: Reference = REFERENCE
    lease_by_other: Lease | None = None
    offline: bool = False


class CodedError(Exception):
    """An error as the services raise them."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


class DirectJob:
    """A job that can be dropped."""

    def __init__(self) -> None:
        self.dropped = False

    def cancel(self) -> None:
        """Drop it."""
        self.dropped = True


class DirectJobs:
    """Runs work at once, or keeps it until :meth:`finish` when ``held``."""

    def __init__(self) -> None:
        self.held = False
        self._waiting: list[Callable[[], None]] = []

    def run(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> DirectJob:
        """Run or keep."""

        def go() -> None:
            try:
                result = work()
            except (CodedError, RuleError, OSError) as error:
                failed(error)
            else:
                done(result)

        if self.held:
            self._waiting.append(go)
        else:
            go()
        return DirectJob()

    def finish(self) -> None:
        """Let what was kept run."""
        self.held = False
        waiting, self._waiting = self._waiting, []
        for go in waiting:
            go()


@dataclass
class Told:
    """A change of the store."""

    ids: frozenset[str] = frozenset({"d1"})

    def concerns(self, dossier_id: str) -> bool:
        """Whether the dossier is named."""
        return dossier_id in self.ids


@dataclass
class Line:
    """Whether central can be reached."""

    online: bool = True


class FakeNews(QObject):
    """The two signals of the news."""

    changed = Signal(object)
    status = Signal(object)


@dataclass
class FakeDesk:
    """Review and Decide over one dossier in memory."""

    dossier: Dossier = field(default_factory=dossier)
    officer: Officer = HA
    attention: Refusal | None = None
    pending: Decision | None = None
    holder: Lease | None = None
    offline: bool = False
    answer: RegistryAnswer = field(default_factory=lambda: registry(RegistryVerdict.MATCH, "Đặng Thị Ước"))
    recorded: list[Draft] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    record_error: Exception | None = None
    picture_error: Exception | None = None
    replaced: int = 0

    def open(self, dossier_id: str) -> OpenedDossier:
        """Return the dossier."""
        shown = replace(self.dossier, id=dossier_id)
        return OpenedDossier(
            dossier=shown,
            pending=self.pending,
            attention=self.attention,
            findings=declaration_findings(shown, TODAY),
            lease_by_other=self.holder,
            offline=self.offline,
        )

    def take(self, dossier_id: str, *, break_other: bool = False) -> OpenedDossier:
        """Take the lease unless somebody has it."""
        if break_other:
            self.broken.append(dossier_id)
            self.holder = None
        if self.holder is None and not self.offline:
            mine = Lease(
                officer_id=self.officer.id,
                officer_name=self.officer.full_name,
                expires_at=NOW + timedelta(minutes=15),
            )
            self.dossier = replace(self.dossier, lease=mine, status=self._processing())
        return self.open(dossier_id)

    def _processing(self) -> Status:
        return Status.PROCESSING if self.dossier.status is Status.PENDING else self.dossier.status

    def release(self, dossier_id: str) -> None:
        """Note it."""
        self.released.append(dossier_id)

    def picture(self, _dossier_id: str, sha256: str) -> bytes:
        """Return a picture that tells which it is."""
        if self.picture_error is not None:
            raise self.picture_error
        names = {digest(kind.value): kind.value for kind in AttachmentKind}
        if sha256 in names and names[sha256] in ("portrait", "signed_form"):
            return picture_bytes(names[sha256], width=600, height=800)
        return picture_bytes(names.get(sha256, "new"), "#D9EAC9" if sha256 not in names else "#C9D9EA")

    def replace_picture(self, _dossier_id: str, kind: AttachmentKind, path: Path) -> PhotoReplacement:
        """Take any file that ends in .png."""
        if path.suffix != ".png":
            raise CodedError("not-an-image")
        self.replaced += 1
        return PhotoReplacement(kind=kind, sha256=digest(f"new{self.replaced}"), media_type="image/png", size=1)

    def check_household(self, _dossier_id: str) -> RegistryAnswer:
        """Answer."""
        return self.answer

    def needs(self, shown: Dossier, draft: Draft, reference: Reference) -> tuple[Finding, ...]:
        """Ask the real rules."""
        if draft.verdict is None:
            return (Finding(code="verdict-missing", field="verdict", level=Level.ERROR),)
        return decision_findings(shown, self._decision(draft), reference, TODAY)

    def record(self, draft: Draft) -> Decision:
        """Keep it as waiting."""
        if self.record_error is not None:
            raise self.record_error
        self.recorded.append(draft)
        self.pending = self._decision(draft)
        self.attention = None
        return self.pending

    def withdraw(self, op_id: str) -> None:
        """Forget a refused decision."""
        self.withdrawn.append(op_id)
        self.attention = None

    def answered(self, **values: Any) -> None:
        """Central has answered: the decision left the outbox, the dossier is what central says."""
        self.pending = None
        self.dossier = replace(self.dossier, **values)

    def refused(self, code: str, **data: Any) -> None:
        """Central has refused the waiting decision."""
        assert self.pending is not None
        self.attention = Refusal(op_id="op-1", decision=self.pending, error_code=code, error_data=data)
        self.pending = None

    def _decision(self, draft: Draft) -> Decision:
        assert draft.verdict is not None
        return Decision(
            op_id="op-1",
            dossier_id=draft.dossier_id,
            scope_id="07906",
            base_version=draft.base_version,
            verdict=draft.verdict,
            reason_code=draft.reason_code,
            reason_text=draft.reason_text,
            note=draft.note,
            ticks=draft.ticks,
            photos=draft.photos,
            marks_confirmed=draft.marks_confirmed,
            change_confirmed=draft.change_confirmed,
            decided_at=NOW,
        )


def clock() -> datetime:
    """Return the time of the tests."""
    return NOW
