"""*Nhận lại hồ sơ*: a supervisor says why he takes a dossier from the officer who has it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from officer_console.domain.lease import REASON_LIMIT
from officer_console.views import controls
from officer_console.views.plain import PlainLabel
from officer_console.views.theme import Role, Space

QUESTION = "Nhận lại hồ sơ?"


class TakeOverView(QDialog):
    """``accepted`` means that it was decided; :attr:`reason` is never blank then."""

    def __init__(self, holder: str, parent: QWidget | None) -> None:
        """``holder`` is who has the dossier."""
        super().__init__(parent)
        self.setObjectName("takeOverDialog")
        self.setWindowTitle("Nhận lại hồ sơ")
        self.setAccessibleName(QUESTION)
        self.setModal(True)
        self.setMinimumWidth(480)
        told = (
            f"{holder or 'Cán bộ khác'} đang xử lý hồ sơ này. Lý do được báo cho người đang giữ và ghi vào nhật ký; "
            "những gì người đó đã nhập được giữ làm bản nháp."
        )
        self.setAccessibleDescription(told)
        self._reason = controls.line("takeOverReason", "Lý do nhận lại", "ví dụ: cán bộ nghỉ đột xuất")
        self._reason.setMaxLength(REASON_LIMIT)
        back = controls.button("takeOverBack", "Quay lại", self.reject)
        self._yes = controls.button("takeOverYes", "Nhận lại hồ sơ", self.accept)
        self._yes.setProperty("kind", "primary")
        self._yes.setEnabled(False)
        self._yes.setDefault(True)
        self._reason.textChanged.connect(lambda _text: self._yes.setEnabled(bool(self.reason)))
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addStretch(1)
        buttons.addWidget(back)
        buttons.addWidget(self._yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(PlainLabel(QUESTION, Role.TITLE, name="takeOverTitle"))
        column.addWidget(PlainLabel(told, name="takeOverText", wrap=True))
        column.addWidget(controls.label("Lý do nhận lại", self._reason))
        column.addWidget(self._reason)
        column.addSpacing(Space.S)
        column.addLayout(buttons)
        self._reason.setFocus()

    @property
    def reason(self) -> str:
        """Why, without blanks around it."""
        return self._reason.text().strip()
