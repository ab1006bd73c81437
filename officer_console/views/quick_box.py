"""Joins the readers with the window: what they read is looked up, and what there is to say stands above the page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication

from officer_console.background.reader_thread import ReaderThread
from officer_console.codes import wedge
from officer_console.devices.serial_host import SerialPort
from officer_console.domain.reference import Reference
from officer_console.viewmodels.code_notice import Notice, Said
from officer_console.viewmodels.quick_box import QuickBoxViewModel
from officer_console.views import reader_words
from officer_console.views.camera import CameraDialog
from officer_console.views.declare_guide import DeclareGuide
from officer_console.views.reader_dialog import ReaderDialog
from officer_console.views.scan_keys import ScanKeys
from officer_console.views.shell import ShellView


class QuickBoxView(QObject):
    """The quick box's other half: `ShellView` has the line and the strip, this has the readers.

    Signal ``open_requested``: the id of the dossier a code has led to.
    """

    open_requested = Signal(str)

    def __init__(
        self,
        model: QuickBoxViewModel,
        window: ShellView,
        reference: Callable[[], Reference],
        port: SerialPort | None = None,
    ) -> None:
        """Begin to listen. ``window`` has all its pages by now; ``reference`` has the words for states."""
        super().__init__(window)
        self._model = model
        self._window = window
        self._reference = reference
        self.keys = ScanKeys(self)
        self.dialog = ReaderDialog(port, window)
        self.keys.scanned.connect(model.keys_read)
        self.keys.unfinished.connect(lambda: model.say(Said.UNFINISHED))
        # What an input method may have spoiled is as doubtful here as where a scanner types.
        window.code_typed.connect(lambda text: model.keys_read(wedge.told([*text])))
        window.readers_requested.connect(self.dialog.open)
        self.camera = CameraDialog(model.camera, window)
        window.camera_requested.connect(self.camera.open)
        window.notice.acted.connect(self._on_acted)
        self.guide = DeclareGuide(window)
        self.guide.search_wanted.connect(self._on_acted)
        window.notice.helped.connect(self.guide.open)
        model.busy = self._busy
        model.told.connect(self._on_told)
        model.open_wanted.connect(self.open_requested)
        model.search_wanted.connect(window.list_found)
        model.failed.connect(window.notice.show_error)
        model.heard.connect(self.dialog.show_heard)
        self.dialog.trying.connect(self._on_trying)
        self._reader = ReaderThread(port, self) if port is not None else None
        if self._reader is not None:
            self._reader.code.connect(model.serial_read)
            self._reader.state.connect(self.dialog.show_state)
            self._reader.start()

    def stop(self) -> None:
        """Let every key pass, let go of the port, and look nothing up any more; waits for nothing."""
        if self._reader is not None:
            self._reader.leave()
        self.keys.stop()
        self._model.stop()

    def _busy(self) -> bool:
        """Whether a dialog is in front that has nothing to do with codes."""
        return QApplication.activeModalWidget() not in (None, self.dialog, self.camera)

    @Slot(object)
    def _on_told(self, about: Notice) -> None:
        told = reader_words.notice(about, self._reference())
        action = reader_words.OFFERS[about.offer] if about.offer is not None else ""
        more = reader_words.HOW_TO_DECLARE if about.said is Said.NOBODY else ""
        self._window.notice.show_result(told.kind, told.title, told.text, action=action, more=more)

    @Slot()
    def _on_acted(self) -> None:
        self._window.notice.clear()
        self._model.accept()

    @Slot(bool)
    def _on_trying(self, trying: bool) -> None:  # noqa: FBT001 - slot of a signal
        self._model.testing = trying
