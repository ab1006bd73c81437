"""The words above the list that say what it is filtered by, with the way back to the whole work queue."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from officer_console.domain.reference import Reference
from officer_console.domain.search import WORK_QUEUE, Criteria
from officer_console.views import words
from officer_console.views.plain import ElidedLabel, keep_room, named
from officer_console.views.theme import Role, Space

CLEAR_LABEL = "Xóa điều kiện"


class FilterLine(QWidget):
    """Hidden at the start; ``cleared`` asks for the work queue."""

    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filterLine")
        self._text = ElidedLabel("", Role.STRONG, name="filterText")
        self._clear = QPushButton(CLEAR_LABEL)
        named(self._clear, "filterClear", CLEAR_LABEL)
        self._clear.clicked.connect(self.cleared)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        # On one line with the count beside it.
        self._text.setContentsMargins(0, 0, 0, Space.XS)
        row.addWidget(self._text, 1, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self._clear)
        keep_room(self)
        self.hide()

    def offer_clear(self, *, offered: bool) -> None:
        """Show the button, or not while the search panel has one of its own."""
        self._clear.setVisible(offered)

    def show_criteria(self, criteria: Criteria, reference: Reference) -> None:
        """Say how ``criteria`` differ from the start; nothing is shown when they do not."""
        self._text.setText(f"Đang lọc: {filter_text(criteria, reference)}")
        self.setVisible(criteria != WORK_QUEUE)


def filter_text(criteria: Criteria, reference: Reference) -> str:
    """Return the criteria in words, parted by dots; empty for the work queue as it is at the start."""

    def label(group: str, value: str | None) -> str:
        return words.label(reference, group, value) if value else ""

    everything = criteria.status is None and not criteria.without_finished
    parts = (
        ("Số hồ sơ", criteria.number),
        ("Mã số BHXH", criteria.social_code),
        ("Giấy tờ người giám hộ", criteria.guardian),
        ("Họ và tên", criteria.name),
        ("Từ ngày", words.date_text(criteria.declared_from) if criteria.declared_from else ""),
        ("Đến ngày", words.date_text(criteria.declared_to) if criteria.declared_to else ""),
        ("Tình trạng", label("condition", criteria.condition)),
        ("Trạng thái", "Tất cả" if everything else label("status", criteria.status)),
        ("Loại hồ sơ", label("kind", criteria.kind)),
        ("Sắp xếp", "Ngày kê khai" if criteria.order is not WORK_QUEUE.order else ""),
    )
    return " · ".join(f"{name} {value}" for name, value in parts if value)
