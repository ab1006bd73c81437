"""Keys of a scanner that types, taken out of the way before they do anything, wherever the keyboard is.

Whoever made a code chose its keys: Tab, Enter, space, Ctrl with a letter and function keys stand in codes, too, and
would walk through a page, tick what has not been compared and record it. So the filter sits on the window that has the
keyboard, and a key waits there for a moment. Alone it is the officer's and does what it does (1, 2 and R judge and
turn). Together with others that came faster than people type it is part of a code: none of these keys does anything,
whatever stands between them, and what they say is told when no more come.

What an officer types into a text field goes there at once: letters do no harm in it. Keys that confirm, leave the field
or command wait there as well. When it turns out that a scanner typed a card or a form, the field gets its old text
back; other codes stay in it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QShortcutEvent, QTextCursor, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

from officer_console.codes import payloads
from officer_console.codes.payloads import Unknown
from officer_console.codes.wedge import COMMAND, ENDS, Garbled, Scanned, Typed, Wedge

# Scanners send a key every 1–35 ms, slow ones every 55, a clock's tick more or less; an officer's single key is late by
# this much and nobody sees it.
HOLD_MILLISECONDS = 75
BREAK_MILLISECONDS = 120
_ENDS: dict[int, str] = {Qt.Key.Key_Return: "\r", Qt.Key.Key_Enter: "\r", Qt.Key.Key_Tab: "\t"}
_MODIFIERS = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock}
)
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
# These change nothing but the place.
_MOVES = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
    }
)
_TEXTS = (QLineEdit, QPlainTextEdit, QTextEdit)


class _Held(NamedTuple):
    """A key that waits: what it writes (as of `Wedge.key`), when it came (ms), and what was in front then.

    ``shortcut``: Qt has found what it sets off already; otherwise it goes where the keyboard is.
    """

    key: int
    text: str
    at: float
    focus: QWidget | None
    dialog: QWidget | None
    shortcut: bool
    give_back: Callable[[], object]


class _Shortcuts(QObject):
    """Between a key and what Qt does with it: hears of the shortcut it sets off, whatever object has it."""

    def __init__(self, parent: QObject, take: Callable[[QObject, QShortcutEvent], bool]) -> None:
        super().__init__(parent)
        self._take = take

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return whether the event goes no further."""
        if event.type() is QEvent.Type.Shortcut and isinstance(event, QShortcutEvent):
            return self._take(watched, event)
        return False


