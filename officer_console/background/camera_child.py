"""The child process in which cameras run (QtMultimedia): their names, live pictures and stills as lines and bytes.

``python -m officer_console.background.camera_child``. A driver that hangs takes only this process with it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Protocol

from PySide6.QtCore import QBuffer, QByteArray, QElapsedTimer, QIODevice, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtMultimedia import (
    QCamera,
    QCameraDevice,
    QCameraFormat,
    QMediaCaptureSession,
    QMediaDevices,
    QVideoFrame,
    QVideoSink,
)

from officer_console.devices import lines
from officer_console.devices.camera import CameraFault

LONGEST = 1280
STILL_QUALITY = 95
# Between two frames at least; more than these nobody sees, and each is megabytes.
EVERY_MILLISECONDS = 80
BEAT_MILLISECONDS = 500
# A camera that is on and gives nothing for so long: unplugged badly, covered by its driver, used by another program.
NOTHING_MILLISECONDS = 6000
# A camera's larger formats are slow; what gives fewer pictures a second than this cannot be aimed with.
LEAST_RATE = 5.0
# What drivers' texts say, in the order they are looked for; they have no numbers.
_WORDS = (
    (("denied", "permission", "access"), CameraFault.DENIED),
    (("busy", "in use", "being used", "resource"), CameraFault.BUSY),
)


class Cameras(Protocol):
    """Where pictures come from."""

    def names(self) -> list[tuple[str, str]]:
        """Return id and name of each camera there is now."""
        ...

    def open(self, camera_id: str, session: QMediaCaptureSession) -> bool:
        """Join this camera to ``session`` and let it run; whether there is such a camera."""
        ...

    def close(self, session: QMediaCaptureSession) -> None:
        """Let go of it."""
        ...


class SystemCameras(QObject):
    """The cameras of this machine. Signals: ``changed``, ``failed`` (text of the driver)."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._devices = QMediaDevices(self)
        self._devices.videoInputsChanged.connect(self.changed)
        self._camera: QCamera | None = None

    def names(self) -> list[tuple[str, str]]:
        """Return id and name of each camera; the system's first choice comes first."""
        usual = QMediaDevices.defaultVideoInput()
        found = sorted(QMediaDevices.videoInputs(), key=lambda each: each != usual)
        return [(_id(each), each.description()) for each in found]

    def open(self, camera_id: str, session: QMediaCaptureSession) -> bool:
        """Start a camera in its largest format that is still quick."""
        for device in QMediaDevices.videoInputs():
            if _id(device) == camera_id:
                self._camera = QCamera(device, self)
                self._camera.errorOccurred.connect(lambda _error, text: self.failed.emit(text))
                best = _best(device)
                if best is not None:
                    self._camera.setCameraFormat(best)
                session.setCamera(self._camera)
                self._camera.start()
                return True
        return False

    def close(self, session: QMediaCaptureSession) -> None:
        """Stop it."""
        if self._camera is not None:
            self._camera.stop()
            session.setCamera(None)  # type: ignore[arg-type]  # takes no camera, too
            self._camera.deleteLater()
            self._camera = None


def _id(device: QCameraDevice) -> str:
    return bytes(device.id().data()).hex()


def _best(device: QCameraDevice) -> QCameraFormat | None:
    quick = [each for each in device.videoFormats() if each.maxFrameRate() >= LEAST_RATE]
    return max(quick, key=lambda each: each.resolution().width() * each.resolution().height(), default=None)


