"""Selecting several rows of the list with Shift and Ctrl; what is selected is kept by dossier in the view model."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from officer_console.viewmodels.queue_choice import QueueChoice

_ONLY = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
_UP_TO = QItemSelectionModel.SelectionFlag.SelectCurrent | QItemSelectionModel.SelectionFlag.Rows
Index = QModelIndex | QPersistentModelIndex
_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)


class ChoosingTable(QTableView):
    """A table of whole rows of which several may be selected; one, unless the officer holds down Shift or Ctrl."""

    def __init__(self, choice: QueueChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._spans: tuple[range, ...] = ()
        self._moving = False
        self._alone = False
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    @property
    def several(self) -> bool:
        """Whether more than one row is selected."""
        return sum(map(len, self._spans)) > 1

    def choose(self, positions: Sequence[int], current: int) -> None:
        """Select rows and make one the current one; the view stays where it is."""
        bar = self.verticalScrollBar()
        place = bar.value()
        self._moving = True
        self.setCurrentIndex(self.model().index(current, 0))
        if len(positions) > 1:
            self.selectionModel().select(self._selection(_spans(positions)), _ONLY)
        self._moving = False
        bar.setValue(place)
        self.follow_selection()

    def setCurrentIndex(self, index: Index) -> None:
        """Go to a row and select it alone, whatever key the officer holds down."""
        self._alone = True
        super().setCurrentIndex(index)
        self._alone = False

    def selectionCommand(self, index: Index, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        """Say what a key or a click selects; the ends of the list, gone to with Ctrl, are rows like others."""
        if self._alone:
            return _ONLY
        if isinstance(event, QKeyEvent) and event.key() in _ENDS:
            return _UP_TO if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _ONLY
        return super().selectionCommand(index, event)

    @Slot()
    def follow_selection(self) -> None:
        """Tell the view model what is selected; more than it takes is not."""
        if self._moving:
            return
        chosen = self.selectionModel().selection().toList()
        spans = tuple(sorted((range(each.top(), each.bottom() + 1) for each in chosen), key=lambda each: each.start))
        if self._choice.choose(spans):
            self._spans = spans
            return
        self._moving = True
        self.selectionModel().select(self._selection(self._spans), _ONLY)
        self._moving = False

    def _selection(self, spans: Sequence[range]) -> QItemSelection:
        made, last = QItemSelection(), self.model().columnCount() - 1
        for span in spans:
            made.select(self.model().index(span.start, 0), self.model().index(span.stop - 1, last))
        return made

    def selected_among(self, first: int, last: int) -> set[int]:
        """Return the selected rows from ``first`` to ``last``."""
        return {
            position for span in self._spans for position in range(max(first, span.start), min(last + 1, span.stop))
        }


def _spans(positions: Sequence[int]) -> list[range]:
    """Return the stretches of positions in order that follow one another."""
    found: list[range] = []
    for position in positions:
        if found and found[-1].stop == position:
            found[-1] = range(found[-1].start, position + 1)
        else:
            found.append(range(position, position + 1))
    return found
