"""The table of sentences for devices and scanning profiles: code → (what happened, what it means, what to do)."""

from __future__ import annotations

from officer_console.devices.scanner import Colour, Fault, Source

_NO_PAGE = "Chưa có trang nào được lấy vào hồ sơ."
_BEFORE_STAYS = "Các trang đã quét trước đó vẫn giữ nguyên."
_PROFILES_HOLD = "Cấu hình quét đang dùng giữ nguyên."
_TO_ADMINISTRATOR = "Báo quản trị sửa tệp theo chỗ đã nêu rồi mở lại chương trình."

DEVICES: dict[str, tuple[str, str, str]] = {
    "device-no-device": (
        "Không tìm thấy máy quét",
        _NO_PAGE,
        "Bật máy, kiểm tra dây cáp hoặc mạng rồi quét lại; vẫn không thấy thì chọn cấu hình khác hoặc đính kèm tệp.",
    ),
    "device-busy": (
        "Máy quét đang bận",
        _NO_PAGE,
        "Chờ lượt đang quét xong, hoặc tắt chương trình khác đang dùng máy, rồi quét lại.",
    ),
    "device-no-paper": (
        "Khay máy quét không có giấy",
        _BEFORE_STAYS,
        "Đặt giấy vào khay, đẩy sát thanh chặn rồi quét lại.",
    ),
    "device-jam": (
        "Kẹt giấy",
        _BEFORE_STAYS,
        "Mở nắp, rút tờ bị kẹt, vuốt phẳng rồi quét lại từ tờ đó.",
    ),
    "device-double-feed": (
        "Máy kéo hai tờ một lúc",
        _BEFORE_STAYS,
        "Tách rời các tờ, gỡ ghim bấm rồi quét lại từ tờ bị kéo đôi.",
    ),
    "device-cover-open": (
        "Nắp máy quét đang mở",
        _BEFORE_STAYS,
        "Đóng kín nắp rồi quét lại.",
    ),
    "device-offline": (
        "Mất liên lạc với máy quét",
        _BEFORE_STAYS,
        "Kiểm tra nguồn, dây cáp hoặc mạng của máy rồi quét lại.",
    ),
    "device-cancelled": ("Đã dừng quét", _BEFORE_STAYS, "Bấm Quét để quét tiếp."),
    "device-driver": (
        "Trình điều khiển máy quét báo lỗi",
        _BEFORE_STAYS,
        "Tắt máy quét, bật lại rồi quét lại; nếu vẫn lỗi, quản trị xem nhật ký ở trang Thiết bị.",
    ),
    "device-truncated": (
        "Trang quét bị thiếu một phần nên không được nhận",
        _BEFORE_STAYS,
        "Quét lại trang đó; nếu lặp lại, kiểm tra dây cáp hoặc mạng của máy.",
    ),
    "device-device-timeout": (
        "Máy quét không trả lời",
        _BEFORE_STAYS,
        "Tắt máy quét, bật lại rồi quét lại; trong lúc chờ có thể chọn cấu hình khác hoặc đính kèm tệp.",
    ),
    "device-certificate": (
        "Máy quét qua mạng không đúng máy đã đăng ký",
        "Chưa gửi gì cho máy này. Mã chứng thư nhận được: {seen}",
        "So mã này với mã trên màn hình máy quét; nếu giống nhau, quản trị ghi mã vào cấu hình quét.",
    ),
    "profile-locked": (
        "Cấu hình này do quản trị khóa",
        _PROFILES_HOLD,
        "Dùng nguyên cấu hình, hoặc tạo cấu hình riêng với tên khác nếu đơn vị cho phép.",
    ),
    "profile-unknown": (
        "Không còn cấu hình quét này",
        _PROFILES_HOLD,
        "Chọn một cấu hình khác trong danh sách.",
    ),
    "profiles-unreadable": (
        "Không đọc hoặc ghi được tệp cấu hình quét",
        "Tệp: {path}.",
        "Kiểm tra ổ đĩa và quyền mở tệp; nếu vẫn lỗi, báo quản trị.",
    ),
    "profiles-too-large": ("Tệp cấu hình quét quá lớn", "Tệp: {path}.", _TO_ADMINISTRATOR),
    "profiles-malformed": ("Tệp cấu hình quét bị hỏng", "Tệp: {path}, dòng {line}.", _TO_ADMINISTRATOR),
    "profiles-key-unknown": (
        "Tệp cấu hình quét có mục không dùng được",
        "Tệp: {path}, dòng {line}, mục «{key}».",
        _TO_ADMINISTRATOR,
    ),
    "profiles-key-missing": (
        "Tệp cấu hình quét thiếu một mục",
        "Tệp: {path}, dòng {line}, mục «{key}».",
        _TO_ADMINISTRATOR,
    ),
    "profiles-key-twice": (
        "Tệp cấu hình quét ghi một mục hai lần",
        "Tệp: {path}, dòng {line}, mục «{key}».",
        _TO_ADMINISTRATOR,
    ),
    "profiles-name-twice": (
        "Tệp cấu hình quét có hai cấu hình trùng tên",
        "Tệp: {path}, dòng {line}, tên «{key}».",
        _TO_ADMINISTRATOR,
    ),
    "profiles-value": (
        "Cấu hình quét có giá trị không dùng được",
        "Mục «{key}», dòng {line}.",
        "Sửa mục này rồi lưu lại; nếu là cấu hình của quản trị, báo quản trị sửa tệp.",
    ),
}

SOURCES = {Source.FLATBED: "Mặt kính", Source.FEEDER: "Khay nạp giấy", Source.DUPLEX: "Khay nạp giấy, hai mặt"}
COLOURS = {Colour.COLOUR: "Màu", Colour.GREY: "Xám", Colour.BLACK: "Đen trắng"}
DRIVERS = {
    "sane": "SANE",
    "twain": "TWAIN",
    "twain32": "TWAIN 32 bit",
    "wia": "WIA",
    "escl": "Qua mạng (eSCL, AirScan)",
    "folder": "Thư mục quét",
}
# What a device stands in the list with, short.
STATES = {
    Fault.NO_DEVICE: "Không thấy",
    Fault.BUSY: "Đang bận",
    Fault.OFFLINE: "Mất liên lạc",
    Fault.TIMEOUT: "Không trả lời",
    Fault.DRIVER: "Lỗi trình điều khiển",
    Fault.CERTIFICATE: "Sai chứng thư",
}


def driver(name: str) -> str:
    """Return what a driver is called."""
    return DRIVERS.get(name, name)


def state(fault: Fault | None) -> str:
    """Return the short word for how a driver or device stands."""
    return "Sẵn sàng" if fault is None else STATES.get(fault, DEVICES[f"device-{fault.value}"][0])


def grouped(fingerprint: str) -> str:
    """Return hexadecimal digits in groups of four, as devices show them; anything else as it is."""
    digits = fingerprint.strip().lower().removeprefix("sha256=")
    if len(digits) != 64 or not set(digits) <= set("0123456789abcdef"):
        return fingerprint
    return " ".join(digits[start : start + 4] for start in range(0, 64, 4))
