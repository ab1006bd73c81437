"""The eSCL driver against a scanner on this machine that behaves, and misbehaves, as devices do."""

from __future__ import annotations

import contextlib
import io
import socket
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from officer_console.devices import escl_http, escl_xml
from officer_console.devices.escl import EsclScanner
from officer_console.devices.escl_http import Patience
from officer_console.devices.scanner import Colour, DeviceError, Fault, Page, Settings, Source
from tests.devices.escl_scans import FEEDER, QUICK, SMALL, Servers, fault_of, scan
from tests.devices.escl_server import Behaviour

pytestmark = pytest.mark.timeout(60)


def size_of(page: Page) -> tuple[int, int]:
    with Image.open(io.BytesIO(page.data), formats=["JPEG"]) as image:
        image.load()
        return image.size


def test_a_device_says_what_it_can(servers: Servers) -> None:
    can = EsclScanner(patience=QUICK).capabilities(servers().url)
    assert can.sources == (Source.FLATBED, Source.FEEDER, Source.DUPLEX)
    assert can.dpis == (75, 100, 150, 300, 600)
    assert can.colours == (Colour.COLOUR, Colour.GREY)
    assert (can.width_mm, can.height_mm) == (215.9, 297.0)


@pytest.mark.parametrize("location", ["absolute", "path", "relative"])
def test_a_page_from_the_glass_has_the_size_asked_for(servers: Servers, location: str) -> None:
    server = servers(Behaviour(location=location))
    (page,) = scan(server)
    assert size_of(page) == (295, 147)
    assert (page.media_type, page.dpi) == ("image/jpeg", 75)
    assert server.behaviour.asked[-1][0] == "DELETE"
    assert server.jobs == {}


@pytest.mark.parametrize("end_code", [404, 409, 410])
def test_the_feeder_gives_its_three_pages_and_ends(servers: Servers, end_code: int) -> None:
    server = servers(Behaviour(end_code=end_code))
    assert [size_of(page) for page in scan(server, FEEDER)] == [(295, 147)] * 3
    assert "<scan:Duplex>false<" in server.behaviour.settings[0]
    assert "Grayscale8" in server.behaviour.settings[0]


def test_both_sides_are_asked_for(servers: Servers) -> None:
    server = servers()
    assert len(scan(server, Settings(source=Source.DUPLEX, dpi=75, width_mm=50, height_mm=50))) == 3
    assert "<scan:Duplex>true<" in server.behaviour.settings[0]


def test_a_resolution_the_device_lacks_becomes_the_nearest_and_the_size_its_largest(servers: Servers) -> None:
    (page,) = scan(servers(Behaviour(resolutions=(100,))), Settings(dpi=300, width_mm=900, height_mm=900))
    assert page.dpi == 100
    assert size_of(page) == (850, 1169)


@pytest.mark.parametrize(
    ("state", "fault"),
    [
        ("ScannerAdfJam", Fault.JAM),
        ("ScannerAdfHatchOpen", Fault.COVER_OPEN),
        ("ScannerAdfMultipickDetected", Fault.DOUBLE_FEED),
        ("ScannerAdfEmpty", Fault.NO_PAPER),
    ],
)
def test_what_the_feeder_reports_becomes_a_fault(servers: Servers, state: str, fault: Fault) -> None:
    assert fault_of(servers(Behaviour(feeder=state)), FEEDER) == (fault, 0)


@pytest.mark.parametrize("end_code", [404, 409])
@pytest.mark.parametrize(("state", "fault"), [("ScannerAdfJam", Fault.JAM), ("ScannerAdfHatchOpen", Fault.COVER_OPEN)])
def test_a_jam_after_two_pages_is_no_end_of_the_pile(servers: Servers, state: str, fault: Fault, end_code: int) -> None:
    server = servers(Behaviour(sheets=5, feeder=state, feeder_after=2, end_code=end_code))
    assert fault_of(server, FEEDER) == (fault, 2)
    assert server.jobs == {}


def test_an_end_that_is_none_is_a_fault(servers: Servers) -> None:
    assert fault_of(servers(Behaviour(sheets=5, feeder_after=2, end_code=500)), FEEDER) == (Fault.DRIVER, 2)
    assert fault_of(servers(Behaviour(sheets=5, feeder_after=2, job_state="Aborted")), FEEDER) == (Fault.DRIVER, 2)
    assert fault_of(servers(Behaviour(sheets=5, feeder_after=2, job_state="Canceled")), FEEDER) == (Fault.CANCELLED, 2)


def test_the_glass_is_scanned_while_the_feeder_is_empty(servers: Servers) -> None:
    assert len(scan(servers(Behaviour(sheets=0)))) == 1


