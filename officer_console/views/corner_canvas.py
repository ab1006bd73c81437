"""A page as it came, with four corners that are dragged or moved by keys to where it is to be cut out."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from officer_console.imaging.edges import Point, Quad
from officer_console.views import theme
from officer_console.views.canvas import Canvas
from officer_console.views.picture_image import Picture
from officer_console.views.theme import Space

CORNERS = ("Góc trên trái", "Góc trên phải", "Góc dưới phải", "Góc dưới trái")
WHOLE: Quad = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
HANDLE = 7.0
REACH = 24.0
STEP, FINE_STEP = 0.01, 0.002
# Long enough that a held arrow key does not cut the page out at each step.
REST_MILLISECONDS = 200
# Nearer together two corners would cut nothing out.
LEAST = 0.02


class CornerCanvas(Canvas):
    """Corners are shares of width and height, clockwise from the top left. ``moved`` carries them once they rest."""

    moved = Signal(object)

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(name, label, parent)
        self._label = label
        self._quad: Quad | None = None
        self._corner = 0
        self._held: int | None = None
        self.editable = True
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self._tell)

    @property
    def quad(self) -> Quad | None:
        """The corners; ``None`` for the whole page."""
        return self._quad

    @property
    def corner(self) -> int:
        """The corner the arrows move, 0 to 3."""
        return self._corner

    def minimumSizeHint(self) -> QSize:
        """A page smaller than this cannot be cut out by hand."""
        return QSize(200, 200)

    def sizeHint(self) -> QSize:
        """As much room as there is."""
        return QSize(420, 420)

    def show_page(self, picture: Picture | None, quad: Quad | None, words: str = "") -> None:
        """Show a page with its corners, or ``words`` in its place; what is being moved stays under the hand."""
        if picture is not self._picture:
            self._rest.stop()
            self._held, self._corner = None, 0
        elif self._held is not None or self._rest.isActive():
            return
        self._picture, self._quad, self._words = picture, quad, words
        self._say()
        self.update()

    def flush(self) -> None:
        """Tell at once what a key has moved."""
        if self._rest.isActive():
            self._rest.stop()
            self._tell()

    def place(self, corner: int) -> QPointF:
        """Return where a corner is in the widget."""
        room = self._room()
        x, y = (self._quad or WHOLE)[corner]
        return QPointF(room.left() + x * room.width(), room.top() + y * room.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the page, what is outside the corners dimmed, and the corners."""
        painter = QPainter(self)
        self._paint_ground(painter)
        if self._picture is None:
            return
        room = self._room()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        scale = room.width() / max(1, self._picture.full.width())
        painter.drawImage(room, self._picture.level(scale * self.devicePixelRatioF()))
        self._paint_corners(painter, room)

    def _paint_corners(self, painter: QPainter, room: QRectF) -> None:
        chosen = theme.tokens(self)
        shape = QPolygonF([self.place(corner) for corner in range(4)])
        if self._quad is not None:
            outside = QPainterPath()
            outside.addRect(room)
            outside.addPolygon(shape)
            outside.closeSubpath()
            veil = QColor(chosen.text if chosen is theme.LIGHT else chosen.window)
            veil.setAlpha(110)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(veil)
            painter.drawPath(outside)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # Light around the line: it is seen on dark and on light pages.
        for colour, width in ((chosen.surface, 4), (chosen.accent, 2)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawPolygon(shape)
        if not self.editable:
            return
        for corner in range(4):
            current = self.hasFocus() and corner == self._corner
            painter.setPen(QPen(QColor(chosen.accent), 2))
            painter.setBrush(QColor(chosen.accent if current else chosen.surface))
            radius = HANDLE + 2 if current else HANDLE
            painter.drawEllipse(self.place(corner), radius, radius)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the nearest corner."""
        if event.button() != Qt.MouseButton.LeftButton or self._picture is None or not self.editable:
            return
        near = [(QPointF(self.place(corner) - event.position()).manhattanLength(), corner) for corner in range(4)]
        distance, corner = min(near)
        if distance <= REACH:
            self._held = self._corner = corner
            self._say()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        if self._held is None:
            return
        room = self._room()
        at = event.position() - room.topLeft()
        self._put(self._held, at.x() / max(1.0, room.width()), at.y() / max(1.0, room.height()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go: the page is cut out anew."""
        if self._held is not None:
            self._held = None
            self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """N and the space bar go to the next corner, arrows move it, with Shift in small steps."""
        ways = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        key = Qt.Key(event.key())
        if self._picture is None or not self.editable:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_N):
            self._corner = (self._corner + 1) % 4
            self._say()
            self.update()
        elif key in ways:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            step = FINE_STEP if fine else STEP
            x, y = (self._quad or WHOLE)[self._corner]
            across, down = ways[key]
            self._put(self._corner, x + across * step, y + down * step)
            self._rest.start()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever goes elsewhere has finished moving."""
        self.flush()
        super().focusOutEvent(event)

    def _put(self, corner: int, x: float, y: float) -> None:
        point: Point = (min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))
        corners = list(self._quad or WHOLE)
        corners[corner] = point
        if not _whole_shape(corners):
            return
        self._quad = (corners[0], corners[1], corners[2], corners[3])
        self._say()
        self.update()

    def _say(self) -> None:
        """Tell a screen reader which corner the arrows move and where it is."""
        if self._picture is None:
            self.setAccessibleDescription(self._words)
            return
        x, y = (self._quad or WHOLE)[self._corner]
        self.setAccessibleDescription(f"{CORNERS[self._corner]}: ngang {x:.0%}, dọc {y:.0%}")

    def _tell(self) -> None:
        self.moved.emit(self._quad)

    def _room(self) -> QRectF:
        inside = QRectF(self.rect()).adjusted(Space.L, Space.L, -Space.L, -Space.L)
        if self._picture is None or inside.width() < 1 or inside.height() < 1:
            return inside
        size = self._picture.full.size().scaled(inside.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        room = QRectF(0, 0, size.width(), size.height())
        room.moveCenter(inside.center())
        return room


def _whole_shape(corners: list[Point]) -> bool:
    """Whether four corners go around something, clockwise, without crossing or falling together."""
    for start in range(4):
        (ax, ay), (bx, by), (cx, cy) = (corners[(start + step) % 4] for step in range(3))
        if max(abs(bx - ax), abs(by - ay)) < LEAST or (bx - ax) * (cy - by) - (by - ay) * (cx - bx) <= 0:
            return False
    return True
