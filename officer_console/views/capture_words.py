"""What the window about captured pages says: the states of a page, advice about it, how far a scan is."""

from __future__ import annotations

from collections.abc import Iterable

from officer_console.devices.profile import SIZES, Profile
from officer_console.viewmodels.scan import ScanViewModel
from officer_console.viewmodels.sheets import Sheet
from officer_console.views import device_sentences
from officer_console.views.theme import Kind

TITLE = "Quét giấy tờ"
LOCKED = "khóa"
REASONS = (
    "Quét từ bản gốc công dân mang đến quầy",
    "Ảnh công dân gửi bị mờ, thiếu góc hoặc bị che",
    "Ảnh công dân gửi nhầm loại giấy tờ",
    "Công dân bổ sung giấy tờ tại quầy",
)
NO_REASON = ("Chưa chọn lý do.", "Chọn trong danh sách (phím ↓) hoặc gõ lý do, rồi bấm Đính kèm lần nữa.")
EMPTY = "Chưa có trang nào.\nQuét, đính kèm tệp, kéo thả ảnh vào đây hoặc dán (Ctrl+V)."
ADVICE = {
    "blurred": "Ảnh chưa nét: quét lại, đặt giấy sát mặt kính.",
    "glare": "Có vệt lóa: quét lại hoặc đổi hướng đèn.",
    "dark": "Ảnh tối: quét lại với nắp đậy kín hoặc tăng sáng.",
    "bright": "Ảnh quá sáng: chữ có thể bị mất nét.",
    "low-resolution": "Độ phân giải thấp: quét lại ở 300 dpi.",
    "no-face": "Không thấy khuôn mặt trong ảnh chân dung.",
    "several-faces": "Có nhiều khuôn mặt trong ảnh chân dung.",
    "face-off-centre": "Khuôn mặt lệch khỏi giữa ảnh.",
    "eyes-hidden": "Không thấy rõ mắt: bỏ kính râm, khẩu trang hoặc tóc che mắt.",
}
NO_PROFILE = "Chưa có cấu hình quét; tạo ở trang Thiết bị."
GOOD = "Không thấy điểm nào cần quét lại."


def advice(sheet: Sheet) -> tuple[str, Kind]:
    """Return what is poor about a page, a line each, and its tone; nothing of it holds the officer up."""
    if sheet.dropped:
        return ("Trang trắng, đã bỏ ra." if sheet.blank else "Trang đã bỏ ra.") + " Bấm Lấy lại nếu cần.", Kind.NEUTRAL
    lines = [ADVICE[code] for code in sheet.advice if code in ADVICE]
    return ("\n".join(lines), Kind.WARN) if lines else (GOOD, Kind.OK)


def state(sheet: Sheet, kind: str) -> str:
    """Return the second line under a page's thumbnail; ``kind`` is the word for what it becomes."""
    if sheet.attached:
        return f"✓ {kind}"
    if sheet.dropped:
        return "– Trang trắng" if sheet.blank else "– Đã bỏ"
    return f"◆ {kind}" if kind else "Chưa chọn loại"


def profile(each: Profile) -> str:
    """Return a profile's line in the list."""
    return f"{each.name} ({LOCKED})" if each.locked else each.name


def settings(each: Profile) -> str:
    """Return the settings of a profile in one line."""
    size = next((name for name, mm in SIZES.items() if mm == (each.width_mm, each.height_mm)), "")
    size = {"card": "Khổ thẻ"}.get(size, size) or f"{each.width_mm:g} × {each.height_mm:g} mm"
    source = device_sentences.SOURCES[each.settings.source]
    return f"{source} · {each.dpi} dpi · {device_sentences.COLOURS[each.colour]} · {size}"


def progress(scan: ScanViewModel, pages: int) -> str:
    """Return how far the scan is, in words."""
    if scan.stopping:
        return "Đang dừng…"
    if scan.progress is not None:
        return f"Đang quét trang {pages + 1}: {scan.progress:.0%}"
    where = f" từ {scan.device_name}" if scan.device_name else ""
    return f"Đã nhận {pages} trang{where}, đang chờ máy…" if pages else "Đang chờ máy quét…"


def left(pages: int) -> tuple[str, str]:
    """Return what is said when somebody closes over ``pages`` of which nothing has become."""
    return (
        f"Còn {pages} trang chưa đính kèm.",
        "Chọn loại rồi Đính kèm, Bỏ trang không cần, hoặc Đóng lần nữa để bỏ hết.",
    )


def attached(pages: int) -> tuple[str, str]:
    """Return what is said when all that was named is attached and ``pages`` are left."""
    return "Đã đính kèm.", f"Còn {pages} trang chưa dùng: chọn loại rồi Đính kèm, hoặc Đóng để bỏ."


def left_out(sheets: Iterable[Sheet]) -> str:
    """Return how many pages of a file were not taken, in words."""
    pages = sum(sheet.left_out for sheet in sheets)
    return f"Tệp dài quá: còn {pages} trang không lấy vào; tách thành tệp riêng nếu cần" if pages else ""


def passed(scan: ScanViewModel) -> str:
    """Return which devices of the profile were passed over and why."""
    told = [f"{each.device.name or each.device.id}: {device_sentences.state(each.fault)}" for each in scan.passed]
    return "Đã bỏ qua " + "; ".join(told) if told else ""
