"""The inline result of a page: what happened, what it means, what comes next."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from officer_console.views import icons, theme
from officer_console.views.messages import Sentence, sentence
from officer_console.views.plain import PlainLabel, named, set_property
from officer_console.views.theme import Kind, Role, Space


class Banner(QFrame):
    """A coloured strip at the top of a page, hidden until there is something to say.

    Signals: ``acted`` and ``helped`` when one of the offered buttons is pressed, ``closed`` when the officer puts the
    banner away.
    """

    acted = Signal()
    helped = Signal()
    closed = Signal()
    shown = Signal(bool)

    def __init__(self, name: str = "banner", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._icon = QLabel()
        self._icon.setFixedSize(QSize(20, 20))
        self._title = PlainLabel(role=Role.STRONG, name=f"{name}Title", wrap=True)
        self._text = PlainLabel(name=f"{name}Text", wrap=True)
        self._small = PlainLabel(role=Role.SECONDARY, name=f"{name}Reference", wrap=True, selectable=True)
        self._action = QPushButton()
        self._action.clicked.connect(self.acted)
        self._help = QPushButton()
        self._help.clicked.connect(self.helped)
        self._help.hide()
        self._close = QToolButton()
        named(self._close, f"{name}Close", "Đóng thông báo")
        self._close.setToolTip("Đóng thông báo")
        self._close.setAutoRaise(True)
        self._close.clicked.connect(self._put_away)
        texts = QVBoxLayout()
        texts.setSpacing(Space.XS)
        for part in (self._title, self._text, self._small):
            texts.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        row.setSpacing(Space.M)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        for button in (self._help, self._action):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_result(
        self,
        kind: Kind,
        title: str,
        text: str = "",
        *,
        reference: str = "",
        action: str = "",
        more: str = "",
        closable: bool = True,
    ) -> None:
        """Show a result; ``action`` is the word on a button (``acted`` tells when it is pressed), ``more`` on a second
        one (``helped``). What is not ``closable`` stays until its button is pressed.
        """
        chosen = theme.tokens(self)
        colour = chosen.pair(kind)[0]
        self.setProperty("kind", kind.value)
        set_property(self, "banner", kind.value)
        name = "info" if kind is Kind.NEUTRAL else kind.value
        self._icon.setPixmap(icons.pixmap(name, colour, 20, self.devicePixelRatioF()))
        self._close.setIcon(icons.icon("close", chosen.muted, widget=self))
        self._title.setText(title)
        self._title.set_tone(kind if kind is not Kind.NEUTRAL else Kind.INFO)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._small.setText(f"Mã tra cứu: {reference}" if reference else "")
        self._small.setVisible(bool(reference))
        self._action.setText(action)
        named(self._action, f"{self.objectName()}Action", action)
        self._action.setVisible(bool(action))
        self._help.setText(more)
        named(self._help, f"{self.objectName()}More", more)
        self._help.setVisible(bool(more))
        self._close.setVisible(closable)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{title}. {text}".strip()))

    def show_sentence(self, told: Sentence, kind: Kind = Kind.BAD, *, action: str = "") -> None:
        """Show an error's sentence."""
        self.show_result(kind, told.title, told.body, reference=told.reference, action=action)

    def show_error(self, error: Exception, kind: Kind = Kind.BAD, *, action: str = "") -> None:
        """Show an error in words (see ``messages``)."""
        self.show_sentence(sentence(error), kind, action=action)

    def setVisible(self, visible: bool) -> None:  # noqa: FBT001 - Qt's own
        """Show or hide the banner, and tell."""
        super().setVisible(visible)
        self.shown.emit(visible)

    def clear(self) -> None:
        """Hide the banner."""
        self.hide()

    @property
    def title(self) -> str:
        """The first line as shown."""
        return self._title.text()

    @property
    def text(self) -> str:
        """The second line as shown."""
        return self._text.text()

    def _put_away(self) -> None:
        self.hide()
        self.closed.emit()
