"""The table of the list: column widths, hover, keys, the right-click menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QWidget

from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.queue_model import QueueModel
from officer_console.views import theme, words
from officer_console.views.plain import named
from officer_console.views.queue_choosing import ChoosingTable
from officer_console.views.queue_columns import WIDTHS, columns
from officer_console.views.queue_rows import ROOM_BESIDE, Place, RowPainter
from officer_console.views.theme import Role, Space

LEAST_SHARE = 0.72
OPEN_LABEL = "Xem chi tiết"


class _Heading(QHeaderView):
    """Qt asks the model, hence Python, a dozen things about every heading it draws."""

    def __init__(self, model: QueueViewModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._model = model

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the headings while background work steps aside."""
        with self._model.working():
            super().paintEvent(event)


class QueueTable(ChoosingTable):
    """``open_requested`` carries a dossier id: double click, Enter, or *Xem chi tiết* in the menu.

    With Shift or Ctrl several rows are chosen; ``print_requested``: the menu's line about them.
    """

    open_requested = Signal(str)
    print_requested = Signal()

    def __init__(self, model: QueueViewModel, parent: QWidget | None = None) -> None:
        super().__init__(model.choice, parent)
        named(self, "queueTable", "Danh sách hồ sơ")
        self._model = model
        model.model.use_columns(columns(model))
        self.setHorizontalHeader(_Heading(model, self))
        self._rows = RowPainter(model, self.font())
        # Every pixel is drawn here, and what is drawn later keeps its old ones.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._rest = QRegion()
        self._foreign = True
        self._sized = QSize()
        self._go_on = QTimer(self, singleShot=True, interval=0)
        self._go_on.timeout.connect(self._draw_rest)
        self.setModel(model.model)
        for moved in (self.selectionModel().selectionChanged, model.model.modelReset):
            moved.connect(self.follow_selection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self._set_up_headers()
        self.verticalScrollBar().valueChanged.connect(self._watch)
        model.model.rowsInserted.connect(self._watch)
        self.doubleClicked.connect(self._open_index)

    @property
    def drawn(self) -> bool:
        """Whether all that was asked to be painted is painted."""
        return self._rest.isEmpty()

    def open_current(self) -> None:
        """Open the selected dossier."""
        self._open_index(self.currentIndex())

    def following_id(self) -> str | None:
        """Select the row after the current one and return its dossier's id; ``None`` at the end of what is loaded."""
        index = self.model().index(self.currentIndex().row() + 1, 0)
        row = self._model.model.row_at(index.row()) if index.isValid() else None
        if row is None:
            return None
        self.setCurrentIndex(index)
        return row.id

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; letters do nothing here, so that a keyboard driver's stray keys cannot jump."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_current()
            return
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.text().isprintable() and event.text() and plain:
            event.ignore()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the menu of the row under the pointer, or of the current row when the menu key was pressed."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        # A scroll area gets the pointer in coordinates of its viewport.
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        if not index.isValid():
            return
        if not self.selectionModel().isSelected(index):
            self.setCurrentIndex(index)
        below = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft() + QPoint(Space.L, 0))
        self.row_menu(index).popup(event.globalPos() if by_mouse else below)

    def row_menu(self, index: QModelIndex) -> QMenu:
        """Return the menu of a row."""
        menu = QMenu(self)
        menu.setObjectName("queueMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = menu.addAction(OPEN_LABEL)
        action.setObjectName("openDossierAction")
        action.triggered.connect(lambda: self._open_index(index))
        if self._model.choice.several:
            print_them = menu.addAction(words.print_chosen(self._model.choice.count))
            print_them.setObjectName("printChosenAction")
            print_them.triggered.connect(self.print_requested)
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells in one go.

        Qt's own loop comes back into Python for every cell, and each time it would have to wait for its turn while the
        synchronisation is at work. Of a page of new words the rest follows when the window has had its turn; until then
        what was there before stays.
        """
        with self._model.working():
            painter = QPainter(self.viewport())
            left = self._draw_rows(painter, event.rect())
            painter.end()
            whole = self.viewport().rect()
            self._rest = (
                self._rest.subtracted(event.region()).united(event.region().intersected(left)).intersected(whole)
            )
            # Only pixels that are this list's own may stay a little longer.
            if event.rect().contains(whole):
                self._foreign = False
            if not self._rest.isEmpty():
                self._go_on.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Other pages have drawn here."""
        super().showEvent(event)
        self._foreign = True

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """What has not been drawn yet moves with the rest."""
        super().scrollContentsBy(dx, dy)
        if not self.drawn:
            self.viewport().update()

    def _draw_rest(self) -> None:
        self.viewport().update(self._rest)

    def _draw_rows(self, painter: QPainter, dirty: QRect) -> QRect:
        """Draw what is in ``dirty``; return what of it is left to be drawn later."""
        chosen = theme.tokens(self)
        shown = self._model.model.columns
        first, last = self.rowAt(dirty.top()), self.rowAt(dirty.bottom())
        if first < 0 or not shown:
            painter.fillRect(dirty, QColor(chosen.surface))
            return QRect()
        if last < 0:
            last = self._model.model.rowCount() - 1
        places = [
            Place(column, self.columnViewportPosition(at), self.columnWidth(at)) for at, column in enumerate(shown)
        ]
        top, height = self.rowViewportPosition(first), self.rowHeight(first)
        right, bottom = places[-1].left + places[-1].width, top + height * (last + 1 - first)
        painter.fillRect(QRect(QPoint(right, dirty.top()), dirty.bottomRight()), QColor(chosen.surface))
        painter.fillRect(QRect(QPoint(dirty.left(), bottom), dirty.bottomRight()), QColor(chosen.surface))
        drawn = self._rows.draw(
            painter,
            places,
            range(first, last + 1),
            top,
            height,
            selected=self.selected_among(first, last),
            current=self.currentIndex().row(),
            chosen=chosen,
            base=self.font(),
            at_once=self._foreign,
        )
        if drawn == last + 1 - first:
            return QRect()
        return QRect(QPoint(dirty.left(), top + height * drawn), dirty.bottomRight())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the row under the pointer."""
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        """Take the mark away."""
        super().leaveEvent(event)
        self._hover(-1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the width again."""
        super().resizeEvent(event)
        # A scroll bar that comes or goes leaves the table as large as it was.
        self._foreign = self._foreign or self.size() != self._sized
        self._sized = self.size()
        self.fit_columns()
        self._watch()

    def changeEvent(self, event: QEvent) -> None:
        """Row height and widths follow the text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self.model() is not None:
            self._measure()

    def fit_columns(self) -> None:
        """Give each column the room of its usual text; names share what is left, words give way when it is short."""
        shown = self._model.model.columns
        natural = [self._natural(column.key) for column in shown]
        least = [self._least(column.key, column.title, width) for column, width in zip(shown, natural, strict=True)]
        natural = [max(pair) for pair in zip(natural, least, strict=True)]
        room = self.viewport().width() - sum(natural)
        shares = sum(WIDTHS[column.key].stretch for column in shown)
        give = sum(natural) - sum(least)
        for place, column in enumerate(shown):
            width = natural[place]
            if room >= 0:
                width += room * WIDTHS[column.key].stretch // shares
            elif give:
                width -= min(width - least[place], -(room * (width - least[place]) // give))
            self.setColumnWidth(place, width)

    def _natural(self, key: str) -> int:
        text = QFontMetrics(theme.figures(self.font())).horizontalAdvance(WIDTHS[key].sample)
        return text + ROOM_BESIDE.get(key, 0) + 2 * Space.S + 2

    def _least(self, key: str, title: str, natural: int) -> int:
        heading = QFontMetrics(theme.font(Role.STRONG, self._scale() * 0.9)).horizontalAdvance(title) + 2 * Space.S + 2
        return max(heading, round(natural * LEAST_SHARE) if WIDTHS[key].elastic else natural)

    def _scale(self) -> float:
        return self.font().pointSizeF() / theme.POINTS[Role.BODY]

    def _set_up_headers(self) -> None:
        heading = self.horizontalHeader()
        heading.setObjectName("queueHeader")
        heading.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heading.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        heading.setHighlightSections(False)
        heading.setSectionsClickable(False)
        heading.setMinimumSectionSize(40)
        heading.setStretchLastSection(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._measure()

    def _measure(self) -> None:
        self.verticalHeader().setDefaultSectionSize(QFontMetrics(self.font()).height() + Space.L)
        self.fit_columns()

    def _hover(self, row: int) -> None:
        if row != self._rows.hovered:
            self._rows.hovered = row
            self.viewport().update()

    def _watch(self) -> None:
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        self._model.watch(first, last if last >= 0 else max(first, self._model.model.rowCount() - 1))

    def _open_index(self, index: QModelIndex) -> None:
        row = index.data(QueueModel.ROW) if index.isValid() else None
        if row is not None:
            self.open_requested.emit(row.id)
