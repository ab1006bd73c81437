"""The main window with small pages, shown."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from officer_console.background.news import News
from officer_console.viewmodels.shell import ShellViewModel
from officer_console.views.plain import PlainLabel
from officer_console.views.shell import ShellView
from tests.gui.list_fakes import NOW, OFFICER


class Page(QWidget):
    """A page that may hold the officer back."""

    def __init__(self) -> None:
        super().__init__()
        self.free = True
        self.active = False
        self.begun = 0
        QVBoxLayout(self).addWidget(QPushButton("Một nút"))

    def may_leave(self) -> bool:
        return self.free

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - the page's own interface
        self.active = active

    def show_start(self) -> None:
        self.begun += 1


class Window:
    """A shown main window with two pages."""

    def __init__(self, qtbot: QtBot) -> None:
        self.news = News()
        self.now = NOW
        self.central_ahead: timedelta | None = None
        self.model = ShellViewModel(
            OFFICER,
            self.news,
            clock=self.clock,
            central_ahead=lambda: self.central_ahead,
            office_name="BHXH Quận 6",
        )
        self.view = ShellView(self.model)
        self.list, self.detail = Page(), Page()
        self.view.add_page("queue", self.list)
        self.view.add_page("review", self.detail)
        self.view.add_page("waiting", Page())
        self.view.add_page("attention", Page())
        self.view.show_page("queue")
        qtbot.addWidget(self.view)
        self.view.show()
        self.view.activateWindow()
        qtbot.waitUntil(self.view.isActiveWindow)

    def clock(self) -> datetime:
        return self.now

    def text(self, name: str) -> str:
        part = self.view.findChild(QWidget, name)
        assert isinstance(part, PlainLabel | QPushButton)
        return part.text() if part.isVisible() else ""

    def action(self, name: str) -> QAction:
        found = self.view.findChild(QAction, name)
        assert found is not None
        return found
