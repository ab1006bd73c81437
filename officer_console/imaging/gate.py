"""The gate: foreign picture bytes are first decoded in a child process with bounded memory and time."""

from __future__ import annotations

import contextlib
import io
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from officer_console import children
from officer_console.imaging import decode
from officer_console.imaging.gate_child import ANSWER, FRESH, PIECE, READY, REQUEST, SPENT, Task, serve
from officer_console.page_bytes import BYTES_LIMIT, RAW_BYTES_LIMIT, bytes_limit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

START_SECONDS = 20.0
# A child that works ends by itself, by `gate_child.CPU_SECONDS`, on a busy machine later than on another; this is for
# one that does nothing. Windows has only this limit.
WORK_SECONDS = 2.7 if sys.platform == "win32" else 10.0
_PDF = b"%PDF-"


class Purpose(StrEnum):
    """What the picture is for; decides how large it may be."""

    PORTRAIT = "portrait"
    PAGE = "page"
    VIEW = "view"


class GateError(Exception):
    """A picture was refused.

    ``code``: ``empty``, ``too-large`` (bytes), ``too-many-pixels``, ``not-an-image``, ``unsupported-format``,
    ``truncated``, ``gate-timeout`` (decoding took too long or too much memory), ``unreadable`` (no such file); of files
    with pages also ``locked`` (needs a password), ``too-many-pages``, ``no-such-page``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """What came through: freshly encoded JPEG without metadata, upright; ``width`` × ``height`` in pixels."""

    data: bytes
    width: int
    height: int
    media_type: str = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Pixels:
    """The pixels of a picture or page, upright: red, green, blue, one byte each, row by row; ``pages`` of its file."""

    width: int
    height: int
    rgb: bytes
    pages: int = 1

    def array(self) -> NDArray[np.uint8]:
        """Return them as rows x columns x 3 without a copy; read only."""
        import numpy as np

        return np.frombuffer(self.rgb, np.uint8).reshape(self.height, self.width, 3)


@dataclass(frozen=True, slots=True)
class GreyPage:
    """The pixels of a picture, or of one of a file's ``pages``: one byte each, row by row, 0 is black."""

    pages: int
    width: int
    height: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class _Answer:
    pages: int
    width: int
    height: int
    body: bytes


