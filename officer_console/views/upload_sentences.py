"""The table of sentences for pictures on their way to central: code → (what happened, what it means, what to do)."""

from __future__ import annotations

_KEPT = "Kết quả và ảnh vẫn được giữ trên máy và tự gửi lại."
_SUPPORT = "Không cần làm gì; nếu kéo dài, báo bộ phận hỗ trợ kèm mã tra cứu."

UPLOADS: dict[str, tuple[str, str, str]] = {
    "attachment-cut": (
        "Đường truyền ngắt giữa chừng khi gửi ảnh",
        "Kết quả và ảnh vẫn được giữ trên máy và tự gửi tiếp từ chỗ bị ngắt; các kết quả khác vẫn gửi đi.",
        "Không cần làm gì; nếu kéo dài, kiểm tra đường mạng hoặc báo bộ phận hỗ trợ.",
    ),
    "attachment-unreadable": (
        "Chưa đọc được ảnh đã lưu trên máy",
        "Kết quả vẫn được giữ trên máy và tự gửi khi đọc được ảnh; các kết quả khác vẫn gửi đi.",
        "Nếu kéo dài, kiểm tra ổ đĩa và quyền mở thư mục dữ liệu, hoặc báo bộ phận hỗ trợ.",
    ),
    "checksum-mismatch": ("Ảnh bị sai lệch trên đường truyền", _KEPT, "Không cần làm gì; máy gửi lại phần bị sai."),
    "not-a-pdf": ("Trung tâm không nhận thông báo đã ký", "Thông báo vẫn giữ trên máy.", _SUPPORT),
    "offset-conflict": ("Ảnh gửi dở chưa khớp với phần trung tâm đã nhận", _KEPT, "Không cần làm gì; máy gửi tiếp."),
    "unknown-upload": ("Trung tâm không còn giữ phần ảnh gửi dở", _KEPT, "Không cần làm gì; máy gửi lại từ đầu."),
    "range-not-satisfiable": (
        "Ảnh ở trung tâm không khớp với phần đã nhận",
        "Ảnh chưa được nhận trọn; hồ sơ giữ nguyên.",
        "Mở lại ảnh để nhận từ đầu; nếu kéo dài, báo bộ phận hỗ trợ kèm mã tra cứu.",
    ),
    "unsupported-version": ("Trung tâm không nhận cách gửi ảnh của máy này", _KEPT, _SUPPORT),
    "uploads-full": (
        "Trung tâm đang giữ quá nhiều ảnh gửi dở của cán bộ",
        "Kết quả và ảnh vẫn được giữ trên máy và tự gửi lại; các kết quả khác vẫn gửi đi.",
        "Không cần làm gì; nếu kéo dài, báo bộ phận hỗ trợ: có thể có người khác dùng tài khoản này.",
    ),
    "wrong-media-type": ("Trung tâm không nhận loại dữ liệu vừa gửi", _KEPT, _SUPPORT),
}
