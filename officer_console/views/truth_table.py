"""The truth table: a row a field, a column a source; each cell says by sign, word and colour how it agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from officer_console.domain.evidence import Pin
from officer_console.views import theme
from officer_console.views.plain import named, one_line
from officer_console.views.theme import Kind, Role, Space, Tokens
from officer_console.views.truth_table_marks import NOTHING, Marks
from officer_console.views.truth_table_words import PIN, TITLE

_SHOWN = Qt.ItemDataRole.UserRole
_LINES = 8
_WORD_LINES = 2
# A citizen's number, the longest that is compared.
_DIGITS = 12
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
_GAP = 2.0
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One cell as it is painted: ``text`` with ``marks``, below it ``sign`` and ``word``; ``said`` is for readers."""

    text: str
    said: str
    role: Role = Role.BODY
    marks: Marks = NOTHING
    sign: str = ""
    word: str = ""
    kind: Kind | None = None
    pin: Pin | None = None


class TruthTable(QTableWidget):
    """Shows the cells. ``pin_opened`` carries the pin of a cell: a click, Enter or the space bar."""

    pin_opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, parent)
        named(self, "truthTable", TITLE)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setItemDelegate(_Painter(self))
        # A column takes its width after the table has its own, and may change it once more beside a scroll bar.
        self._settling = QTimer(self, singleShot=True, interval=0)
        self._settling.timeout.connect(self.resizeRowsToContents)
        header.sectionResized.connect(self._settling.start)
        self.cellClicked.connect(self._open)
        self._filled: object = None

    def fill(self, heads: Sequence[str], rows: Sequence[Sequence[Shown]]) -> None:
        """Show other cells; the keyboard stays where it was."""
        if (heads, rows) == self._filled:
            return
        self._filled = (heads, rows)
        row, column = max(0, self.currentRow()), max(0, self.currentColumn())
        self.setColumnCount(len(heads))
        self.setRowCount(len(rows))
        # Two lines keep what was read and where whole, however many cards there are.
        self.setHorizontalHeaderLabels([head.replace(" · ", "\n") for head in heads])
        for at, cells in enumerate(rows):
            for to, shown in enumerate(cells):
                self._write(at, to, shown)
        header = self.horizontalHeader()
        # A number that breaks over two lines cannot be compared: rather the table is scrolled.
        header.setMinimumSectionSize(self._number_width())
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        if heads:
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        if rows:
            self.setCurrentCell(min(row, len(rows) - 1), min(column, len(heads) - 1))
        self.resizeRowsToContents()
        self._settling.start()

    def shown(self, row: int, column: int) -> Shown | None:
        """Return what a cell shows."""
        item = self.item(row, column)
        found = item.data(_SHOWN) if item is not None else None
        return found if isinstance(found, Shown) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the space bar open the pin of a cell, Ctrl+C copies its text."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers():
            self._open(self.currentRow(), self.currentColumn())
        elif event.matches(QKeySequence.StandardKey.Copy):
            shown = self.shown(self.currentRow(), self.currentColumn())
            if shown is not None:
                QGuiApplication.clipboard().setText(shown.text)
        else:
            super().keyPressEvent(event)

    def _number_width(self) -> int:
        font = theme.figures(theme.font(Role.STRONG, theme.scale(self)))
        return QFontMetrics(font).horizontalAdvance("0" * _DIGITS) + 2 * Space.S + 2

    @Slot(int, int)
    def _open(self, row: int, column: int) -> None:
        shown = self.shown(row, column)
        if shown is not None and shown.pin is not None:
            self.pin_opened.emit(shown.pin)

    def _write(self, row: int, column: int, shown: Shown) -> None:
        item = QTableWidgetItem(one_line(shown.text))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, shown.said)
        item.setData(_SHOWN, shown)
        self.setItem(row, column, item)


