"""What is pasted: bytes as they came, so that the gate is the first to decode them."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from officer_console.views import incoming

PNG_START = b"\x89PNG\r\n\x1a\n"


def test_an_encoded_picture_of_the_clipboard_is_handed_on_undecoded(qtbot: QtBot) -> None:  # noqa: ARG001
    mime = QMimeData()
    mime.setData("image/jpeg", b"no picture at all")
    (source,) = incoming.sources(mime)
    assert source() == b"no picture at all"


def test_a_picture_without_bytes_of_its_own_becomes_png(qtbot: QtBot) -> None:  # noqa: ARG001
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    mime = QMimeData()
    mime.setImageData(image)
    (source,) = incoming.sources(mime)
    assert source().startswith(PNG_START)
