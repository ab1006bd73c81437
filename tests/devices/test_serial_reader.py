"""Code readers on a serial port: how bytes are cut into codes, and a real pseudo-terminal whose plug is pulled."""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_console.devices.serial_host import PortState, SerialHost, SerialPort
from officer_console.devices.serial_reader import LIMIT, PATIENCE_SECONDS, SILENCE_SECONDS, Cutter

CARD = "001090012345|012345678|Nguyễn Văn An|01011990|Nam|Số 1, Phường Ba Đình|15042021".encode()
PATIENCE = 30.0


def cut(*pieces: tuple[bytes, float]) -> list[bytes]:
    cutter = Cutter()
    return [code for data, at in pieces for code in cutter.feed(data, at)]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\x03", b"\n\n\r"])
def test_any_closing_character_closes_one_code(end: bytes) -> None:
    assert cut((CARD + end + CARD + end, 0.0)) == [CARD, CARD]


def test_a_frame_between_start_and_end_of_text_is_one_code() -> None:
    assert cut((b"noise\x02" + CARD + b"\x03\r\n", 0.0)) == [CARD]


def test_a_code_that_comes_byte_by_byte_is_put_together() -> None:
    assert cut(*((bytes([byte]), n * 0.2) for n, byte in enumerate(b"\n" + CARD + b"\r"))) == [CARD]


def test_without_closing_character_silence_closes() -> None:
    cutter = Cutter()
    assert not list(cutter.feed(CARD, 0.0))
    assert not list(cutter.rest(SILENCE_SECONDS / 2))
    assert list(cutter.rest(SILENCE_SECONDS)) == [CARD]


def test_half_a_code_of_a_reader_that_closes_its_codes_is_dropped() -> None:
    cutter = Cutter()
    assert list(cutter.feed(CARD + b"\r" + CARD[:20], 0.0)) == [CARD]
    assert not list(cutter.rest(PATIENCE_SECONDS))
    assert list(cutter.feed(CARD + b"\r", PATIENCE_SECONDS + 1)) == [CARD]


def test_a_stream_without_end_keeps_no_more_than_a_code_can_have() -> None:
    cutter = Cutter()
    assert not list(cutter.feed(b"x" * (3 * LIMIT), 0.0))
    assert list(cutter.feed(b"\r" + CARD + b"\r", 0.1)) == [CARD]


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_any_bytes_in_any_pieces_give_codes_without_closing_characters(pieces: list[bytes]) -> None:
    codes = cut(*((piece, n * 0.01) for n, piece in enumerate(pieces)))
    assert all(code and not set(code) & set(b"\r\n\x03\x04") for code in codes)
    joined = b"".join(pieces)
    assert sum(map(len, codes)) <= len(joined)


class Wire:
    """A pseudo-terminal under a stable name, as udev gives one: it can be unplugged and plugged in again."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "reader"
        self._master = -1
        self.plug()

    def plug(self) -> None:
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(slave))
        os.close(slave)

    def unplug(self) -> None:
        self.path.unlink(missing_ok=True)
        if self._master >= 0:
            os.close(self._master)
        self._master = -1

    def send(self, data: bytes) -> None:
        os.write(self._master, data)


class Listening:
    """A host on its thread; what it tells lies in ``codes`` and ``states``."""

    def __init__(self, name: str, command: tuple[str, ...] | None = None, silent_seconds: float = 15.0) -> None:
        self.codes: queue.Queue[bytes] = queue.Queue()
        self.states: queue.Queue[PortState] = queue.Queue()
        self.stop = threading.Event()
        host = SerialHost(
            SerialPort(name=name),
            code=self.codes.put,
            state=self.states.put,
            command=command,
            silent_seconds=silent_seconds,
            again_seconds=0.05,
        )
        self.thread = threading.Thread(target=host.listen, args=(self.stop,))
        self.thread.start()

    def end(self) -> float:
        """Stop and return the seconds it took."""
        began = time.monotonic()
        self.stop.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        return time.monotonic() - began


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    made = Wire(tmp_path)
    yield made
    made.unplug()


@pytest.fixture
def listen() -> Iterator[Callable[..., Listening]]:
    begun: list[Listening] = []

    def begin(*arguments: object, **named: object) -> Listening:
        begun.append(Listening(*arguments, **named))  # type: ignore[arg-type]  # passed on as they are
        return begun[-1]

    yield begin
    for each in begun:
        each.end()


def test_a_reader_is_read_unplugged_and_read_again(wire: Wire, listen: Callable[..., Listening]) -> None:
    heard = listen(str(wire.path))
    assert heard.states.get(timeout=PATIENCE) is PortState.OPEN
    wire.send(CARD + b"\r\n")
    assert heard.codes.get(timeout=PATIENCE) == CARD
    wire.send(CARD[:10])
    wire.unplug()
    assert heard.states.get(timeout=PATIENCE) is PortState.LOST
    wire.plug()
    assert heard.states.get(timeout=PATIENCE) is PortState.OPEN
    wire.send(b"\xff\xfe\x00rubbish\r" + CARD + b"\r")
    assert heard.codes.get(timeout=PATIENCE) == b"\xff\xfe\x00rubbish"
    assert heard.codes.get(timeout=PATIENCE) == CARD


def test_a_port_that_is_not_there_is_told_once_and_read_when_it_comes(
    wire: Wire, listen: Callable[..., Listening]
) -> None:
    wire.unplug()
    heard = listen(str(wire.path))
    assert heard.states.get(timeout=PATIENCE) is PortState.LOST
    wire.plug()
    assert heard.states.get(timeout=PATIENCE) is PortState.OPEN
    assert heard.states.empty()


def test_listening_ends_at_once_when_told_to(wire: Wire, listen: Callable[..., Listening]) -> None:
    heard = listen(str(wire.path))
    assert heard.states.get(timeout=PATIENCE) is PortState.OPEN
    assert heard.end() < 5


def test_a_child_that_hangs_in_its_driver_is_told_and_replaced(listen: Callable[..., Listening]) -> None:
    hangs = (sys.executable, "-c", "import signal; signal.pause()")
    heard = listen("x", hangs, silent_seconds=0.3)
    assert heard.states.get(timeout=PATIENCE) is PortState.HUNG
    assert heard.end() < 10


def test_a_child_that_dies_or_talks_nonsense_loses_the_port_and_nothing_else(
    listen: Callable[..., Listening],
) -> None:
    heard = listen("x", (sys.executable, "-c", "print('{\"code\": \"zz\"}'); print('nonsense')"))
    assert heard.states.get(timeout=PATIENCE) is PortState.LOST
    assert heard.codes.empty()
