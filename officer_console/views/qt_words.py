"""Vietnamese for the words Qt itself shows: the file dialog, menus of text fields, standard buttons. Qt ships none."""

from __future__ import annotations

from PySide6.QtCore import QTranslator

_EDITING = {
    "&Undo": "&Hoàn tác",
    "&Redo": "&Làm lại",
    "Cu&t": "Cắ&t",
    "&Copy": "Sao &chép",
    "&Paste": "&Dán",
    "Delete": "Xóa",
    "Select All": "Chọn tất cả",
    "Copy &Link Location": "Sao chép địa chỉ liên kết",
}
WORDS: dict[str, dict[str, str]] = {
    "QLineEdit": _EDITING,
    "QWidgetTextControl": _EDITING,
    "QPlatformTheme": {
        "OK": "Đồng ý",
        "Cancel": "Hủy bỏ",
        "Open": "Mở",
        "Save": "Lưu",
        "Close": "Đóng",
        "&Yes": "&Có",
        "&No": "&Không",
    },
    "QFileDialog": {
        "&Delete": "&Xóa",
        "&Look in:": "Thư mục:",
        "&New Folder": "Thư mục &mới",
        "&Open": "&Mở",
        "&Rename": "Đổi &tên",
        "All Files (*)": "Tất cả tệp (*)",
        "Back": "Trước",
        "Change to detail view mode": "Xem chi tiết",
        "Change to list view mode": "Xem danh sách",
        "Create New Folder": "Tạo thư mục mới",
        "Create a New Folder": "Tạo thư mục mới",
        "Detail View": "Xem chi tiết",
        "File &name:": "Tên tệp:",
        "Files": "Tệp",
        "Files of &type:": "Loại tệp:",
        "Forward": "Sau",
        "Go back": "Về trước",
        "Go forward": "Tới sau",
        "Go to the parent directory": "Lên thư mục trên",
        "List View": "Xem danh sách",
        "List of places and bookmarks": "Nơi hay dùng",
        "Parent Directory": "Thư mục trên",
        "Show ": "Hiện ",
        "Show &hidden files": "Hiện tệp ẩ&n",
        "Sidebar": "Nơi hay dùng",
        "%1\nFile not found.\nPlease verify the correct file name was given.": (
            "%1\nKhông tìm thấy tệp. Kiểm tra lại tên tệp."
        ),
        "Directory": "Thư mục",
    },
    "QFileSystemModel": {
        "Computer": "Máy tính",
        "Date Modified": "Ngày sửa",
        "Name": "Tên",
        "Size": "Kích thước",
        "Type": "Loại",
        "%1 bytes": "%1 byte",
    },
    "QAbstractFileIconProvider": {"Drive": "Ổ đĩa", "Folder": "Thư mục", "File": "Tệp", "%1 File": "Tệp %1"},
    "QFileIconProvider": {"Drive": "Ổ đĩa", "Folder": "Thư mục", "File": "Tệp", "%1 File": "Tệp %1"},
}


class QtWords(QTranslator):
    """Answers Qt's questions from :data:`WORDS`; what is not there stays as it is."""

    def isEmpty(self) -> bool:
        """There are words."""
        return False

    def translate(self, context: str, source: str, _disambiguation: str | None = None, _count: int = -1) -> str | None:
        """Return the Vietnamese for ``source``, or nothing."""
        return WORDS.get(context, {}).get(source)
