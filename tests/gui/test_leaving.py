"""Ways away from a dossier on which something is typed: each asks first, and staying leaves everything as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QRegularExpression, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from officer_console.domain.person import Guardian
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.viewmodels.shell import ShellViewModel
from officer_console.views.declaration import DeclarationView, FieldView, ValueLabel
from officer_console.views.picture_image import decode
from officer_console.views.plain import PlainLabel
from officer_console.views.review import ReviewView
from officer_console.views.shell import ShellView
from officer_console.views.theme import Kind
from tests.gui.review_parts import DirectJobs, FakeDesk, FakeNews, clock
from tests.gui.review_samples import ADDRESS, DECLARATION, HA, change, dossier
from tests.gui.review_window import Desk, shown

MOTHER = Guardian(full_name="Phạm Thanh Thu", relation="Mẹ", paper_number="084184594236", phone="0866567848")


class Frame:
    """The page in the program's frame; ``asked`` holds every question, answered with staying."""

    def __init__(self, qtbot: QtBot, service: FakeDesk | None = None) -> None:
        desk, jobs, news = service or FakeDesk(), DirectJobs(), FakeNews()
        model = ReviewViewModel(desk, desk, desk, HA, jobs, news, decode, clock)
        self.page = ReviewView(model)
        self.window = ShellView(ShellViewModel(HA, news, clock=clock, office_name=""))
        for name in ("queue", "waiting", "attention"):
            self.window.add_page(name, QWidget())
        self.window.add_page("review", self.page)
        shown(qtbot, self.window)
        self.window.show_page("review")
        self.page.open_dossier("d1")
        self.desk = Desk(page=self.page, model=model, service=desk, jobs=jobs, news=news)
        self.asked: list[str] = []

    def stay_when_asked(self) -> None:
        def answer() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, QDialog):
                self.asked.append(dialog.objectName())
                dialog.reject()

        QTimer.singleShot(0, answer)

    def press(self, name: str) -> None:
        button = self.window.findChild(QAbstractButton, name)
        assert button is not None
        button.click()

    def trigger(self, name: str) -> None:
        action = self.window.findChild(QAction, name)
        assert action is not None
        action.trigger()


@pytest.mark.parametrize(
    "way", ["quick search", "list", "waiting", "attention", "sign out", "sign out by menu", "close"]
)
def test_every_way_away_asks_first_and_staying_changes_nothing(qtbot: QtBot, way: str) -> None:
    frame = Frame(qtbot)
    frame.desk.model.decision.enter(note="đang hỏi lại")
    told: list[str] = []
    frame.window.quick_search.connect(lambda _criteria: told.append("search"))
    # what leads to central's own sign-out
    frame.window.sign_out_requested.connect(lambda: told.append("sign out"))
    frame.window.closed.connect(lambda: told.append("closed"))
    frame.stay_when_asked()

    if way == "quick search":
        frame.window.quick.setText("1000123")
        QTest.keyClick(frame.window.quick, Qt.Key.Key_Return)
    elif way == "close":
        frame.window.close()
    elif way == "sign out by menu":
        frame.trigger("signOutAction")
    else:
        frame.press({"list": "personalButton", "sign out": "signOutButton"}.get(way, f"{way}Button"))

    assert frame.asked == ["discard"]
    assert told == []
    assert frame.window.page == "review"
    assert frame.desk.model.decision.entered.note == "đang hỏi lại"
    assert frame.desk.service.released == []
    # the end of the test closes the window, and nobody answers any more
    frame.desk.model.decision.discard()


