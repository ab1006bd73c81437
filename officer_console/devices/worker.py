"""The child process in which one driver runs: JSON lines in, JSON lines and the bytes of pages out."""

from __future__ import annotations

import _thread
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import IO, Any

from officer_console.devices import lines
from officer_console.devices.missing import MissingDriver
from officer_console.devices.scanner import Accepting, DeviceError, Fault, Scanner, Telling

# a driver that does not come back from the device within this time after "cancel" is left to die
GRACE_SECONDS = 2.0
MOVED_SECONDS = 0.1
# environment variable: the path of the TWAIN Data Source Manager to load instead of the system's
TWAIN_DSM = "OFFICER_CONSOLE_TWAIN_DSM"


def _sane() -> Scanner:
    from officer_console.devices.sane import SaneScanner

    return SaneScanner()


def _escl() -> Scanner:
    from officer_console.devices.escl import EsclScanner

    return EsclScanner()


def _folder() -> Scanner:
    from officer_console.devices.folder import FolderScanner

    return FolderScanner(os.environ.get("OFFICER_CONSOLE_TAKEN") or None)


def _twain() -> Scanner:
    try:
        from officer_console.devices.twain import TwainScanner
    except ImportError:
        return MissingDriver("pytwain")
    return TwainScanner(os.environ.get(TWAIN_DSM) or None)


def _wia() -> Scanner:
    if sys.platform == "win32":
        from officer_console.devices.wia import WiaScanner, windows

        return WiaScanner(*windows())
    return MissingDriver("WIA")


DRIVERS: dict[str, Callable[[], Scanner]] = {
    "sane": _sane,
    "escl": _escl,
    "folder": _folder,
    "twain": _twain,
    "wia": _wia,
}


class Worker:
    """Answers requests one after the other until "cancel" or the end of its input."""

    def __init__(self, scanner: Scanner, out: IO[bytes]) -> None:
        self._scanner = scanner
        self._out = out
        self._told_at = 0.0

    def answer(self, request: Mapping[str, Any]) -> None:
        """Do what ``request`` asks and write the answer; a fault is an answer, too."""
        try:
            for line in self._answers(request):
                self._send(line)
        except DeviceError as error:
            self._send({"fault": error.fault, "detail": error.detail})
        except lines.LineError as error:
            self._send({"fault": Fault.DRIVER, "detail": f"request: {error}"})

    def _answers(self, request: Mapping[str, Any]) -> Iterator[dict[str, object]]:
        asked = request.get("do")
        device = str(request.get("device", ""))
        if asked == "devices":
            yield {"devices": [asdict(each) for each in self._scanner.devices()]}
        elif asked == "capabilities":
            yield {"capabilities": asdict(self._scanner.capabilities(device))}
        elif asked == "accept":
            if isinstance(self._scanner, Accepting):
                self._scanner.accept(device, str(request.get("digest", "")))
            yield {"accepted": True}
        elif asked == "scan":
            yield from self._scan(device, request)
        else:
            raise lines.LineError("unknown")

    def _scan(self, device: str, request: Mapping[str, Any]) -> Iterator[dict[str, object]]:
        settings = lines.read_settings(request.get("settings") or {})
        if isinstance(self._scanner, Telling):
            self._scanner.moved = self._moved
        count = 0
        pages = self._scanner.scan(device, settings)
        try:
            for count, page in enumerate(pages, 1):
                self._send(lines.page_line(count, page), page.data)
        finally:
            # not left to the garbage collector: the device is let go before the fault is told
            if isinstance(pages, Generator):
                pages.close()
        yield {"done": count}

    def _moved(self, part: float) -> None:
        now = time.monotonic()
        if now - self._told_at >= MOVED_SECONDS:
            self._told_at = now
            self._send({"moved": round(part, 3)})

    def _send(self, line: Mapping[str, object], data: bytes = b"") -> None:
        self._out.write(lines.pack(line))
        if data:
            self._out.write(data)
        self._out.flush()


def _listen(source: IO[bytes], requests: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    """Hand on requests; at "cancel" or when the host is gone stop the main thread, by force when it does not obey."""
    for raw in source:
        try:
            request = lines.unpack(raw)
        except lines.LineError:
            break
        if request.get("do") == "cancel":
            break
        requests.put(request)
    requests.put(None)
    _thread.interrupt_main()
    force = threading.Timer(GRACE_SECONDS, os._exit, (1,))
    force.daemon = True
    force.start()


def _own_output() -> IO[bytes]:
    """Return the pipe to the host; what libraries print goes to standard error instead."""
    sys.stdout.flush()
    out = os.fdopen(os.dup(1), "wb", buffering=64 * 1024)
    os.dup2(2, 1)
    return out


def main(argv: Sequence[str]) -> int:
    """Serve the driver named by ``argv[0]``; return 2 when there is none of that name."""
    if len(argv) != 1 or argv[0] not in DRIVERS:
        return 2
    return serve(argv[0], DRIVERS[argv[0]])


def serve(driver: str, start: Callable[[], Scanner]) -> int:
    """Answer with the scanner ``start`` makes until the host is gone; the process is to end with ``os._exit`` then."""
    # it may have been inherited as "ignored", and then nothing would stop a scan politely
    signal.signal(signal.SIGINT, signal.default_int_handler)
    out = _own_output()
    requests: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    try:
        worker = Worker(start(), out)
        threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), name="requests", daemon=True).start()
        out.write(lines.pack({"ready": driver}))
        out.flush()
        while (request := requests.get()) is not None:
            worker.answer(request)
    except (KeyboardInterrupt, BrokenPipeError):
        return 0
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    # the thread that reads standard input may hold its lock: the interpreter's own end would abort over it
    os._exit(code)
