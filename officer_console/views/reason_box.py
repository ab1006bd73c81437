"""Why a picture is put in place of another: chosen from a list or typed, and never taken for granted."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from officer_console.views import controls
from officer_console.views.banner import Banner
from officer_console.views.plain import named
from officer_console.views.theme import Kind

HINT = "Chọn (↓) hoặc gõ lý do"


class ReasonBox(QComboBox):
    """Empty until the officer chooses: a reason says something about the citizen's picture, under the officer's name.

    An arrow key chooses, the first letter of a reason completes it, anything else may be typed. Signal: ``answered``,
    after it was asked for.
    """

    answered = Signal()

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked = False
        named(self, name, label)
        self.setEditable(True)
        # What was typed about one picture is not offered for the next one.
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line = self.lineEdit()
        assert line is not None  # noqa: S101 - it is editable
        named(line, f"{name}Line", label)
        line.setMaxLength(controls.TEXT_LIMIT)
        line.setPlaceholderText(HINT)
        self.editTextChanged.connect(self._on_text)

    @property
    def reason(self) -> str:
        """What was chosen or typed, without blanks around it; empty when nothing was."""
        typed = self.currentText().strip()
        # Completing what was typed leaves its letters as they were.
        row = self.findText(typed, Qt.MatchFlag.MatchFixedString)
        return self.itemText(row) if row >= 0 else typed

    def offer(self, reasons: Iterable[str]) -> None:
        """Offer these, with none of them chosen."""
        with QSignalBlocker(self):
            self.clear()
            self.addItems(list(reasons))
        self.forget()

    def forget(self) -> None:
        """Choose none."""
        self._asked = False
        self.setCurrentIndex(-1)
        self.clearEditText()

    def give(self, accept: Callable[[str], None], banner: Banner, wanting: tuple[str, str]) -> None:
        """Give the reason to ``accept``; without one say what is ``wanting`` (title, text) and let it be chosen."""
        if self.reason:
            accept(self.reason)
        else:
            banner.show_result(Kind.WARN, *wanting)
            self.ask()

    def ask(self) -> None:
        """Let the keyboard choose."""
        self._asked = True
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave it to what is scrolled: nobody chooses a reason by the way."""
        event.ignore()

    @Slot(str)
    def _on_text(self, _text: str) -> None:
        if self._asked and self.reason:
            self._asked = False
            self.answered.emit()
