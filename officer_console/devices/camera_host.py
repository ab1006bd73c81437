"""The program's side of the cameras: keeps the child process that shows them, and kills it when it is silent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from officer_console import children
from officer_console.devices import camera, lines
from officer_console.devices.camera import Camera, CameraFault, Frame
from officer_console.devices.host import Child
from officer_console.devices.scanner import DeviceError, Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSeconds:
    """``start``: until the child is ready; ``silence``: between its signs of life, two a second; ``grace``: for a
    polite end; ``again``: before a child that ended is replaced.
    """

    start: float = 20.0
    silence: float = 5.0
    grace: float = 1.0
    again: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraEars:
    """Who hears what the cameras say, on the thread that runs `CameraHost.listen`."""

    cameras: Callable[[tuple[Camera, ...]], None]
    frame: Callable[[Frame], None]
    still: Callable[[bytes], None]
    fault: Callable[[CameraFault], None]


class CameraHost:
    """Shows one camera until told to stop. After each frame the child waits for `next`, so that none pile up."""

    def __init__(
        self,
        ears: CameraEars,
        *,
        command: Sequence[str] | None = None,
        seconds: CameraSeconds | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._ears = ears
        self._command = command or children.command("officer_console.background.camera_child")
        self._seconds = seconds or CameraSeconds()
        self._environment = environment
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._wanted = ""

    def watch(self, camera_id: str) -> None:
        """Show this camera from now on (any thread)."""
        with self._lock:
            self._wanted = camera_id
        self._send({"do": "watch", "camera": camera_id})

    def next(self) -> None:
        """Ask for the next frame (any thread)."""
        self._send({"do": "next"})

    def still(self) -> None:
        """Ask for the frame shown last, as large as the camera gave it (any thread)."""
        self._send({"do": "still"})

    def listen(self, stop: threading.Event) -> None:
        """Hand on what the cameras say until ``stop``; a child that ends or hangs is told and replaced."""
        while not stop.is_set():
            fault = self._serve(stop)
            if stop.is_set():
                return
            self._ears.fault(fault)
            stop.wait(self._seconds.again)

    def _serve(self, stop: threading.Event) -> CameraFault:
        """Listen to one child; return why it is not listened to any more."""
        child: Child | None = None
        grace = self._seconds.grace
        try:
            child = Child(self._command, self._environment)
            if "ready" not in child.line(self._seconds.start, stop):
                return CameraFault.DRIVER
            with self._lock:
                self._child, wanted = child, self._wanted
            if wanted:
                self._send({"do": "watch", "camera": wanted})
            while True:
                self._take(child, child.line(self._seconds.silence, stop), stop)
        except DeviceError as error:
            if error.fault is not Fault.TIMEOUT:
                return CameraFault.DRIVER
            # what was silent so long will not become polite
            grace = 0.0
            return CameraFault.SILENT
        except lines.LineError:
            return CameraFault.DRIVER
        finally:
            with self._lock:
                self._child = None
            if child is not None:
                child.end(grace)

    def _take(self, child: Child, line: dict[str, Any], stop: threading.Event) -> None:
        silence = self._seconds.silence
        if "frame" in line:
            number, width, height = camera.read_frame(line)
            rgb = child.body(width * height * 3, silence, stop)
            self._ears.frame(Frame(number=number, width=width, height=height, rgb=rgb))
        elif "still" in line:
            self._ears.still(child.body(camera.read_still(line), silence, stop))
        elif "cameras" in line:
            self._ears.cameras(camera.read_cameras(line))
        elif "fault" in line:
            self._ears.fault(camera.read_fault(line))

    def _send(self, request: Mapping[str, object]) -> None:
        with self._lock:
            child = self._child
        if child is not None:
            child.send(request)