class ScanKeys(QObject):
    """Signals: ``scanned`` (Scanned or Garbled), ``unfinished`` (keys came as from a scanner, without Enter or Tab)."""

    scanned = Signal(object)
    unfinished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wedge = Wedge()
        self._held: list[_Held] = []
        self._quick = False
        self._window: QWindow | None = None
        self._field: QWidget | None = None
        self._before: tuple[str, int] | None = None
        self._last = float("-inf")
        self._offset = 0.0
        self._passing = False
        self._pressed: tuple[int, str, float] | None = None
        self._shortcuts = _Shortcuts(self, self._on_shortcut)
        self._due = float("inf")
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._silence)
        self._application = QApplication.instance()
        if isinstance(self._application, QApplication):
            self._application.focusWindowChanged.connect(self._on_window)
            self._application.focusChanged.connect(self._on_focus)
            self._on_window(self._application.focusWindow())
            self._on_focus(None, self._application.focusWidget())

    def stop(self) -> None:
        """Let every key pass from now on."""
        self._await_shortcut(None)
        if isinstance(self._application, QApplication):
            self._application.focusWindowChanged.disconnect(self._on_window)
            self._application.focusChanged.disconnect(self._on_focus)
            self._application = None
        self._on_window(None)
        self._watch_field(None)
        self._timer.stop()
        self._held.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return whether the event goes no further."""
        kind = event.type()
        if isinstance(event, QKeyEvent) and watched is self._window:
            if self._passing:
                # Set for one event: what a key opens may have a loop of its own, and the keys in it are others.
                self._passing = False
            elif kind is QEvent.Type.ShortcutOverride:
                self._await_shortcut(event)
            elif kind is QEvent.Type.KeyPress:
                self._await_shortcut(None)
                return self._on_key(event)
            elif kind is QEvent.Type.KeyRelease:
                # The press comes later or never, and brings its release along.
                return any(each.key == event.key() for each in self._held)
        elif kind is QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            at = monotonic() * 1000 + self._offset
            # What it takes back of the text by itself would be deletions of one that sends keys.
            for text in filter(None, ("\b",) * event.replacementLength() + (event.commitString(),)):
                self._into_field(text, at)
        return False

    def _await_shortcut(self, event: QKeyEvent | None) -> None:
        """Listen for the shortcut a key sets off: Qt looks for it as soon as nobody has wanted the key for itself."""
        if self._pressed is not None and self._application is not None:
            self._application.removeEventFilter(self._shortcuts)
        self._pressed = None
        if event is None or self._application is None or event.isAutoRepeat() or event.key() in _MODIFIERS:
            return
        self._pressed = (event.key(), _written(event), self._time(event))
        self._application.installEventFilter(self._shortcuts)

    def _on_shortcut(self, watched: QObject, event: QShortcutEvent) -> bool:
        if self._pressed is None:
            return False
        key, text, at = self._pressed
        self._await_shortcut(None)
        again = partial(QShortcutEvent, QKeySequence(event.key()), event.shortcutId(), event.isAmbiguous())

        def give_back() -> None:
            if isValid(watched):
                QCoreApplication.sendEvent(watched, again())

        self._hold(key, text, at, give_back, shortcut=True)
        return True

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in _MODIFIERS:
            return False
        if event.isAutoRepeat():
            self._resolve()
            self._wedge.forget()
            return False
        text, at = _written(event), self._time(event)
        if not self._held and _is_text(QApplication.focusWidget()):
            if text not in ENDS and text != COMMAND:
                self._into_field(text, at)
                return False
            if key == Qt.Key.Key_Delete and not event.modifiers() & _COMMANDS:
                return False
        window, modifiers, written = self._window, event.modifiers(), event.text()
        self._hold(key, text, at, lambda: self._send(window, key, modifiers, written))
        return True

    def _into_field(self, text: str, at: float) -> None:
        field = QApplication.focusWidget()
        if field is not None and (at - self._last > BREAK_MILLISECONDS or self._before is None):
            self._before = _content(field)
        self._last = at
        self._wedge.key(text, at)

    def _take_out(self) -> None:
        """Give the field with the keyboard the text it had before the code came."""
        field, before, self._before = QApplication.focusWidget(), self._before, None
        if before is None or field is None or _content(field) == before:
            return
        text, place = before
        if isinstance(field, QLineEdit):
            field.setText(text)
            field.setCursorPosition(place)
        elif isinstance(field, QPlainTextEdit | QTextEdit):
            cursor = field.textCursor()
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.insertText(text)
            cursor.setPosition(min(place, len(text)))
            field.setTextCursor(cursor)

    def _hold(self, key: int, text: str, at: float, give_back: Callable[[], object], *, shortcut: bool = False) -> None:
        if self._held and at - self._held[-1].at > (BREAK_MILLISECONDS if self._quick else HOLD_MILLISECONDS):
            self._resolve()
        dialog, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
        self._held.append(_Held(key, text, at, focus, dialog, shortcut, give_back))
        self._wedge.key(text, at)
        self._quick = self._quick or (len(self._held) > 1 and self._wedge.quick)
        self._wait()

    def _wait(self) -> None:
        wait = BREAK_MILLISECONDS if self._quick else HOLD_MILLISECONDS
        self._due = monotonic() * 1000 + wait
        self._timer.start(wait)

    def _silence(self) -> None:
        if monotonic() * 1000 - self._due > HOLD_MILLISECONDS / 2:
            # The window was busy: keys may have come meanwhile, and are heard first.
            self._wait()
        else:
            self._resolve()

    def _resolve(self) -> None:
        """Tell what the keys that waited are, now that no more come: an officer's do what they do."""
        self._timer.stop()
        held, self._held, self._quick = self._held, [], False
        if not held:
            return
        field = QApplication.focusWidget()
        answer = self._wedge.close(into_text=_is_text(field))
        if isinstance(answer, Typed):
            self._give_back(held)
        elif _stays(answer, field, held):
            # Carriage return and line feed are one Enter.
            self._give_back([each for each in held[:1] if isinstance(field, QLineEdit) and _enters(field, each)])
        else:
            self._take_out()
            if any(each.text in ENDS for each in held):
                # The key's own handling comes to its end first: whoever hears this may open a dialog.
                QTimer.singleShot(0, self, lambda: self.scanned.emit(answer))
            else:
                self.unfinished.emit()

    def _give_back(self, held: list[_Held]) -> None:
        for each in held:
            if each is held[0] or _still_meant(each):
                each.give_back()

    def _send(self, window: QWindow | None, key: int, modifiers: Qt.KeyboardModifier, text: str) -> None:
        """Press and release a key in the window where it was pressed; nowhere if another one has come to the front."""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            if window is not None and isValid(window) and window is self._window:
                self._passing = True
                QCoreApplication.sendEvent(window, QKeyEvent(kind, key, modifiers, text))

    def _on_window(self, window: QWindow | None) -> None:
        if self._window is not None and isValid(self._window):
            self._window.removeEventFilter(self)
        self._window = window
        if window is not None:
            window.installEventFilter(self)

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        self._before = None
        if not self._held:
            self._wedge.forget()
        self._watch_field(now if _is_text(now) else None)

    def _watch_field(self, field: QWidget | None) -> None:
        """Hear what an input method puts into the field that has the keyboard."""
        if self._field is not None:
            self._field.removeEventFilter(self)
            self._field.destroyed.disconnect(self._on_gone)
        self._field = field
        if field is not None:
            field.installEventFilter(self)
            field.destroyed.connect(self._on_gone)

    def _on_gone(self) -> None:
        self._field = None

    def _time(self, event: QKeyEvent) -> float:
        """Return the time of a key event in milliseconds; what has none gets the present on the same clock."""
        own = monotonic() * 1000
        if event.timestamp():
            self._offset = event.timestamp() - own
        return own + self._offset


