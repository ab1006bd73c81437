"""Numbers of notices: *Số* of the one that is looked at, and the first one of a stack that is about to be signed."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from officer_console.services.made_paper import Made
from officer_console.services.notice_numbers import TAIL, Standing
from officer_console.views import controls, signing_words, words
from officer_console.views.plain import PlainLabel
from officer_console.views.theme import Role, Space

# The longest number with what the form prints behind it.
ROOM = 24
FIRST_WIDTH = 120


class NumberField(QWidget):
    """Shows the number of the paper that is looked at; seen only where it can have one.

    It is typed before the paper is printed, saved or signed, and left empty where a pen writes it. What cannot be
    changed any more is no field.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("printDocumentRow")
        self.line = controls.line("printDocument", "Số", "Để trống để viết tay")
        self.line.setMaxLength(ROOM)
        self.fixed = PlainLabel(name="printDocumentFixed", selectable=True)
        self.fixed.hide()
        self._made: Made | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(controls.label("Số", self.line))
        row.addWidget(self.line, 1)
        row.addWidget(self.fixed, 1)

    def show_of(self, made: Made | None, *, making: bool) -> None:
        """Show the number of ``made``; while it is made anew the field stays where it is."""
        if made is not None and made is not self._made:
            self._made = made
            self.line.setText(made.document_number)
            self.fixed.setText(f"{made.document_number}{TAIL}" if made.document_number else words.NOTHING)
            self.line.setVisible(not made.number_fixed)
            self.fixed.setVisible(made.number_fixed)
        if made is not None or not making:
            self.setVisible(made is not None and made.numbered)
        self.line.setReadOnly(made is None or made.number_fixed)

    def typed(self, made: Made | None) -> str | None:
        """Return the number that was typed and the paper does not have yet."""
        text = self.line.text().strip()
        return None if made is None or not made.numbered or text == made.document_number else text


class FirstNumberField(QWidget):
    """The first number for the notices of a stack that have none; offered is the one behind the last that was given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("printRunFirstRow")
        self.line = controls.line("printRunFirst", signing_words.FIRST, "")
        self.line.setMaxLength(ROOM)
        self.line.setFixedWidth(FIRST_WIDTH)
        self.line.setToolTip(signing_words.FIRST_TIP)
        self._hint = PlainLabel(role=Role.SECONDARY, name="printRunFirstHint", wrap=True)
        self._standing: Standing | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.line)
        row.addWidget(self._hint, 1)

    def show_of(self, standing: Standing | None) -> None:
        """Offer a number when it is known how the notices stand."""
        if standing is self._standing:
            return
        self._standing = standing
        if standing is not None:
            self.line.setText(standing.next)
            self.line.setVisible(standing.offices < 2)
            text, tone = signing_words.first_hint(standing)
            self._hint.setText(text)
            self._hint.set_tone(tone)

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.line.text()
