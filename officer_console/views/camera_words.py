"""What the camera says to the officer: each fault with what to do about it."""

from __future__ import annotations

from officer_console.devices.camera import CameraFault
from officer_console.viewmodels.camera import CameraState, CameraStep
from officer_console.views.theme import Kind

_STEPS = {
    CameraStep.STARTING: "Đang tìm máy ảnh…",
    CameraStep.OPENING: "Đang bật máy ảnh…",
    CameraStep.SEARCHING: "Đặt thẻ hoặc giấy tờ vào giữa khung hình, trên nền khác màu.",
    CameraStep.HOLD_STILL: "Đã thấy giấy tờ. Giữ yên…",
    CameraStep.TAKING: "Đang chụp…",
    CameraStep.TAKEN: "Đã chụp. Lật mặt sau hoặc đặt giấy tờ khác để chụp tiếp.",
}
_MANUAL = "Đã thấy giấy tờ. Nhấn Chụp (phím cách) khi ảnh rõ."
_ADVICE = {
    "blurred": "Ảnh chưa nét: giữ yên, lau ống kính hoặc đưa giấy tờ ra xa một chút.",
    "glare": "Có vệt lóa: nghiêng giấy tờ hoặc đổi hướng đèn.",
    "dark": "Ảnh tối: bật thêm đèn.",
    "bright": "Ảnh quá sáng: tránh đèn chiếu thẳng.",
}
_FAULTS = {
    CameraFault.NO_CAMERA: (
        "Chưa có máy ảnh",
        "Cắm máy ảnh (webcam) vào cổng USB; chương trình tự nhận khi có. Nếu đã cắm, thử cổng khác.",
    ),
    CameraFault.LOST: (
        "Mất kết nối máy ảnh",
        "Kiểm tra dây cắm và cắm lại máy ảnh; hình sẽ tự hiện lại. Ảnh đã chụp trước đó vẫn còn.",
    ),
    CameraFault.DENIED: (
        "Không có quyền dùng máy ảnh",
        "Trên Windows: vào Cài đặt, Quyền riêng tư, Máy ảnh, bật cho phép ứng dụng dùng máy ảnh. Trên Linux: nhờ quản "
        "trị thêm tài khoản vào nhóm video. Sau đó nhấn Thử lại.",
    ),
    CameraFault.BUSY: (
        "Máy ảnh đang được dùng",
        "Đóng chương trình khác đang mở máy ảnh (Zoom, Zalo, trình duyệt…), rồi nhấn Thử lại.",
    ),
    CameraFault.SILENT: (
        "Máy ảnh không gửi hình",
        "Rút máy ảnh, chờ vài giây rồi cắm lại và nhấn Thử lại. Nếu vẫn vậy, chọn máy ảnh khác hoặc dùng máy quét.",
    ),
    CameraFault.DRIVER: (
        "Máy ảnh gặp lỗi",
        "Rút máy ảnh và cắm lại, rồi nhấn Thử lại. Nếu vẫn vậy, báo quản trị kiểm tra trình điều khiển.",
    ),
}


def line(state: CameraState, *, automatic: bool) -> tuple[str, Kind | None]:
    """Return the sentence below the picture and its tone."""
    if state.fault is not None:
        return _FAULTS[state.fault][1], Kind.BAD
    if state.step is CameraStep.TAKEN:
        return _STEPS[state.step], Kind.OK
    if state.step is CameraStep.HOLD_STILL:
        for code in state.advice:
            return _ADVICE[code], Kind.WARN
        return (_STEPS[state.step] if automatic else _MANUAL), None
    return _STEPS[state.step], None


def placeholder(state: CameraState) -> str:
    """Return what stands in the frame while there is no picture."""
    if state.fault is not None:
        return _FAULTS[state.fault][0]
    return _STEPS[state.step] if state.step in (CameraStep.STARTING, CameraStep.OPENING) else ""
