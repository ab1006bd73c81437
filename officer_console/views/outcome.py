"""What became of the decision, in words: what happened, what to tell the citizen, what comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

from officer_console.domain.dossier import DECIDABLE
from officer_console.domain.message import Channel, Message, MessageState
from officer_console.domain.reference import Reference
from officer_console.viewmodels.outcome import Outcome, OutcomeKind, newest_messages
from officer_console.viewmodels.review_ports import Refused
from officer_console.views import messages, words
from officer_console.views.banner import Banner
from officer_console.views.plain import named
from officer_console.views.theme import Kind

MARKS = "Xác nhận chỉ khác dấu"
OTHER = "Bỏ đánh giá của tôi, xem kết quả của {name}"
AGAIN = "Đánh giá lại"
WITHDRAW = "Bỏ đánh giá của tôi"
_PRINT_NOTICE = "In thông báo"
# What an outcome puts into the citizen's hand.
_PRINTS: dict[OutcomeKind, str] = {
    OutcomeKind.ISSUED: _PRINT_NOTICE,
    OutcomeKind.UPDATED: _PRINT_NOTICE,
    OutcomeKind.CLOSED: _PRINT_NOTICE,
    OutcomeKind.REJECTED: _PRINT_NOTICE,
    OutcomeKind.CODE_ABSENT: "In TK1-TS",
    OutcomeKind.NAME_DIFFERS: "In TK1-TS",
    OutcomeKind.AMBIGUOUS: "In TK1-TS",
}


_CONFIRMED = (
    "Bạn đã xác nhận chỉ khác dấu. Ghi lý do vào Ghi chú rồi Ghi nhận lại; bỏ đánh dấu «Đã xác nhận chỉ khác dấu» bên "
    "dưới nếu không phải."
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a banner says; ``reference`` is the number to quote to support."""

    kind: Kind
    title: str
    text: str
    reference: str = ""


