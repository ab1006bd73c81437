"""The WIA driver in its worker process, with WIA's automation objects made by us."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image

from officer_console.devices.host import DriverHost, Seconds
from officer_console.devices.scanner import Colour, DeviceError, Fault, Page, Settings, Source
from tests.devices.fake_pictures import pixel

pytestmark = pytest.mark.timeout(60)

GLASS = r"{6BDD1FC6}\0001"
SECONDS = Seconds(start=20, answer=10, silence=10, grace=5)
FEEDER = Settings(source=Source.FEEDER, dpi=300)

Hosts = Callable[..., DriverHost]


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    """Start workers whose WIA behaves as told (see fake_wia)."""
    with contextlib.ExitStack() as ended:

        def start(**behaviour: Any) -> DriverHost:
            host = DriverHost(
                "wia",
                command=(sys.executable, "-m", "tests.devices.fake_wia"),
                seconds=SECONDS,
                environment={**os.environ, "FAKE_WIA": json.dumps(behaviour)},
            )
            ended.callback(host.close)
            return host

        yield start


def scan(host: DriverHost, settings: Settings = FEEDER) -> list[Page]:
    return list(host.scan(GLASS, settings, threading.Event()))


def fault_of(host: DriverHost, settings: Settings = FEEDER) -> Fault:
    with pytest.raises(DeviceError) as told:
        scan(host, settings)
    return told.value.fault


def opened(page: Page) -> Image.Image:
    image = Image.open(io.BytesIO(page.data), formats=["TIFF", "JPEG"])
    image.load()
    return image


def test_scanners_are_listed_and_cameras_are_not(hosts: Hosts) -> None:
    names = [(device.id, device.name) for device in hosts().devices()]
    assert names == [(GLASS, "Máy quét Đ"), (r"{6BDD1FC6}\0003", r"{6BDD1FC6}\0003")]


def test_a_device_says_what_it_can(hosts: Hosts) -> None:
    can = hosts(datatypes=[2, 3]).capabilities(GLASS)
    assert can.sources == (Source.FLATBED, Source.FEEDER, Source.DUPLEX)
    assert can.dpis == (75, 100, 300, 600)
    assert can.colours == (Colour.COLOUR, Colour.GREY)
    assert (can.width_mm, can.height_mm) == (215.9, 297.2)


def test_a_device_with_a_feeder_only_tells_the_feeders_size(hosts: Hosts) -> None:
    can = hosts(can=1).capabilities(GLASS)
    assert can.sources == (Source.FEEDER,)
    assert can.height_mm == 355.6


@pytest.mark.parametrize("colour", list(Colour))
def test_a_bitmap_from_the_glass_becomes_a_tiff_with_each_pixel(hosts: Hosts, colour: Colour) -> None:
    (page,) = scan(hosts(), Settings(dpi=300, colour=colour))
    assert (page.media_type, page.dpi) == ("image/tiff", 300)
    image = opened(page)
    expected = [pixel(x, y, 1) for y in range(20) for x in range(33)]
    if colour is Colour.GREY:
        expected = [(red,) * 3 for red, _, _ in expected]
    if colour is Colour.BLACK:
        expected = [(255 * (red > 127),) * 3 for red, _, _ in expected]
    assert list(image.convert("RGB").get_flattened_data()) == expected


def test_what_a_driver_gives_in_another_format_stays_as_it_is(hosts: Hosts) -> None:
    (page,) = scan(hosts(gives="jpeg"), Settings())
    assert page.media_type == "image/jpeg"
    assert opened(page).size == (33, 20)


def test_the_feeder_gives_its_pages_in_order_and_ends(hosts: Hosts) -> None:
    host = hosts(sheets=4)
    for _again in range(2):
        assert [opened(page).getpixel((0, 0)) for page in scan(host)] == [(n, 0, 0) for n in (1, 2, 3, 4)]


def test_both_sides_are_scanned_when_asked_for(hosts: Hosts) -> None:
    assert len(scan(hosts(sheets=3), Settings(source=Source.DUPLEX))) == 6


def test_a_resolution_the_driver_refuses_is_read_back(hosts: Hosts) -> None:
    (page,) = scan(hosts(), Settings(dpi=200))
    assert page.dpi == 100


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (0x80210002, Fault.JAM),
        (0x80210003, Fault.NO_PAPER),
        (0x80210005, Fault.OFFLINE),
        (0x80210006, Fault.BUSY),
        (0x80210007, Fault.BUSY),
        (0x8021000A, Fault.OFFLINE),
        (0x8021000D, Fault.BUSY),
        (0x80210015, Fault.NO_DEVICE),
        (0x80210016, Fault.COVER_OPEN),
        (0x80210020, Fault.DOUBLE_FEED),
        (0x80210001, Fault.DRIVER),
        (0x80004005, Fault.DRIVER),
        (0x80070005, Fault.DRIVER),
    ],
)
def test_what_the_driver_reports_becomes_a_fault(hosts: Hosts, code: int, fault: Fault, *, raw: bool) -> None:
    assert fault_of(hosts(fault=code, raw=raw), Settings()) is fault


def test_a_device_that_cannot_be_connected_says_why(hosts: Hosts) -> None:
    assert fault_of(hosts(connect=0x80210005)) is Fault.OFFLINE


@pytest.mark.parametrize(
    ("status", "fault"), [(0x02, Fault.NO_PAPER), (0x21, Fault.JAM), (0x10, Fault.COVER_OPEN), (0x20, Fault.JAM)]
)
def test_the_feeders_sensors_are_asked_before_anything_moves(hosts: Hosts, status: int, fault: Fault) -> None:
    host = hosts(status=status, fault=0x80210001)
    assert fault_of(host) is fault


def test_pages_before_a_jam_are_given_out(hosts: Hosts) -> None:
    pages = hosts(sheets=9, fault=0x80210002, fault_at=3).scan(GLASS, FEEDER, threading.Event())
    assert len([next(pages), next(pages)]) == 2
    with pytest.raises(DeviceError) as told:
        next(pages)
    assert told.value.fault is Fault.JAM


@pytest.mark.parametrize(
    ("gives", "fault"), [("cut", Fault.TRUNCATED), ("nothing", Fault.TRUNCATED), ("text", Fault.DRIVER)]
)
def test_what_is_no_whole_picture_is_no_page(hosts: Hosts, gives: str, fault: Fault) -> None:
    assert fault_of(hosts(gives=gives)) is fault


def test_a_source_or_colour_the_device_lacks_is_refused(hosts: Hosts) -> None:
    assert fault_of(hosts(can=3), Settings(source=Source.DUPLEX)) is Fault.DRIVER
    assert fault_of(hosts(datatypes=[2, 3]), Settings(colour=Colour.BLACK)) is Fault.DRIVER


def test_an_unknown_scanner_is_no_device(hosts: Hosts) -> None:
    with pytest.raises(DeviceError) as told:
        hosts().capabilities("{other}")
    assert told.value.fault is Fault.NO_DEVICE


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has WIA")
def test_elsewhere_than_on_windows_nothing_is_listed() -> None:
    host = DriverHost("wia")
    try:
        assert host.devices() == ()
        assert fault_of(host) is Fault.NO_DEVICE
    finally:
        host.close()


def test_the_drivers_for_windows_are_loaded_in_the_worker_only() -> None:
    code = "import sys, officer_console.devices.host, officer_console.devices.worker\n"
    code += "print([name for name in sys.modules if 'twain' in name or name.endswith('.wia')])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert said.stdout.strip() == "[]"
