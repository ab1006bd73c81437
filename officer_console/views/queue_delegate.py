"""Paints the cells of the list: plain text, coloured Tình trạng, Trạng thái as a chip, a bar on the selected row."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from officer_console.domain.dossier import Status
from officer_console.domain.search import Row
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.queue_model import QueueModel
from officer_console.views import theme, words
from officer_console.views.theme import Kind, Space, Tokens

_TEXT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_MUTED_COLUMNS = frozenset({"position", "officer", "kind", "declared", "birth"})


class QueueDelegate(QStyledItemDelegate):
    """Draws with the palette in force; no rich text anywhere, so a name cannot be taken for markup."""

    def __init__(self, model: QueueViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._table = parent
        self.hovered = -1

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The cell's text with its margins."""
        text = str(index.data() or "")
        metrics = QFontMetrics(option.font)
        return QSize(metrics.horizontalAdvance(text) + 2 * Space.M, metrics.height() + Space.S)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw ground, selection bar and words."""
        rect: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        chosen = theme.tokens(self._table)
        column = self._model.model.columns[index.column()]
        row = index.data(QueueModel.ROW)
        painter.save()
        if selected:
            painter.fillRect(rect, QColor(chosen.info_ground))
            if index.column() == 0:
                painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(chosen.accent))
        elif index.row() == self.hovered:
            painter.fillRect(rect, QColor(chosen.hover))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(chosen.window))
        base = option.font
        painter.setFont(theme.figures(base) if column.figures else base)
        inner = rect.adjusted(Space.S, 0, -Space.S, 0)
        text = str(index.data() or "")
        if isinstance(row, Row) and column.key == "status":
            self._chip(painter, inner, row, chosen)
        elif isinstance(row, Row) and column.key == "condition":
            state = self._model.condition(row)
            painter.setPen(chosen.pair(words.CONDITION_KINDS[state])[0] if state else QColor(chosen.muted))
            self._text(painter, inner, text)
        else:
            muted = column.key in _MUTED_COLUMNS or row is None
            painter.setPen(QColor(chosen.muted if muted else chosen.text))
            self._text(painter, inner, text, right=column.key == "position")
        painter.restore()

    def _text(self, painter: QPainter, rect: QRect, text: str, *, right: bool = False) -> None:
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, _RIGHT if right else _TEXT, shown)

    def _chip(self, painter: QPainter, rect: QRect, row: Row, chosen: Tokens) -> None:
        kind = Kind.WARN if row.pending else words.STATUS_KINDS[Status(row.status)]
        text = words.label(self._model.reference, "status", row.status)
        if row.pending:
            text = f"{text} · {words.WAITS_TO_BE_SENT}"
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - 2 * Space.S)
        height = metrics.height() + Space.XS
        chip = QRect(rect.left(), 0, metrics.horizontalAdvance(shown) + 2 * Space.S, height)
        chip.moveTop(rect.center().y() - height // 2)
        front, ground = chosen.pair(kind)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(chip, theme.RADIUS, theme.RADIUS)
        painter.setPen(front)
        painter.drawText(chip.adjusted(Space.S, 0, 0, 0), _TEXT, shown)
