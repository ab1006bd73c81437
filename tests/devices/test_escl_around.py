"""The eSCL driver among others: certificates, announcements, worker, desk, and sane-airscan as a second client."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from zeroconf import ServiceInfo, Zeroconf

from officer_console.devices.desk import ScanDesk
from officer_console.devices.escl import EsclScanner
from officer_console.devices.host import DriverHost, Seconds
from officer_console.devices.profile import Profile, ProfileDevice
from officer_console.devices.profiles import Profiles
from officer_console.devices.scanner import DeviceError, Fault
from tests.devices.escl_scans import FEEDER, SMALL, Servers, fault_of, scan
from tests.devices.escl_server import EsclServer, own_certificate

pytestmark = pytest.mark.timeout(60)


def test_a_device_with_its_own_certificate_is_known_by_its_fingerprint(servers: Servers, tmp_path: Path) -> None:
    context, fingerprint = own_certificate(tmp_path)
    server = servers(context=context)
    assert len(scan(f"{server.url}#sha256={fingerprint}")) == 1
    assert {path for _command, path in server.behaviour.asked} >= {"/eSCL/ScanJobs", "/eSCL/ScannerCapabilities"}


@pytest.mark.parametrize("pin", ["", "#sha256=" + "0" * 64])
def test_a_certificate_that_is_not_pinned_is_refused_and_shown(servers: Servers, tmp_path: Path, pin: str) -> None:
    context, fingerprint = own_certificate(tmp_path)
    server = servers(context=context)
    with pytest.raises(DeviceError) as told:
        scan(server.url + pin)
    assert (told.value.code, told.value.detail) == ("device-certificate", f"sha256={fingerprint}")
    assert server.behaviour.asked == []


def test_another_device_at_the_same_address_is_refused(servers: Servers, tmp_path: Path) -> None:
    _context, fingerprint = own_certificate(tmp_path)
    other, _fingerprint = own_certificate(tmp_path)
    server = servers(context=other)
    assert fault_of(f"{server.url}#sha256={fingerprint}") == (Fault.CERTIFICATE, 0)
    assert server.behaviour.asked == []


def test_no_proxy_and_no_password_of_the_user_is_used(servers: Servers, tmp_path: Path) -> None:
    server = servers()
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b")
    proxy = {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "NETRC": str(tmp_path / ".netrc")}
    host = DriverHost("escl", environment={**os.environ, **proxy, "NO_PROXY": "", "no_proxy": ""})
    with contextlib.closing(host):
        assert len(list(host.scan(server.url, SMALL, threading.Event()))) == 1


def test_the_worker_scans_and_a_cancel_lets_go_of_the_job(servers: Servers) -> None:
    server = servers()
    with contextlib.closing(DriverHost("escl", seconds=Seconds(start=20))) as host:
        assert len(list(host.scan(server.url, FEEDER, threading.Event()))) == 3
        server.behaviour.page = "hang"
        stop = threading.Event()
        threading.Timer(0.5, stop.set).start()
        with pytest.raises(DeviceError) as told:
            list(host.scan(server.url, FEEDER, stop))
        assert told.value.fault is Fault.CANCELLED
        assert server.jobs == {}


def test_the_desk_goes_from_a_device_that_is_off_to_the_next(servers: Servers) -> None:
    server = servers()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        off = f"http://127.0.0.1:{nobody.getsockname()[1]}/eSCL"
        devices = tuple(ProfileDevice(driver="escl", id=each) for each in (off, server.url))
        desk = ScanDesk([DriverHost("escl")], Profiles(None, None))
        with contextlib.closing(desk):
            profile = Profile(name="p", devices=devices, dpi=75)
            assert [scanned.device.id for scanned in desk.scan(profile)] == [server.url]


def announcement(name: str, port: int, *, kind: str = "_uscan._tcp.local.", **texts: str) -> ServiceInfo:
    return ServiceInfo(
        kind,
        f"{name}.{kind}",
        addresses=[socket.inet_aton("127.0.0.1")],
        port=port,
        properties=texts,
        server="lab-scanner.local.",
    )


def test_what_announces_itself_is_found_and_can_be_scanned_from(servers: Servers) -> None:
    server = servers()
    told = [
        announcement("Lab", server.server_port, ty="Máy quét\x1b Á", rs="/eSCL/"),
        announcement("Sealed", 9443, kind="_uscans._tcp.local.", rs="eSCL"),
        announcement("Hostile", 9444, rs="@192.0.2.1/../x?y"),
    ]
    zeroconf = Zeroconf(interfaces=["127.0.0.1"])
    try:
        for each in told:
            zeroconf.register_service(each)
        devices = EsclScanner(interfaces=["127.0.0.1"], seconds=1.5).devices()
    finally:
        zeroconf.close()
    assert {device.id: device.name for device in devices} == {
        server.url: "Máy quét  Á",
        "https://127.0.0.1:9443/eSCL": "Sealed",
    }
    assert len(scan(server.url)) == 1


@pytest.fixture
def airscan(tmp_path: Path, servers: Servers) -> tuple[EsclServer, dict[str, str]]:
    """Return a scanner and the environment in which libsane knows it, and nothing else, through sane-airscan."""
    server = servers()
    (tmp_path / "dll.conf").write_text("airscan\n")
    (tmp_path / "airscan.conf").write_text(
        f'[devices]\n"Lab" = {server.url}, eSCL\n[options]\ndiscovery = disable\nws-discovery = off\n'
    )
    return server, {**os.environ, "SANE_CONFIG_DIR": str(tmp_path)}


def test_another_client_scans_glass_and_feeder_of_this_scanner(
    airscan: tuple[EsclServer, dict[str, str]], tmp_path: Path
) -> None:
    _server, environment = airscan
    glass = subprocess.run(
        ["scanimage", "-d", "airscan:e0:Lab", "--resolution", "75", "-x", "100", "-y", "50", "--format=pnm"],
        env=environment,
        capture_output=True,
        timeout=40,
        check=True,
    )
    assert glass.stdout.startswith(b"P6")
    (tmp_path / "pages").mkdir()
    feeder = subprocess.run(
        ["scanimage", "-d", "airscan:e0:Lab", "--source", "ADF", "--resolution", "75", "--format=pnm", "--batch=p%d"],
        env=environment,
        cwd=tmp_path / "pages",
        capture_output=True,
        timeout=40,
        check=False,
    )
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == ["p1", "p2", "p3"], feeder.stderr


def test_the_sane_driver_scans_through_airscan(airscan: tuple[EsclServer, dict[str, str]]) -> None:
    _server, environment = airscan
    with contextlib.closing(DriverHost("sane", environment=environment)) as host:
        assert [device.id for device in host.devices()] == ["airscan:e0:Lab"]
        pages = list(host.scan("airscan:e0:Lab", FEEDER, threading.Event()))
    assert [page.media_type for page in pages] == ["image/tiff"] * 3
