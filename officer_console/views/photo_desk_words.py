"""What the photo desk says: advice about a picture, who else has it, what stands in an empty place."""

from __future__ import annotations

from officer_console.domain.attachment import AttachmentKind
from officer_console.viewmodels.photo_desk_ports import LooksPort
from officer_console.views.theme import Kind

TITLE = "Bàn ảnh"
REASONS = (
    "Ảnh công dân gửi bị mờ, tối hoặc lóa",
    "Ảnh công dân gửi không thấy rõ khuôn mặt",
    "Ảnh công dân gửi không đúng người trên thẻ",
    "Ảnh công dân gửi thiếu góc hoặc bị che",
    "Công dân đề nghị dùng ảnh chụp tại quầy",
)
# Where there is no picture to be found fault with.
REASONS_MISSING = ("Công dân chưa gửi ảnh này", "Công dân đề nghị dùng ảnh chụp tại quầy")
NO_REASON = ("Chưa chọn lý do thay ảnh.", "Chọn trong danh sách (phím ↓) hoặc gõ lý do, rồi bấm Dùng ảnh mới lần nữa.")
# Of a paper, and where it differs of a portrait.
_ADVICE = {
    "blurred": "Ảnh chưa nét: giữ chắc máy, chụp hoặc quét lại.",
    "glare": "Có vệt lóa: đổi hướng đèn rồi chụp lại.",
    "dark": "Ảnh tối: tăng sáng rồi chụp lại.",
    "bright": "Ảnh quá sáng: chữ có thể mất nét.",
    "low-resolution": "Độ phân giải thấp: chụp gần hơn hoặc quét ở 300 dpi.",
    "no-face": "Không thấy khuôn mặt nhìn thẳng.",
    "several-faces": "Có nhiều khuôn mặt trong ảnh.",
    "face-off-centre": "Khuôn mặt lệch khỏi giữa ảnh.",
    "eyes-hidden": "Không thấy rõ mắt: bỏ kính râm, khẩu trang hoặc tóc che mắt.",
}
_PORTRAIT = {
    "bright": "Ảnh quá sáng: khuôn mặt mất chi tiết.",
    "low-resolution": "Độ phân giải thấp: chụp gần hơn.",
}
GOOD = "Không thấy điểm nào cần chụp lại."
LOOKING = "Đang xem chất lượng ảnh…"
NO_OLD = "Công dân không gửi ảnh này."
NO_NEW = "Chưa có ảnh mới.\nChọn tệp, kéo thả ảnh vào đây hoặc dán (Ctrl+V)."
READING = "Đang đọc ảnh…"
NO_CARD = "Chưa có ảnh mặt trước của thẻ."
NO_FACE = "Không tìm thấy khuôn mặt trên ảnh mặt trước của thẻ."
SEARCHING = "Đang tìm khuôn mặt trên thẻ…"
OTHER_PAGES = "Muốn chọn trang khác: đóng bàn ảnh, bấm Quét… (F6) rồi lấy tệp ở đó."


def advice(looks: LooksPort | None, kind: AttachmentKind) -> tuple[str, Kind | None]:
    """Return what is poor about a picture, a line each, and its tone; nothing of it holds the officer up."""
    if looks is None:
        return LOOKING, None
    told = {**_ADVICE, **_PORTRAIT} if kind is AttachmentKind.PORTRAIT else _ADVICE
    lines = [told[code] for code in looks.quality.advice if code in told]
    return ("\n".join(f"▲ {line}" for line in lines), Kind.WARN) if lines else (f"✓ {GOOD}", Kind.OK)


def pages(count: int) -> str:
    """Return which page of a file with several is taken."""
    return f"Tệp có {count} trang, đang dùng trang đầu tiên có nội dung."


def elsewhere(numbers: tuple[str, ...]) -> str:
    """Return which other dossiers have the same picture; empty when none has."""
    if not numbers:
        return ""
    shown = ", ".join(numbers[:3])
    more = f" và {len(numbers) - 3} hồ sơ khác" if len(numbers) > 3 else ""
    return f"Ảnh này cũng có trong hồ sơ {shown}{more} của người khác."
