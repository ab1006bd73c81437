"""What is dropped on a window or pasted into it: files and pictures, read by whoever has the time for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QImage

from officer_console.imaging.gate import GateError, read_file

Source = Callable[[], bytes]
_RAW = ("image/png", "image/jpeg", "image/tiff")


def wanted(mime: QMimeData) -> bool:
    """Whether there is a file or a picture in it."""
    return mime.hasImage() or any(map(mime.hasFormat, _RAW)) or any(url.isLocalFile() for url in mime.urls())


def sources(mime: QMimeData) -> list[Source]:
    """Return what gives the bytes of each file or picture; every one belongs into a job and may raise GateError.

    A picture beside files is the files' own, and only the files are taken. Addresses of the network are not followed.
    """
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if files:
        return [partial(read_file, path) for path in files]
    for kind in _RAW:
        # As they came: Qt would decode foreign bytes on this thread.
        if mime.hasFormat(kind) and (data := bytes(mime.data(kind).data())):
            return [lambda: data]
    image = mime.imageData() if mime.hasImage() else None
    return [partial(_png, image)] if isinstance(image, QImage) else []


def _png(image: QImage) -> bytes:
    """Return a picture of the clipboard as bytes for the gate, which takes nothing else."""
    raw = QByteArray()
    buffer = QBuffer(raw)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # Quick instead of small: the bytes are decoded again at once.
    if image.isNull() or not image.save(buffer, "PNG", 100):  # type: ignore[call-overload]  # the stubs want bytes
        raise GateError("not-an-image")
    return bytes(raw.data())
