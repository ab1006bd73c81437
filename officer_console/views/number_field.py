"""*Số* of a notice: typed before it is printed, saved or signed; left empty where a pen writes it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from officer_console.services.printing import Made
from officer_console.views import controls
from officer_console.views.theme import Space

# The longest number with what the form prints behind it.
ROOM = 24


class NumberField(QWidget):
    """Shows the number of the paper that is looked at; seen only where it can have one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("printDocumentRow")
        self.line = controls.line("printDocument", "Số", "Để trống để viết tay")
        self.line.setMaxLength(ROOM)
        self._made: Made | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(controls.label("Số", self.line))
        row.addWidget(self.line, 1)

    def show_of(self, made: Made | None, *, making: bool) -> None:
        """Show the number of ``made``; while it is made anew the field stays where it is."""
        if made is not None and made is not self._made:
            self._made = made
            self.line.setText(made.document_number)
        if made is not None or not making:
            self.setVisible(made is not None and made.numbered)
        self.line.setReadOnly(made is None or made.number_fixed)

    def typed(self, made: Made | None) -> str | None:
        """Return the number that was typed and the paper does not have yet."""
        text = self.line.text().strip()
        return None if made is None or not made.numbered or text == made.document_number else text
