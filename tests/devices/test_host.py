"""The host against workers that keep no promise: small programs that speak, or do not speak, the lines."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from officer_console.devices import lines
from officer_console.devices.host import DriverHost, Seconds
from officer_console.devices.scanner import DeviceError, Fault, Page, Settings

pytestmark = pytest.mark.timeout(60)

READY = "import json, sys, time, signal\nout = sys.stdout.buffer\ndef say(line, data=b''):\n" + (
    "    out.write(json.dumps(line).encode() + b'\\n' + data); out.flush()\nsay({'ready': 'x'})\nsys.stdin.readline()\n"
)
PAGE = "{'page': 1, 'bytes': 10, 'media_type': 'image/tiff', 'dpi': 300}"
SECONDS = Seconds(start=20, answer=0.5, silence=0.5, grace=0.5)

Workers = Callable[..., DriverHost]


@pytest.fixture
def workers() -> Iterator[Workers]:
    with contextlib.ExitStack() as ended:

        def start(program: str, *, seconds: Seconds = SECONDS, driver: str = "x") -> DriverHost:
            host = DriverHost(driver, command=(sys.executable, "-c", program), seconds=seconds)
            ended.callback(host.close)
            return host

        yield start


def scan(host: DriverHost, stop: threading.Event | None = None) -> Iterator[Page]:
    return host.scan("any", Settings(), stop or threading.Event())


def fault_of(host: DriverHost) -> Fault:
    with pytest.raises(DeviceError) as told:
        list(scan(host))
    return told.value.fault


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        (f"say({PAGE}, b'123')", Fault.TRUNCATED),
        (f"say({PAGE}, b'123'); time.sleep(100)", Fault.TIMEOUT),
        (f"say({PAGE})", Fault.TRUNCATED),
        ("time.sleep(100)", Fault.TIMEOUT),
        ("", Fault.DRIVER),
        ("sys.exit(3)", Fault.DRIVER),
        ("out.write(b'no json\\n')", Fault.DRIVER),
        ("out.write(b'[' * 100000 + b'\\n')", Fault.DRIVER),
        ("out.write(b'x' * 3000000)", Fault.DRIVER),
        ("say({'page': 1})", Fault.DRIVER),
        ("say({'page': 1, 'bytes': 10**12, 'media_type': 'image/tiff', 'dpi': 1})", Fault.DRIVER),
        ("say({'page': 1, 'bytes': 0, 'media_type': 'image/tiff', 'dpi': 1})", Fault.DRIVER),
        ("say({'fault': 'double-feed'})", Fault.DOUBLE_FEED),
        ("say({'fault': 'never heard of'})", Fault.DRIVER),
        ("say({'moved': 'far'}); say({'fault': 'jam'})", Fault.JAM),
    ],
)
def test_a_broken_promise_is_a_fault_and_never_a_page(workers: Workers, program: str, fault: Fault) -> None:
    assert fault_of(workers(READY + program)) is fault


def test_pages_before_the_fault_are_given_out(workers: Workers) -> None:
    pages = scan(workers(READY + f"say({PAGE}, b'0123456789'); say({{'fault': 'jam'}})"))
    assert next(pages).data == b"0123456789"
    with pytest.raises(DeviceError) as told:
        next(pages)
    assert told.value.fault is Fault.JAM


def test_a_driver_that_never_answers_is_killed_in_bounded_time(workers: Workers) -> None:
    deaf = (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(100)"
    )
    host = workers(READY + deaf)
    for ask in (host.devices, lambda: host.capabilities("any"), lambda: list(scan(host))):
        began = time.monotonic()
        with pytest.raises(DeviceError) as told:
            ask()
        assert told.value.fault is Fault.TIMEOUT
        assert time.monotonic() - began < 10


def test_a_worker_that_never_starts_is_killed_in_bounded_time(workers: Workers) -> None:
    host = workers("import time; time.sleep(100)", seconds=Seconds(start=0.3, grace=0.3))
    assert fault_of(host) is Fault.TIMEOUT


def test_a_command_that_is_not_there_is_the_drivers_fault() -> None:
    assert fault_of(DriverHost("x", command=("/no/such/worker",))) is Fault.DRIVER


def test_an_unknown_driver_is_the_drivers_fault() -> None:
    assert fault_of(DriverHost("no-such-driver")) is Fault.DRIVER


def test_stop_ends_a_silent_driver_long_before_its_time(workers: Workers) -> None:
    host = workers(READY + "time.sleep(100)", seconds=Seconds(start=20, silence=50, grace=0.3))
    stop = threading.Event()
    timer = threading.Timer(0.2, stop.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(DeviceError) as told:
        list(scan(host, stop))
    timer.join()
    assert told.value.fault is Fault.CANCELLED
    assert time.monotonic() - began < 15


def test_closing_under_a_request_ends_the_wait_for_it(workers: Workers) -> None:
    host = workers(READY + "say({'moved': 0.1}); time.sleep(100)", seconds=Seconds(start=20, silence=50))
    closing = threading.Thread(target=host.close)
    began = time.monotonic()
    with pytest.raises(DeviceError) as told:
        list(host.scan("any", Settings(), threading.Event(), moved=lambda _part: closing.start()))
    closing.join()
    assert told.value.fault is Fault.DRIVER
    assert time.monotonic() - began < 15


def test_what_is_asked_after_closing_starts_no_driver(workers: Workers) -> None:
    host = workers(READY + "say({'devices': []})", seconds=Seconds(answer=60))
    host.close()
    assert fault_of(host) is Fault.CANCELLED
    with pytest.raises(DeviceError) as told:
        host.devices()
    assert told.value.fault is Fault.CANCELLED


def test_signs_of_life_keep_a_slow_page_alive(workers: Workers) -> None:
    slow = "for part in range(10):\n    say({'moved': part / 10}); time.sleep(0.2)\n"
    heard: list[float] = []
    host = workers(
        READY + slow + f"say({PAGE}, b'0123456789'); say({{'done': 1}}); sys.stdin.readline()",
        seconds=Seconds(start=20, silence=1.5),
    )
    pages = list(host.scan("any", Settings(), threading.Event(), moved=heard.append))
    assert [page.data for page in pages] == [b"0123456789"]
    assert heard == [part / 10 for part in range(10)]


@pytest.mark.parametrize(
    ("driver", "dpi", "read"),
    [("twain", 600, True), ("wia", 600, True), ("twain", 300, False), ("sane", 600, False), ("escl", 600, False)],
)
def test_who_says_nothing_within_a_page_has_longer_for_a_finer_one(
    workers: Workers, driver: str, dpi: int, *, read: bool
) -> None:
    slow = f"time.sleep(2.5); say({PAGE}, b'0123456789'); say({{'done': 1}}); sys.stdin.readline()"
    host = workers(READY + slow, seconds=Seconds(start=20, silence=0.5, page=1.0, grace=0.3), driver=driver)
    pages = host.scan("any", Settings(dpi=dpi), threading.Event())
    if read:
        assert [page.data for page in pages] == [b"0123456789"]
    else:
        with pytest.raises(DeviceError) as told:
            next(pages)
        assert told.value.fault is Fault.TIMEOUT


def test_a_slow_page_is_given_up_as_soon_as_the_officer_says_so(workers: Workers) -> None:
    host = workers(READY + "time.sleep(100)", seconds=Seconds(start=20, grace=0.3), driver="twain")
    stop = threading.Event()
    timer = threading.Timer(0.2, stop.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(DeviceError) as told:
        list(host.scan("any", Settings(dpi=1200), stop))
    timer.join()
    assert told.value.fault is Fault.CANCELLED
    assert time.monotonic() - began < 15


def test_a_page_larger_than_any_pipe_arrives_whole(workers: Workers) -> None:
    size = 40 * 1024 * 1024
    host = workers(
        READY + f"data = bytes(range(256)) * {size // 256}\n"
        f"say({{'page': 1, 'bytes': {size}, 'media_type': 'image/tiff', 'dpi': 600}}, data); say({{'done': 1}})",
        seconds=Seconds(),
    )
    (page,) = scan(host)
    assert page.data == bytes(range(256)) * (size // 256)


def test_settings_travel_unchanged() -> None:
    settings = Settings(dpi=150, width_mm=85.6)
    assert lines.read_settings(lines.unpack(lines.pack(lines.settings_line(settings)))) == settings