class Child(QObject):
    """Answers the host's requests; everything happens on Qt's thread, so a driver that blocks it is noticed."""

    def __init__(self, cameras: Cameras, out: IO[bytes], *, nothing_milliseconds: int = NOTHING_MILLISECONDS) -> None:
        super().__init__()
        self._cameras = cameras
        self._out = out
        self._session = QMediaCaptureSession(self)
        self._sink = QVideoSink(self)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._on_frame)
        self._watched = ""
        self._asked = False
        self._number = 0
        self._latest = QVideoFrame()
        self._since_frame = QElapsedTimer()
        self._since_frame.start()
        self._nothing = nothing_milliseconds
        self._since_sent = QElapsedTimer()
        self._since_sent.start()
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MILLISECONDS)
        self._beat.timeout.connect(self._on_beat)
        self._beat.start()

    @Slot(object)
    def take(self, request: dict[str, Any]) -> None:
        """Do what the host asks."""
        asked = request.get("do")
        if asked == "watch":
            self._watch(str(request.get("camera", "")))
        elif asked == "next":
            self._asked = True
        elif asked == "still":
            self._still()
        else:
            self._cameras.close(self._session)
            QGuiApplication.quit()

    @Slot()
    def tell_names(self) -> None:
        """Say which cameras there are; the one that is watched may be gone."""
        names = self._cameras.names()
        self._send({"cameras": [{"id": each, "name": name} for each, name in names]})
        if self._watched and self._watched not in {each for each, _ in names}:
            self._end(CameraFault.LOST)
        elif not names:
            self._send({"fault": _none()})

    @Slot(str)
    def tell_failed(self, text: str) -> None:
        """Say why the camera gives nothing, as far as its driver's text tells."""
        said = text.casefold()
        self._end(next((fault for words, fault in _WORDS if any(word in said for word in words)), CameraFault.DRIVER))

    def _watch(self, camera_id: str) -> None:
        self._cameras.close(self._session)
        self._latest = QVideoFrame()
        self._watched, self._asked = camera_id, True
        self._since_frame.restart()
        if not self._cameras.open(camera_id, self._session):
            self._end(CameraFault.LOST)

    def _end(self, fault: CameraFault) -> None:
        if self._watched:
            self._watched = ""
            self._cameras.close(self._session)
            self._send({"fault": fault})

    @Slot()
    def _on_beat(self) -> None:
        self._send({"alive": True})
        if self._watched and self._since_frame.elapsed() > self._nothing:
            self._end(CameraFault.SILENT)

    @Slot(QVideoFrame)
    def _on_frame(self, frame: QVideoFrame) -> None:
        if not self._watched or not frame.isValid():
            return
        self._since_frame.restart()
        if not self._asked or self._since_sent.elapsed() < EVERY_MILLISECONDS:
            return
        image = frame.toImage()
        if image.isNull():
            return
        self._asked = False
        self._latest = frame
        self._since_sent.restart()
        if max(image.width(), image.height()) > LONGEST:
            image = image.scaled(
                LONGEST,
                LONGEST,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        self._number += 1
        line = {"frame": self._number, "width": image.width(), "height": image.height()}
        self._send(line, _rgb(image))

    def _still(self) -> None:
        image = self._latest.toImage() if self._latest.isValid() else QImage()
        store = QByteArray()
        buffer = QBuffer(store)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if image.isNull() or not image.save(buffer, "JPEG", STILL_QUALITY):  # type: ignore[call-overload]  # the stubs want bytes
            return
        data = bytes(store.data())
        self._send({"still": len(data)}, data)

    def _send(self, line: Mapping[str, object], data: bytes = b"") -> None:
        try:
            self._out.write(lines.pack(line))
            if data:
                self._out.write(data)
            self._out.flush()
        except OSError:
            # the program is gone
            os._exit(0)


def _rgb(image: QImage) -> bytes:
    """Return the pixels without the padding Qt puts behind each row."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    row, step = plain.width() * 3, plain.bytesPerLine()
    data = bytes(plain.constBits())
    return data if row == step else b"".join(data[at : at + row] for at in range(0, plain.height() * step, step))


def _none() -> CameraFault:
    """Tell why no camera is listed: Linux leaves out those this user may not open."""
    there = [path for path in Path("/dev").glob("video*") if path.is_char_device()]
    barred = there and not any(os.access(path, os.R_OK | os.W_OK) for path in there)
    return CameraFault.DENIED if barred else CameraFault.NO_CAMERA


class _Ear(QObject):
    """Carries requests from the thread that reads them to Qt's."""

    heard = Signal(object)

    def listen(self, source: IO[bytes]) -> None:
        """Hand on each request; the end of input is the end."""
        for raw in source:
            try:
                self.heard.emit(lines.unpack(raw))
            except lines.LineError:
                break
        self.heard.emit({"do": "cancel"})


def serve(make_cameras: Callable[[], Cameras], *, nothing_milliseconds: int = NOTHING_MILLISECONDS) -> int:
    """Answer with the cameras ``make_cameras`` makes until the host is gone."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # What libraries print goes to standard error; the pipe to the host is ours alone.
    out = os.fdopen(os.dup(1), "wb", buffering=64 * 1024)
    os.dup2(2, 1)
    # No window is ever shown here, and there may be no display.
    application = QGuiApplication([sys.argv[0], "-platform", "offscreen"])
    cameras = make_cameras()
    child = Child(cameras, out, nothing_milliseconds=nothing_milliseconds)
    if isinstance(cameras, SystemCameras):
        cameras.changed.connect(child.tell_names)
        cameras.failed.connect(child.tell_failed)
    ear = _Ear()
    ear.heard.connect(child.take, Qt.ConnectionType.QueuedConnection)
    out.write(lines.pack({"ready": "camera"}))
    out.flush()
    child.tell_names()
    threading.Thread(target=ear.listen, args=(sys.stdin.buffer,), name="requests", daemon=True).start()
    return application.exec()


if __name__ == "__main__":
    code = serve(SystemCameras)
    # threads of drivers may still run: the interpreter's own end would wait for them or abort over them
    os._exit(code)
