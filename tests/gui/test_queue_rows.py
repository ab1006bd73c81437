"""The rows of the list as they are drawn."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QStaticText
from PySide6.QtWidgets import QApplication

from officer_console.background.news import News
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.queue_model import Column
from officer_console.views import theme
from officer_console.views.queue_rows import Place, RowPainter
from officer_console.views.theme import Role, Space
from tests.gui.list_fakes import REFERENCE, FakeQueue, Immediately, clock, row

HIGHEST = "ẤẨẪ ẮẲẴ ỐỔỖ ẾỂỄ"
WIDTH, HEIGHT = 400, 64


def blank(ratio: float) -> QImage:
    image = QImage(round(WIDTH * ratio), round(HEIGHT * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(theme.LIGHT.surface))
    return image


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_no_mark_above_a_capital_is_cut_off(qapp: QApplication, ratio: float, scale: float) -> None:
    assert qapp is not None
    model = QueueViewModel(
        FakeQueue(rows=(row(0, full_name=HIGHEST),)), Immediately(), News(), reference=lambda: REFERENCE, clock=clock
    )
    model.start()
    font = theme.font(Role.BODY, scale)
    # so that the text begins on a whole pixel at every ratio
    height = QFontMetrics(font).height() + 2 * 8
    name = Column(key="name", title="", text=lambda shown, _: shown.full_name)
    drawn, plain = blank(ratio), blank(ratio)
    painter = QPainter(drawn)
    rows = RowPainter(model, font)
    rows.draw(
        painter, [Place(name, 0, WIDTH)], range(1), 0, height, selected=-1, chosen=theme.LIGHT, base=font
    )  # fmt: skip
    painter.end()
    painter = QPainter(plain)
    painter.fillRect(0, height - 1, WIDTH, 1, QColor(theme.LIGHT.window))
    painter.setFont(font)
    painter.setPen(QColor(theme.LIGHT.text))
    text = QStaticText(HIGHEST)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.prepare(font=font)
    painter.drawStaticText(Space.S, (height - QFontMetrics(font).height()) // 2, text)
    painter.end()
    assert inked(drawn) == inked(plain) != []


def inked(image: QImage) -> list[int]:
    """Return the lines of pixels on which something dark stands."""
    return [
        y for y in range(image.height()) if any(image.pixelColor(x, y).lightness() < 200 for x in range(image.width()))
    ]
