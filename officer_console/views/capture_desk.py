"""Joins the scanners with the window: the dialog for pages over a dossier, and the page about devices."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut

from officer_console.domain.attachment import AttachmentKind
from officer_console.imaging.gate import Gate, Pixels
from officer_console.viewmodels.capture import CaptureViewModel
from officer_console.viewmodels.capture_ports import CaptureService
from officer_console.viewmodels.device_ports import DeskPort
from officer_console.viewmodels.devices import DeviceLog, DevicesViewModel
from officer_console.viewmodels.pages import Intake
from officer_console.viewmodels.pictures import PicturesViewModel
from officer_console.viewmodels.ports import Clock, Jobs
from officer_console.views import controls, device_page, incoming
from officer_console.views.capture_dialog import CaptureDialog
from officer_console.views.device_page import DevicePage
from officer_console.views.picture_image import Picture, of_pixels
from officer_console.views.review import ReviewView
from officer_console.views.shell import ShellView

SCAN = "Quét…"
PAGE = "devices"


class CaptureDesk(QObject):
    """*Quét…* (F6), dropping and pasting on the detail page, and *Thiết bị* in the menu.

    Nothing is asked of a device before the dialog or the page is opened.
    """

    def __init__(
        self,
        window: ShellView,
        review: ReviewView,
        capture: CaptureService,
        desk: Callable[[], DeskPort],
        gate: Gate,
        jobs: Jobs,
        device_jobs: Jobs,
        clock: Clock,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._pictures: PicturesViewModel = review.pictures.model
        self._review = review
        self._dossier_id = ""
        log = DeviceLog(clock, self)
        intake = Intake(desk=desk, paint=painted, jobs=jobs, device_jobs=device_jobs, log=log)
        self.model = CaptureViewModel(capture, intake, self)
        self.devices = DevicesViewModel(desk, looker(gate), painted, device_jobs, log, self)
        self.dialog = CaptureDialog(self.model, window)
        self.page = DevicePage(self.devices)
        window.add_page(PAGE, self.page)
        window.devices_requested.connect(lambda: window.show_page(PAGE, device_page.TITLE))
        self.button = controls.button("scanPicture", SCAN, self.scan)
        self.button.setToolTip("Quét, lấy từ tệp hoặc dán trang vào hồ sơ (F6)")
        review.pictures.add_source(self.button)
        for keys, done in (("F6", self.scan), ("Ctrl+V", self.paste)):
            shortcut = QShortcut(QKeySequence(keys), review)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(done)
        review.pictures.setAcceptDrops(True)
        review.pictures.installEventFilter(self)
        self.model.attached.connect(self._pictures.put)
        self._pictures.changed.connect(self._follow)
        self._follow()

    def stop(self) -> None:
        """End scans and close the dialog without asking; waits for nothing."""
        self.devices.stop()
        self.dialog.done(0)

    @Slot()
    def scan(self) -> None:
        """Open the dialog for the picture under work."""
        current = self._pictures.current
        dossier_id = self._pictures.dossier_id
        if current is None or dossier_id is None or not self._pictures.editable or self.dialog.isVisible():
            return
        self._dossier_id = dossier_id
        kinds = [slot.kind for slot in self._pictures.slots]
        if AttachmentKind.BIRTH_CERTIFICATE not in kinds:
            kinds.append(AttachmentKind.BIRTH_CERTIFICATE)
        self.dialog.begin(dossier_id, kinds, current.kind)

    @Slot()
    def paste(self) -> None:
        """Open the dialog with what was copied elsewhere."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime is not None and incoming.wanted(mime):
            self._open_with(incoming.sources(mime))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Files and pictures that are dropped on the pictures of the dossier open the dialog."""
        if isinstance(event, QDropEvent) and self._pictures.editable and incoming.wanted(event.mimeData()):
            event.acceptProposedAction()
            if not isinstance(event, QDragEnterEvent) and event.type() == QEvent.Type.Drop:
                self._open_with(incoming.sources(event.mimeData()))
            return True
        return super().eventFilter(watched, event)

    def _open_with(self, sources: list[incoming.Source]) -> None:
        self.scan()
        if self.dialog.isVisible():
            self.dialog.add(sources)

    @Slot()
    def _follow(self) -> None:
        """Offer the button where pictures may be replaced; a dossier that is left takes the dialog along."""
        editable = self._pictures.editable and self._pictures.current is not None
        self.button.setEnabled(editable)
        if self.dialog.isVisible() and (not editable or self._pictures.dossier_id != self._dossier_id):
            self.dialog.done(0)


def painted(pixels: Pixels) -> Picture:
    """Return what the views paint of decoded pixels; runs as a job."""
    return of_pixels(pixels.width, pixels.height, pixels.rgb)


def looker(gate: Gate) -> Callable[[bytes, int], tuple[tuple[int, int], Pixels]]:
    """Return what lets a page of a test scan through the gate: its size, and its pixels, shrunk (a job)."""

    def look(data: bytes, longest: int) -> tuple[tuple[int, int], Pixels]:
        whole = gate.pixels(data)
        if max(whole.width, whole.height) <= longest:
            return (whole.width, whole.height), whole
        return (whole.width, whole.height), gate.pixels(data, longest=longest)

    return look