@pytest.mark.parametrize(
    "way", ["personal", "waiting", "signOut", "backToList", "nextDossier", "leave", "keys", "quick"]
)
def test_whoever_stays_goes_on_by_keys_where_he_stood(qtbot: QtBot, way: str) -> None:
    frame = Frame(qtbot)
    note = frame.page.decision.note
    note.setFocus()
    type_in("078")

    def stay() -> None:
        target = QApplication.focusWidget()
        if target is None or target.objectName() != "discardStay":
            QTimer.singleShot(1, stay)
            return
        frame.asked.append("discard")
        type_in(Qt.Key.Key_Return)

    stay()
    if way == "keys":
        type_in(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    elif way == "quick":
        type_in(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        type_in("1000123")
        type_in(Qt.Key.Key_Return)
    else:
        names = {"personal": "personalButton", "waiting": "waitingButton", "signOut": "signOutButton"}
        button = frame.window.findChild(QAbstractButton, names.get(way, way))
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    # what a window manager does when the question is gone
    with qtbot.waitActive(frame.window):
        frame.window.activateWindow()
    standing = QApplication.focusWidget()
    with qtbot.waitSignal(frame.desk.model.decision.missing, timeout=1000, raising=False) as complaint:
        type_in(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    # the end of the test closes the window, and nobody answers any more
    frame.desk.model.decision.discard()

    assert frame.asked == ["discard"]
    assert standing is note
    assert complaint.signal_triggered


def type_in(keys: str | Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Type where the keyboard stands."""
    target = QApplication.focusWidget()
    assert target is not None
    if isinstance(keys, str):
        QTest.keyClicks(target, keys, modifier)
    else:
        QTest.keyClick(target, keys, modifier)


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_a_long_address_is_whole_in_every_text_size_and_height(
    qtbot: QtBot, look: Callable[..., None], scale: float
) -> None:
    look(scale=scale)
    street = "Số 375/12/4B Đường Lý Tự Trọng, Khu phố 3, Tổ dân phố 14"
    long = replace(DECLARATION, address=replace(ADDRESS, street=street, commune="Phường Phạm Ngũ Lão, Quận 1"))
    frame = Frame(qtbot, FakeDesk(replace(change(), previous=long, declaration=replace(long, phone="0912345678"))))
    data = frame.page.declaration
    for label in data.findChildren(PlainLabel, QRegularExpression("^label_")):
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()
    # growing, too: the bar that was needed for less room must go
    for height in (640, 728, *range(760, 1060, 20), 728):
        frame.window.resize(1366, height)
        qtbot.waitUntil(lambda: cut(data) == [], timeout=3000)
        for value in data.findChildren(ValueLabel):
            assert value.height() >= value.heightForWidth(value.width())
    number = frame.page.findChild(PlainLabel, "dossierNumber")
    assert number is not None
    assert number.width() >= number.sizeHint().width()


def test_with_two_notices_the_history_and_the_declared_data_end_with_whole_rows(qtbot: QtBot) -> None:
    frame = Frame(qtbot, FakeDesk(dossier(declaration=replace(DECLARATION, guardian=MOTHER))))
    frame.page.notice.show_result(Kind.WARN, "Một thông báo", "Một dòng nữa")
    frame.page.outcome.show_result(Kind.WARN, "Hai thông báo", "Một dòng nữa")
    frame.window.resize(1366, 690)
    QApplication.processEvents()
    data = frame.page.findChild(DeclarationView, "declaration")
    history = frame.page.findChild(QTableWidget, "history")
    assert data is not None
    assert history is not None
    qtbot.waitUntil(lambda: cut(data) == [], timeout=3000)
    room = history.viewport().height()
    bottoms = [history.rowViewportPosition(row) + history.rowHeight(row) for row in range(history.rowCount())]
    assert room in bottoms or bottoms[-1] < room


def cut(data: DeclarationView) -> list[str]:
    """Return the fields that are partly visible."""
    view = data.viewport().rect()
    found = []
    for field in data.fields:
        assert isinstance(field, FieldView)
        place = field.rect().translated(field.mapTo(data.viewport(), field.rect().topLeft()))
        if place.intersects(view) and not view.contains(place):
            found.append(field.objectName())
    return found