def _written(event: QKeyEvent) -> str:
    """Return what a key event is to the wedge."""
    key, command = event.key(), bool(event.modifiers() & _COMMANDS)
    if command:
        return COMMAND
    if key == Qt.Key.Key_Backspace:
        return "\b"
    if key in _MOVES:
        return ""
    return _ENDS.get(key) or (event.text() if event.text() and event.text().isprintable() else COMMAND)


def _is_text(widget: QWidget | None) -> bool:
    return isinstance(widget, _TEXTS) and not widget.isReadOnly()


def _content(field: QWidget) -> tuple[str, int] | None:
    if isinstance(field, QLineEdit):
        return field.text(), field.cursorPosition()
    if isinstance(field, QPlainTextEdit | QTextEdit):
        return field.toPlainText(), field.textCursor().position()
    return None


def _stays(answer: Scanned | Garbled, field: QWidget | None, held: list[_Held]) -> bool:
    """Whether what came quickly is no code of ours, and in a text field: a number, a pasting tool's words."""
    if isinstance(answer, Garbled) or not answer.text or not _is_text(field):
        return False
    if any(each.text not in ENDS for each in held):
        return False
    return isinstance(payloads.read(answer.text.encode("utf-8", "replace")), Unknown)


def _enters(field: QLineEdit, key: _Held) -> bool:
    """Whether a scanner's Enter behind a number may do what it does: begin a search, but answer no dialog."""
    return key.text == "\r" and not isinstance(field.window(), QDialog)


def _still_meant(key: _Held) -> bool:
    """Whether a key that waited behind another still goes where the officer saw it go."""
    focus, dialog = QApplication.focusWidget(), QApplication.activeModalWidget()
    if dialog is not key.dialog:
        return False
    return key.shortcut or focus is key.focus or key.text == "\t" or (_is_text(focus) and key.text != COMMAND)
