"""The stage of the tour: the program, a hand that types and clicks, an eye that waits, checks and takes pictures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TypeVar

from PySide6.QtCore import QEvent, QMessageLogContext, QObject, QSize, Qt, QtMsgType, Slot, qInstallMessageHandler
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget

from officer_console.app import Program, prepare
from officer_console.config import Config
from officer_console.desk import Desk
from officer_console.sync.report import SyncStatus
from officer_console.training_key import prepared
from officer_console.viewmodels.sign_in import SignInViewModel
from officer_console.views import command_line
from officer_console.views.queue_table import QueueTable

W = TypeVar("W", bound=QWidget)
SCREEN = QSize(1366, 728)
PATIENCE_SECONDS = 60.0
SCANNER_MILLISECONDS = 8
LOOK_MILLISECONDS = 15
SETTLING_ROUNDS = 5
# Far more than the list has rows on a screen.
PIECES = 200
# Rare, so that news comes when the tour asks for it and not between two of its steps.
POLL_SECONDS = 60.0
# Small, so that the first synchronisation of the little training data has something to show.
PAGE_LIMIT = 40


class TourError(Exception):
    """Something on the screen is not as it must be."""


class FirstSync(QObject):
    """Hears how the synchronisation stands, on the thread of the window, and calls ``seen`` on the first progress."""

    def __init__(self, seen: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._seen: Callable[[], None] | None = seen

    @Slot(object)
    def look(self, status: SyncStatus) -> None:
        """Call ``seen`` once."""
        if status.progress and self._seen is not None:
            seen, self._seen = self._seen, None
            seen()


class Stage:
    """Starts the program on ``url`` with its data in ``data``; pictures, and what is printed, go to ``out``."""

    def __init__(self, url: str, data: Path, out: Path, *, say: Callable[[str], None]) -> None:
        self._config = Config(
            server=url,
            ca_bundle=None,
            data=data,
            poll_seconds=POLL_SECONDS,
            page_limit=PAGE_LIMIT,
            print_folder=out,
            signing=prepared(data.with_name("signing")),
        )
        self.out = out
        self._say = say
        self._signed_in_from: QWidget | None = None
        self.taken = 0

    def __enter__(self) -> Stage:
        self._before = qInstallMessageHandler(_without_noise)
        self.application = prepare(self._config)
        self.program = Program(self._config)
        self.program.show_sign_in()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.picture("khong-dung")
        self.program.close()
        qInstallMessageHandler(self._before)

    @property
    def window(self) -> QWidget:
        """The window in front: a dialog before the main window before the sign-in window."""
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            return dialog
        if self.program.desk is not None:
            return self.program.desk.window
        if self.program.sign_in_view is None:
            raise TourError("no window")
        return self.program.sign_in_view

    @property
    def desk(self) -> Desk:
        """The desk of the officer who is signed in."""
        if self.program.desk is None:
            raise TourError("nobody is signed in")
        return self.program.desk

    def until(self, what: str, true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Let the program work until ``true()``.

        Raises:
            TourError: it did not come true in time; ``what`` says what was waited for.
        """
        deadline = monotonic() + seconds
        while not true():
            if monotonic() > deadline:
                raise TourError(what)
            QTest.qWait(LOOK_MILLISECONDS)

    def find(self, kind: type[W], name: str) -> W:
        """Return the visible widget with this objectName in the window in front."""
        found = [widget for widget in self.window.findChildren(kind, name) if widget.isVisible()]
        if len(found) != 1:
            raise TourError(f"{name}: {len(found)}")
        return found[0]

    def there(self, name: str) -> bool:
        """Whether a visible widget with this objectName is in the window in front."""
        return any(widget.isVisible() for widget in self.window.findChildren(QWidget, name))

    def type_into(self, name: str, text: str) -> None:
        """Put the cursor into a line and type ``text`` over what is there."""
        line = self.find(QLineEdit, name)
        line.setFocus()
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        for letter in text:
            if letter.isascii():
                QTest.keyClicks(line, letter)
            else:
                # As a Vietnamese input method commits it.
                typed = QInputMethodEvent()
                typed.setCommitString(letter)
                QApplication.sendEvent(line, typed)

    def press(self, name: str) -> None:
        """Press a button."""
        button = self.find(QAbstractButton, name)
        if not button.isEnabled():
            raise TourError(f"{name}: disabled")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def choose(self, name: str, data: str) -> None:
        """Choose the entry of a list that stands for ``data``, with the keyboard."""
        box = self.find(QComboBox, name)
        target = box.findData(data)
        if target < 0:
            raise TourError(f"{name}: {data}")
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(target):
            QTest.keyClick(box, Qt.Key.Key_Down)

    def choose_reason(self, name: str) -> None:
        """Choose the first of the reasons that a list offers, with the keyboard; none stands there by itself."""
        box = self.find(QComboBox, name)
        if box.currentText():
            raise TourError(f"{name}: {box.currentText()}")
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Down)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key in the window in front."""
        window = self.key_ready()
        QTest.keyClick(window.focusWidget() or window, key, modifier)

    def key_ready(self) -> QWidget:
        """Return the window in front once it takes keys."""
        window = self.window
        if not window.isActiveWindow():
            # Without a window manager nobody gives the focus back after a dialog.
            window.activateWindow()
            self.until("cửa sổ ở trước", window.isActiveWindow)
        return window

    def scan(self, text: str) -> None:
        """Send ``text`` as a scanner types it: key by key into the window that has the keyboard, then Enter."""
        self.key_ready()
        handle = self.window.windowHandle()
        began = round(monotonic() * 1000)
        for at, letter in enumerate(f"{text}\r"):
            named = int(Qt.Key.Key_Return) if letter == "\r" else ord(letter.upper()) if letter.isascii() else 0
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, named, Qt.KeyboardModifier.NoModifier, letter)
                event.setTimestamp(began + at * SCANNER_MILLISECONDS)
                QApplication.sendEvent(handle, event)

    def text(self, name: str) -> str:
        """Return what a label or line says; empty while it is not there."""
        for widget in self.window.findChildren(QWidget, name):
            if widget.isVisible() and isinstance(widget, QLabel | QLineEdit | QAbstractButton):
                return widget.text()
        return ""

    def expect(self, name: str, part: str, *, fetching: bool = False) -> None:
        """Wait until the text of ``name`` contains ``part``; ``fetching`` asks central for news meanwhile."""

        def said() -> bool:
            if fetching:
                self.desk.sync.wake()
            return part in self.text(name)

        try:
            self.until(part, said)
        except TourError:
            raise TourError(f"{name}: «{part}», thấy «{self.text(name)}»") from None

    def table(self) -> QueueTable:
        """Return the list."""
        return self.desk.queue_view.table

    def picture_first_sync(self, name: str) -> None:
        """Take a picture as soon as the first dossiers of whoever signs in next have come."""
        view = self.program.sign_in_view
        model = view.findChild(SignInViewModel) if view is not None else None
        if model is None:
            raise TourError(name)
        # The window goes while its model tells that somebody has signed in; held here, it goes after all were told.
        self._signed_in_from = view
        watch = FirstSync(lambda: self.picture(name), self.program)
        model.signed_in.connect(lambda _session: self.desk.news.status.connect(watch.look))

    def picture(self, name: str, *, over: QWidget | None = None) -> None:
        """Take a picture of the window in front with what stands over it; ``over`` is a menu that has popped up."""
        self.taken += 1
        main = self.program.desk.window if self.program.desk is not None else self.window
        main.resize(SCREEN)
        self._settle()
        shot = main.grab()
        # New words are drawn in pieces.
        for _ in range(PIECES):
            if self.program.desk is None or not self.table().isVisible() or self.table().drawn:
                break
            shot = main.grab()
        else:
            raise TourError(name)
        dialog = QApplication.activeModalWidget()
        if dialog is not None and dialog is not main:
            self._lay_over(shot, dialog)
        if over is not None:
            painter = QPainter(shot)
            painter.drawPixmap(main.mapFromGlobal(over.pos()), over.grab())
            painter.end()
        path = self.out / f"{self.taken:02d}-{name}.png"
        if not shot.save(str(path)):
            raise TourError(str(path))
        self._say(command_line.TOUR_STEP.format(number=self.taken, what=name))

    def _settle(self) -> None:
        """Let layouts and pictures come to rest: what is on the page must be all there is to see."""
        desk = self.program.desk
        if desk is not None and desk.window.page == "review":
            pictures = desk.review_model.pictures
            self.until("ảnh", lambda: not pictures.loading)
        for _ in range(SETTLING_ROUNDS):
            QApplication.sendPostedEvents()
            QApplication.processEvents()

    def _lay_over(self, shot: object, dialog: QWidget) -> None:
        """Draw a dialog over the darkened picture of its window."""
        from PySide6.QtGui import QColor, QPixmap

        if not isinstance(shot, QPixmap):
            raise TypeError(shot)
        front = dialog.grab()
        if front.width() > shot.width() or front.height() > shot.height():
            raise TourError(dialog.objectName())
        painter = QPainter(shot)
        painter.fillRect(shot.rect(), QColor(0, 0, 0, 70))
        size = shot.deviceIndependentSize() - front.deviceIndependentSize()
        painter.drawPixmap(int(size.width() / 2), int(size.height() / 2), front)
        painter.end()


def _without_noise(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Pass Qt's messages on, but for what the screenless platform says each time it cannot raise or size a window."""
    del kind, context
    if "This plugin does not support" not in text:
        sys.stderr.write(f"{text}\n")
