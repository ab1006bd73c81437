"""Icons: one set of outline SVG files, tinted with the palette in force."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from officer_console.views import theme
from officer_console.views.assets import asset

_SCALES = (1.0, 1.5, 2.0)


def pixmap(name: str, colour: str, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """Return the icon ``resources/icons/<name>.svg`` in ``colour`` (``#RRGGBB``), ``size`` logical pixels wide."""
    source = asset("icons", f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    result = QPixmap(round(size * ratio), round(size * ratio))
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(result.rect()))
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result


def icon(name: str, colour: str | None = None, *, size: int = 16, widget: QWidget | None = None) -> QIcon:
    """Return the icon for buttons and menus in ``colour``, by default the muted text colour of the palette in force."""
    chosen = theme.tokens(widget)
    result = QIcon()
    for ratio in _SCALES:
        result.addPixmap(pixmap(name, colour or chosen.muted, size, ratio), QIcon.Mode.Normal)
        result.addPixmap(pixmap(name, chosen.disabled, size, ratio), QIcon.Mode.Disabled)
    return result
