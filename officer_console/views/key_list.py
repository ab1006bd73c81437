"""The list of keys behind F1."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from officer_console.views.plain import PlainLabel, named
from officer_console.views.theme import Role, Space

KEYS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Danh sách",
        (
            ("Ctrl+1", "Cá nhân: bấm lần nữa trên danh sách để xóa điều kiện"),
            ("Ctrl+K", "Tìm nhanh theo số hồ sơ, mã số BHXH hoặc họ tên; thẻ quét được ở bất cứ đâu"),
            ("↑ ↓", "Chọn hồ sơ"),
            ("Shift+↑ ↓ · Ctrl+bấm chuột", "Chọn nhiều hồ sơ; Ctrl+P in một loại giấy cho các hồ sơ đó"),
            ("Enter", "Xem chi tiết"),
            ("F3", "Mở rộng, thu gọn tìm kiếm"),
            ("F5", "Tra cứu"),
        ),
    ),
    (
        "Chi tiết hồ sơ",
        (
            ("1 · 2", "Hồ sơ hợp lệ · Hồ sơ không hợp lệ"),
            ("Ctrl+Enter", "Ghi nhận"),
            ("D", "Đối chiếu với thẻ, HGĐ, tài khoản cũ"),
            ("F4 · F6", "Thay ảnh · Quét giấy tờ (kéo thả, dán cũng được)"),
            ("B", "Bàn ảnh: ảnh cũ, ảnh mới và ảnh trên thẻ cạnh nhau"),
            ("R", "Xoay ảnh"),
            ("Ctrl+Z", "Hoàn tác ảnh"),
            ("Ctrl+→", "Hồ sơ tiếp theo"),
            ("Esc", "Thoát về danh sách"),
        ),
    ),
    (
        "Hàng chờ gửi · Cần xử lý",
        (
            ("Ctrl+2", "Hàng chờ gửi"),
            ("F5 · Ctrl+F5", "Gửi lại ngay · Gửi lại tất cả"),
            ("Ctrl+3", "Cần xử lý"),
            ("Alt+C · Alt+G", "Chấp nhận kết quả ở trung tâm · Đánh giá lại"),
        ),
    ),
    (
        "Chung",
        (
            ("Alt", "Mở thanh thực đơn"),
            ("F7", "Lưu tờ khai đã ký theo mã: cả xấp, nhiều hồ sơ"),
            ("Ctrl+P", "In giấy tờ của hồ sơ đang mở, hoặc in danh sách"),
            ("F8", "Đọc mã bằng máy ảnh"),
            ("Ctrl+L", "Khóa màn hình"),
            ("F1", "Danh sách phím tắt"),
            ("Ctrl+Q", "Đóng chương trình"),
        ),
    ),
)


class KeyList(QDialog):
    """Shows every key with what it does."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("keyList")
        self.setWindowTitle("Phím tắt")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        # Side by side: one below the other they are higher than a small screen.
        halves = (QVBoxLayout(), QVBoxLayout())
        beside = QHBoxLayout()
        beside.setSpacing(Space.XL)
        for half in halves:
            half.setSpacing(Space.S)
            beside.addLayout(half)
        for number, (section, keys) in enumerate(KEYS):
            half = halves[number % len(halves)]
            half.addWidget(PlainLabel(section, Role.SECTION, name=f"keySection{number}"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(Space.L)
            grid.setVerticalSpacing(Space.XS)
            grid.setColumnMinimumWidth(0, 96)
            grid.setColumnStretch(1, 1)
            for row, (key, what) in enumerate(keys):
                grid.addWidget(PlainLabel(key, Role.STRONG), row, 0)
                grid.addWidget(PlainLabel(what), row, 1)
            half.addLayout(grid)
            half.addSpacing(Space.S)
        for half in halves:
            half.addStretch(1)
        column.addLayout(beside)
        close = QPushButton("Đóng")
        named(close, "keyListClose", "Đóng")
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def show_keys(self) -> None:
        """Open the list without blocking the window."""
        self.open()
