"""The driver for network scanners that speak eSCL (AirScan). Imported in the worker process only."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures

from officer_console.devices import escl_find, escl_http, escl_xml, whole
from officer_console.devices.escl_http import Address, Answer, Line, Patience
from officer_console.devices.escl_xml import Input, Status
from officer_console.devices.scanner import Capabilities, Device, DeviceError, Fault, Page, Settings, Source

LISTEN_SECONDS = 2.5
# 600 dpi in colour is 105 MB before JPEG
PAGE_LIMIT = 128 * 1024 * 1024
PAGES_LIMIT = 1000
RETRY_SECONDS = (0.5, 5.0)
LET_GO_SECONDS = 1.0
# a cancel is heard between two of these
GLANCE_SECONDS = 0.1
REFUSALS = {401: Fault.DRIVER, 403: Fault.DRIVER, 404: Fault.NO_DEVICE}


class EsclScanner:
    """eSCL behind the protocol of drivers.

    A device is named by its address, ``http://…`` or ``https://…#sha256=…`` with the fingerprint of its certificate;
    without a fingerprint its certificate has to be one the system trusts. ``moved`` hears how much of a page came.
    """

    def __init__(
        self,
        *,
        patience: Patience | None = None,
        seconds: float = LISTEN_SECONDS,
        interfaces: Sequence[str] | None = None,
        page_limit: int = PAGE_LIMIT,
    ) -> None:
        self._patience = patience or Patience()
        self._seconds = seconds
        self._interfaces = interfaces
        self._page_limit = page_limit
        self.moved: Callable[[float], None] = _nobody

    def devices(self) -> Sequence[Device]:
        """Return what announces itself on the network."""
        return escl_find.announced(self._seconds, self._interfaces)

    def capabilities(self, device_id: str) -> Capabilities:
        """Return what the device offers; raises DeviceError."""
        with self._session(device_id) as session:
            return escl_xml.capabilities(session.inputs())

    def scan(self, device_id: str, settings: Settings) -> Iterator[Page]:
        """Yield one page, or the feeder's until it is empty; raises DeviceError."""
        with self._session(device_id) as session:
            yield from session.scan(settings, self._page_limit)

    @contextlib.contextmanager
    def _session(self, device_id: str) -> Iterator[_Session]:
        to = escl_http.address(device_id)
        line = Line(to, self._patience)
        try:
            yield _Session(line, to, self._patience, lambda part: self.moved(part))
        finally:
            line.close()


