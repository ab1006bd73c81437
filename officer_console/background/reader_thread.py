"""The thread that waits for a code reader on a serial port."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal

from officer_console.devices.serial_host import SerialHost, SerialPort

_END_SECONDS = 5.0


class ReaderThread(QObject):
    """Signals: ``code`` (bytes, one code), ``state`` (PortState), both sent from the thread. Start once, stop once."""

    code = Signal(object)
    state = Signal(object)

    def __init__(self, port: SerialPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        host = SerialHost(port, code=self.code.emit, state=self.state.emit)
        self._thread = threading.Thread(target=host.listen, args=(self._stop,), name="code-reader", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def leave(self) -> None:
        """Say that it shall end, without waiting."""
        self.blockSignals(True)  # noqa: FBT003 - Qt takes it by position only
        self._stop.set()

    def stop(self) -> None:
        """End and wait for the child process; not for the thread of the window."""
        self.leave()
        if self._thread.ident is not None:
            self._thread.join(_END_SECONDS)
