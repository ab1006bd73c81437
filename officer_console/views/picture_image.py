"""A picture ready to be painted: decoded once, off the GUI thread, with smaller copies for a quick and clean zoom."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

ALLOCATION_LIMIT_MIB = 64
LONGEST_SIDE = 2600
THUMBNAIL = QSize(80, 54)
_PNG = b"\x89PNG"


class PictureError(Exception):
    """The bytes are not a picture Qt can read."""

    code = "not-an-image"


@dataclass(frozen=True, slots=True)
class Picture:
    """``levels`` are the same picture, each half as wide as the one before; ``thumbnail`` fits into 80 x 54 px."""

    levels: tuple[QImage, ...]
    thumbnail: QImage

    @property
    def full(self) -> QImage:
        """The largest level."""
        return self.levels[0]

    def level(self, scale: float) -> QImage:
        """Return the smallest level that still has enough pixels for ``scale`` (1.0 is one pixel for one)."""
        wanted = self.full.width() * scale
        return next((image for image in reversed(self.levels) if image.width() >= wanted), self.full)


def decode(data: bytes) -> Picture:
    """Decode checked JPEG or PNG bytes, upright by their EXIF; larger than 2600 px is read smaller.

    Raises:
        PictureError: Qt cannot read it.
    """
    QImageReader.setAllocationLimit(ALLOCATION_LIMIT_MIB)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    # Said, not guessed: no other decoder of Qt gets to see the bytes, and none of its plug-ins is asked in turn.
    reader.setAutoDetectImageFormat(False)
    reader.setFormat(QByteArray(b"png" if data.startswith(_PNG) else b"jpeg"))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > LONGEST_SIDE:
        reader.setScaledSize(size.scaled(LONGEST_SIDE, LONGEST_SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise PictureError
    return _picture(image.convertToFormat(QImage.Format.Format_RGB32))


def of_pixels(width: int, height: int, rgb: bytes) -> Picture:
    """Return a picture of decoded pixels: red, green, blue, one byte each, row by row."""
    image = QImage(rgb, width, height, 3 * width, QImage.Format.Format_RGB888)
    # Converting copies: the picture outlives the bytes.
    return _picture(image.convertToFormat(QImage.Format.Format_RGB32))


def _picture(image: QImage) -> Picture:
    levels = [image]
    while min(levels[-1].width(), levels[-1].height()) > 200:
        half = levels[-1].size() / 2
        levels.append(
            levels[-1].scaled(half, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        )
    return Picture(tuple(levels), _thumbnail(levels[-1]))


def _thumbnail(image: QImage) -> QImage:
    """Return ``image`` centred on a transparent ground of the thumbnail's size, for screens of two pixels per point."""
    room = THUMBNAIL * 2
    small = image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    result = QImage(room, QImage.Format.Format_ARGB32_Premultiplied)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.drawImage((room.width() - small.width()) // 2, (room.height() - small.height()) // 2, small)
    painter.end()
    result.setDevicePixelRatio(2.0)
    return result