_GUIDE_CODE = (
    "Nói với người dân: chưa có mã số BHXH khớp trên hệ thống nên cần kê khai thủ tục cấp mã số BHXH theo mẫu TK1-TS, "
    "nộp tại cơ quan BHXH. Khi có mã số, mở lại hồ sơ này và Ghi nhận lại; không phải đăng ký lại từ đầu."
)
_TEXTS: dict[OutcomeKind, Told] = {
    OutcomeKind.SENDING: Told(
        Kind.INFO,
        "Đã ghi nhận trên máy, chờ trung tâm trả lời",
        "Thường chỉ mất vài giây. Nếu lâu hơn, Hàng chờ gửi (Ctrl+2) cho biết vì sao; có thể làm tiếp hồ sơ khác.",
    ),
    OutcomeKind.WAITING_NETWORK: Told(
        Kind.WARN,
        "Đã ghi nhận, chờ gửi khi có mạng",
        "Kết quả đã lưu trên máy và tự gửi khi có mạng. Người dân không phải chờ: tin nhắn báo kết quả sẽ gửi sau.",
    ),
    OutcomeKind.ISSUED: Told(Kind.OK, "Cập nhật thành công", "Tài khoản đã cấp; {sent}"),
    OutcomeKind.UPDATED: Told(Kind.OK, "Cập nhật thông tin thành công", "Tài khoản mang thông tin mới; {sent}"),
    OutcomeKind.CLOSED: Told(Kind.OK, "Ngừng tài khoản thành công", "Tài khoản không dùng được nữa; {sent}"),
    OutcomeKind.REJECTED: Told(Kind.OK, "Từ chối duyệt thành công", "Hồ sơ không được duyệt; {sent}"),
    OutcomeKind.EXPIRED: Told(
        Kind.NEUTRAL,
        "Hồ sơ đã hết hạn",
        "Đã quá hạn mà chưa nộp tờ khai. Nói với người dân kê khai lại trên Cổng dịch vụ công.",
    ),
    OutcomeKind.CHECKING: Told(
        Kind.WARN,
        "HGĐ chưa trả lời",
        "Hệ thống tự hỏi lại và tự hoàn tất khi HGĐ trả lời. Người dân không phải chờ: kết quả sẽ được nhắn tới số "
        "điện thoại đã đăng ký. Nếu vừa phát hiện sai sót, vẫn có thể chọn Hồ sơ không hợp lệ.",
    ),
    OutcomeKind.CODE_ABSENT: Told(Kind.WARN, "Mã số BHXH không có trên HGĐ, hồ sơ chưa được duyệt", _GUIDE_CODE),
    OutcomeKind.NAME_DIFFERS: Told(
        Kind.WARN,
        "Họ tên khác với HGĐ, hồ sơ chưa được duyệt",
        "Kê khai: {declared} · HGĐ: {registry}. Đối chiếu giấy tờ bản gốc. Nếu HGĐ sai, hướng dẫn người dân điều "
        "chỉnh theo mẫu TK1-TS rồi Ghi nhận lại; nếu tờ khai sai, chọn Hồ sơ không hợp lệ.",
    ),
    OutcomeKind.MARKS_DIFFER: Told(
        Kind.WARN,
        "Họ tên ở HGĐ chỉ khác dấu, hồ sơ chưa được duyệt",
        "Kê khai: {declared} · HGĐ: {registry}. Nếu giấy tờ bản gốc cho thấy là một người, bấm «Xác nhận chỉ khác "
        "dấu», ghi lý do vào Ghi chú rồi Ghi nhận lại.",
    ),
    OutcomeKind.AMBIGUOUS: Told(
        Kind.WARN,
        "HGĐ có nhiều người cùng mã số này, hồ sơ chưa được duyệt",
        "Nói với người dân: mã số đang trùng nên cần điều chỉnh theo mẫu TK1-TS tại cơ quan BHXH. Khi đã điều chỉnh, "
        "mở lại hồ sơ này và Ghi nhận lại.",
    ),
    OutcomeKind.ACCOUNT_EXISTS: Told(
        Kind.WARN,
        "Mã số BHXH đã có tài khoản đang hoạt động, hồ sơ chưa được duyệt",
        "Tài khoản đang có giữ nguyên. Đối chiếu mã số BHXH; nói với người dân dùng tài khoản đó hoặc khai thay đổi "
        "thông tin, rồi chọn Hồ sơ không hợp lệ. Khi tài khoản đó đã ngừng thì Ghi nhận lại.",
    ),
    OutcomeKind.ACCOUNT_MISSING: Told(
        Kind.WARN,
        "Không có tài khoản đang hoạt động, hồ sơ chưa được duyệt",
        "Không còn tài khoản nào để thay đổi hoặc ngừng. Đối chiếu mã số BHXH; nói với người dân đăng ký mới, rồi "
        "chọn Hồ sơ không hợp lệ. Khi đã có tài khoản thì Ghi nhận lại.",
    ),
    OutcomeKind.PHONE_TAKEN: Told(
        Kind.WARN,
        "Số điện thoại đã đăng ký cho tài khoản khác, hồ sơ chưa được duyệt",
        "Nói với người dân khai lại với số điện thoại khác, rồi chọn Hồ sơ không hợp lệ với lý do này. Khi tài khoản "
        "kia không còn dùng số này thì Ghi nhận lại.",
    ),
}
_SETTLED: dict[OutcomeKind, Told] = {
    OutcomeKind.ISSUED: Told(Kind.INFO, "Hồ sơ đã được duyệt, tài khoản đã cấp", "{sent}"),
    OutcomeKind.UPDATED: Told(Kind.INFO, "Hồ sơ đã được duyệt, thông tin đã cập nhật", "{sent}"),
    OutcomeKind.CLOSED: Told(Kind.INFO, "Hồ sơ đã được duyệt, tài khoản đã ngừng", "{sent}"),
    OutcomeKind.REJECTED: Told(Kind.INFO, "Hồ sơ không được duyệt", "{sent}"),
}
_SUBJECT: dict[OutcomeKind, str] = {
    OutcomeKind.ISSUED: "mật khẩu",
    OutcomeKind.UPDATED: "tin báo",
    OutcomeKind.CLOSED: "tin báo",
    OutcomeKind.REJECTED: "tin báo kèm lý do",
}
_WAYS = {Channel.SMS: "số điện thoại đã đăng ký", Channel.EMAIL: "thư điện tử"}
_CONFLICTS = frozenset({"version-conflict", "already-decided", "leased"})


def tell(outcome: Outcome, reference: Reference, refused: Refused | None = None) -> Told:
    """Return what to say about an outcome."""
    if outcome.kind is OutcomeKind.REFUSED_BY_CENTRAL:
        return _refused(outcome, reference, refused)
    told = _TEXTS[outcome.kind] if outcome.fresh else _SETTLED.get(outcome.kind, _TEXTS[outcome.kind])
    registry = outcome.dossier.registry
    values = {
        "sent": _sent(outcome),
        "declared": outcome.dossier.declaration.full_name,
        "registry": (registry.registry_name if registry else None) or words.NOTHING,
    }
    text = told.text.format_map(values)
    return Told(told.kind, told.title, text[:1].upper() + text[1:])


