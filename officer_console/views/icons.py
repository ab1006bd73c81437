"""Icons: one set of outline SVG files, tinted with the palette in force."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QWidget

from officer_console.views import theme
from officer_console.views.assets import asset
from officer_console.views.theme import Space

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


def dress(button: QAbstractButton, name: str, *, colour: str | None = None) -> None:
    """Put an icon on a button that has a text; it grows with the text and keeps a gap to it."""
    chosen = theme.tokens(button)
    size = round(16 * theme.scale(button))
    after = button.layoutDirection() is Qt.LayoutDirection.RightToLeft
    result = QIcon()
    for ratio in _SCALES:
        for mode, tint in ((QIcon.Mode.Normal, colour or chosen.muted), (QIcon.Mode.Disabled, chosen.disabled)):
            bare = pixmap(name, tint, size, ratio)
            padded = QPixmap(round((size + Space.XS) * ratio), bare.height())
            padded.fill(Qt.GlobalColor.transparent)
            painter = QPainter(padded)
            painter.drawPixmap(QPoint(round(Space.XS * ratio) if after else 0, 0), _flat(bare))
            painter.end()
            padded.setDevicePixelRatio(ratio)
            result.addPixmap(padded, mode)
    button.setIcon(result)
    button.setIconSize(QSize(size + Space.XS, size))


def _flat(source: QPixmap) -> QPixmap:
    copy = QPixmap(source)
    copy.setDevicePixelRatio(1.0)
    return copy


def icon(name: str, colour: str | None = None, *, size: int = 16, widget: QWidget | None = None) -> QIcon:
    """Return the icon for buttons and menus in ``colour``, by default the muted text colour of the palette in force."""
    chosen = theme.tokens(widget)
    result = QIcon()
    for ratio in _SCALES:
        result.addPixmap(pixmap(name, colour or chosen.muted, size, ratio), QIcon.Mode.Normal)
        result.addPixmap(pixmap(name, chosen.disabled, size, ratio), QIcon.Mode.Disabled)
    return result
