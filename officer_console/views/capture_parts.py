"""Parts of the window about captured pages: the row of pages, and what a page becomes."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QButtonGroup, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from officer_console.domain.attachment import AttachmentKind
from officer_console.viewmodels.sheets import Sheet
from officer_console.views import capture_words, theme
from officer_console.views.picture_image import THUMBNAIL, Picture
from officer_console.views.pictures import SHORT
from officer_console.views.plain import named

ROW_WIDTH = 220
ROW_HEIGHT = 68


class SheetList(QListWidget):
    """The pages in the order in which they came. ``chosen`` carries the number of a page."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "sheets", "Các trang")
        self.setIconSize(THUMBNAIL)
        self.setFixedWidth(ROW_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.currentItemChanged.connect(self._on_current)

    def show_sheets(self, sheets: Iterable[Sheet], current: int | None) -> None:
        """Show the pages; rows that stay are changed in place, so that the keyboard stays where it is."""
        shown = list(sheets)
        blocked = QSignalBlocker(self)
        while self.count() > len(shown):
            self.takeItem(self.count() - 1)
        for row, sheet in enumerate(shown):
            if row == self.count():
                fresh = QListWidgetItem()
                fresh.setSizeHint(QSize(0, ROW_HEIGHT))
                self.addItem(fresh)
            item = self.item(row)
            self._fill(item, sheet)
            if sheet.number == current and self.currentRow() != row:
                self.setCurrentRow(row)
        blocked.unblock()

    def _fill(self, item: QListWidgetItem, sheet: Sheet) -> None:
        chosen = theme.tokens(self)
        kind = SHORT[sheet.kind] if sheet.kind is not None else ""
        text = f"Trang {sheet.number}\n{capture_words.state(sheet, kind)}"
        if item.text() != text:
            item.setText(text)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, text.replace("\n", ", "))
        item.setForeground(QColor(chosen.muted if sheet.dropped else chosen.text))
        if item.data(Qt.ItemDataRole.UserRole) != sheet.number or item.data(Qt.ItemDataRole.UserRole + 1) != id(
            sheet.result
        ):
            item.setData(Qt.ItemDataRole.UserRole, sheet.number)
            item.setData(Qt.ItemDataRole.UserRole + 1, id(sheet.result))
            if isinstance(sheet.result, Picture):
                small = QPixmap.fromImage(sheet.result.thumbnail)
                icon = QIcon(small)
                # Qt would tint the page under work, which then could not be judged by its colours.
                icon.addPixmap(small, QIcon.Mode.Selected)
                item.setIcon(icon)

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(int(item.data(Qt.ItemDataRole.UserRole)))


class KindButtons(QWidget):
    """What the page under work becomes: a button a kind, with its digit. ``named_as`` carries the kind or ``None``."""

    named_as = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sheetKinds")
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._buttons: dict[AttachmentKind, QPushButton] = {}
        self._kind: AttachmentKind | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.Space.XS)
        for digit, kind in enumerate(AttachmentKind, 1):
            button = QPushButton(f"{digit}  {SHORT[kind]}")
            named(button, f"sheet_{kind.value}", SHORT[kind])
            button.setProperty("kind", "nav")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on, kind=kind: self.take(kind))
            self._group.addButton(button)
            self._buttons[kind] = button
            column.addWidget(button)

    def take(self, kind: AttachmentKind) -> None:
        """Name the page; its own kind once more takes the name away."""
        if self._buttons[kind].isEnabled() and not self._buttons[kind].isHidden():
            self.named_as.emit(None if kind is self._kind else kind)

    def show_kind(self, kinds: Iterable[AttachmentKind], sheet: Sheet | None) -> None:
        """Show which kinds there may be and which one the page becomes."""
        may = set(kinds)
        self._kind = sheet.kind if sheet is not None else None
        for kind, button in self._buttons.items():
            button.setVisible(kind in may)
            button.setEnabled(sheet is not None and not sheet.attached)
            button.setChecked(kind is self._kind)