def _sent(outcome: Outcome) -> str:
    subject = _SUBJECT.get(outcome.kind, "tin báo")
    newest = newest_messages(outcome.dossier.messages)
    if outcome.sent is None:
        return f"{subject} sẽ được gửi tới số điện thoại đã đăng ký."
    if outcome.sent is MessageState.SENT:
        return f"{subject} đã được gửi tới {_where(newest, MessageState.SENT)}."
    if outcome.sent is MessageState.FAILED:
        return (
            f"{subject} không gửi được tới {_where(newest, MessageState.FAILED)} sau nhiều lần thử; hệ thống không tự "
            "gửi nữa. Báo kết quả trực tiếp cho người dân và đối chiếu lại nơi nhận: nếu đúng, nhờ quản trị gửi lại; "
            "nếu sai, hướng dẫn người dân kê khai lại."
        )
    return f"{subject} đang chờ gửi tới {_where(newest, MessageState.QUEUED)}."


def _where(newest: tuple[Message, ...], state: MessageState) -> str:
    return " và ".join(f"{_WAYS[message.channel]} {message.to}" for message in newest if message.state is state)


def _refused(outcome: Outcome, reference: Reference, refused: Refused | None) -> Told:
    said = messages.tell(outcome.code or "", outcome.data, reference)
    kept = ""
    if refused is not None:
        verdict = words.label(reference, "verdict", refused.decision.verdict.value)
        kept = f"Đánh giá của bạn lúc {words.moment_text(refused.decision.decided_at)} («{verdict}») vẫn được giữ."
    judged = outcome.dossier.judgement
    theirs = ""
    if judged is not None and outcome.code in _CONFLICTS and (refused is None or judged.op_id != refused.op_id):
        verdict = words.label(reference, "verdict", judged.verdict)
        at = words.moment_text(judged.decided_at)
        theirs = f"{judged.officer_name} đã đánh giá «{verdict}» lúc {at}."
    body = " ".join(part for part in (said.body, theirs, kept) if part)
    return Told(Kind.BAD, said.title, body, said.reference)


def other_officer(outcome: Outcome) -> str:
    """Return who was quicker, as central or the dossier names them."""
    judged = outcome.dossier.judgement
    return str(outcome.data.get("by") or (judged.officer_name if judged else "") or "người kia")


class OutcomeView(Banner):
    """The banner of the detail page with up to two choices; ``acted`` asks for the paper that goes with the outcome.

    ``prints``: that is offered.
    """

    marks_wanted = Signal()
    other_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("outcome", parent)
        self.prints = False
        self._first = QPushButton()
        self._first.clicked.connect(self._chosen)
        self._second = QPushButton()
        named(self._second, "outcomeAgain", AGAIN)
        self._second.setText(AGAIN)
        self._second.clicked.connect(self.again_wanted)
        row = self.layout()
        assert isinstance(row, QBoxLayout)  # noqa: S101 - the banner is one row
        row.insertWidget(row.count() - 1, self._first)
        row.insertWidget(row.count() - 1, self._second)
        self._shown: Told | None = None

    def show_outcome(
        self, outcome: Outcome, reference: Reference, refused: Refused | None, *, may_decide: bool, confirmed: bool
    ) -> None:
        """Show an outcome.

        Args:
            outcome: what became of the decision.
            reference: the deployment's words.
            refused: the decision central refused, if any.
            may_decide: whether the bar below is free for another judgement.
            confirmed: whether the officer has confirmed that the names differ in marks only.
        """
        told = tell(outcome, reference, refused)
        if confirmed and outcome.kind is OutcomeKind.MARKS_DIFFER:
            told = replace(told, text=_CONFIRMED)
        conflict = outcome.kind is OutcomeKind.REFUSED_BY_CENTRAL
        marks = outcome.kind is OutcomeKind.MARKS_DIFFER and may_decide and not confirmed
        other = OTHER.format(name=other_officer(outcome)) if outcome.code in _CONFLICTS else WITHDRAW
        word = MARKS if marks else other
        self._first.setText(word)
        named(self._first, "outcomeMarks" if marks else "outcomeOther", word)
        self._first.setVisible(marks or conflict)
        # A banner that waits for a choice cannot be put away.
        self._close.setVisible(not (marks or conflict))
        self._second.setVisible(conflict and outcome.dossier.status in DECIDABLE)
        if told != self._shown:
            self._shown = told
            offered = _PRINTS.get(outcome.kind, "") if self.prints else ""
            self.show_result(told.kind, told.title, told.text, reference=told.reference, action=offered)

    def clear(self) -> None:
        """Hide, and forget what was said."""
        super().clear()
        self._shown = None

    def _chosen(self) -> None:
        if self._first.objectName() == "outcomeMarks":
            self.marks_wanted.emit()
        else:
            self.other_wanted.emit()
