"""The parent's side of a driver: starts the worker, bounds every wait, kills it, and gives out whole pages only."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from officer_console import children
from officer_console.devices import lines
from officer_console.devices.scanner import Capabilities, Device, DeviceError, Fault, Page, Settings

CHUNK = 1024 * 1024
# at most this many chunks wait for a slow reader; then the worker waits
CHUNKS_WAITING = 16
GLANCE_SECONDS = 0.05
CLOSE_SECONDS = 0.5
# These hand a page over when it is whole, and a lamp takes four times as long for twice the resolution.
PAGE_AT_ONCE = frozenset({"twain", "wia"})
PAGE_DPI = 300
SILENCE_LIMIT = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """How long the host waits for its worker.

    ``start``: until it is ready; ``answer``: for the list of devices and their capabilities; ``silence``: between two
    signs of life during a scan (lamps warm up for half a minute); ``page``: what drivers that say nothing within a page
    have for one of 300 dpi beyond that; ``grace``: for a polite end after a cancel.
    """

    start: float = 15.0
    answer: float = 20.0
    silence: float = 60.0
    page: float = 60.0
    grace: float = 3.0


class Child:
    """One worker process and what it wrote so far."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None) -> None:
        try:
            self._process = _start(command, environment, CHUNK)
        except OSError as error:
            raise DeviceError(Fault.DRIVER, f"worker: {error.strerror}") from error
        self._chunks: queue.Queue[bytes] = queue.Queue(CHUNKS_WAITING)
        self._rest = bytearray()
        self._ended = False
        self._let_go = threading.Event()
        self._reader = threading.Thread(target=self._read, name="device-pages", daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        """Whether the process runs and may still say something."""
        return not self._ended and self._process.poll() is None

    def send(self, line: Mapping[str, object]) -> None:
        """Write one request; a dead worker is noticed when its answer is read."""
        pipe = self._stdin()
        with contextlib.suppress(OSError, ValueError):
            pipe.write(lines.pack(line))

    def line(self, seconds: float, stop: threading.Event | None) -> dict[str, Any]:
        """Return the next line; DRIVER when the worker ended or talks nonsense."""
        while (end := self._rest.find(b"\n")) < 0:
            if len(self._rest) > lines.LINE_LIMIT:
                raise DeviceError(Fault.DRIVER, "endless line")
            if not self._more(seconds, stop):
                raise DeviceError(Fault.DRIVER, f"worker ended, code {self._code()}")
        raw = bytes(self._rest[:end])
        del self._rest[: end + 1]
        try:
            return lines.unpack(raw)
        except lines.LineError as error:
            raise DeviceError(Fault.DRIVER, str(error)) from error

    def body(self, size: int, seconds: float, stop: threading.Event | None) -> bytes:
        """Return exactly ``size`` bytes; TRUNCATED when the worker ends before."""
        while len(self._rest) < size:
            if not self._more(seconds, stop):
                raise DeviceError(Fault.TRUNCATED, f"{len(self._rest)} of {size} bytes")
        with memoryview(self._rest) as view:
            data = bytes(view[:size])
        del self._rest[:size]
        return data

    def end(self, grace: float) -> None:
        """End the process within ``grace`` seconds: first politely, so that the device is let go, then by force."""
        self.send({"do": "cancel"})
        self._let_go.set()
        with contextlib.suppress(OSError):
            self._stdin().close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace)
        self._kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._reader.join(5)

    def _kill(self) -> None:
        if os.name == "posix":
            # some backends read in a process of their own, which would live on
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()

    def _more(self, seconds: float, stop: threading.Event | None) -> bool:
        """Wait for more bytes; False at the end. TIMEOUT after ``seconds`` of silence, CANCELLED at ``stop``."""
        until = time.monotonic() + seconds
        while not self._ended:
            if stop is not None and stop.is_set():
                raise DeviceError(Fault.CANCELLED)
            if self._let_go.is_set():
                # another thread ended it, and the reader keeps the end of the pipe to itself
                self._ended = True
                return False
            left = until - time.monotonic()
            if left <= 0:
                raise DeviceError(Fault.TIMEOUT, f"silent for {seconds:g} s")
            try:
                chunk = self._chunks.get(timeout=min(left, GLANCE_SECONDS))
            except queue.Empty:
                continue
            self._rest += chunk
            self._ended = not chunk
            return not self._ended
        return False

    def _read(self) -> None:
        """Carry bytes into the queue; once let go, read on only so that the worker can come to its end."""
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101 (asked for above)
        with pipe:
            while True:
                chunk = pipe.read(CHUNK) or b""
                self._hand_over(chunk)
                if not chunk:
                    return

    def _hand_over(self, chunk: bytes) -> None:
        while not self._let_go.is_set():
            with contextlib.suppress(queue.Full):
                self._chunks.put(chunk, timeout=GLANCE_SECONDS)
                return

    def _stdin(self) -> IO[bytes]:
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101 (asked for above)
        return pipe

    def _code(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(1)
        return None


def _start(command: Sequence[str], environment: Mapping[str, str] | None, pipe: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            pipesize=pipe,
            cwd=children.FOLDER,
            env=dict(environment) if environment is not None else None,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except PermissionError:
        # a user's large pipes are limited in number (pipe-user-pages-soft); a small one is slower, nothing else
        if pipe < 0:
            raise
        return _start(command, environment, -1)


class DriverHost:
    """One driver behind a process boundary; a worker that failed in any way is thrown away, a good one is kept warm.

    One request at a time: whoever comes while a scan runs gets BUSY at once.
    """

    def __init__(
        self,
        driver: str,
        *,
        command: Sequence[str] | None = None,
        seconds: Seconds | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.driver = driver
        self._command = command or children.command("officer_console.devices.worker", driver)
        self._seconds = seconds or Seconds()
        self._environment = environment
        self._turn = threading.Lock()
        self._child: Child | None = None
        self._closed = False

    def devices(self) -> tuple[Device, ...]:
        """Return the driver's devices; raises DeviceError (TIMEOUT, DRIVER, BUSY)."""
        with self._request({"do": "devices"}, None) as child, _sense():
            return lines.read_devices(self._answer(child, self._seconds.answer, None), self.driver)

    def capabilities(self, device_id: str) -> Capabilities:
        """Return what the device offers; raises DeviceError."""
        with self._request({"do": "capabilities", "device": device_id}, None) as child, _sense():
            return lines.read_capabilities(self._answer(child, self._seconds.answer, None))

    def scan(
        self,
        device_id: str,
        settings: Settings,
        stop: threading.Event,
        moved: Callable[[float], None] | None = None,
    ) -> Iterator[Page]:
        """Yield whole pages; leaving the iterator early lets go of the device.

        ``moved`` hears the part of the page read so far, 0 to 1, in the caller's thread.

        Raises:
            DeviceError: CANCELLED soon after ``stop`` is set, TIMEOUT, TRUNCATED, and what the driver says.
        """
        request = {"do": "scan", "device": device_id, "settings": lines.settings_line(settings)}
        silence = self._silence(settings)
        with self._request(request, stop) as child, _sense():
            while "done" not in (line := self._answer(child, silence, stop)):
                if "moved" in line:
                    if moved is not None and isinstance(line["moved"], (int, float)):
                        moved(float(line["moved"]))
                    continue
                size, media_type, dpi = lines.read_page(line)
                # What is on its way comes piece by piece, from every driver.
                data = child.body(size, self._seconds.silence, stop)
                yield Page(data=data, media_type=media_type, dpi=dpi)

    def _silence(self, settings: Settings) -> float:
        """Return for how long a driver that works may say nothing during a scan."""
        if self.driver not in PAGE_AT_ONCE:
            return self._seconds.silence
        page = self._seconds.page * max(1.0, settings.dpi / PAGE_DPI) ** 2
        return min(self._seconds.silence + page, max(SILENCE_LIMIT, self._seconds.silence))

    def accept(self, device_id: str, digest: str) -> None:
        """Tell the driver that the page of this SHA-256 (hexadecimal) is safely kept; raises DeviceError."""
        with self._request({"do": "accept", "device": device_id, "digest": digest}, None) as child:
            self._answer(child, self._seconds.answer, None)

    def close(self) -> None:
        """End the worker for good, also under a scan: whoever waits for it is told DRIVER or TRUNCATED.

        Who asks for something afterwards is told CANCELLED.
        """
        self._closed = True
        mine = self._turn.acquire(timeout=CLOSE_SECONDS)
        try:
            self._throw_away(CLOSE_SECONDS)
        finally:
            if mine:
                self._turn.release()

    @contextlib.contextmanager
    def _request(self, request: Mapping[str, object], stop: threading.Event | None) -> Iterator[Child]:
        """Send ``request`` to a worker that is ready; throw the worker away unless the block ends well."""
        if not self._turn.acquire(blocking=False):
            raise DeviceError(Fault.BUSY, "a request is running")
        grace = self._seconds.grace
        try:
            child = self._ready(stop)
            child.send(request)
            yield child
        except DeviceError as error:
            # what was silent so long will not become polite
            self._throw_away(0.0 if error.fault is Fault.TIMEOUT else grace)
            raise
        except BaseException:
            self._throw_away(grace)
            raise
        finally:
            self._turn.release()

    def _ready(self, stop: threading.Event | None) -> Child:
        if self._child is not None and self._child.alive:
            return self._child
        self._throw_away(0.0)
        if self._closed:
            raise DeviceError(Fault.CANCELLED, "closed")
        self._child = Child(self._command, self._environment)
        if self._closed:
            # closed while the process was being started: nobody else will end it
            raise DeviceError(Fault.CANCELLED, "closed")
        if "ready" not in self._child.line(self._seconds.start, stop):
            raise DeviceError(Fault.DRIVER, "worker not ready")
        return self._child

    def _answer(self, child: Child, seconds: float, stop: threading.Event | None) -> dict[str, Any]:
        line = child.line(seconds, stop)
        if "fault" in line:
            raise DeviceError(*lines.read_fault(line))
        return line

    def _throw_away(self, grace: float) -> None:
        # taken first: ``close`` may come from another thread in the midst of this
        child, self._child = self._child, None
        if child is not None:
            child.end(grace)


@contextlib.contextmanager
def _sense() -> Iterator[None]:
    """Lines without sense are the driver's fault."""
    try:
        yield
    except lines.LineError as error:
        raise DeviceError(Fault.DRIVER, f"answer: {error}") from error
