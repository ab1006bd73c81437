"""Keys of a scanner that types, taken out of the way before they do anything, wherever the keyboard is.

The filter sits on the window that has the keyboard. What an officer types into a text field goes there at once; when it
turns out that a scanner typed a card or a form, the field gets its old text back; other codes stay in it. Elsewhere a
key waits for a moment: alone it is the officer's and does what it does (1, 2 and R judge and turn), followed at a
scanner's speed it is part of a code, of which no letter presses a button, moves a list or ticks a box. Enter and Tab at
the end of a code do nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QShortcut, QShortcutEvent, QTextCursor, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

from officer_console.codes import payloads
from officer_console.codes.payloads import Unknown
from officer_console.codes.wedge import Garbled, Scanned, Wedge

# Scanners send a key every 1–30 ms; an officer's single key is late by this much and nobody sees it.
HOLD_MILLISECONDS = 60
BREAK_MILLISECONDS = 120
# The wedge's own limits: fewer or slower keys are an officer's.
_LEAST = 6
_MEAN_MILLISECONDS = 35.0
_ENDS: dict[int, str] = {Qt.Key.Key_Return: "\r", Qt.Key.Key_Enter: "\r", Qt.Key.Key_Tab: "\t"}
_MODIFIERS = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock}
)
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_TEXTS = (QLineEdit, QPlainTextEdit, QTextEdit)


class _Held(NamedTuple):
    key: int
    text: str
    at: float
    give_back: Callable[[], object]


class ScanKeys(QObject):
    """Signals: ``scanned`` (Scanned or Garbled), ``unfinished`` (a code came without Enter or Tab behind it)."""

    scanned = Signal(object)
    unfinished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wedge = Wedge()
        self._held: list[_Held] = []
        self._window: QWindow | None = None
        self._field: QWidget | None = None
        self._before: tuple[str, int] | None = None
        self._last = float("-inf")
        self._offset = 0.0
        self._override = ""
        self._giving_back = False
        self._ended_scan = False
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._silence)
        self._application = QApplication.instance()
        if isinstance(self._application, QApplication):
            self._application.focusWindowChanged.connect(self._on_window)
            self._application.focusChanged.connect(self._on_focus)

    def guard(self, root: QWidget) -> None:
        """Hold back the shortcuts of one letter or digit under ``root``, too."""
        for shortcut in root.findChildren(QShortcut):
            keys = shortcut.key()
            if keys.count() == 1 and len(keys.toString()) == 1:
                shortcut.installEventFilter(self)

    def stop(self) -> None:
        """Let every key pass from now on."""
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
        if kind is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and watched is self._window:
            return self._on_override(event)
        if kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched is self._window:
            return self._on_key(event)
        if kind is QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and watched is self._window:
            # The press comes later or never, and brings its release along.
            return any(each.key == event.key() for each in self._held)
        if kind is QEvent.Type.Shortcut and isinstance(event, QShortcutEvent):
            return self._on_shortcut(watched, event)
        if kind is QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent) and event.commitString():
            self._into_field(event.commitString(), monotonic() * 1000 + self._offset)
        return False

    def _on_override(self, event: QKeyEvent) -> bool:
        self._override = ""
        if not _printable(event):
            if _commands(event):
                self._give_back()
            return False
        if _is_text(QApplication.focusWidget()):
            return False
        if self._held and self._time(event) - self._held[-1].at <= BREAK_MILLISECONDS:
            # Within a code no key is a shortcut; it comes back as a plain key.
            event.accept()
            return True
        self._override = event.text()
        return False

    def _on_shortcut(self, watched: QObject, event: QShortcutEvent) -> bool:
        text, self._override = self._override, ""
        if self._giving_back or not text:
            return False
        again = partial(QShortcutEvent, QKeySequence(event.key()), event.shortcutId(), event.isAmbiguous())
        now = monotonic() * 1000 + self._offset
        self._hold(0, text, now, lambda: QCoreApplication.sendEvent(watched, again()))
        return True

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in _MODIFIERS:
            return False
        at = self._time(event)
        end = _ENDS.get(key)
        if end is not None and not event.modifiers() & _COMMANDS:
            return self._on_end(end, at)
        text = "\b" if key == Qt.Key.Key_Backspace else event.text()
        if event.isAutoRepeat() or not (_printable(event) or (text == "\b" and not event.modifiers() & _COMMANDS)):
            self._give_back()
            self._wedge.forget()
            return False
        focus = QApplication.focusWidget()
        if _is_text(focus):
            self._into_field(text, at)
            return False
        if text == "\b" and not self._held:
            return False
        self._hold(key, text, at, partial(_send, focus, key, event.modifiers(), event.text()))
        return True

    def _on_end(self, end: str, at: float) -> bool:
        answer = self._wedge.key(end, at)
        if answer is None:
            # The second half of CR and LF does what the first did.
            return self._ended_scan
        self._ended_scan = isinstance(answer, Scanned | Garbled) and not self._stays(answer)
        if not self._ended_scan:
            self._give_back()
            return False
        self._timer.stop()
        self._held.clear()
        self._take_out()
        # The key's own handling comes to its end first: whoever hears this may open a dialog.
        QTimer.singleShot(0, self, lambda: self.scanned.emit(answer))
        return True

    def _stays(self, answer: Scanned | Garbled) -> bool:
        """Whether what came quickly is no code of ours, and in a text field: a number, a pasting tool's words."""
        if isinstance(answer, Garbled) or not _is_text(QApplication.focusWidget()):
            return False
        return isinstance(payloads.read(answer.text.encode("utf-8", "replace")), Unknown)

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

    def _hold(self, key: int, text: str, at: float, give_back: Callable[[], object]) -> None:
        if self._held and at - self._held[-1].at > BREAK_MILLISECONDS:
            self._give_back()
        self._held.append(_Held(key, text, at, give_back))
        self._wedge.key(text, at)
        self._timer.start(BREAK_MILLISECONDS if len(self._held) > 1 else HOLD_MILLISECONDS)

    def _silence(self) -> None:
        held = self._held
        quick = len(held) >= _LEAST and held[-1].at - held[0].at <= _MEAN_MILLISECONDS * len(held)
        if quick:
            self._held = []
            self._wedge.forget()
            self.unfinished.emit()
        else:
            self._give_back()

    def _give_back(self) -> None:
        """Let the keys that waited do what they do: an officer pressed them."""
        self._timer.stop()
        held, self._held = self._held, []
        self._giving_back = True
        try:
            for each in held:
                each.give_back()
        finally:
            self._giving_back = False

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


def _printable(event: QKeyEvent) -> bool:
    return bool(event.text()) and event.text().isprintable() and not event.modifiers() & _COMMANDS


def _is_text(widget: QWidget | None) -> bool:
    return isinstance(widget, _TEXTS) and not widget.isReadOnly()


def _content(field: QWidget) -> tuple[str, int] | None:
    if isinstance(field, QLineEdit):
        return field.text(), field.cursorPosition()
    if isinstance(field, QPlainTextEdit | QTextEdit):
        return field.toPlainText(), field.textCursor().position()
    return None


def _commands(event: QKeyEvent) -> bool:
    """Whether a key does something by itself that no scanner means."""
    key = event.key()
    if key in _MODIFIERS:
        return False
    return bool(event.modifiers() & _COMMANDS) or (key not in _ENDS and key != Qt.Key.Key_Backspace)


def _send(focus: QWidget | None, key: int, modifiers: Qt.KeyboardModifier, text: str) -> None:
    """Press and release a key where the keyboard was when it was pressed; nowhere if it has gone elsewhere."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        if focus is not None and focus is QApplication.focusWidget():
            QCoreApplication.sendEvent(focus, QKeyEvent(kind, key, modifiers, text))