class _Session:
    """One conversation with a device."""

    def __init__(self, line: Line, to: Address, patience: Patience, moved: Callable[[float], None]) -> None:
        self._line = line
        self._to = to
        self._root = to.path
        self._patience = patience
        self._moved = moved

    def inputs(self) -> dict[Source, Input]:
        return escl_xml.inputs(escl_xml.parse(self._document("ScannerCapabilities"), "ScannerCapabilities"))

    def scan(self, settings: Settings, page_limit: int) -> Iterator[Page]:
        body, dpi = escl_xml.job(self.inputs(), settings)
        feeder = settings.source is not Source.FLATBED
        if feeder and (fault := self._status().fault) is not None:
            raise DeviceError(fault, "before the job")
        job = self._start(body)
        try:
            yield from self._pages(job, dpi, page_limit, feeder=feeder)
        finally:
            self._let_go(job)

    def _let_go(self, job: str) -> None:
        """End the job, within the worker's own time for a polite end; the other connection may still be reading."""
        line = Line(self._to, self._patience)
        with contextlib.suppress(DeviceError):
            line.delete(job, LET_GO_SECONDS)
        line.close()

    def _pages(self, job: str, dpi: int, page_limit: int, *, feeder: bool) -> Iterator[Page]:
        for count in range(PAGES_LIMIT):
            answer = self._patiently(lambda: self._line.get(f"{job}/NextDocument", page_limit, moved=self._moved))
            if answer.status != 200:
                self._end(answer.status, job, count, feeder=feeder)
                return
            yield _page(answer, dpi)
            if not feeder:
                return
        raise DeviceError(Fault.DRIVER, f"more than {PAGES_LIMIT} pages")

    def _end(self, code: int, job: str, count: int, *, feeder: bool) -> None:
        """Find out why there is no further page; return when that is how a pile of paper ends.

        Some devices end with 404 or 410, others with 409; a jam looks the same, only the status tells it.
        """
        status = self._status()
        fault = status.fault if feeder else None
        if fault is not None and (fault is not Fault.NO_PAPER or not count):
            raise DeviceError(fault, status.feeder)
        state = status.jobs.get(job.rpartition("/")[2], "")
        if state == "Canceled":
            raise DeviceError(Fault.CANCELLED, "at the device")
        if state == "Aborted" or code not in (404, 409, 410) or (code == 409 and count and fault is None):
            raise DeviceError(Fault.DRIVER, f"HTTP {code} {state} after {count} pages")
        if not count:
            raise DeviceError(Fault.NO_PAPER if feeder else Fault.DRIVER, f"HTTP {code} at once")

    def _start(self, body: bytes) -> str:
        path = f"{self._root}/ScanJobs"
        answer = self._patiently(lambda: self._line.post(path, body))
        if answer.status != 201:
            status = self._status() if answer.status == 409 else None
            fault = status.fault if status is not None else None
            busy = status is not None and status.state == "Processing"
            raise DeviceError(
                fault or (Fault.BUSY if busy else REFUSALS.get(answer.status, Fault.DRIVER)), f"HTTP {answer.status}"
            )
        return escl_http.own_path(answer.headers.get("location", ""), path)

    def _status(self) -> Status:
        return escl_xml.status(escl_xml.parse(self._document("ScannerStatus"), "ScannerStatus"))

    def _document(self, name: str) -> bytes:
        answer = self._patiently(lambda: self._line.get(f"{self._root}/{name}", escl_xml.BYTES_LIMIT))
        if answer.status != 200:
            raise DeviceError(REFUSALS.get(answer.status, Fault.DRIVER), f"{name}: HTTP {answer.status}")
        return answer.body

    def _patiently(self, ask: Callable[[], Answer]) -> Answer:
        """Ask again while the device says 503, as it does while it warms up or scans for somebody else.

        Raises:
            DeviceError: BUSY after the time for that.
        """
        until = time.monotonic() + self._patience.busy
        while (answer := _interruptibly(ask)).status == 503:
            least, most = RETRY_SECONDS
            told = answer.headers.get("retry-after", "")
            wait = min(max(float(told), least), most) if told.isascii() and told.isdecimal() else least
            if time.monotonic() + wait > until:
                raise DeviceError(Fault.BUSY, "HTTP 503")
            self._moved(0.0)
            _pause(wait)
        self._moved(0.0)
        return answer


def _interruptibly(ask: Callable[[], Answer]) -> Answer:
    """Return what ``ask`` does in a thread: an interrupt of the main thread would not reach it within a read."""
    answer: futures.Future[Answer] = futures.Future()

    def work() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:  # noqa: BLE001 - told in the thread that waits, whatever it is
            answer.set_exception(error)

    threading.Thread(target=work, name="escl", daemon=True).start()
    while not futures.wait((answer,), GLANCE_SECONDS).done:
        pass
    return answer.result()


def _pause(seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        threading.Event().wait(min(left, GLANCE_SECONDS))


def _page(answer: Answer, dpi: int) -> Page:
    """Return a page that is there to its end.

    Raises:
        DeviceError: TRUNCATED, or DRIVER when it is no picture.
    """
    kind = whole.media_type(answer.body)
    if kind is None:
        raise DeviceError(Fault.DRIVER, "no picture")
    if not whole.is_whole(answer.body):
        raise DeviceError(Fault.TRUNCATED, f"{len(answer.body)} bytes of {kind}")
    return Page(data=answer.body, media_type=kind, dpi=dpi)


def _nobody(_part: float) -> None:
    return
