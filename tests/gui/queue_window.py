"""The page *Cá nhân* over fakes, in a window that has the keyboard."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from officer_console.background.news import News
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.views.plain import PlainLabel
from officer_console.views.queue import QueueView
from tests.gui.list_fakes import (
    REFERENCE,
    FakeQueue,
    Immediately,
    Later,
    clock,
)

HOSTILE = "<b>x</b><img src=http://example.invalid/a.png>"


@dataclass
class Stage:
    """A shown page with what stands behind it."""

    view: QueueView
    model: QueueViewModel
    queue: FakeQueue
    news: News
    opened: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        label = self.view.findChild(PlainLabel, name)
        assert label is not None
        return label.text() if label.isVisible() else ""

    def cell(self, position: int, key: str) -> str:
        keys = [column.key for column in self.model.model.columns]
        return str(self.model.model.index(position, keys.index(key)).data())


def stage(qtbot: QtBot, queue: FakeQueue, runner: Immediately | Later | None = None) -> Stage:
    news = News()
    model = QueueViewModel(queue, runner or Immediately(), news, reference=lambda: REFERENCE, clock=clock)
    view = QueueView(model)
    qtbot.addWidget(view)
    view.resize(1366, 640)
    made = Stage(view, model, queue, news)
    view.open_requested.connect(made.opened.append)
    model.start()
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.set_active(True)
    return made


def type_into(widget: QWidget, text: str) -> None:
    if text.isascii():
        QTest.keyClicks(widget, text)
        return
    # As a Vietnamese keyboard driver hands it over.
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget
