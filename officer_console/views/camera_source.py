"""The camera as one more source of pages for *Quét giấy tờ*."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from officer_console.viewmodels.camera import CameraViewModel
from officer_console.views import controls
from officer_console.views.camera import StillsDialog
from officer_console.views.capture_dialog import CaptureDialog


class CameraSource(QObject):
    """A button (F8) in the dialog; each still becomes a page of it."""

    def __init__(self, model: CameraViewModel, dialog: CaptureDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self.stills = StillsDialog(model, dialog)
        self.button = controls.button("captureCamera", "Máy ảnh…", self.stills.open)
        self.button.setToolTip("Chụp giấy tờ bằng máy ảnh (F8)")
        dialog.source.row.addWidget(self.button)
        shortcut = QShortcut(QKeySequence("F8"), dialog)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self.button.click)
        self.stills.captured.connect(self._on_captured)
        dialog.finished.connect(self.stills.reject)

    @Slot(object)
    def _on_captured(self, data: bytes) -> None:
        self._dialog.add([lambda: data])
