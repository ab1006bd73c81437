"""The picture under work: zoom, turn and shift, by wheel, mouse and keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from officer_console.views import theme
from officer_console.views.canvas import Canvas
from officer_console.views.picture_image import Picture
from officer_console.views.theme import Space

LARGEST = 8.0
STEP = 1.25
SHIFT = 48
QUARTER = 90
OUTLINE = 3
# How much of the frame an outlined place takes up: enough around it to tell where on the paper it is.
OUTLINE_SHARE = 0.45


class PictureCanvas(Canvas):
    """Paints one picture. ``scale`` is screen pixels for a picture pixel; while ``fitted`` it follows the size."""

    view_changed = Signal()

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(name, label, parent)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._turn = 0
        self._scale = 1.0
        self._shift = QPointF()
        self._grip: QPointF | None = None
        self._outline: tuple[tuple[float, float], ...] = ()
        self.fitted = True

    @property
    def turn(self) -> int:
        """How far the picture is turned clockwise, in degrees."""
        return self._turn

    @property
    def scale(self) -> float:
        """Screen pixels for one pixel of the picture."""
        return self._fitting() if self.fitted else self._scale

    @property
    def picture(self) -> Picture | None:
        """What is painted."""
        return self._picture

    @property
    def words(self) -> str:
        """What stands in place of a picture."""
        return self._words

    def minimumSizeHint(self) -> QSize:
        """A picture smaller than this cannot be judged."""
        return QSize(160, 120)

    def sizeHint(self) -> QSize:
        """As much room as there is."""
        return QSize(420, 360)

    def show_picture(self, picture: Picture | None, words: str = "") -> None:
        """Show a picture, or ``words`` in its place. The same picture again keeps zoom and turn."""
        if picture is not self._picture:
            self._turn = 0
            self.fitted = True
            self._shift = QPointF()
            self._outline = ()
        self._picture = picture
        self._words = "" if picture is not None else words
        self.setAccessibleDescription(self._words)
        self.update()
        self.view_changed.emit()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Multiply the scale, keeping the point ``at`` (widget coordinates, default the middle) in place."""
        if self._picture is None:
            return
        before = self.scale
        after = min(LARGEST, max(self._fitting(), before * factor))
        anchor = (at if at is not None else QPointF(self.rect().center())) - QPointF(self.rect().center())
        self._shift = QPointF() if self.fitted else self._shift
        self.fitted = after <= self._fitting() * 1.001
        self._scale = after
        self._shift = anchor - (anchor - self._shift) * (after / before)
        self._settle()

    @property
    def outline(self) -> tuple[tuple[float, float], ...]:
        """The corners that are outlined."""
        return self._outline

    def point_at(self, corners: tuple[tuple[float, float], ...]) -> None:
        """Outline a place, its corners as shares of width and height, and bring it into sight; no corners, no outline.

        A place that would be small on the screen is shown larger.
        """
        self._outline = corners
        if self._picture is not None and corners:
            self.fitted, self._shift = True, QPointF()
            size = self._picture.full.size()
            place = QPolygonF(
                [QPointF((x - 0.5) * size.width(), (y - 0.5) * size.height()) for x, y in corners]
            ).boundingRect()
            turned = QTransform().rotate(self._turn).mapRect(place)
            room = OUTLINE_SHARE * min(self.width(), self.height())
            wanted = room / max(1.0, turned.width(), turned.height())
            if wanted > self._fitting():
                self.fitted, self._scale = False, min(LARGEST, wanted)
                self._shift = -turned.center() * self._scale
        self._settle()

    def zoom_in(self) -> None:
        """Show it larger."""
        self.zoom(STEP)

    def zoom_out(self) -> None:
        """Show it smaller, down to the whole picture."""
        self.zoom(1 / STEP)

    def fit(self) -> None:
        """Show the whole picture."""
        self.fitted = True
        self._shift = QPointF()
        self._settle()

    def rotate(self) -> None:
        """Turn a quarter clockwise; only the view turns, the picture stays as it is."""
        self._turn = (self._turn + QUARTER) % 360
        self.fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground, then the picture or the words."""
        chosen = theme.tokens(self)
        painter = QPainter(self)
        self._paint_ground(painter)
        if self._picture is None:
            return
        painter.setClipRect(self.rect().adjusted(2, 2, -2, -2))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        full = self._picture.full
        level = self._picture.level(self.scale * self.devicePixelRatioF())
        painter.translate(QPointF(self.rect().center()) + self._shift)
        painter.rotate(self._turn)
        width, height = full.width() * self.scale, full.height() * self.scale
        painter.drawImage(QRectF(-width / 2, -height / 2, width, height), level)
        if self._outline:
            place = QPolygonF([QPointF((x - 0.5) * width, (y - 0.5) * height) for x, y in self._outline])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            # Light around the line: it is seen on dark and on light pictures.
            for colour, pen in ((chosen.surface, OUTLINE + 3), (chosen.accent, OUTLINE)):
                painter.setPen(QPen(QColor(colour), pen))
                painter.drawPolygon(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture inside."""
        super().resizeEvent(event)
        self._settle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        steps = event.angleDelta().y() / 120
        if steps:
            self.zoom(STEP**steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        if self._grip is not None and not self.fitted:
            self._shift += event.position() - self._grip
            self._grip = event.position()
            self._settle()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus, minus, 0 (whole picture), arrows to shift."""
        moves = {
            Qt.Key.Key_Left: QPointF(SHIFT, 0),
            Qt.Key.Key_Right: QPointF(-SHIFT, 0),
            Qt.Key.Key_Up: QPointF(0, SHIFT),
            Qt.Key.Key_Down: QPointF(0, -SHIFT),
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in moves and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self._shift += moves[key]
            self._settle()
        else:
            super().keyPressEvent(event)

    def _turned(self) -> QSize:
        assert self._picture is not None  # noqa: S101 - asked only with a picture
        size = self._picture.full.size()
        return size.transposed() if self._turn % 180 else size

    def _fitting(self) -> float:
        if self._picture is None:
            return 1.0
        size, room = self._turned(), self.size() - QSize(2 * Space.S, 2 * Space.S)
        fitting = min(room.width() / max(1, size.width()), room.height() / max(1, size.height()))
        return max(0.01, min(1.5, fitting))

    def _settle(self) -> None:
        """Keep the shift within the picture's edges and paint."""
        if self._picture is not None:
            size = self._turned() * self.scale
            wide = max(0.0, (size.width() - self.width()) / 2 + Space.S)
            high = max(0.0, (size.height() - self.height()) / 2 + Space.S)
            self._shift = QPointF(
                min(wide, max(-wide, self._shift.x())) if size.width() > self.width() else 0.0,
                min(high, max(-high, self._shift.y())) if size.height() > self.height() else 0.0,
            )
        self.update()
        self.view_changed.emit()
