"""A form field: its label above, the control, and room below for one line that says what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from officer_console.views.plain import PlainLabel, named, set_property
from officer_console.views.theme import Role, Space

ERROR_NAME_SUFFIX = "Error"


class Field(QWidget):
    """Label, control and error line; the label's buddy is the control, so that readers and Alt keys find it."""

    def __init__(self, label: str, control: QWidget, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}Field")
        self.control = control
        named(control, name, label)
        self._label = PlainLabel(label, Role.SECONDARY, name=f"{name}Label")
        self._label.setBuddy(control)
        self._error = PlainLabel("", Role.ERROR, name=f"{name}{ERROR_NAME_SUFFIX}", wrap=True)
        self._error.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self._label)
        column.addWidget(control)
        column.addWidget(self._error)
        column.addStretch(1)

    def set_label(self, label: str) -> None:
        """Call it something else."""
        self._label.setText(label)
        self.control.setAccessibleName(label)

    @property
    def error(self) -> str:
        """What stands below the control."""
        return self._error.text() if self._error.isVisibleTo(self) else ""

    def show_error(self, text: str) -> None:
        """Say what is wrong, or take it away with an empty text."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.control.setAccessibleDescription(text)
        set_property(self.control, "invalid", "true" if text else "false")


class TextField(Field):
    """A line of text. ``edited`` tells when the officer typed, ``entered`` when Enter was pressed."""

    edited = Signal()
    entered = Signal()

    def __init__(self, label: str, name: str, *, hint: str = "", longest: int = 100) -> None:
        self.line = QLineEdit()
        super().__init__(label, self.line, name)
        self.line.setPlaceholderText(hint)
        self.line.setMaxLength(longest)
        self.line.textEdited.connect(self._on_edited)
        self.line.returnPressed.connect(self.entered)

    @property
    def text(self) -> str:
        """What was typed."""
        return self.line.text()

    def _on_edited(self) -> None:
        self.show_error("")
        self.edited.emit()


class ChoiceField(Field):
    """One of a few words; the first entry may mean «no restriction»."""

    chosen = Signal()

    def __init__(self, label: str, name: str) -> None:
        self.box = QComboBox()
        super().__init__(label, self.box, name)
        self.box.activated.connect(lambda _index: self.chosen.emit())

    def fill(self, entries: Sequence[tuple[str, str]]) -> None:
        """Offer ``(value, words)`` and keep the choice made before."""
        before = self.value
        self.box.clear()
        for value, text in entries:
            self.box.addItem(text, value)
        self.choose(before)

    @property
    def value(self) -> str:
        """The chosen value, empty for «no restriction»."""
        return str(self.box.currentData() or "")

    def choose(self, value: str) -> None:
        """Choose a value; an unknown one chooses the first entry."""
        self.box.setCurrentIndex(max(0, self.box.findData(value)))
