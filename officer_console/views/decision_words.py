"""The decision bar's sentences: why it is locked, how a dossier was judged."""

from __future__ import annotations

from datetime import datetime

from officer_console.domain.dossier import Dossier, Judgement
from officer_console.domain.form import signed_form
from officer_console.domain.reference import Reference
from officer_console.viewmodels.locks import Lock, LockKind
from officer_console.views import words

_LOCKS: dict[LockKind, str] = {
    LockKind.LOADING: "Đang mở hồ sơ…",
    LockKind.LEASED: "Hồ sơ đang do {by} xử lý {span}",
    LockKind.LOST: "{by} đã nhận xử lý hồ sơ này{since}",
    LockKind.DRAFT: "Có bản nháp lúc {at}: chọn Tiếp tục hoặc Bỏ ở thông báo phía trên.",
    LockKind.PENDING: "Kết quả đã ghi nhận, đang chờ trung tâm trả lời.",
    LockKind.CLOSED: "Hồ sơ đã có kết quả, chỉ xem.",
    LockKind.EXPIRED: "Hồ sơ đã hết hạn, chỉ xem.",
    LockKind.ATTENTION: "Trung tâm không nhận kết quả đã ghi nhận; chọn cách xử lý ở thông báo phía trên.",
    LockKind.CHANGED: "Hồ sơ vừa có thay đổi: đọc lại dữ liệu, rồi bấm Đã xem lại ở thông báo phía trên.",
    LockKind.NOT_ALLOWED: "Tài khoản của bạn chỉ được xem hồ sơ.",
}


def signed_text(dossier: Dossier | None) -> str:
    """Return the words of the tick for the signed form: where there is a scan of it, that is said, and no more."""
    scanned = dossier is not None and signed_form(dossier) is not None
    return "Đã nhận tờ khai ký (có bản quét)" if scanned else "Đã nhận tờ khai ký"


def lock_text(lock: Lock) -> str:
    """Return why nothing can be decided."""
    by, since, until, at = (lock.data.get(name) for name in ("by", "since", "until", "at"))
    return _LOCKS[lock.kind].format(
        by=by or "cán bộ khác",
        since=f" lúc {words.clock_text(since)}" if isinstance(since, datetime) else "",
        span=lease_span(since, until),
        at=words.moment_text(at) if isinstance(at, datetime) else words.NOTHING,
    )


def lease_span(since: object, until: object) -> str:
    """Return since when and until when a dossier is held, as far as it is known."""
    begun = f"từ {words.clock_text(since)} " if isinstance(since, datetime) else ""
    if not isinstance(until, datetime):
        return f"{begun}đến khi xong"
    same_day = isinstance(since, datetime) and words.day_text(since) == words.day_text(until)
    return f"{begun}đến {words.clock_text(until)}{'' if same_day else f' ngày {words.day_text(until)}'}"


def judgement_text(judged: Judgement | None, reference: Reference) -> str:
    """Return the recorded judgement on one line: verdict, reason, note, who and when; empty when there is none."""
    if judged is None:
        return ""
    reason = next((reason.label for reason in reference.reasons if reason.code == judged.reason_code), None)
    parts = (
        words.label(reference, "verdict", judged.verdict),
        f"Lý do: {' – '.join(part for part in (reason or judged.reason_code, judged.reason_text) if part)}"
        if judged.reason_code
        else "",
        f"Ghi chú: {judged.note}" if judged.note else "",
        f"{judged.officer_name}, {words.moment_text(judged.decided_at)}",
    )
    return " · ".join(part for part in parts if part)
