"""The ground a picture is painted on: a frame that shows where the keyboard is, or words in the picture's place."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from officer_console.views import theme
from officer_console.views.picture_image import Picture
from officer_console.views.plain import named
from officer_console.views.theme import Space


class Canvas(QWidget):
    """Takes all the room there is; what is painted on it is its heirs'."""

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, name, label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._picture: Picture | None = None
        self._words = ""

    def _paint_ground(self, painter: QPainter) -> None:
        """Draw the frame, and the words where there is no picture."""
        chosen = theme.tokens(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        painter.setPen(QPen(QColor(chosen.accent if focused else chosen.line), 2 if focused else 1))
        painter.setBrush(QColor(chosen.window))
        inset = 1.0 if focused else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), theme.RADIUS, theme.RADIUS)
        if self._picture is None:
            painter.setPen(QColor(chosen.muted))
            inside = self.rect().adjusted(Space.L, Space.L, -Space.L, -Space.L)
            painter.drawText(inside, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._words)
