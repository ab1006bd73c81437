"""The table of the list: any number of rows, a handful of windows of them in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from officer_console.domain.search import Row

WINDOW = 100
WINDOWS_KEPT = 16
PLACEHOLDER = "…"

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its stable key, its heading and how a row reads in it (row, position from 0).

    ``figures`` asks for figures of one width, ``right`` for alignment to the right.
    """

    key: str
    title: str
    text: Callable[[Row, int], str]
    figures: bool = False
    right: bool = False


class QueueModel(QAbstractTableModel):
    """Rows by position. ``needed`` tells that something asked for a window (``WINDOW`` rows) that is not loaded."""

    needed = Signal(int)
    ROW = int(Qt.ItemDataRole.UserRole) + 1

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()
        self._total = 0
        self._windows: OrderedDict[int, tuple[Row, ...]] = OrderedDict()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns shown."""
        return self._columns

    def use_columns(self, columns: Sequence[Column]) -> None:
        """Say what the columns are; once, before the table is shown."""
        self.beginResetModel()
        self._columns = tuple(columns)
        self.endResetModel()

    def show(self, rows: Sequence[Row]) -> None:
        """Begin a new answer with its first window."""
        self.beginResetModel()
        self._windows.clear()
        self._total = len(rows)
        if rows:
            self._windows[0] = tuple(rows)
        self.endResetModel()

    def grow(self, total: int) -> None:
        """Say how many rows the answer has; rows come and go at the end only."""
        if total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._total = total
            self.endInsertRows()
        elif total < self._total:
            self.beginRemoveRows(QModelIndex(), total, self._total - 1)
            self._total = total
            self.endRemoveRows()

    def put(self, window: int, rows: Sequence[Row]) -> None:
        """Keep a loaded window and forget the one not used for longest."""
        self._windows[window] = tuple(rows)
        self._windows.move_to_end(window)
        while len(self._windows) > WINDOWS_KEPT:
            self._windows.popitem(last=False)
        first = window * WINDOW
        last = min(first + len(rows), self._total) - 1
        if last >= first and self._columns:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))

    def replace(self, windows: Mapping[int, Sequence[Row]], total: int) -> None:
        """Take a refreshed answer without a reset, so that scroll position and current row stay where they are."""
        self.grow(total)
        self._windows.clear()
        for window, rows in windows.items():
            self._windows[window] = tuple(rows)
        if self._total and self._columns:
            self.dataChanged.emit(self.index(0, 0), self.index(self._total - 1, len(self._columns) - 1))

    def repaint(self) -> None:
        """Say that every row may read differently (labels changed)."""
        if self._total and self._columns:
            self.dataChanged.emit(self.index(0, 0), self.index(self._total - 1, len(self._columns) - 1))

    def loaded(self) -> tuple[int, ...]:
        """Return the numbers of the windows in memory."""
        return tuple(self._windows)

    def row_at(self, position: int) -> Row | None:
        """Return the row at ``position``, ``None`` when it is not loaded."""
        rows = self._windows.get(position // WINDOW)
        offset = position % WINDOW
        return rows[offset] if rows is not None and offset < len(rows) else None

    def position_of(self, dossier_id: str) -> int | None:
        """Return where a dossier stands among the loaded rows."""
        for window, rows in self._windows.items():
            for offset, row in enumerate(rows):
                if row.id == dossier_id and window * WINDOW + offset < self._total:
                    return window * WINDOW + offset
        return None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Return the number of rows of the whole answer."""
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a cell, or its :class:`Row` for the role ``ROW``; «…» while it is being fetched."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, self.ROW):
            return None
        row = self.fetched(index.row())
        if role == self.ROW:
            return row
        column = self._columns[index.column()]
        return PLACEHOLDER if row is None else column.text(row, index.row())

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a heading."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and self._columns[section].right:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return self._columns[section].title if role == Qt.ItemDataRole.DisplayRole else None

    def fetched(self, position: int) -> Row | None:
        """Return the row at ``position``; when it is not loaded, ask for its window and return ``None``."""
        window = position // WINDOW
        if window in self._windows:
            self._windows.move_to_end(window)
        else:
            self.needed.emit(window)
        return self.row_at(position)
