"""What a page shows when it has nothing to show: a quiet picture, what that means, what comes next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from officer_console.views import icons, theme
from officer_console.views.plain import PlainLabel
from officer_console.views.theme import Role, Space


class EmptyView(QFrame):
    """``name`` begins the object names of its parts."""

    def __init__(self, name: str, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("panel", "surface")
        picture = QLabel()
        picture.setPixmap(icons.pixmap("empty", theme.tokens(self).muted, 40, 2.0))
        self._text = PlainLabel(text, Role.MUTED, name=f"{name}Text", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setSpacing(Space.S)
        column.addStretch(2)
        column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(PlainLabel(title, Role.SECTION, name=f"{name}Title"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._text)
        column.addStretch(3)
