"""libsane's own `test` device, driven through the worker process."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from officer_console.devices import lines, sane
from officer_console.devices.host import DriverHost, Seconds
from officer_console.devices.libsane import Parameters
from officer_console.devices.scanner import Colour, DeviceError, Fault, Page, Settings, Source

pytestmark = pytest.mark.timeout(60)

CONFIG = "geometry_max 300.0\ntest-picture Grid\n"
# the test device now and then hangs by itself when a scan fails: the host has to end that, too
SECONDS = Seconds(start=20, answer=10, silence=3, grace=0.5)
SMALL = Settings(dpi=75, colour=Colour.GREY, width_mm=50, height_mm=50)

Hosts = Callable[..., DriverHost]


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Hosts]:
    """Start hosts of the `sane` driver whose test device behaves as the given lines of its configuration say."""
    with contextlib.ExitStack() as ended:

        def start(*behaviour: str, seconds: Seconds = SECONDS) -> DriverHost:
            (tmp_path / "dll.conf").write_text("test\n")
            (tmp_path / "test.conf").write_text(CONFIG + "\n".join(behaviour) + "\n")
            host = DriverHost("sane", seconds=seconds, environment={**os.environ, "SANE_CONFIG_DIR": str(tmp_path)})
            ended.callback(host.close)
            return host

        yield start


def scan(host: DriverHost, settings: Settings = SMALL, device: str = "test:0") -> list[Page]:
    return list(host.scan(device, settings, threading.Event()))


def fault_of(host: DriverHost) -> DeviceError:
    with pytest.raises(DeviceError) as told:
        scan(host)
    return told.value


def opened(page: Page) -> Image.Image:
    image = Image.open(io.BytesIO(page.data), formats=["TIFF"])
    image.load()
    return image


def test_the_list_names_the_devices_of_libsane(hosts: Hosts) -> None:
    assert [device.id for device in hosts("number_of_devices 2").devices()] == ["test:0", "test:1"]


def test_a_device_says_what_it_can(hosts: Hosts) -> None:
    can = hosts().capabilities("test:1")
    assert can.sources == (Source.FLATBED, Source.FEEDER)
    assert can.colours == (Colour.COLOUR, Colour.GREY, Colour.BLACK)
    assert {150, 300, 600} <= set(can.dpis)
    assert (can.width_mm, can.height_mm) == (300, 300)


@pytest.mark.parametrize(("colour", "mode"), [(Colour.COLOUR, "RGB"), (Colour.GREY, "L"), (Colour.BLACK, "1")])
def test_a_page_from_the_glass_has_the_size_asked_for(hosts: Hosts, colour: Colour, mode: str) -> None:
    (page,) = scan(hosts(), Settings(dpi=300, colour=colour))
    image = opened(page)
    assert image.mode == mode
    assert image.size == (2480, 3507)
    assert image.info["dpi"] == (300, 300)
    assert page.dpi == 300
    histogram = image.convert("L").histogram()
    assert 0.4 < histogram[0] / sum(histogram) < 0.6
    assert 0.4 < histogram[255] / sum(histogram) < 0.6


def test_a_value_the_device_rounds_is_read_back(hosts: Hosts) -> None:
    (page,) = scan(hosts("resolution_max 200.0"), Settings(dpi=300, colour=Colour.GREY))
    assert page.dpi == 200
    assert opened(page).size == (1653, 2338)


def test_the_feeder_gives_its_ten_pages_and_ends(hosts: Hosts) -> None:
    host = hosts()
    settings = Settings(source=Source.FEEDER, dpi=75, colour=Colour.GREY, width_mm=50, height_mm=50)
    pages = scan(host, settings)
    assert [opened(page).size for page in pages] == [(147, 147)] * 10
    assert len(scan(host, settings)) == 10


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        ("JAMMED", Fault.JAM),
        ("NO_DOCS", Fault.NO_PAPER),
        ("COVER_OPEN", Fault.COVER_OPEN),
        ("DEVICE_BUSY", Fault.BUSY),
        ("IO_ERROR", Fault.OFFLINE),
        ("ACCESS_DENIED", Fault.DRIVER),
        ("NO_MEM", Fault.DRIVER),
        ("EOF", Fault.TRUNCATED),
    ],
)
def test_what_the_device_reports_becomes_a_fault(hosts: Hosts, status: str, fault: Fault) -> None:
    host = hosts(f'read-status-code "SANE_STATUS_{status}"')
    told = fault_of(host)
    for _again in range(3):
        # the test device's own deadlock: told in time, too, and the next scan is none the worse for it
        if told.fault is not Fault.TIMEOUT:
            break
        told = fault_of(host)
    assert told.fault is fault
    assert told.code == f"device-{fault.value}"


def test_an_unknown_device_is_no_device(hosts: Hosts) -> None:
    host = hosts()
    for name in ("test:9", "nothing:0", ""):
        with pytest.raises(DeviceError) as told:
            scan(host, device=name)
        assert told.value.fault is Fault.NO_DEVICE


def test_a_source_the_device_lacks_is_refused(hosts: Hosts) -> None:
    with pytest.raises(DeviceError) as told:
        scan(hosts(), Settings(source=Source.DUPLEX))
    assert told.value.fault is Fault.DRIVER


def test_a_device_that_stops_answering_is_killed_in_bounded_time(hosts: Hosts) -> None:
    host = hosts("read-delay true", "read-delay-duration 200000", seconds=Seconds(start=20, silence=0.05, grace=0.5))
    began = time.monotonic()
    with pytest.raises(DeviceError) as told:
        scan(host, Settings(dpi=600))
    assert told.value.fault is Fault.TIMEOUT
    assert time.monotonic() - began < 15


def test_after_a_fault_the_next_scan_starts_afresh(hosts: Hosts) -> None:
    host = hosts()
    with pytest.raises(DeviceError):
        scan(host, device="test:9")
    assert len(scan(host)) == 1


def test_cancelling_within_a_page_gives_no_page(hosts: Hosts) -> None:
    host = hosts("read-delay true", "read-delay-duration 100000")
    stop = threading.Event()
    pages = host.scan("test:0", Settings(dpi=600), stop, moved=lambda _part: stop.set())
    with pytest.raises(DeviceError) as told:
        list(pages)
    assert told.value.fault is Fault.CANCELLED


def test_leaving_a_batch_early_lets_go_of_the_device(hosts: Hosts) -> None:
    host = hosts()
    pages = host.scan("test:0", Settings(source=Source.FEEDER, dpi=75), threading.Event())
    assert next(pages).dpi == 75
    with pytest.raises(DeviceError) as told:
        host.devices()
    assert told.value.fault is Fault.BUSY
    pages.close()  # type: ignore[attr-defined]  # a generator
    assert len(host.devices()) == 2


def test_a_worker_that_dies_within_a_page_gives_no_page(hosts: Hosts) -> None:
    host = hosts("read-delay true", "read-delay-duration 100000")

    def die(_part: float) -> None:
        assert host._child is not None
        os.kill(host._child._process.pid, signal.SIGKILL)

    with pytest.raises(DeviceError) as told:
        list(host.scan("test:0", Settings(dpi=600), threading.Event(), moved=die))
    assert told.value.fault is Fault.DRIVER


def test_a_worker_that_freezes_within_a_page_is_killed(hosts: Hosts) -> None:
    host = hosts("read-delay true", "read-delay-duration 100000", seconds=Seconds(start=20, silence=1, grace=30))
    frozen: list[int] = []

    def freeze(_part: float) -> None:
        assert host._child is not None
        frozen.append(host._child._process.pid)
        os.killpg(frozen[0], signal.SIGSTOP)

    with pytest.raises(DeviceError) as told:
        list(host.scan("test:0", Settings(dpi=600), threading.Event(), moved=freeze))
    assert told.value.fault is Fault.TIMEOUT
    with pytest.raises(ProcessLookupError):
        os.kill(frozen[0], 0)


@pytest.mark.parametrize("last_word", [b'{"do": "cancel"}\n', b""])
def test_a_worker_lets_go_of_the_device_when_told_or_left_alone(hosts: Hosts, tmp_path: Path, last_word: bytes) -> None:
    hosts("read-delay true", "read-delay-duration 100000")
    request = {"do": "scan", "device": "test:0", "settings": lines.settings_line(Settings(dpi=600))}
    with subprocess.Popen(
        [sys.executable, "-m", "officer_console.devices.worker", "sane"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "SANE_CONFIG_DIR": str(tmp_path)},
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(lines.pack(request))
        worker.stdin.flush()
        assert "ready" in lines.unpack(worker.stdout.readline())
        assert "moved" in lines.unpack(worker.stdout.readline())
        worker.stdin.write(last_word)
        worker.stdin.close()
        try:
            # 1 would be the end by force
            assert worker.wait(20) == 0
        finally:
            # or leaving the block waits without end
            worker.kill()


def test_without_libsane_nothing_is_listed() -> None:
    scanner = sane.SaneScanner(libraries=("libsane-that-is-not-there.so",))
    assert list(scanner.devices()) == []
    with pytest.raises(DeviceError) as told:
        list(scanner.scan("test:0", Settings()))
    assert told.value.fault is Fault.NO_DEVICE


def test_the_program_itself_never_loads_the_driver() -> None:
    code = "import sys, officer_console.devices.host, officer_console.devices.worker; print('ctypes' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert said.stdout.strip() == "False"


@pytest.mark.parametrize(("length", "lines"), [(0, 10), (90, 10), (99, 10), (95, -1), (0, -1)])
def test_fewer_lines_than_promised_are_a_truncated_page(length: int, lines: int) -> None:
    with pytest.raises(DeviceError) as told:
        sane.whole(length, Parameters(0, 1, 10, 10, lines, 8))
    assert told.value.fault is Fault.TRUNCATED


def test_padding_and_the_lower_byte_of_sixteen_bits_are_left_out() -> None:
    rows = bytearray(b"".join(value.to_bytes(2, sys.byteorder) for value in (0x10FF, 0x2000, 0, 0x3000, 0x40AA, 0)))
    image = opened(sane.page(rows, Parameters(0, 1, 6, 2, 2, 16), 300))
    assert (image.size, image.tobytes()) == ((2, 2), b"\x10\x20\x30\x40")
