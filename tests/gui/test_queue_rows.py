"""The rows of the list as they are drawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QStaticText
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from officer_console.background.news import News
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.queue_model import Column
from officer_console.views import theme
from officer_console.views.queue_rows import Place, RowPainter
from officer_console.views.queue_table import QueueTable
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
        painter, [Place(name, 0, WIDTH)], range(1), 0, height, selected=frozenset(), chosen=theme.LIGHT, base=font
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


def listed(queue: FakeQueue) -> QueueViewModel:
    model = QueueViewModel(queue, Immediately(), News(), reference=lambda: REFERENCE, clock=clock)
    model.start()
    return model


def test_a_page_of_new_words_is_drawn_in_pieces(
    qapp: QApplication,
) -> None:
    assert qapp is not None
    font = theme.font(Role.BODY)
    rows = RowPainter(listed(FakeQueue()), font)
    numbers = [Column(key=f"n{n}", title="", text=lambda shown, _, n=n: f"{shown.number}{n}") for n in range(10)]  # type: ignore[misc]
    places = [Place(column, 100 * n, 100) for n, column in enumerate(numbers)]
    image = QImage(1000, 640, QImage.Format.Format_RGB32)
    painter = QPainter(image)

    def draw(first: int) -> int:
        return rows.draw(
            painter, places, range(first, 20), 32 * first, 32, selected=frozenset(), chosen=theme.LIGHT, base=font
        )  # fmt: skip

    pieces, first = 0, 0
    while first < 20:
        first += draw(first)
        pieces += 1
    again = draw(0)
    painter.end()

    assert pieces > 2
    assert again == 20


class Looking(QObject):
    """Keeps what was asked to be painted; does something once as soon as the next paint is over."""

    def __init__(self, seen: list[QRect]) -> None:
        super().__init__()
        self._seen = seen
        self.then: Callable[[], None] | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name Qt calls
        """Look, hold nothing up."""
        del watched
        if isinstance(event, QPaintEvent):
            self._seen.append(event.rect())
            if self.then is not None:
                QTimer.singleShot(0, self.then)
                self.then = None
        return False


class Shown:
    """A list on the screen, drawn, of which the next page is drawn in pieces."""

    def __init__(self, qtbot: QtBot) -> None:
        self.queue = FakeQueue(total=600)
        self.model = listed(self.queue)
        self.table = QueueTable(self.model)
        self.pieces: list[QRect] = []
        self.looking = Looking(self.pieces)
        qtbot.addWidget(self.table)
        self.table.resize(1366, 700)
        self.table.show()
        qtbot.waitUntil(lambda: self.table.isVisible() and self.table.drawn)
        self.table.viewport().installEventFilter(self.looking)
        for _ in range(2):  # the first page after a new size is drawn at once
            self.turn_over()
            qtbot.waitUntil(lambda: bool(self.pieces) and self.table.drawn)
            self.pieces.clear()

    def turn_over(self) -> None:
        """Have the list read anew: every row is another one."""
        self.queue.shift += 300
        self.model.again()

    def image(self) -> QImage:
        """Return what stands on the screen."""
        return self.table.screen().grabWindow(self.table.winId()).toImage()


def test_what_is_drawn_in_pieces_stands_there_whole_in_the_end(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    table, before = shown.table, shown.image()
    shown.turn_over()
    qtbot.waitUntil(lambda: table.drawn and len(shown.pieces) > 1)
    after = shown.image()
    assert after != before
    assert after == table.grab().toImage()
    for place in (50, 57, 3):
        table.verticalScrollBar().setValue(place)
        qtbot.waitUntil(lambda: table.drawn and shown.image() == table.grab().toImage())


def test_a_list_made_smaller_while_some_of_it_is_left_to_be_drawn_is_whole_all_the_same(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    left: list[bool] = []

    def make_smaller() -> None:
        left.append(not shown.table.drawn)
        shown.table.resize(1366, 300)

    shown.looking.then = make_smaller
    shown.turn_over()
    qtbot.waitUntil(lambda: bool(left) and shown.table.drawn)

    assert left == [True]


def inked(image: QImage) -> list[int]:
    """Return the lines of pixels on which something dark stands."""
    return [
        y for y in range(image.height()) if any(image.pixelColor(x, y).lightness() < 200 for x in range(image.width()))
    ]
