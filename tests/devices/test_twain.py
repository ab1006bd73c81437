"""The TWAIN driver in its worker process, with pytwain and a Data Source Manager of ours at TWAIN's C interface."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from officer_console.devices import twain, twain_host, worker
from officer_console.devices.host import DriverHost, Seconds
from officer_console.devices.scanner import Colour, DeviceError, Fault, Page, Settings, Source
from tests.devices import fake_dsm
from tests.devices.fake_pictures import pixel

pytestmark = pytest.mark.timeout(60)

NAME = "Máy quét Á"
ENABLE, NATIVE, OPEN = "9/502", "104/1", "3/401"
SECONDS = Seconds(start=20, answer=10, silence=15, grace=5)
FEEDER = Settings(source=Source.FEEDER, dpi=100)

Hosts = Callable[..., DriverHost]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "calls"


@pytest.fixture
def hosts(log: Path) -> Iterator[Hosts]:
    """Start workers whose Data Source Manager behaves as told (see fake_dsm)."""
    with contextlib.ExitStack() as ended:

        def start(*, seconds: Seconds = SECONDS, dsm: str = "", **behaviour: Any) -> DriverHost:
            does = {"names": [NAME], "log": str(log), "small": True, **behaviour}
            host = DriverHost(
                "twain",
                command=(sys.executable, "-m", "tests.devices.fake_dsm"),
                seconds=seconds,
                environment={**os.environ, "FAKE_DSM": json.dumps(does), worker.TWAIN_DSM: dsm},
            )
            ended.callback(host.close)
            return host

        yield start


def scan(host: DriverHost, settings: Settings = FEEDER, stop: threading.Event | None = None) -> list[Page]:
    (device,) = host.devices()
    return list(host.scan(device.id, settings, stop or threading.Event()))


def fault_of(host: DriverHost, settings: Settings = FEEDER) -> DeviceError:
    with pytest.raises(DeviceError) as told:
        scan(host, settings)
    return told.value


def opened(page: Page) -> Image.Image:
    image = Image.open(io.BytesIO(page.data), formats=["TIFF"])
    image.load()
    return image


def test_sources_are_listed_by_their_vietnamese_names_and_not_those_of_wia(hosts: Hosts) -> None:
    cut = list(("Máy quét phòng một cửa Ấ".encode())[:32])
    other = "Máy đèn".encode("utf-16-le")[:9]
    host = hosts(names=[NAME, "WIA-Canon", cut, list(other.replace(b"\0", b"\x81"))])
    names = [device.name for device in host.devices()]
    assert names[:2] == [NAME, "Máy quét phòng một cửa "]
    assert len(names) == 3


def test_without_a_data_source_manager_nothing_is_listed_and_a_device_is_not_there(hosts: Hosts) -> None:
    host = hosts(absent=True)
    assert host.devices() == ()
    with pytest.raises(DeviceError) as told:
        list(host.scan(NAME, FEEDER, threading.Event()))
    assert (told.value.fault, told.value.detail) == (Fault.NO_DEVICE, "no TWAIN data source manager")


def test_without_sources_nothing_is_listed(hosts: Hosts) -> None:
    assert hosts(names=[]).devices() == ()


def test_the_path_of_the_data_source_manager_can_be_set(hosts: Hosts, log: Path) -> None:
    hosts(dsm="C:/Officer/TWAINDSM.dll").devices()
    assert log.read_text().splitlines()[0] == "load C:/Officer/TWAINDSM.dll"


def test_a_device_says_what_it_can(hosts: Hosts) -> None:
    host = hosts()
    can = host.capabilities(host.devices()[0].id)
    assert can.sources == (Source.FLATBED, Source.FEEDER, Source.DUPLEX)
    # fractions are read before the driver's memory is freed
    assert can.dpis == (100, 200, 300, 600)
    assert can.colours == (Colour.COLOUR, Colour.GREY, Colour.BLACK)
    assert (can.width_mm, can.height_mm) == (215.9, 355.6)


def test_a_device_without_a_feeder_offers_the_glass(hosts: Hosts) -> None:
    host = hosts(lacks=[fake_dsm.FEEDER, fake_dsm.DUPLEX])
    assert host.capabilities(host.devices()[0].id).sources == (Source.FLATBED,)
    assert len(scan(host, Settings(dpi=100))) == 1
    assert fault_of(host).fault is Fault.DRIVER


@pytest.mark.parametrize("bits", [24, 8, 1])
def test_each_pixel_arrives_as_the_driver_gave_it(hosts: Hosts, bits: int) -> None:
    colour = {24: Colour.COLOUR, 8: Colour.GREY, 1: Colour.BLACK}[bits]
    (page,) = scan(hosts(), Settings(dpi=300, colour=colour))
    image = opened(page)
    assert (image.size, page.dpi, image.info["dpi"]) == ((33, 20), 300, (300, 300))
    expected = [pixel(x, y, 1) for y in range(20) for x in range(33)]
    seen = list(image.convert("RGB").get_flattened_data())
    if bits < 24:
        expected = [(red,) * 3 for red, _, _ in expected]
    if bits == 1:
        expected = [(255 * (red > 127),) * 3 for red, _, _ in expected]
    assert seen == expected


def test_a_whole_page_in_colour_has_its_size(hosts: Hosts, log: Path) -> None:
    (page,) = scan(hosts(small=False), Settings(dpi=300))
    assert opened(page).size == (2481, 3507)
    assert "frame 0.00 0.00 8.27 11.69" in log.read_text()


def test_the_feeder_gives_its_pages_in_order_and_ends(hosts: Hosts) -> None:
    host = hosts(pages=5)
    for _again in range(2):
        first = [opened(page).getpixel((0, 0)) for page in scan(host)]
        assert first == [(number, 0, 0) for number in (1, 2, 3, 4, 5)]


def test_both_sides_are_scanned_when_asked_for(hosts: Hosts) -> None:
    assert len(scan(hosts(pages=3), Settings(source=Source.DUPLEX, dpi=100))) == 6


def test_a_feeder_that_cannot_count_ends_when_it_is_empty(hosts: Hosts) -> None:
    assert len(scan(hosts(unknown=True, faults={f"{NATIVE}@4": 29}))) == 3


@pytest.mark.parametrize("where", [ENABLE, NATIVE])
@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        (1, Fault.DRIVER),
        (2, Fault.DRIVER),
        (4, Fault.BUSY),
        (5, Fault.DRIVER),
        (20, Fault.JAM),
        (21, Fault.DOUBLE_FEED),
        (23, Fault.OFFLINE),
        (24, Fault.COVER_OPEN),
        (29, Fault.NO_PAPER),
        (0x8001, Fault.DRIVER),
    ],
)
def test_what_the_driver_reports_becomes_a_fault(hosts: Hosts, where: str, condition: int, fault: Fault) -> None:
    told = fault_of(hosts(faults={where: condition}))
    assert told.fault is fault


@pytest.mark.parametrize(("condition", "fault"), [(3, Fault.NO_DEVICE), (4, Fault.BUSY), (23, Fault.OFFLINE)])
def test_a_source_that_does_not_open_says_why(hosts: Hosts, condition: int, fault: Fault) -> None:
    assert fault_of(hosts(faults={OPEN: condition})).fault is fault


def test_a_feeder_whose_sensor_sees_no_paper_is_told_before_anything_moves(hosts: Hosts, log: Path) -> None:
    assert fault_of(hosts(loaded=0)).fault is Fault.NO_PAPER
    assert "9/502" not in log.read_text()


def test_pages_before_a_jam_are_given_out_and_the_driver_is_left_in_order(hosts: Hosts, log: Path) -> None:
    host = hosts(pages=5, faults={f"{NATIVE}@3": 20})
    pages = host.scan(host.devices()[0].id, FEEDER, threading.Event())
    assert [len(next(pages).data) > 0 for _ in range(2)] == [True, True]
    with pytest.raises(DeviceError) as told:
        next(pages)
    assert told.value.fault is Fault.JAM
    # transfers ended in state 6, disabled in 5, source closed in 4, manager closed in 3
    assert log.read_text().splitlines()[-4:] == ["5/7 in 6", "9/501 in 5", "3/402 in 4", "4/302 in 3"]


def test_fewer_lines_than_announced_are_a_truncated_page(hosts: Hosts) -> None:
    assert fault_of(hosts(lines=1)).fault is Fault.TRUNCATED


def test_a_driver_that_wants_to_close_was_cancelled_at_the_device(hosts: Hosts) -> None:
    assert fault_of(hosts(closes=True)).fault is Fault.CANCELLED


def test_a_page_that_never_gets_ready_ends_in_the_drivers_own_time(hosts: Hosts, log: Path) -> None:
    told = fault_of(hosts(silent=True, ready=0.3))
    assert (told.fault, told.detail) == (Fault.TIMEOUT, "no page ready within 0.3 s")
    assert "9/501 in 5" in log.read_text()


def test_a_driver_that_never_comes_back_is_killed_in_bounded_time(hosts: Hosts) -> None:
    host = hosts(stuck=True, seconds=Seconds(start=20, answer=10, silence=1, page=1, grace=0.5))
    began = time.monotonic()
    assert fault_of(host).fault is Fault.TIMEOUT
    assert time.monotonic() - began < 20
    assert host._child is None
    assert len(host.devices()) == 1


def test_cancelling_while_the_lamp_warms_up_lets_go_of_the_device(hosts: Hosts, log: Path) -> None:
    host = hosts(silent=True)
    stop = threading.Event()
    (device,) = host.devices()
    done = threading.Event()

    def stop_when_enabled() -> None:
        while not done.wait(0.02):
            if "9/502" in log.read_text():
                stop.set()
                return

    watching = threading.Thread(target=stop_when_enabled)
    watching.start()
    try:
        with pytest.raises(DeviceError) as told:
            list(host.scan(device.id, FEEDER, stop))
    finally:
        done.set()
        watching.join()
    assert told.value.fault is Fault.CANCELLED
    assert log.read_text().splitlines()[-3:] == ["9/501 in 5", "3/402 in 4", "4/302 in 3"]


def test_leaving_a_batch_early_closes_the_source(hosts: Hosts, log: Path) -> None:
    host = hosts(pages=100)
    pages = host.scan(host.devices()[0].id, FEEDER, threading.Event())
    next(pages)
    pages.close()  # type: ignore[attr-defined]  # a generator
    assert log.read_text().splitlines()[-1].startswith("4/302")


@pytest.mark.skipif(os.name == "nt", reason="a script stands for the 32-bit executable")
def test_a_second_worker_can_be_named_for_drivers_of_the_other_width(tmp_path: Path) -> None:
    executable = tmp_path / "worker32"
    executable.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tests.devices.fake_dsm\n', encoding="utf-8")
    executable.chmod(0o755)
    environment = {**os.environ, "FAKE_DSM": json.dumps({"names": [NAME]})}
    assert twain_host.second_host(environment) == ()
    (host,) = twain_host.second_host({**environment, twain_host.WORKER: str(executable)})
    try:
        (device,) = host.devices()
        assert (device.driver, device.name) == ("twain32", NAME)
    finally:
        host.close()


def test_an_unknown_source_is_no_device(hosts: Hosts) -> None:
    host = hosts()
    for name in ("Máy khác", ""):
        with pytest.raises(DeviceError) as told:
            host.capabilities(name)
        assert told.value.fault is Fault.NO_DEVICE


def test_the_number_of_a_condition_without_a_name_is_read_from_its_text() -> None:
    assert twain.fault_of(RuntimeError("ConditionCode = 24")).fault is Fault.COVER_OPEN
    assert twain.fault_of(RuntimeError("Unexpected result: 2")).fault is Fault.DRIVER
