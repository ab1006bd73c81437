"""A child process with cameras that were never plugged in: QtMultimedia's own session, fed by ``QVideoFrameInput``.

``python -m tests.gui.virtual_camera PICTURE...``: each picture is shown for ``--frames`` frames, the last one for ever.
``hang`` instead of a picture blocks the process, ``lost`` unplugs the camera, ``denied`` and ``busy`` let the driver
refuse, ``quiet`` sends nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QMediaCaptureSession, QVideoFrame, QVideoFrameFormat, QVideoFrameInput

from officer_console.background import camera_child

NAMES = [("aa", "Máy ảnh quầy 1"), ("bb", "USB Camera")]
TEXTS = {"denied": "Access is denied.", "busy": "Device or resource busy"}


class VirtualCameras(camera_child.SystemCameras):
    """Shows the scenes one after the other."""

    def __init__(self, scenes: list[str], frames: int) -> None:
        super().__init__()
        self._scenes = scenes
        self._frames = frames
        self._count = 0
        self._plugged = "none" not in scenes
        self._input: QVideoFrameInput | None = None
        self._images = {scene: QImage(scene) for scene in scenes if Path(scene).is_file()}
        self._timer = QTimer(self)
        self._timer.setInterval(30)
        self._timer.timeout.connect(self._send)

    def names(self) -> list[tuple[str, str]]:
        return NAMES if self._plugged else []

    def open(self, camera_id: str, session: QMediaCaptureSession) -> bool:
        if camera_id not in dict(self.names()):
            return False
        size = next((image.size() for image in self._images.values()), QSize(64, 64))
        layout = QVideoFrameFormat(size, QVideoFrameFormat.PixelFormat.Format_BGRA8888)
        self._input = QVideoFrameInput(layout, self)
        session.setVideoFrameInput(self._input)
        self._timer.start()
        return True

    def close(self, session: QMediaCaptureSession) -> None:
        self._timer.stop()
        if self._input is not None:
            session.setVideoFrameInput(None)  # type: ignore[arg-type]  # takes none, too
            self._input.deleteLater()
            self._input = None

    def _send(self) -> None:
        scene = self._scenes[min(self._count // self._frames, len(self._scenes) - 1)]
        self._count += 1
        if scene == "hang":
            threading.Event().wait()
        elif scene == "lost":
            self._plugged = False
            self._timer.stop()
            self.changed.emit()
        elif scene in TEXTS:
            self.failed.emit(TEXTS[scene])
        elif scene in self._images and self._input is not None:
            self._input.sendVideoFrame(QVideoFrame(self._images[scene]))


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--frames", type=int, default=60)
    asked.add_argument("scenes", nargs="+")
    given = asked.parse_args()
    return camera_child.serve(lambda: VirtualCameras(given.scenes, given.frames), nothing_milliseconds=1500)


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)
