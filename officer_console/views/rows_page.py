"""A page that is one table: title and count above it, a banner, and what is said when there are no rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from officer_console.views import words
from officer_console.views.banner import Banner
from officer_console.views.empty import EmptyView
from officer_console.views.plain import PlainLabel
from officer_console.views.tables import RowsTable
from officer_console.views.theme import Role, Space

NOUN = "kết quả"


class RowsPage(QWidget):
    """``name`` begins the object names of its parts; ``open_requested`` carries the id of a dossier to be shown."""

    open_requested = Signal(str)

    def __init__(
        self, name: str, title: str, heads: Sequence[str], *, wide: int, empty: tuple[str, str], parent: QWidget | None
    ) -> None:
        """``wide`` is the column that takes what is left of the width, ``empty`` what a page without rows says."""
        super().__init__(parent)
        self.setObjectName(f"{name}Page")
        self._count = PlainLabel("", Role.MUTED, name=f"{name}Count")
        self._count.setContentsMargins(0, 0, 0, Space.XS)
        self.banner = Banner(f"{name}Banner")
        self.table = RowsTable(f"{name}Table", title, heads, wide=wide)
        self._empty = EmptyView(f"{name}Empty", *empty)
        self._stack = QStackedWidget()
        self._stack.setObjectName(f"{name}Stack")
        self._title = PlainLabel(title, Role.TITLE, name=f"{name}Title")

    def may_leave(self) -> bool:
        """Nothing is entered here."""
        return True

    def _lay_out(self, body: QWidget, beside_title: Sequence[QWidget] = ()) -> None:
        """Lay the page out around ``body``, which holds the table; ``beside_title`` stands at the right of the head."""
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self._title)
        head.addWidget(self._count, 0, Qt.AlignmentFlag.AlignBottom)
        head.addStretch(1)
        for widget in beside_title:
            head.addWidget(widget)
        self._stack.addWidget(body)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self.banner)
        column.addWidget(self._stack, 1)

    def _fill(self, rows: Sequence[tuple[str, Sequence[str]]], *, read: bool) -> bool:
        """Show the rows and their number, or that there are none once they have been ``read``; return that."""
        self.table.fill(rows)
        none = read and not rows
        self._stack.setCurrentIndex(1 if none else 0)
        self._count.setText(words.count_text(len(rows), more=False, noun=NOUN) if read else "")
        return none
