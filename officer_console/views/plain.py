"""The label classes for data: always plain text, so that nothing in a name is taken for markup."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from officer_console.views.theme import Kind, Role

# What window managers add above a window, at most.
TITLE_BAR = 40


class PlainLabel(QLabel):
    """A label that shows its text letter by letter. ``role`` decides size and colour (see the style sheet)."""

    def __init__(
        self,
        text: str = "",
        role: Role = Role.BODY,
        *,
        name: str = "",
        wrap: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role.value)
        self.setObjectName(name)
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setText(text)

    def set_role(self, role: Role) -> None:
        """Change what the text is to the reader."""
        set_property(self, "role", role.value)

    def set_tone(self, kind: Kind | None) -> None:
        """Colour the text as a result of ``kind``; ``None`` takes the colour away."""
        set_property(self, "tone", kind.value if kind else "")


class Chip(PlainLabel):
    """A short state word on a coloured ground."""

    def __init__(
        self, text: str = "", kind: Kind = Kind.NEUTRAL, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, Role.BODY, name=name, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_state(text, kind)

    def show_state(self, text: str, kind: Kind) -> None:
        """Show another state."""
        self.setText(text)
        set_property(self, "chip", kind.value)


class ElidedLabel(PlainLabel):
    """A one-line label that ends in «…» when there is no room; the whole text stays in the tool tip and for readers."""

    def __init__(
        self, text: str = "", role: Role = Role.BODY, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, role, name=name, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters is enough."""
        return QSize(self.fontMetrics().averageCharWidth() * 6, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much as fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(
            one_line(self.text()), Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )
        painter.drawText(self.contentsRect(), int(self.alignment() | Qt.TextFlag.TextSingleLine), shown)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Offer the whole text as a tool tip only where it is cut."""
        super().resizeEvent(event)
        self._offer_whole()

    def setText(self, text: str) -> None:
        """Show another text, cut if need be."""
        super().setText(text)
        self._offer_whole()

    def _offer_whole(self) -> None:
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
        self.setToolTip(plain_tip(self.text()) if cut else "")


class Rule(QFrame):
    """A hairline between two parts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "line")
        self.setFixedHeight(1)


def panel(kind: str, *, name: str = "", parent: QWidget | None = None) -> QFrame:
    """Return a frame with a ground: ``surface``, ``bar``, ``foot`` or ``side``."""
    frame = QFrame(parent)
    frame.setObjectName(name)
    frame.setProperty("panel", kind)
    return frame


def on_screen(widget: QWidget, wanted: QSize) -> QSize:
    """Return ``wanted``, but never more than the screen has beside task bars, with room for the window's own frame."""
    room = widget.screen().availableGeometry().size() - QSize(0, TITLE_BAR)
    return wanted.boundedTo(room)


def one_line(text: str) -> str:
    """Return ``text`` without line ends of any kind, U+2028 and the like included: they would lead into what is below.

    Line ends become spaces.
    """
    return " ".join(text.splitlines())


def plain_tip(text: str) -> str:
    """Return ``text`` so that a tool tip, which guesses at markup, shows it letter by letter."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") if "<" in text or "&" in text else text


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property and let the style sheet see it."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def keep_room(widget: QWidget) -> None:
    """Have the layout keep a hidden widget's room, so that nothing moves when it is shown."""
    policy = widget.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    widget.setSizePolicy(policy)


def named(widget: QWidget, name: str, label: str) -> None:
    """Give a control its stable object name and its visible label as accessible name."""
    widget.setObjectName(name)
    widget.setAccessibleName(label.replace("&", ""))
