"""The window with its readers, for the tests of what becomes of codes; the look-up is a small fake."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from officer_console.codes import payloads
from officer_console.codes.payloads import Payload
from officer_console.devices.serial_host import SerialPort
from officer_console.domain.reference import Reference
from officer_console.domain.search import Criteria, Order
from officer_console.services.code_outcome import Found, Outcome
from officer_console.viewmodels.code_notice import Code
from officer_console.viewmodels.locks import Lock
from officer_console.viewmodels.quick_box import QuickBoxViewModel
from officer_console.views.quick_box import QuickBoxView
from tests.gui.review_parts import DirectJobs
from tests.gui.shell_window import Window

CARD = "001090012345|012345678|Nguyễn Văn An|01011990|Nam|Số 1, Phường Ba Đình|15042021".encode()
FORM = b"HS1:1000123/07906:01:3:00000000000000000001"
AT = datetime(2026, 3, 9, 2, 5, tzinfo=UTC)
BY_NAME = Criteria(name="Nguyễn Văn An", order=Order.DECLARED)


class FakeLookup:
    """Answers what it is told to."""

    def __init__(self) -> None:
        self.answer: Outcome | Exception = Found(dossier_id="d1")
        self.asked: list[tuple[Code, str | None]] = []

    def read(self, data: bytes) -> Payload:
        return payloads.read(data)

    def find(self, payload: Code, *, shown: str | None = None) -> Outcome:
        self.asked.append((payload, shown))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class FakeDecision:
    """What the detail page knows of the decision."""

    def __init__(self) -> None:
        self.lock: Lock | None = None


class FakePage:
    """The detail page."""

    def __init__(self) -> None:
        self.decision = FakeDecision()
        self.dossier_id: str | None = None
        self.cards: list[object] = []

    def show_card(self, card: object) -> None:
        self.cards.append(card)


class Readers(QObject):
    """The window with its readers; ``opened`` and ``searched`` are what was asked of the pages."""

    reading = Signal()

    def __init__(self, qtbot: QtBot, port: SerialPort | None = None) -> None:
        super().__init__()
        self.window = Window(qtbot)
        self.lookup, self.page, self.jobs = FakeLookup(), FakePage(), DirectJobs()
        self.model = QuickBoxViewModel(self.lookup, self.jobs, self.page)  # type: ignore[arg-type]  # a small fake
        self.view = QuickBoxView(self.model, self.window.view, Reference, port)
        self.opened: list[str] = []
        self.searched: list[Criteria] = []
        self.view.open_requested.connect(self.opened.append)
        self.window.view.quick_search.connect(self.searched.append)

    def read(self, answer: Outcome | Exception, data: bytes = CARD) -> None:
        self.lookup.answer = answer
        self.model.code_read(data)

    @property
    def title(self) -> str:
        notice = self.window.view.notice
        return notice.title if notice.isVisible() else ""

    @property
    def kind(self) -> str:
        return str(self.window.view.notice.property("kind"))

    @property
    def text(self) -> str:
        return self.window.view.notice.text

    def part(self, name: str) -> QWidget:
        found = self.window.view.findChild(QWidget, name)
        assert found is not None
        return found

    def accept(self) -> None:
        button = self.part("scanNoticeAction")
        assert isinstance(button, QPushButton)
        assert button.isVisible()
        button.click()


@pytest.fixture
def readers(qtbot: QtBot) -> Readers:
    return Readers(qtbot)
