"""The small read-only tables of the pages: rows of plain text that keep their place when they are filled again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from officer_console.views.plain import named

ROW_HEIGHT = 32


class RowsTable(QTableWidget):
    """Rows with a key each. ``opened`` carries the key of a row: Enter or a double click.

    ``touched``: the user has turned to the table by key or mouse.
    """

    opened = Signal(str)
    touched = Signal()

    def __init__(
        self, name: str, label: str, heads: Sequence[str], *, wide: int, parent: QWidget | None = None
    ) -> None:
        """``wide`` is the column that takes what is left of the width."""
        super().__init__(0, len(heads), parent)
        named(self, name, label)
        self.setHorizontalHeaderLabels(list(heads))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
        self._keys: list[str] = []
        self.cellDoubleClicked.connect(lambda row, _column: self._open(row))

    @property
    def current_key(self) -> str | None:
        """The key of the selected row."""
        row = self.currentRow()
        return self._keys[row] if 0 <= row < len(self._keys) else None

    def fill(self, rows: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Show other rows, each a key and its cells; the selection stays on its row, or near where it was."""
        before, place = self.current_key, max(0, self.currentRow())
        keys = [key for key, _ in rows]
        if keys != self._keys:
            self.blockSignals(True)  # noqa: FBT003 - Qt's own name
            self._keys = keys
            self.setRowCount(len(keys))
        for index, (_, cells) in enumerate(rows):
            for column, text in enumerate(cells):
                self._write(index, column, text)
        if self.signalsBlocked():
            wanted = keys.index(before) if before in keys else min(place, len(keys) - 1)
            self.setCurrentCell(wanted, 0)
            self.blockSignals(False)  # noqa: FBT003 - Qt's own name
            self.itemSelectionChanged.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the selected row."""
        self.touched.emit()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentRow())
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell that the table was turned to."""
        self.touched.emit()
        super().mousePressEvent(event)

    def _write(self, row: int, column: int, text: str) -> None:
        item = self.item(row, column)
        if item is None:
            self.setItem(row, column, QTableWidgetItem(text))
        elif item.text() != text:
            item.setText(text)

    def _open(self, row: int) -> None:
        if 0 <= row < len(self._keys):
            self.opened.emit(self._keys[row])
