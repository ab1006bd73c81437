"""The program's fixed Vietnamese words, and how numbers, dates and times are written."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache

from officer_console.domain.deadline import VIETNAM, Condition
from officer_console.domain.dossier import Status
from officer_console.domain.reference import Reference
from officer_console.domain.search import Pending
from officer_console.views.assets import asset
from officer_console.views.theme import Kind

NOTHING = "–"

FIXED: dict[str, dict[str, str]] = {
    "history": {
        "declared": "Công dân kê khai",
        "handed_in": "Nộp tờ khai đã ký",
        "form_filed": "Lưu bản quét tờ khai đã ký",
        "notice_filed": "Lưu thông báo đã ký số",
        "decided_valid": "Đánh giá: hồ sơ hợp lệ",
        "decided_invalid": "Đánh giá: hồ sơ không hợp lệ",
        "registry_match": "HGĐ: khớp mã số và họ tên",
        "registry_marks_differ": "HGĐ: họ tên chỉ khác dấu",
        "registry_name_differs": "HGĐ: họ tên khác",
        "registry_code_absent": "HGĐ: không có mã số",
        "registry_ambiguous": "HGĐ: mã số trùng nhiều người",
        "registry_silent": "HGĐ: chưa trả lời",
        "account_issued": "Cấp tài khoản",
        "information_updated": "Cập nhật thông tin tài khoản",
        "account_closed": "Ngừng tài khoản",
        "refused": "Không duyệt hồ sơ",
        "awaiting_registry": "Hướng dẫn cấp/điều chỉnh mã số",
        "phone_taken": "Số điện thoại đã có tài khoản khác",
        "account_missing": "Không có tài khoản đang hoạt động",
        "account_exists": "Mã số đã có tài khoản đang hoạt động",
        "photo_replaced": "Thay ảnh",
        "lease_broken": "Lãnh đạo thu hồi hồ sơ",
        "lease_lapsed": "Cán bộ khác nhận hồ sơ đã hết giờ giữ",
        "moved": "Chuyển cơ quan tiếp nhận",
        "expired": "Hết hạn, không nộp tờ khai",
    },
}

CONDITION_SHAPES = {Condition.ON_TIME: "●", Condition.DUE_SOON: "◐", Condition.OVERDUE: "▲"}
CONDITION_KINDS = {Condition.ON_TIME: Kind.OK, Condition.DUE_SOON: Kind.WARN, Condition.OVERDUE: Kind.BAD}
STATUS_KINDS = {
    Status.PENDING: Kind.INFO,
    Status.PROCESSING: Kind.INFO,
    Status.CHECKING: Kind.WARN,
    Status.APPROVED: Kind.OK,
    Status.REJECTED: Kind.BAD,
    Status.AWAITING_REGISTRY: Kind.WARN,
    Status.EXPIRED: Kind.NEUTRAL,
}
PENDING: dict[int, str] = {Pending.WAITING: "chờ gửi", Pending.ATTENTION: "cần xử lý"}
PENDING_KINDS: dict[int, Kind] = {Pending.WAITING: Kind.WARN, Pending.ATTENTION: Kind.BAD}
DETAIL_TITLE = "Chi tiết hồ sơ"


@cache
def _shipped() -> dict[str, dict[str, str]]:
    """Return the labels that stand in until central's have arrived."""
    labels: dict[str, dict[str, str]] = json.loads(asset("reference", "labels.json").read_text(encoding="utf-8"))
    return labels


def label(reference: Reference, group: str, value: str | None) -> str:
    """Return the words for a value: the deployment's label, else the program's own, else the value itself."""
    if not value:
        return NOTHING
    for labels in (reference.labels, FIXED, _shipped()):
        found = labels.get(group, {}).get(value)
        if found:
            return found
    return value


def note_text(reference: Reference, what: str, note: str | None) -> str:
    """Return the note of a history line; for a replaced picture it is the picture's kind, in words."""
    return label(reference, "attachment", note) if what == "photo_replaced" and note else note or ""


def condition_text(reference: Reference, condition: Condition | None) -> str:
    """Return shape and word of a Tình trạng; empty when nothing is owed."""
    if condition is None:
        return ""
    return f"{CONDITION_SHAPES[condition]} {label(reference, 'condition', condition.value)}"


def date_text(day: date | None) -> str:
    """Return ``dd/MM/yyyy``, or a dash."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}" if day else NOTHING


def moment_text(at: datetime | None) -> str:
    """Return an aware time as ``dd/MM/yyyy HH:mm`` in Vietnamese time (UTC+7), or a dash."""
    return at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M") if at else NOTHING


def clock_text(at: datetime) -> str:
    """Return the Vietnamese time of day, ``HH:mm``."""
    return at.astimezone(VIETNAM).strftime("%H:%M")


def day_text(at: datetime) -> str:
    """Return the Vietnamese day without its year, ``dd/MM``."""
    return at.astimezone(VIETNAM).strftime("%d/%m")


def number_text(value: int) -> str:
    """Return a whole number with dots: ``1.234.567``."""
    return f"{value:,}".replace(",", ".")


def count_text(value: int, *, more: bool, noun: str = "hồ sơ") -> str:
    """Return «214 hồ sơ», or «1.000+ hồ sơ» when the count stopped at its bound."""
    return f"{number_text(value)}{'+' if more else ''} {noun}"


def chosen_text(count: int, whole: str, *, refused: int = 0) -> str:
    """Return how many of the ``whole`` list are chosen; ``refused``: how many there may be, where it would be more."""
    if refused:
        return f"Chọn được nhiều nhất {number_text(refused)} hồ sơ một lần · {whole}"
    return f"Đã chọn {number_text(count)} · {whole}" if count > 1 else whole


def print_chosen(count: int) -> str:
    """Return the line of a menu that prints the dossiers chosen."""
    return f"In {number_text(count)} hồ sơ đã chọn…"


def span_text(seconds: float) -> str:
    """Return a length of time in words, in its one or two largest units."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} giây"
    if whole < 3600:
        rest = f" {whole % 60} giây" if whole < 600 and whole % 60 else ""
        return f"{whole // 60} phút{rest}"
    if whole < 86400:
        rest = f" {whole % 3600 // 60} phút" if whole % 3600 >= 60 else ""
        return f"{whole // 3600} giờ{rest}"
    return f"{whole // 86400} ngày"


def due_text(due: date, today: date) -> str:
    """Return how far the deadline is: «còn 2 ngày», «hạn hôm nay», «quá hạn 3 ngày»."""
    return days_text((due - today).days)


def days_text(days: int) -> str:
    """Return a number of days until the deadline in words; negative when it has passed."""
    if days == 0:
        return "hạn hôm nay"
    return f"còn {days} ngày" if days > 0 else f"quá hạn {-days} ngày"
