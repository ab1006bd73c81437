"""The live picture of a camera, with the outline of the card that was found in it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from officer_console.devices.camera import Frame
from officer_console.imaging.edges import Quad
from officer_console.views import theme
from officer_console.views.plain import named
from officer_console.views.theme import Kind, Role

_SMALLEST = QSize(480, 270)
_OUTLINE = 3
LABEL = "Hình từ máy ảnh"


class CameraPicture(QWidget):
    """Signal ``pressed``: the space bar, while the picture has the keyboard."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "cameraPicture", LABEL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(_SMALLEST)
        self._image = QImage()
        self._pixels = b""
        self._quad: Quad | None = None
        self._kind = Kind.INFO
        self._words = ""

    def sizeHint(self) -> QSize:
        """As wide as most cameras see."""
        return QSize(800, 450)

    def show_frame(self, frame: Frame) -> None:
        """Show one frame."""
        # The image borrows the bytes, so they stay with it.
        self._pixels = frame.rgb
        self._image = QImage(self._pixels, frame.width, frame.height, frame.width * 3, QImage.Format.Format_RGB888)
        self._words = ""
        self.update()

    def show_words(self, words: str) -> None:
        """Show no picture but these words."""
        self._image, self._quad, self._words = QImage(), None, words
        self._pixels = b""
        self.update()

    def show_outline(self, quad: Quad | None, kind: Kind) -> None:
        """Outline what was found, in the colour of ``kind``."""
        if (quad, kind) != (self._quad, self._kind):
            self._quad, self._kind = quad, kind
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The space bar takes the picture, once however long it is held."""
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.pressed.emit()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the space bar works."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that it does not."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, picture, outline and frame."""
        chosen = theme.tokens(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        focused = self.hasFocus()
        painter.setPen(QPen(QColor(chosen.accent if focused else chosen.line), 2 if focused else 1))
        painter.setBrush(QColor(chosen.window))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)
        if self._image.isNull():
            painter.setPen(QColor(chosen.muted))
            painter.setFont(theme.font(Role.SECTION, theme.scale(self)))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._words)
        else:
            place = self._place()
            painter.drawImage(place, self._image)
            self._outline(painter, place, QColor(chosen.pair(self._kind)[0]), QColor(chosen.surface))
        painter.end()

    def _place(self) -> QRectF:
        inner = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        size = self._image.size().toSizeF().scaled(inner.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(QPointF(), size)
        place.moveCenter(inner.center())
        return place

    def _outline(self, painter: QPainter, place: QRectF, colour: QColor, edge: QColor) -> None:
        if self._quad is None:
            return
        scale = place.width() / self._image.width()
        outline = QPolygonF([place.topLeft() + QPointF((x + 0.5) * scale, (y + 0.5) * scale) for x, y in self._quad])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # Seen on light and on dark things alike.
        for pen in (QPen(edge, _OUTLINE + 2), QPen(colour, _OUTLINE)):
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolygon(outline)
