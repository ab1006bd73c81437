"""A watched folder: real files, and a copier that writes them slowly."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from officer_console import page_bytes
from officer_console.devices import taken, tiff, whole
from officer_console.devices.desk import ScanDesk, start_hosts
from officer_console.devices.folder import FolderScanner
from officer_console.devices.host import DriverHost
from officer_console.devices.profile import After, Profile, ProfileDevice
from officer_console.devices.profiles import Profiles
from officer_console.devices.scanner import DeviceError, Fault, Page, Settings
from tests.imaging import cut_pages

pytestmark = pytest.mark.timeout(60)


def picture(shade: int, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("L", (40, 30), shade).save(out, kind)
    return out.getvalue()


A, B, C = (picture(shade) for shade in (0, 100, 200))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "quét"
    path.mkdir()
    return path


def scanner(memory: Path | None = None, *, patience: float = 0.3, bytes_limit: int = 100_000) -> FolderScanner:
    return FolderScanner(str(memory) if memory else None, settle=0.05, patience=patience, bytes_limit=bytes_limit)


def put(folder: Path, name: str, data: bytes, age: float = 0) -> Path:
    path = folder / name
    path.write_bytes(data)
    os.utime(path, ns=(0, 1_700_000_000_000_000_000 - int(age * 1e9)))
    return path


def scan(driver: FolderScanner, folder: Path, after: After = After.KEEP) -> list[bytes]:
    return [page.data for page in driver.scan(f"{after}:{folder}", Settings())]


def before_fault(driver: FolderScanner, folder: Path) -> tuple[list[bytes], Fault]:
    """Return the pages that come before a fault, and the fault."""
    pages: list[bytes] = []
    try:
        for page in driver.scan(f"{After.KEEP}:{folder}", Settings()):
            pages.append(page.data)  # noqa: PERF401 - those before the fault stay
    except DeviceError as error:
        return pages, error.fault
    pytest.fail("no fault")


def accept(driver: FolderScanner, folder: Path, data: bytes, after: After = After.KEEP) -> None:
    driver.accept(f"{after}:{folder}", hashlib.sha256(data).hexdigest())


def fault_of(driver: FolderScanner, device_id: str) -> Fault:
    with pytest.raises(DeviceError) as told:
        list(driver.scan(device_id, Settings()))
    return told.value.fault


def test_pages_come_oldest_first_with_what_they_are(folder: Path) -> None:
    put(folder, "a.jpg", B, age=5)
    put(folder, "b.JPEG", C, age=1)
    put(folder, "c.png", picture(9, "PNG"), age=9)
    pages = list(scanner().scan(f"keep:{folder}", Settings(dpi=200)))
    assert [page.media_type for page in pages] == ["image/png", "image/jpeg", "image/jpeg"]
    assert [page.data for page in pages][1:] == [B, C]


def test_an_empty_folder_is_no_paper(folder: Path) -> None:
    (folder / "sub.jpg").mkdir()
    put(folder, "readme.txt", b"x")
    put(folder, ".hidden.jpg", A)
    put(folder, "~part.jpg", A)
    assert fault_of(scanner(), f"keep:{folder}") is Fault.NO_PAPER


def test_a_page_is_given_again_until_it_is_accepted_and_then_never(folder: Path, tmp_path: Path) -> None:
    memory = tmp_path / "data" / "taken"
    put(folder, "a.jpg", A, age=2)
    put(folder, "b.jpg", B, age=1)
    assert scan(scanner(memory), folder) == [A, B]
    driver = scanner(memory)
    assert scan(driver, folder) == [A, B]
    accept(driver, folder, A)
    assert scan(driver, folder) == [B]
    assert scan(scanner(memory), folder) == [B]
    assert sorted(path.name for path in folder.iterdir()) == ["a.jpg", "b.jpg"]
    assert "a.jpg" not in memory.read_text()


def test_a_taken_file_with_a_new_date_is_not_given_again_but_new_content_is(folder: Path) -> None:
    driver = scanner()
    put(folder, "a.jpg", A)
    scan(driver, folder)
    accept(driver, folder, A)
    put(folder, "a.jpg", A, age=50)
    assert fault_of(driver, f"keep:{folder}") is Fault.NO_PAPER
    put(folder, "a.jpg", B)
    assert scan(driver, folder) == [B]


def test_the_same_page_under_two_names_is_two_pages(folder: Path) -> None:
    driver = scanner()
    put(folder, "a.jpg", A, age=2)
    put(folder, "b.jpg", A, age=1)
    assert scan(driver, folder) == [A, A]
    accept(driver, folder, A)
    assert scan(driver, folder) == [A]


def test_a_page_given_by_a_worker_that_is_gone_can_be_accepted(folder: Path, tmp_path: Path) -> None:
    put(folder, "a.jpg", A)
    driver = scanner(tmp_path / "taken")
    accept(driver, folder, A)
    assert fault_of(driver, f"keep:{folder}") is Fault.NO_PAPER
    with pytest.raises(DeviceError):
        accept(driver, folder, B)


def test_accepted_files_are_moved_without_overwriting(folder: Path) -> None:
    driver = scanner()
    for data in (A, B):
        put(folder, "scan.jpg", data)
        assert scan(driver, folder, After.MOVE) == [data]
        accept(driver, folder, data, After.MOVE)
    moved = {path.name: path.read_bytes() for path in (folder / "accepted").iterdir()}
    assert moved == {"scan.jpg": A, f"{hashlib.sha256(B).hexdigest()[:16]}-scan.jpg": B}
    assert not (folder / "scan.jpg").exists()


def test_accepted_files_are_removed_unless_they_changed_meanwhile(folder: Path) -> None:
    driver = scanner()
    put(folder, "a.jpg", A, age=2)
    put(folder, "b.jpg", B, age=1)
    scan(driver, folder, After.REMOVE)
    put(folder, "b.jpg", C)
    accept(driver, folder, A, After.REMOVE)
    accept(driver, folder, B, After.REMOVE)
    assert [path.name for path in folder.iterdir()] == ["b.jpg"]
    assert scan(driver, folder, After.REMOVE) == [C]


def test_links_are_never_followed(folder: Path, tmp_path: Path) -> None:
    secret = put(tmp_path, "secret.jpg", A)
    (folder / "a.jpg").symlink_to(secret)
    os.mkfifo(folder / "pipe.jpg")
    assert fault_of(scanner(), f"keep:{folder}") is Fault.NO_PAPER
    (tmp_path / "link").symlink_to(folder)
    assert fault_of(scanner(), f"keep:{tmp_path / 'link'}") is Fault.NO_DEVICE
    put(folder, "b.jpg", B)
    (folder / "accepted").symlink_to(tmp_path)
    driver = scanner()
    scan(driver, folder)
    with pytest.raises(DeviceError):
        accept(driver, folder, B, After.MOVE)
    assert not (tmp_path / "b.jpg").exists()


@pytest.mark.parametrize(
    "device", ["", "keep:", "keep:relative", "burn:/tmp", "keep:/no/such/folder", "keep:/etc/passwd"]
)
def test_what_is_no_folder_is_no_device(device: str) -> None:
    assert fault_of(scanner(), device) is Fault.NO_DEVICE
    with pytest.raises(DeviceError):
        scanner().capabilities(device)


def test_a_file_that_never_becomes_whole_holds_up_the_others_once_only(folder: Path) -> None:
    put(folder, "a.jpg", A[:-40], age=9)
    put(folder, "b.jpg", B)
    driver = scanner(patience=0.5)
    pages, fault = before_fault(driver, folder)
    assert (pages, fault) == ([B], Fault.TRUNCATED)
    accept(driver, folder, B)
    began = time.monotonic()
    assert fault_of(driver, f"keep:{folder}") is Fault.TRUNCATED
    assert time.monotonic() - began < 0.4
    put(folder, "a.jpg", A)
    assert scan(driver, folder) == [A]


def test_a_file_that_is_too_large_is_not_read(folder: Path) -> None:
    put(folder, "a.jpg", A + b"\0" * 200_000, age=9)
    put(folder, "b.jpg", B)
    assert before_fault(scanner(), folder) == ([B], Fault.TRUNCATED)


def test_a_file_that_is_still_being_written_is_waited_for(folder: Path) -> None:
    def copier() -> None:
        with (folder / "a.jpg").open("wb", buffering=0) as file:
            for at in range(0, len(A), len(A) // 6):
                file.write(A[at : at + len(A) // 6])
                pause.wait(0.1)

    pause = threading.Event()
    (folder / "a.jpg").write_bytes(b"")
    thread = threading.Thread(target=copier)
    thread.start()
    try:
        assert scan(scanner(patience=20), folder) == [A]
    finally:
        pause.set()
        thread.join()


def test_old_memories_are_forgotten_by_half(tmp_path: Path) -> None:
    path = tmp_path / "taken"
    path.write_text("".join(f"{number:064}\n" for number in range(taken.LINES_LIMIT + 10)) + "half a li")
    memory = taken.Taken(path)
    assert memory.knows(f"{taken.LINES_LIMIT:064}")
    assert not memory.knows(f"{5:064}")
    memory.add("f" * 64)
    assert taken.Taken(path).knows("f" * 64)
    assert path.stat().st_size < 65 * taken.LINES_LIMIT


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ScanDesk]:
    hosts = [host for host in start_hosts(tmp_path / "data") if host.driver == "folder"]
    with contextlib.closing(ScanDesk(hosts, Profiles(None, None))) as opened:
        yield opened


def test_a_desk_takes_a_page_from_a_folder_once(desk: ScanDesk, folder: Path, tmp_path: Path) -> None:
    put(folder, "a.jpg", A)
    profile = Profile(name="p", devices=(ProfileDevice(driver="folder", id=str(folder), after=After.MOVE),))
    (scanned,) = desk.scan(profile)
    assert scanned.page == Page(data=A, media_type="image/jpeg", dpi=300)
    desk.accept(scanned)
    with pytest.raises(DeviceError) as told:
        list(desk.scan(profile))
    assert told.value.fault is Fault.NO_PAPER
    assert [path.name for path in (folder / "accepted").iterdir()] == ["a.jpg"]
    assert (tmp_path / "data" / "taken-pages").exists()


def test_the_worker_knows_the_driver(folder: Path) -> None:
    with contextlib.closing(DriverHost("folder")) as host:
        assert host.devices() == ()
        assert host.capabilities(f"keep:{folder}").sources


WHOLE = [picture(7, kind) for kind in ("JPEG", "PNG", "TIFF", "PDF")]


@pytest.mark.parametrize("data", WHOLE, ids=["jpeg", "png", "tiff", "pdf"])
def test_every_page_cut_off_anywhere_is_noticed(data: bytes) -> None:
    assert whole.is_whole(data)
    padding = len(data) - len(data.rstrip(b"\0\r\n"))
    assert not any(whole.is_whole(data[:end]) for end in range(len(data) - max(padding, 6)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: cut_pages.png_rows(cut_pages.SIZE[1] // 2),
        lambda: cut_pages.png_rows(cut_pages.SIZE[1] // 2, lace=1),
        lambda: cut_pages.raw_tiff(0.5),
        lambda: cut_pages.fewer_strips(cut_pages.tiff("packbits", rows=50)),
        lambda: cut_pages.smaller_strips(cut_pages.tiff("group3", rows=100), lambda _: 1),
    ],
    ids=["png", "png in seven passes", "tiff raw", "tiff, strips not listed", "tiff fax"],
)
def test_a_page_that_has_an_end_and_too_few_rows_is_noticed(make: Callable[[], bytes]) -> None:
    assert not whole.is_whole(make())


def test_a_page_with_all_its_rows_is_whole() -> None:
    for data in (
        cut_pages.png_rows(cut_pages.SIZE[1]),
        cut_pages.raw_tiff(),
        cut_pages.tiff("packbits", rows=50),
        cut_pages.tiff("group3", rows=100),
        cut_pages.tiff("group4"),
    ):
        assert whole.is_whole(data)


def test_raw_pixels_of_a_large_page_are_taken_and_as_many_bytes_of_a_photo_are_not(folder: Path) -> None:
    rows, columns = 4000, 3600
    raw = tiff.picture(bytes(rows * columns * 3), samples=3, bits=8, width=columns, height=rows, dpi=600)
    assert len(raw) > page_bytes.BYTES_LIMIT
    driver = FolderScanner(settle=0.05, patience=0.3)
    put(folder, "a4.tif", raw)
    assert [len(data) for data in scan(driver, folder)] == [len(raw)]

    put(folder, "a4.tif", A[:-2] + bytes(len(raw)) + b"\xff\xd9")
    with pytest.raises(DeviceError) as told:
        scan(driver, folder)
    assert told.value.fault is Fault.TRUNCATED


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda rest: b"II*\0" + rest))
def test_any_bytes_are_whole_or_not(data: bytes) -> None:
    assert whole.is_whole(data) in (True, False)
