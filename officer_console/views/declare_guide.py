"""What a citizen does who has not declared yet: shown and copied; the officer makes no declaration in his place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from officer_console.views import controls
from officer_console.views.plain import PlainLabel, panel
from officer_console.views.theme import Role, Space

TITLE = "Hướng dẫn công dân kê khai"
WHY = (
    "Chương trình này tiếp nhận hồ sơ do công dân tự kê khai; cán bộ không lập tờ khai thay. "
    "Đưa công dân các bước sau rồi tiếp nhận khi hồ sơ về máy."
)
# Annex 01 of CV 3717/BHXH-CNTT: the citizen declares on the portal or in VssID and brings the signed form in ten days.
STEPS = (
    "1. Mở dichvucong.baohiemxahoi.gov.vn, chọn Đăng ký, đối tượng Cá nhân; hoặc mở ứng dụng VssID, chọn Đăng ký tài"
    " khoản.",
    "2. Nhập họ tên, mã số BHXH, số căn cước đúng như trên thẻ; số điện thoại và email đang dùng (mỗi số điện thoại chỉ"
    " dùng cho một tài khoản).",
    "3. Tải ảnh chân dung và ảnh hai mặt căn cước nếu được yêu cầu; chọn cơ quan BHXH tiếp nhận; bấm Ghi nhận.",
    "4. In tờ khai Mẫu 01 và ký.",
    "5. Mang tờ khai đã ký và căn cước đến cơ quan BHXH đã chọn trong 10 ngày kể từ ngày kê khai; quá hạn, tờ khai bị"
    " xóa và phải kê khai lại.",
    "Chưa rõ chỗ nào: gọi 1900 9068.",
)
WIDTH = 640


class DeclareGuide(QDialog):
    """Signal ``search_wanted``: the officer looks for the person by name first."""

    search_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("declareGuide")
        self.setWindowTitle(TITLE)
        self.setAccessibleName(TITLE)
        self.setMinimumWidth(WIDTH)
        ground = panel("surface", name="declareSteps")
        steps = QVBoxLayout(ground)
        steps.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        steps.setSpacing(Space.S)
        for at, text in enumerate(STEPS, start=1):
            steps.addWidget(PlainLabel(text, name=f"declareStep{at}", wrap=True, selectable=True))
        self._search = controls.button("declareSearch", "Tìm theo họ tên", self._on_search)
        copy = controls.button("declareCopy", "Sao chép", self._copy)
        close = controls.button("declareClose", "Đóng", self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self._search)
        foot.addStretch(1)
        foot.addWidget(copy)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(PlainLabel(TITLE, Role.TITLE, name="declareTitle"))
        column.addWidget(PlainLabel(WHY, name="declareWhy", wrap=True))
        column.addWidget(ground, 1)
        column.addLayout(foot)
        self.setWindowModality(Qt.WindowModality.WindowModal)

    def _on_search(self) -> None:
        self.accept()
        self.search_wanted.emit()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(STEPS))
