"""The program's side of a code reader on a serial port: keeps its child process alive and takes the codes."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from officer_console import children
from officer_console.devices import lines

# What one code may hold; longer answers are nonsense.
LINE_LIMIT = 32 * 1024
LINES_WAITING = 256

# Several signs of life missed: the driver hangs, and the child with it.
SILENT_SECONDS = 15.0
AGAIN_SECONDS = 3.0
GRACE_SECONDS = 1.0
GLANCE_SECONDS = 0.1
USUAL_BAUD = 9600


class PortState(StrEnum):
    """How the port stands: not asked for yet, being read, gone (unplugged, wrong name, in use), its driver hangs."""

    STARTING = "starting"
    OPEN = "open"
    LOST = "lost"
    HUNG = "hung"


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialPort:
    """Which port to read and how: ``name`` as the system has it (``COM3``, ``/dev/ttyACM0``)."""

    name: str
    baud: int = USUAL_BAUD


class SerialHost:
    """Listens to one port until told to stop."""

    def __init__(
        self,
        port: SerialPort,
        *,
        code: Callable[[bytes], None],
        state: Callable[[PortState], None],
        command: Sequence[str] | None = None,
        silent_seconds: float = SILENT_SECONDS,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        """``code`` and ``state`` are called on the thread that runs `listen`."""
        own = children.command("officer_console.devices.serial_reader", port.name, str(port.baud))
        self._command = tuple(command or own)
        self._code = code
        self._state = state
        self._silent = silent_seconds
        self._again = again_seconds
        self._last = PortState.STARTING

    def listen(self, stop: threading.Event) -> None:
        """Read the port until ``stop``; a child that ends or hangs is replaced."""
        while not stop.is_set():
            with contextlib.suppress(OSError), _Child(self._command) as child:
                for line in child.lines(self._silent, stop):
                    self._take(line)
                if not stop.is_set():
                    self._tell(PortState.HUNG if child.hung else PortState.LOST)
            stop.wait(self._again)

    def _take(self, line: dict[str, Any]) -> None:
        told, code = line.get("state"), line.get("code")
        if told in (PortState.OPEN, PortState.LOST):
            self._tell(PortState(told))
        if isinstance(code, str) and code:
            try:
                data = bytes.fromhex(code)
            except ValueError:
                return
            self._code(data)

    def _tell(self, state: PortState) -> None:
        if state is not self._last:
            self._last = state
            self._state(state)


class _Child:
    """The process that has the port open. Leaving its block ends it, by force after a second."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=children.FOLDER,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._lines: queue.Queue[bytes] = queue.Queue(LINES_WAITING)
        self._over = threading.Event()
        self.hung = False
        self._reader = threading.Thread(target=self._read, name="code-reader-lines", daemon=True)
        self._reader.start()

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process.wait(GRACE_SECONDS)
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        self._reader.join(GRACE_SECONDS)

    def lines(self, silent: float, stop: threading.Event) -> Iterator[dict[str, Any]]:
        """Yield what it says until it ends, talks nonsense, is silent for so many seconds (``hung``), or ``stop``."""
        until = time.monotonic() + silent
        while not stop.is_set() and time.monotonic() < until:
            try:
                raw = self._lines.get(timeout=GLANCE_SECONDS)
            except queue.Empty:
                continue
            if not raw.endswith(b"\n"):
                return
            try:
                yield lines.unpack(raw)
            except lines.LineError:
                return
            until = time.monotonic() + silent
        self.hung = not stop.is_set()

    def _read(self) -> None:
        pipe = self._process.stdout
        if pipe is None:
            return
        with pipe:
            while not self._over.is_set():
                raw = pipe.readline(LINE_LIMIT)
                with contextlib.suppress(queue.Full):
                    self._lines.put(raw, timeout=GRACE_SECONDS)
                if not raw:
                    return