def test_a_busy_device_is_asked_again(servers: Servers) -> None:
    server = servers(Behaviour(busy=1, page_busy=1))
    assert len(scan(server, patience=Patience(busy=5))) == 1
    assert [command for command, _path in server.behaviour.asked].count("POST") == 2


def test_a_device_that_stays_busy_is_busy(servers: Servers) -> None:
    assert fault_of(servers(Behaviour(busy=1000))) == (Fault.BUSY, 0)


@pytest.mark.parametrize(("code", "fault"), [(403, Fault.DRIVER), (404, Fault.NO_DEVICE), (500, Fault.DRIVER)])
def test_a_refused_job_is_a_fault(servers: Servers, code: int, fault: Fault) -> None:
    assert fault_of(servers(Behaviour(refuse=code))) == (fault, 0)


def test_a_device_that_is_off_is_offline() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert fault_of(f"http://127.0.0.1:{nobody.getsockname()[1]}/eSCL") == (Fault.OFFLINE, 0)


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("hang", Fault.TIMEOUT),
        ("drip", Fault.TIMEOUT),
        ("cut", Fault.TRUNCATED),
        ("short", Fault.TRUNCATED),
        ("huge", Fault.DRIVER),
        ("text", Fault.DRIVER),
        ("redirect", Fault.DRIVER),
    ],
)
def test_a_page_that_does_not_come_whole_is_no_page(servers: Servers, page: str, fault: Fault) -> None:
    began = time.monotonic()
    assert fault_of(servers(Behaviour(page=page))) == (fault, 0)
    assert time.monotonic() - began < 8


def test_a_page_may_not_be_larger_than_the_limit(servers: Servers) -> None:
    with pytest.raises(DeviceError) as told:
        list(EsclScanner(patience=QUICK, page_limit=500).scan(servers().url, SMALL))
    assert told.value.fault is Fault.DRIVER


def test_a_location_at_another_host_is_never_asked(servers: Servers) -> None:
    other = servers()
    server = servers(Behaviour(location=other.origin))
    assert len(scan(server)) == 1
    assert other.behaviour.asked == []


LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"not XML",
        b"<html></html>",
        LAUGHS + b"<ScannerCapabilities>&c;</ScannerCapabilities>",
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><ScannerCapabilities/>',
        b'<?xml version="1.0" encoding="cp437-what"?><ScannerCapabilities/>',
        b"<ScannerCapabilities>" + b"<a>" * 100_000,
        b"<ScannerCapabilities>" + b"<a/>" * 100_000 + b"</ScannerCapabilities>",
        b"<ScannerCapabilities>" + b" " * 2_000_000 + b"</ScannerCapabilities>",
        b"<ScannerCapabilities/>",
        b"\xff\xfe<\0",
    ],
)
def test_hostile_xml_is_the_drivers_fault(servers: Servers, document: bytes) -> None:
    server = servers(Behaviour(capabilities=document))
    with pytest.raises(DeviceError) as told:
        EsclScanner(patience=QUICK).capabilities(server.url)
    assert told.value.fault is Fault.DRIVER
    assert fault_of(server) == (Fault.DRIVER, 0)


@given(st.binary(max_size=300) | st.binary(max_size=100).map(lambda text: b"<ScannerCapabilities>" + text))
def test_any_bytes_are_a_document_or_a_fault(data: bytes) -> None:
    with contextlib.suppress(DeviceError):
        escl_xml.capabilities(escl_xml.inputs(escl_xml.parse(data, "ScannerCapabilities")))


@given(st.text(max_size=60) | st.sampled_from(["http://", "/", "//", "?", "..", ":"]).flatmap(lambda a: st.just(a * 3)))
def test_any_location_is_a_path_of_the_device_or_a_fault(location: str) -> None:
    with contextlib.suppress(DeviceError):
        path = escl_http.own_path(location, "/eSCL/ScanJobs")
        assert path.startswith("/")
        assert ".." not in path.split("/")
        assert path.isascii()


@pytest.mark.parametrize(
    "device",
    [
        "",
        "printer",
        "ftp://192.0.2.1/eSCL",
        "file:///etc/passwd",
        "http://user:secret@192.0.2.1/eSCL",
        "http://192.0.2.1:99999/eSCL",
        "http://192.0.2.1/eSCL?x=1",
        "http://192.0.2.1/../admin",
        "https://192.0.2.1/eSCL#sha256=12",
        "http://[::1/eSCL",
    ],
)
def test_an_address_that_is_none_is_no_device(device: str) -> None:
    assert fault_of(device) == (Fault.NO_DEVICE, 0)
