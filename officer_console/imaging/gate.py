"""The gate: foreign picture bytes are first decoded in a child process with bounded memory and time."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from officer_console.imaging import gate_child, grey

BYTES_LIMIT = 40 * 1024 * 1024
START_SECONDS = 20.0
WORK_SECONDS = 3.0


class Purpose(StrEnum):
    """What the picture is for; decides how large it may be."""

    PORTRAIT = "portrait"
    PAGE = "page"
    VIEW = "view"


class GateError(Exception):
    """A picture was refused.

    ``code``: ``empty``, ``too-large`` (bytes), ``too-many-pixels``, ``not-an-image``, ``unsupported-format``,
    ``truncated``, ``gate-timeout`` (decoding took too long or too much memory), ``unreadable`` (no such file); of PDF
    files also ``locked`` (needs a password), ``too-many-pages``, ``no-such-page``.
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
class GreyPage:
    """The pixels of a picture, or of one of a file's ``pages``: one byte each, row by row, 0 is black."""

    pages: int
    width: int
    height: int
    pixels: bytes


class Gate:
    """Keeps one warm child; a child that hangs, dies or grows is killed and replaced."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: BaseProcess | None = None
        self._line: Connection | None = None

    def admit(self, data: bytes, purpose: Purpose) -> Picture:
        """Decode ``data`` in the child and return a clean picture within the size budget of ``purpose``.

        Raises:
            GateError: see there; nothing of ``data`` was decoded in this process.
        """
        return _read(self._ask(purpose.value, data))

    def grey(self, data: bytes, page: int = 0) -> GreyPage:
        """Decode a picture, or draw the page (from 0) of a PDF file, in the child and return its grey pixels.

        Raises:
            GateError: see there; nothing of ``data`` was decoded in this process.
        """
        return _read_grey(self._ask(f"{gate_child.GREY}:{page}", data))

    def _ask(self, purpose: str, data: bytes) -> bytes:
        if not data:
            raise GateError("empty")
        if len(data) > BYTES_LIMIT:
            raise GateError("too-large")
        with self._lock:
            line = self._ready()
            try:
                line.send_bytes(purpose.encode("ascii"))
                line.send_bytes(data)
                answer = line.recv_bytes(BYTES_LIMIT) if line.poll(WORK_SECONDS) else None
            except (EOFError, OSError):
                answer = None
            if answer is None:
                self._stop()
                raise GateError("gate-timeout")
        return answer

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._stop()

    def _ready(self) -> Connection:
        if self._child is not None and self._line is not None and self._child.is_alive():
            return self._line
        self._stop()
        context = get_context("spawn")
        self._line, far = context.Pipe()
        self._child = context.Process(target=gate_child.serve, args=(far,), name="gate", daemon=True)
        self._child.start()
        far.close()
        try:
            started = self._line.poll(START_SECONDS) and self._line.recv_bytes(64) == gate_child.READY
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


def _refusal(answer: bytes) -> None:
    if answer.startswith(gate_child.REFUSED):
        code = answer[len(gate_child.REFUSED) :].decode("ascii", "replace")
        raise GateError(code if code in gate_child.CODES else "not-an-image")


def _read_grey(answer: bytes) -> GreyPage:
    _refusal(answer)
    head = grey.HEAD.size
    pages, width, height = grey.HEAD.unpack_from(answer) if len(answer) >= head else (0, 0, 0)
    if not pages or width * height != len(answer) - head or not width:
        raise GateError("gate-timeout")
    return GreyPage(pages, width, height, answer[head:])


def _read(answer: bytes) -> Picture:
    """Return the picture a child answered with; an answer of another shape counts as none."""
    _refusal(answer)
    if len(answer) <= gate_child.SIZE.size:
        raise GateError("gate-timeout")
    width, height = gate_child.SIZE.unpack_from(answer)
    return Picture(answer[gate_child.SIZE.size :], width, height)
