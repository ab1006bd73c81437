"""Code readers on a serial port: a child process that opens the port, and what cuts its bytes into codes.

Drivers of USB-to-serial adapters hang where a port is opened or closed, so the program never opens one itself: it
starts ``python -m officer_console.devices.serial_reader PORT BAUD`` and reads JSON lines from it. The child ends when
its standard input does.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from typing import IO

import serial

from officer_console.devices import lines

LIMIT = 8192
# A reader that closes its codes with nothing is told by silence; at 1,200 baud a character takes 8 ms.
SILENCE_SECONDS = 0.3
# How long the rest of a code may take that a reader with closing characters has begun.
PATIENCE_SECONDS = 2.0
AGAIN_SECONDS = 1.0
_LOOK_SECONDS = 0.1
# A sign of life as often as this; who misses several of them may take the driver to hang.
ALIVE_SECONDS = 2.0
_ENDS = b"\r\n\x03\x04"
_BEGINS = b"\x02"


class Cutter:
    """Cuts a stream of bytes into codes. Times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._last = float("-inf")
        self._closes = False
        self._spoiled = False

    def feed(self, data: bytes, at: float) -> Iterator[bytes]:
        """Take what came at ``at`` and yield the codes that are whole by now; more than 8 KiB is no code."""
        yield from self.rest(at)
        self._last = at
        for byte in data:
            if byte in _ENDS:
                self._closes = True
                yield from self._close()
            elif byte in _BEGINS:
                self._held.clear()
                self._spoiled = False
            elif len(self._held) < LIMIT:
                self._held.append(byte)
            else:
                self._spoiled = True

    def rest(self, at: float) -> Iterator[bytes]:
        """Yield what silence has closed by ``at``; what a reader that closes its codes left half sent is dropped."""
        silent = at - self._last
        if self._closes:
            if silent >= PATIENCE_SECONDS:
                self._held.clear()
                self._spoiled = False
        elif silent >= SILENCE_SECONDS:
            yield from self._close()

    def _close(self) -> Iterator[bytes]:
        code, spoiled = bytes(self._held), self._spoiled
        self._held.clear()
        self._spoiled = False
        if code and not spoiled:
            yield code


class Port:
    """Reads one port as long as it lives, whoever pulls the plug, and tells what happens as lines."""

    def __init__(self, name: str, baud: int, out: IO[bytes], *, again_seconds: float = AGAIN_SECONDS) -> None:
        self._name = name
        self._baud = baud
        self._out = out
        self._again = again_seconds
        self._stop = threading.Event()
        self._state = ""
        self._told_at = 0.0

    def stop(self) -> None:
        """End soon; any thread."""
        self._stop.set()

    def run(self) -> None:
        """Open the port, read it, and try again when it is lost, until stopped."""
        while not self._stop.is_set():
            try:
                with serial.Serial(self._name, self._baud, timeout=_LOOK_SECONDS, exclusive=True) as port:
                    self._tell("open")
                    self._read(port)
            except (OSError, ValueError) as error:
                # SerialException is an OSError; no such port and a port in use are told apart by its number alone.
                self._tell("lost", getattr(error, "errno", None))
                self._live()
                self._stop.wait(self._again)

    def _read(self, port: serial.Serial) -> None:
        cutter = Cutter()
        while not self._stop.is_set():
            self._live()
            data = port.read(max(1, min(port.in_waiting, LIMIT)))
            for code in cutter.feed(data, time.monotonic()) if data else cutter.rest(time.monotonic()):
                self._send({"code": code.hex()})

    def _live(self) -> None:
        if time.monotonic() - self._told_at >= ALIVE_SECONDS:
            self._send({"state": self._state})

    def _tell(self, state: str, number: int | None = None) -> None:
        if state != self._state:
            self._state = state
            self._send({"state": state, "errno": number})

    def _send(self, line: dict[str, object]) -> None:
        self._told_at = time.monotonic()
        self._out.write(lines.pack(line))
        self._out.flush()


def main(arguments: Sequence[str]) -> int:
    """Read the port ``arguments[0]`` at ``arguments[1]`` baud; return 2 when that is not what they are."""
    if len(arguments) != 2 or not arguments[1].isdecimal():
        return 2
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    port = Port(arguments[0], int(arguments[1]), out)
    threading.Thread(target=_until_closed, args=(port,), name="input", daemon=True).start()
    try:
        port.run()
    except BrokenPipeError:
        return 0
    return 0


def _until_closed(port: Port) -> None:
    """Wait for the program's end; a port that hangs in its driver then is left to die with the process."""
    os.read(0, 1)
    port.stop()
    force = threading.Timer(2.0, os._exit, (1,))
    force.daemon = True
    force.start()


if __name__ == "__main__":
    code = main(sys.argv[1:])
    os._exit(code)
