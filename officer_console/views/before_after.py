"""Two pictures in one frame: the old one left of a line, the new one right of it; the line is moved."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from officer_console.views import theme
from officer_console.views.picture_image import Picture
from officer_console.views.plain import named
from officer_console.views.theme import Space

WHOLE = 100
GRIP = 9.0


class BeforeAfter(QWidget):
    """``share`` is how much of the frame shows the old picture, in percent. ``moved`` carries it when dragged."""

    moved = Signal(int)

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, name, label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self._before: Picture | None = None
        self._after: Picture | None = None
        self._share = WHOLE // 2

    @property
    def share(self) -> int:
        """How much of the frame shows the old picture, in percent."""
        return self._share

    def minimumSizeHint(self) -> QSize:
        """Two pictures smaller than this cannot be told apart."""
        return QSize(240, 200)

    def sizeHint(self) -> QSize:
        """As much room as there is."""
        return QSize(640, 420)

    def show_pictures(self, before: Picture | None, after: Picture | None) -> None:
        """Show two pictures, each as large as the frame allows."""
        if (before, after) != (self._before, self._after):
            self._before, self._after = before, after
            self.update()

    def set_share(self, share: int) -> None:
        """Move the line."""
        share = min(WHOLE, max(0, share))
        if share != self._share:
            self._share = share
            self.update()
            self.moved.emit(share)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw both pictures, each on its side, and the line between them."""
        chosen = theme.tokens(self)
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QPen(QColor(chosen.line), 1))
        painter.setBrush(QColor(chosen.window))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        room = frame.adjusted(Space.S, Space.S, -Space.S, -Space.S)
        at = room.left() + room.width() * self._share / WHOLE
        for picture, left, right in ((self._before, room.left(), at), (self._after, at, room.right())):
            if picture is None or right <= left:
                continue
            size = picture.full.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(room.center())
            painter.save()
            painter.setClipRect(QRectF(left, room.top(), right - left, room.height()))
            level = picture.level(size.width() / max(1, picture.full.width()) * self.devicePixelRatioF())
            painter.drawImage(place, level)
            painter.restore()
        # Light around the line: it is seen on dark and on light pictures.
        for colour, wide in ((chosen.surface, 5), (chosen.accent, 2)):
            painter.setPen(QPen(QColor(colour), wide))
            painter.drawLine(QPointF(at, room.top()), QPointF(at, room.bottom()))
        painter.setPen(QPen(QColor(chosen.surface), 2))
        painter.setBrush(QColor(chosen.accent))
        painter.drawEllipse(QPointF(at, room.center().y()), GRIP, GRIP)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the line under the pointer."""
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        self._follow(event)

    def _follow(self, event: QMouseEvent) -> None:
        wide = self.width() - 2 * Space.S
        if event.buttons() & Qt.MouseButton.LeftButton and wide > 0:
            self.set_share(round((event.position().x() - Space.S) / wide * WHOLE))
