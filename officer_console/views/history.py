"""Lịch sử and Tin nhắn of a dossier: two small tables of plain text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from officer_console.domain.dossier import HistoryEntry
from officer_console.domain.message import Message, MessageState
from officer_console.domain.reference import Reference
from officer_console.views import words
from officer_console.views.plain import named, set_property

ROW_HEIGHT = 26
SYSTEM = "Hệ thống"
# Who did what central writes down without a name; at the counter it may have been anybody.
DOERS = {"declared": "Công dân", "handed_in": words.NOTHING}
FORMER = " (nơi nhận cũ)"
REPLACED = "✕ Không gửi, đã có tin mới hơn"
STATE_SHAPES = {MessageState.QUEUED: "…", MessageState.SENT: "✓", MessageState.FAILED: "✕"}


class _PlainTable(QTableWidget):
    """A read-only table; the last column takes the rest of the width."""

    def __init__(self, name: str, label: str, heads: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(0, len(heads), parent)
        named(self, name, label)
        self.setHorizontalHeaderLabels(list(heads))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)

    def fill(self, rows: list[tuple[str, ...]]) -> None:
        """Show other rows."""
        self.setRowCount(len(rows))
        for index, cells in enumerate(rows):
            for column, text in enumerate(cells):
                self.setItem(index, column, QTableWidgetItem(text))


class WholeRows(QFrame):
    """Holds a table and gives it as much height as whole rows need: a row cut in half reads as a mistake.

    The frame is around all the room there is, so that what is left below the last whole row belongs to the table.
    """

    def __init__(self, table: QTableWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "rows")
        self._table = table
        table.setParent(self)
        table.installEventFilter(self)
        table.model().rowsInserted.connect(self._fit)
        table.model().rowsRemoved.connect(self._fit)
        table.verticalHeader().sectionResized.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another height may show other rows whole."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Mark the frame while the table has the keyboard."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            set_property(self, "marked", "yes" if event.type() == QEvent.Type.FocusIn else "")
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        inside = self.contentsRect()
        table, room = self._table, inside.height()
        around = 2 * table.frameWidth() + table.horizontalHeader().height()
        shown = around
        for row in range(table.rowCount()):
            if shown + table.rowHeight(row) > room:
                break
            shown += table.rowHeight(row)
        else:
            shown = room
        table.setGeometry(inside.x(), inside.y(), inside.width(), room if shown == around else shown)


class HistoryView(_PlainTable):
    """What happened to the dossier, newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("history", "Lịch sử", ("Thời gian", "Việc", "Người thực hiện", "Ghi chú"), parent)

    def show_history(self, entries: tuple[HistoryEntry, ...], reference: Reference) -> None:
        """Show the entries."""
        # Entries come oldest first; of two at the same moment the later one stays the newer.
        newest = sorted(entries, key=lambda entry: entry.at)[::-1]
        self.fill(
            [
                (
                    words.moment_text(entry.at),
                    words.label(reference, "history", entry.what),
                    entry.who or DOERS.get(entry.what, SYSTEM),
                    words.note_text(reference, entry.what, entry.note),
                )
                for entry in newest
            ]
        )


class MessagesView(_PlainTable):
    """What the citizen was written, and how far it came."""

    def __init__(self, parent: QWidget | None = None) -> None:
        heads = ("Nội dung", "Hình thức", "Nơi nhận", "Trạng thái", "Thời gian")
        super().__init__("messages", "Tin nhắn", heads, parent)

    def show_messages(self, messages: tuple[Message, ...], reference: Reference) -> None:
        """Show the messages, newest first."""
        newest = sorted(messages, key=lambda message: message.at, reverse=True)
        self.fill(
            [
                (
                    words.label(reference, "message", message.kind.value),
                    words.label(reference, "channel", message.channel.value),
                    message.to + (FORMER if message.former else ""),
                    _state(message, reference),
                    words.moment_text(message.at),
                )
                for message in newest
            ]
        )


def _state(message: Message, reference: Reference) -> str:
    if message.replaced:
        return REPLACED
    return f"{STATE_SHAPES[message.state]} {words.label(reference, 'message_state', message.state.value)}"