class _Painter(QStyledItemDelegate):
    """Paints value and verdict of a cell; plain text, so that nothing in a name is taken for markup."""

    def __init__(self, table: TruthTable) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        """As wide as the text of the first column, as high as the lines of the others at their width."""
        shown = index.data(_SHOWN)
        if not isinstance(shown, Shown):
            return QSize()
        font = self._font(shown.role)
        if index.column() == 0:
            metrics = QFontMetrics(font)
            return QSize(metrics.horizontalAdvance(shown.text) + 2 * Space.S, metrics.height() + 2 * Space.XS)
        width = self._table.columnWidth(index.column()) - 2 * Space.S
        height = _height(_laid(shown, font, width, None)) + self._verdict(shown, QRect(0, 0, width, 0)).height()
        return QSize(2 * Space.S, height + 2 * Space.XS + 1)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Ground, value, verdict, a hairline below, and a frame where the keyboard stands."""
        shown = index.data(_SHOWN)
        if not isinstance(shown, Shown):
            return
        chosen = theme.tokens(self._table)
        rect: QRect = option.rect
        front, ground = chosen.pair(shown.kind) if shown.kind is not None else (chosen.text, chosen.surface)
        painter.save()
        painter.setClipRect(rect)
        if shown.kind in (Kind.WARN, Kind.BAD):
            painter.fillRect(rect.adjusted(1, 0, 0, -1), QColor(ground))
        painter.setPen(QColor(chosen.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inside = rect.adjusted(Space.S, Space.XS, -Space.S, -Space.XS)
        painter.setPen(QColor(chosen.muted if shown.role is Role.MUTED else chosen.text))
        layout = _laid(shown, self._font(shown.role), inside.width(), QColor(front))
        layout.draw(painter, QPointF(inside.topLeft()))
        _paint_gaps(painter, layout, shown, inside, front)
        if shown.word:
            inside.setTop(inside.top() + _height(layout))
            self._paint_verdict(painter, shown, inside, front, chosen)
        if self._table.hasFocus() and self._table.currentIndex() == index:
            painter.setPen(QPen(QColor(chosen.accent), 2))
            painter.drawRect(QRectF(rect).adjusted(1, 1, -1, -2))
        painter.restore()

    def _verdict(self, shown: Shown, room: QRect) -> QRect:
        """Return the place of sign and word at the top of ``room``, beside the pin."""
        metrics = QFontMetrics(self._small(shown))
        if not shown.word:
            return QRect()
        pin = metrics.horizontalAdvance(PIN) + Space.XS if shown.pin is not None else 0
        width = max(1, room.width() - pin)
        place = QRect(room.left(), room.top(), width, metrics.height() * _WORD_LINES)
        wanted = metrics.boundingRect(place, _WRAPPED, f"{shown.sign} {shown.word}").height()
        return QRect(room.left(), room.top(), width, min(place.height(), wanted))

    def _paint_verdict(self, painter: QPainter, shown: Shown, room: QRect, front: str, chosen: Tokens) -> None:
        place = self._verdict(shown, room)
        painter.setFont(self._small(shown))
        if shown.pin is not None:
            painter.setPen(QColor(chosen.muted))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop), PIN)
        painter.setPen(QColor(front))
        painter.drawText(place, _WRAPPED, f"{shown.sign} {shown.word}")

    def _small(self, shown: Shown) -> QFont:
        font = self._font(Role.SECONDARY)
        if shown.kind is not Kind.NEUTRAL:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def _font(self, role: Role) -> QFont:
        return theme.figures(theme.font(role, theme.scale(self._table)))


def _laid(shown: Shown, font: QFont, width: int, front: QColor | None) -> QTextLayout:
    """Return the value in lines; what differs is bold, underlined and in ``front``."""
    text = one_line(shown.text)
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    strong = QTextCharFormat()
    strong.setFontWeight(QFont.Weight.Bold)
    strong.setFontUnderline(True)
    if front is not None:
        strong.setForeground(front)
    ranges = []
    for start, end in shown.marks.spans:
        one = QTextLayout.FormatRange()
        one.start, one.length, one.format = _units(text[:start]), _units(text[start:end]), strong
        ranges.append(one)
    layout.setFormats(ranges)
    layout.beginLayout()
    top = 0.0
    for _ in range(_LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(1, width))
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout


def _height(layout: QTextLayout) -> int:
    return ceil(layout.boundingRect().height()) if layout.text() else 0


def _paint_gaps(painter: QPainter, layout: QTextLayout, shown: Shown, inside: QRect, front: str) -> None:
    """Set a caret between two letters where the declaration has more."""
    painter.setPen(QPen(QColor(front), _GAP))
    for gap in shown.marks.gaps:
        place = _units(shown.text[:gap])
        line = layout.lineForTextPosition(place)
        if line.isValid():
            x = inside.left() + float(line.cursorToX(place)[0])  # type: ignore[index]  # the stubs tell one float
            foot = inside.top() + line.y() + line.height()
            painter.drawLine(QPointF(x - 3, foot), QPointF(x, foot - 4))
            painter.drawLine(QPointF(x, foot - 4), QPointF(x + 3, foot))


def _units(text: str) -> int:
    """Return how many UTF-16 units Qt counts in ``text``."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
