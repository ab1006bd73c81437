"""No process of the program's takes code from the current folder, which may be one of downloads or a stranger's."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from officer_console.codes import mrz_ocr
from officer_console.codes.mrz_ocr import Missing, NotInstalled
from officer_console.devices.camera_host import CameraEars, CameraHost
from officer_console.devices.desk import start_hosts
from officer_console.devices.serial_host import PortState, SerialHost, SerialPort
from officer_console.display import has_display
from officer_console.imaging.gate import Gate, Purpose
from officer_console.signing.host import SigningHost
from officer_console.signing.secret import Secret
from officer_console.signing.settings import Settings
from officer_console.training import TrainingCentral
from tests.signing.authority import Authority, key_file, rsa_key

pytestmark = pytest.mark.timeout(120)

# What the children load in their first moment, and what holds the key.
PLANTED = ("json", "queue", "threading", "multiprocessing", "asn1crypto", "pkcs11", "argparse", "PySide6", "serial")
PATIENCE = 30.0


@pytest.fixture
def witness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file that code of the current folder writes to when somebody runs it."""
    hostile = tmp_path / "downloads"
    hostile.mkdir()
    seen = tmp_path / "seen"
    for name in PLANTED:
        (hostile / f"{name}.py").write_text(f"open({str(seen)!r}, 'a').write('{name}\\n')", encoding="utf-8")
    monkeypatch.chdir(hostile)
    return seen


def sign(folder: Path) -> None:
    file = folder / "officer.p12"
    file.write_bytes(key_file(rsa_key(1), Authority().certificate(rsa_key(1)), "x"))
    host = SigningHost(lambda: Settings(key_files=True), clock=lambda: datetime.now(UTC))
    with host.file(file, Secret("x")) as signer:
        assert signer.certificate.signs


def ask_a_driver(folder: Path) -> None:
    host = next(each for each in start_hosts(folder) if each.driver == "folder")
    try:
        assert host.devices() == ()
    finally:
        host.close()


def listen_to_a_port(folder: Path) -> None:
    stop = threading.Event()
    told: list[PortState] = []

    def state(now: PortState) -> None:
        told.append(now)
        stop.set()

    port = SerialPort(name=str(folder / "no-port"))
    SerialHost(port, code=lambda _code: None, state=state).listen(stop)
    assert told == [PortState.LOST]


def show_a_camera(_: Path) -> None:
    stop = threading.Event()
    found: list[object] = []

    def cameras(there: object) -> None:
        found.append(there)
        stop.set()

    def fault(why: object) -> None:
        found.append(why)
        stop.set()

    ears = CameraEars(cameras=cameras, frame=lambda _: None, still=lambda _: None, fault=fault)
    timer = threading.Timer(PATIENCE, stop.set)
    timer.start()
    CameraHost(ears).listen(stop)
    timer.cancel()
    assert isinstance(found[0], tuple)


def admit_a_picture(_: Path) -> None:
    made = io.BytesIO()
    Image.new("RGB", (640, 400)).save(made, "PNG")
    gate = Gate()
    try:
        assert gate.admit(made.getvalue(), Purpose.PAGE).width == 640
    finally:
        gate.close()


def open_a_display(_: Path) -> None:
    assert has_display({**os.environ, "QT_QPA_PLATFORM": "offscreen"})


def start_a_training_room(folder: Path) -> None:
    central = TrainingCentral(
        Path(os.path.relpath(folder / "central")), dossiers=2, persons=5, on=datetime.now(UTC).date()
    )
    with central:
        assert central.url.startswith("http")


@pytest.mark.parametrize(
    "start",
    [
        sign,
        ask_a_driver,
        listen_to_a_port,
        show_a_camera,
        admit_a_picture,
        open_a_display,
        start_a_training_room,
    ],
)
def test_a_child_runs_nothing_of_the_current_folder(
    start: Callable[[Path], None], witness: Path, tmp_path: Path
) -> None:
    start(tmp_path)
    assert not witness.exists(), witness.read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script with a first line of #!")
def test_a_tesseract_of_the_current_folder_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "tesseract"
    script.write_text("#!/bin/sh\ntouch seen\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".")
    assert mrz_ocr.find() == NotInstalled(missing=Missing.TESSERACT)
    assert not (tmp_path / "seen").exists()
