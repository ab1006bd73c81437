"""What the household registry (HGĐ) answered, in words, for an officer who only asked."""

from __future__ import annotations

from officer_console.domain.registry import RegistryAnswer, RegistryVerdict
from officer_console.views import words
from officer_console.views.theme import Kind

_ANSWERS: dict[RegistryVerdict, tuple[Kind, str, str]] = {
    RegistryVerdict.MATCH: (Kind.OK, "HGĐ: khớp mã số và họ tên", "HGĐ ghi: {registry}."),
    RegistryVerdict.MARKS_DIFFER: (
        Kind.WARN,
        "HGĐ: họ tên chỉ khác dấu",
        "Kê khai: {declared} · HGĐ: {registry}. Khi duyệt cần xác nhận chỉ khác dấu và ghi chú.",
    ),
    RegistryVerdict.NAME_DIFFERS: (
        Kind.WARN,
        "HGĐ: họ tên khác",
        "Kê khai: {declared} · HGĐ: {registry}. Đối chiếu giấy tờ bản gốc trước khi đánh giá.",
    ),
    RegistryVerdict.CODE_ABSENT: (
        Kind.WARN,
        "HGĐ: không có mã số này",
        "Người dân cần kê khai thủ tục cấp mã số BHXH (mẫu TK1-TS) trước khi được duyệt.",
    ),
    RegistryVerdict.AMBIGUOUS: (
        Kind.WARN,
        "HGĐ: nhiều người cùng mã số này",
        "Mã số cần được điều chỉnh (mẫu TK1-TS) trước khi duyệt.",
    ),
    RegistryVerdict.SILENT: (Kind.INFO, "HGĐ chưa trả lời", "Vẫn đánh giá được; hệ thống tự hỏi lại sau khi Ghi nhận."),
}


def answer(found: RegistryAnswer, declared_name: str) -> tuple[Kind, str, str]:
    """Return kind, title and text for an answer that decided nothing."""
    kind, title, text = _ANSWERS[found.verdict]
    values = {"declared": declared_name, "registry": found.registry_name or words.NOTHING}
    asked = f" Hỏi lúc {words.clock_text(found.checked_at)}; chưa ghi nhận gì."
    return kind, title, text.format_map(values) + asked
