"""Paints the cells of the list: plain text, coloured Tình trạng, Trạng thái as a chip, a bar on the selected row."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from officer_console.domain.deadline import Condition
from officer_console.domain.dossier import Status
from officer_console.domain.search import Row
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.queue_model import QueueModel
from officer_console.views import theme, words
from officer_console.views.theme import Kind, Space, Tokens

_TEXT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_SHAPE = 9
ROOM_BESIDE = {"condition": _SHAPE + Space.S, "status": 2 * Space.S}
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
            self._status(painter, inner, row, chosen, selected=selected)
        elif isinstance(row, Row) and column.key == "condition":
            self._condition(painter, inner, self._model.condition(row), chosen)
        else:
            muted = column.key in _MUTED_COLUMNS or row is None
            painter.setPen(QColor(chosen.muted if muted else chosen.text))
            self._text(painter, inner, text, right=column.right)
        painter.restore()

    def _text(self, painter: QPainter, rect: QRect, text: str, *, right: bool = False) -> None:
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, _RIGHT if right else _TEXT, shown)

    def _condition(self, painter: QPainter, rect: QRect, state: Condition | None, chosen: Tokens) -> None:
        if state is None:
            return
        colour = chosen.pair(words.CONDITION_KINDS[state])[0]
        box = QRectF(rect.left(), rect.center().y() - _SHAPE / 2 + 1, _SHAPE, _SHAPE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(colour if state is not Condition.DUE_SOON else Qt.BrushStyle.NoBrush)
        if state is Condition.OVERDUE:
            painter.drawPolygon(QPolygonF([box.bottomLeft(), box.bottomRight(), QPointF(box.center().x(), box.top())]))
        else:
            painter.drawEllipse(box)
        if state is Condition.DUE_SOON:
            painter.setBrush(colour)
            painter.drawPie(box, 90 * 16, 180 * 16)
        painter.setPen(colour)
        text = words.label(self._model.reference, "condition", state.value)
        self._text(painter, rect.adjusted(_SHAPE + Space.S, 0, 0, 0), text)

    def _status(self, painter: QPainter, rect: QRect, row: Row, chosen: Tokens, *, selected: bool) -> None:
        room = rect
        if row.pending:
            width = painter.fontMetrics().horizontalAdvance(words.WAITS_TO_BE_SENT) + 2 * Space.S + 2
            place = QRect(rect.right() - width, rect.top(), width, rect.height())
            room = rect.adjusted(0, 0, -width - Space.XS, 0)
        text = words.label(self._model.reference, "status", row.status)
        kind = words.STATUS_KINDS[Status(row.status)]
        right = _chip(painter, room, text, kind, chosen, selected=selected)
        if row.pending:
            place.moveLeft(right + Space.XS)
            _chip(painter, place, words.WAITS_TO_BE_SENT, Kind.WARN, chosen, selected=selected)


def _chip(painter: QPainter, rect: QRect, text: str, kind: Kind, chosen: Tokens, *, selected: bool) -> int:
    """Draw a word on its coloured ground and return where it ends."""
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - 2 * Space.S)
    height = metrics.height() + Space.XS
    chip = QRect(rect.left(), 0, metrics.horizontalAdvance(shown) + 2 * Space.S, height)
    chip.moveTop(rect.center().y() - height // 2)
    front, ground = chosen.pair(kind)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(chosen.surface) if selected else ground)
    painter.drawRoundedRect(chip, theme.RADIUS, theme.RADIUS)
    painter.setPen(front)
    painter.drawText(chip.adjusted(Space.S, 0, 0, 0), _TEXT, shown)
    return chip.right()
