"""The table of sentences for files the gate refuses: code → (what happened, what it means, what to do)."""

from __future__ import annotations

_UNCHANGED = "Hồ sơ không thay đổi."

PICTURES: dict[str, tuple[str, str, str]] = {
    "not-an-image": ("Tệp này không phải là ảnh", _UNCHANGED, "Chọn tệp JPEG, PNG, TIFF hoặc PDF."),
    "unsupported-format": (
        "Không dùng được loại ảnh này",
        _UNCHANGED,
        "Lưu ảnh thành JPEG hoặc PNG rồi chọn lại.",
    ),
    "too-large": ("Tệp ảnh quá lớn", _UNCHANGED, "Chọn ảnh nhỏ hơn 12 MB hoặc quét lại ở 300 dpi."),
    "too-many-pixels": ("Ảnh có kích thước quá lớn", _UNCHANGED, "Quét lại ở 300 dpi hoặc thu nhỏ ảnh."),
    "truncated": ("Tệp ảnh bị hỏng hoặc chưa tải đủ", _UNCHANGED, "Chép lại tệp hoặc quét lại."),
    "gate-timeout": ("Kiểm tra ảnh quá lâu nên đã dừng", _UNCHANGED, "Quét lại hoặc chọn ảnh khác."),
    "empty": ("Tệp ảnh trống", _UNCHANGED, "Chọn tệp khác hoặc quét lại."),
    "unreadable": ("Không đọc được tệp", _UNCHANGED, "Kiểm tra ổ đĩa hoặc quyền mở tệp rồi chọn lại."),
    "locked": (
        "Tệp PDF này có mật khẩu",
        _UNCHANGED,
        "Mở tệp bằng mật khẩu, in hoặc lưu thành tệp không có mật khẩu rồi chọn lại.",
    ),
    "too-many-pages": (
        "Tệp có quá nhiều trang",
        _UNCHANGED,
        "Chỉ lưu những trang cần dùng (không quá 200 trang) thành tệp riêng rồi chọn lại.",
    ),
    "over-budget": (
        "Ảnh không nén được đến dung lượng cho phép",
        _UNCHANGED,
        "Chụp hoặc quét lại ở 300 dpi, cắt sát mép giấy rồi thử lại.",
    ),
    "page-refused": (
        "Trang {number} của lượt quét không dùng được",
        "Các trang khác vẫn ở đây; trang sau nó không tự được đặt tên.",
        "Quét lại trang này.",
    ),
    "stack-full": (
        "Xấp giấy đã đủ {pages} trang nên không nhận thêm",
        "Các trang đã vào đây còn nguyên. Giấy còn trong khay và tờ máy kéo dở khi dừng chưa được nhận.",
        "Lưu các hồ sơ đã rõ, rồi quét tiếp từ tờ nằm sau trang {last}.",
    ),
    "stack-full-files": (
        "Xấp giấy đã đủ {pages} trang: {files} tệp chưa được lấy vào",
        "Các trang đã vào đây còn nguyên; tệp chưa lấy vẫn ở chỗ cũ, không mất trang nào.",
        "Lưu các hồ sơ đã rõ, rồi lấy lại những tệp chưa vào.",
    ),
    "no-such-page": ("Tệp không có trang này", _UNCHANGED, "Chọn một trang khác trong tệp."),
}
