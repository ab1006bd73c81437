"""Paints the cells of the list: plain text, coloured Tình trạng, Trạng thái as a chip, a bar on the selected row."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from officer_console.domain.deadline import Condition
from officer_console.domain.dossier import Status
from officer_console.domain.search import Row
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.queue_model import PLACEHOLDER, Index
from officer_console.views import theme, words
from officer_console.views.queue_columns import WIDTHS
from officer_console.views.theme import Kind, Space, Tokens

_TEXT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_SHAPE = 9
_MEASURED_KEPT = 4000
ROOM_BESIDE = {"condition": _SHAPE + Space.S, "status": 2 * Space.S}
_MUTED_COLUMNS = frozenset({"position", "officer", "kind", "declared", "birth"})


class QueueDelegate(QStyledItemDelegate):
    """Draws with the palette in force; no rich text anywhere, so a name cannot be taken for markup.

    A scroll draws hundreds of cells, so the cells are read from the model directly and colours are made once a pass.
    """

    def __init__(self, model: QueueViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.hovered = -1
        self._cut: dict[tuple[str, int], str] = {}
        self._measure(parent.font())
        self.begin(theme.tokens(parent), parent.font(), -1)

    def begin(self, chosen: Tokens, base: QFont, selected: int) -> None:
        """Begin a pass of painting; ``selected`` is the position of the selected row, -1 for none."""
        self._selected = selected
        self._chosen = chosen
        if base != self._base:
            self._measure(base)
        self._text_colour = QColor(chosen.text)
        self._muted = QColor(chosen.muted)
        self._line = QColor(chosen.window)
        self._grounds = QColor(chosen.info_ground), QColor(chosen.hover)

    def _measure(self, base: QFont) -> None:
        self._base = base
        self._figures = theme.figures(base)
        self._metrics = QFontMetrics(base)
        self._rise = self._metrics.ascent() - self._metrics.descent()
        self._cut.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The cell's text with its margins."""
        metrics = QFontMetrics(option.font)
        return QSize(metrics.horizontalAdvance(str(index.data() or "")) + 2 * Space.M, metrics.height() + Space.S)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell where a view asks for it."""
        self.draw(painter, option.rect, index.row(), index.column())

    def draw(self, painter: QPainter, rect: QRect, position: int, place: int) -> None:
        """Draw ground, selection bar and words of the cell at row ``position`` and column ``place`` into ``rect``."""
        selected = position == self._selected
        column = self._model.model.columns[place]
        row = self._model.model.fetched(position)
        if selected:
            painter.fillRect(rect, self._grounds[0])
            if place == 0:
                painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(self._chosen.accent))
        elif position == self.hovered:
            painter.fillRect(rect, self._grounds[1])
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), self._line)
        painter.setFont(self._figures if column.figures else self._base)
        inner = rect.adjusted(Space.S, 0, -Space.S, 0)
        if row is None:
            painter.setPen(self._muted)
            painter.drawText(inner, _TEXT, PLACEHOLDER)
        elif column.key == "status":
            self._status(painter, inner, row, self._chosen, selected=selected)
        elif column.key == "condition":
            self._condition(painter, inner, self._model.condition(row), self._chosen)
        else:
            painter.setPen(self._muted if column.key in _MUTED_COLUMNS else self._text_colour)
            text = column.text(row, position)
            # Figures are all of one width: as many as the sample fit, there is nothing to measure.
            if not column.figures or len(text) > len(WIDTHS[column.key].sample):
                text = self._fitted(text, inner.width())
            if column.right:
                painter.drawText(inner, _RIGHT, text)
            else:
                # From a point: Qt need not lay the text out in a rectangle.
                painter.drawText(inner.left(), inner.top() + (inner.height() + self._rise) // 2, text)

    def _fitted(self, text: str, width: int) -> str:
        """Return ``text``, cut to ``width`` with «…»; the same words come in every row, so they are measured once."""
        fitted = self._cut.get((text, width))
        if fitted is None:
            if len(self._cut) > _MEASURED_KEPT:
                self._cut.clear()
            fitted = self._cut[text, width] = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        return fitted

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
        painter.drawText(rect.adjusted(_SHAPE + Space.S, 0, 0, 0), _TEXT, text)

    def _status(self, painter: QPainter, rect: QRect, row: Row, chosen: Tokens, *, selected: bool) -> None:
        room = rect
        if row.pending:
            width = painter.fontMetrics().horizontalAdvance(words.PENDING[row.pending]) + 2 * Space.S + 2
            place = QRect(rect.right() - width, rect.top(), width, rect.height())
            room = rect.adjusted(0, 0, -width - Space.XS, 0)
        text = words.label(self._model.reference, "status", row.status)
        kind = words.STATUS_KINDS[Status(row.status)]
        right = _chip(painter, room, text, kind, chosen, selected=selected)
        if row.pending:
            place.moveLeft(right + Space.XS)
            own = words.PENDING[row.pending]
            _chip(painter, place, own, words.PENDING_KINDS[row.pending], chosen, selected=selected)


def _chip(painter: QPainter, rect: QRect, text: str, kind: Kind, chosen: Tokens, *, selected: bool) -> int:
    """Draw a word on its coloured ground and return where it ends."""
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - 2 * Space.S)
    height = metrics.height() + Space.XS
    chip = QRect(rect.left(), 0, metrics.horizontalAdvance(shown) + 2 * Space.S, height)
    chip.moveTop(rect.top() + (rect.height() - height + 1) // 2)
    front, ground = chosen.pair(kind)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(chosen.surface) if selected else ground)
    painter.drawRoundedRect(chip, theme.RADIUS, theme.RADIUS)
    painter.setPen(front)
    painter.drawText(chip.adjusted(Space.S, 0, 0, 0), _TEXT, shown)
    return chip.right()