class Gate:
    """Keeps one warm child; a child that hangs, dies or grows is killed and replaced."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: BaseProcess | None = None
        self._line: Connection | None = None

    def warm(self) -> None:
        """Start the child before it is needed.

        Raises:
            GateError: ``gate-timeout``, it does not start.
        """
        with self._lock:
            self._ready()

    def admit(self, data: bytes, purpose: Purpose, page: int = 0) -> Picture:
        """Decode a picture or a page (from 0) of a TIFF or PDF file and return it clean, within ``purpose``'s budget.

        Raises:
            GateError: see there; nothing of ``data`` was decoded in this process.
        """
        answer = self._ask(purpose.value, data, page)
        return Picture(answer.body, answer.width, answer.height)

    def pages(self, data: bytes) -> int:
        """Return how many pages a file has; a picture has one.

        Raises:
            GateError: see there. A page that is counted may still be refused.
        """
        return self._ask(Task.PAGES, data).pages

    def pixels(self, data: bytes, page: int = 0, longest: int | None = None) -> Pixels:
        """Return the pixels of a page, shrunk where a side is longer than ``longest``.

        Raises:
            GateError: see there; nothing of ``data`` was decoded in this process.
        """
        answer = self._ask(Task.PIXELS, data, page, max(1, longest) if longest is not None else 0)
        return Pixels(answer.width, answer.height, answer.body, answer.pages)

    def single(self, data: bytes, page: int, pages: int) -> bytes:
        """Return a file that holds one page (from 0) of a file of ``pages`` and nothing else of it.

        A picture comes back as it is. Of TIFF and PDF files a page is a TIFF file without metadata and without loss;
        `pixels` are the same of both. A PDF file holds more than its pages, so that of one page is no exception.

        Raises:
            GateError: see there; nothing of ``data`` was decoded in this process.
        """
        if pages == 1 and not data.startswith(_PDF):
            return data
        return self._ask(Task.SINGLE, data, page).body

    def grey(self, data: bytes, page: int = 0) -> GreyPage:
        """Return the grey pixels of a page, at most `decode.PAGE_PIXELS`, and how many pages there are.

        Raises:
            GateError: see there; nothing of ``data`` was decoded in this process.
        """
        answer = self._ask(Task.GREY, data, page)
        return GreyPage(answer.pages, answer.width, answer.height, answer.body)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._stop()

    def _ask(self, task: str, data: bytes, page: int = 0, longest: int = 0) -> _Answer:
        if not data:
            raise GateError("empty")
        if len(data) > bytes_limit(data[:4]):
            raise GateError("too-large")
        if not 0 <= page < decode.PAGES_LIMIT:
            raise GateError("no-such-page")
        with self._lock:
            line = self._ready()
            try:
                with self._deadline():
                    line.send_bytes(REQUEST.pack(task.encode("ascii"), page, longest, len(data)))
                    for start in range(0, len(data), PIECE):
                        line.send_bytes(data, start, min(PIECE, len(data) - start))
                    code, answer = _receive(line, task)
                    spent = line.recv_bytes(len(SPENT)) != FRESH
            except (EOFError, OSError):
                # A child that did not keep to the rules is not asked again either.
                self._stop()
                raise GateError("gate-timeout") from None
            if spent:
                self._stop()
        if code:
            raise GateError(code if code in decode.CODES else "not-an-image")
        return answer

    @contextlib.contextmanager
    def _deadline(self) -> Iterator[None]:
        """Kill the child when it takes longer than `WORK_SECONDS`, which ends every wait for it, sending as well."""
        over = threading.Event()

        def end() -> None:
            over.set()
            if self._child is not None:
                self._child.kill()

        timer = threading.Timer(WORK_SECONDS, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            if over.is_set():
                self._stop()

    def _ready(self) -> Connection:
        if self._child is not None and self._line is not None and self._child.is_alive():
            return self._line
        self._stop()
        children.guard()
        context = get_context("spawn")
        self._line, far = context.Pipe()
        self._child = context.Process(target=serve, args=(far,), name="gate", daemon=True)
        self._child.start()
        far.close()
        try:
            started = self._line.poll(START_SECONDS) and self._line.recv_bytes(64) == READY
        except (EOFError, OSError):
            started = False
        if not started:
            self._stop()
            raise GateError("gate-timeout")
        return self._line

    def _stop(self) -> None:
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.close()
        if self._child is not None and self._child.pid is not None:
            self._child.kill()
            self._child.join(5)
        self._child = self._line = None


def read_file(path: Path) -> bytes:
    """Return the bytes of a file, at most one more than the gate takes.

    Raises:
        GateError: ``unreadable``; also where it is no file: pipes and devices may never end.
    """
    try:
        if path.is_file():
            with path.open("rb") as file:
                limit = bytes_limit(file.read(4))
                file.seek(0)
                return file.read(limit + 1)
    except (OSError, ValueError):
        pass
    raise GateError("unreadable")


def _receive(line: Connection, task: str) -> tuple[str, _Answer]:
    """Return a code (empty: done) and what a child answered.

    Raises:
        OSError: its answer has another shape than it must have; such a child is not to be trusted.
        EOFError: it ended before.
    """
    head = line.recv_bytes(ANSWER.size)
    if len(head) != ANSWER.size:
        raise OSError
    padded, pages, width, height, size = ANSWER.unpack(head)
    code = padded.rstrip(b"\0").decode("ascii", "replace")
    if not code and not (pages and _plausible(task, width * height, size)):
        raise OSError
    body = io.BytesIO()
    while body.tell() < size:
        body.write(line.recv_bytes(min(PIECE, size - body.tell())))
    return code, _Answer(pages, width, height, body.getvalue())


def _plausible(task: str, pixels: int, size: int) -> bool:
    """Whether an answer to ``task`` can have this many pixels and bytes."""
    if task == Task.PAGES:
        return pixels == size == 0
    if not 0 < pixels <= decode.PIXELS_LIMIT:
        return False
    channels = {Task.GREY.value: 1, Task.PIXELS.value: 3}.get(task)
    if channels:
        return size == channels * pixels
    return 0 < size <= (RAW_BYTES_LIMIT if task == Task.SINGLE else BYTES_LIMIT)
