"""The thread that listens to the child process with the cameras."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from officer_console.devices.camera_host import CameraEars, CameraHost, CameraSeconds

_END_SECONDS = 5.0


class CameraThread(QObject):
    """Signals, sent from the thread: ``cameras`` (tuple of Camera), ``frame`` (Frame), ``still`` (bytes, a JPEG),
    ``fault`` (CameraFault). Start once, leave once.
    """

    cameras = Signal(object)
    frame = Signal(object)
    still = Signal(object)
    fault = Signal(object)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        command: Sequence[str] | None = None,
        seconds: CameraSeconds | None = None,
    ) -> None:
        """``command`` starts another child than the program's own."""
        super().__init__(parent)
        self._stop = threading.Event()
        ears = CameraEars(
            cameras=self.cameras.emit, frame=self.frame.emit, still=self.still.emit, fault=self.fault.emit
        )
        self._host = CameraHost(ears, command=command, seconds=seconds)
        self._thread = threading.Thread(target=self._host.listen, args=(self._stop,), name="camera", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def watch(self, camera_id: str) -> None:
        """Show this camera."""
        self._host.watch(camera_id)

    def next(self) -> None:
        """The last frame was taken in; let another come."""
        self._host.next()

    def take_still(self) -> None:
        """Ask for the frame shown last as a still."""
        self._host.still()

    def leave(self) -> None:
        """Say that it shall end, without waiting; the camera's light goes out within a second."""
        self.blockSignals(True)  # noqa: FBT003 - Qt takes it by position only
        self._stop.set()

    def stop(self) -> None:
        """End and wait for the child process; not for the thread of the window."""
        self.leave()
        if self._thread.ident is not None:
            self._thread.join(_END_SECONDS)
