"""The pictures of a dossier: sealed on arrival, through the gate, and replaced from a file at the desk."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import insert

from central_server import schema
from officer_console.central.errors import CentralError
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.dossier import Dossier
from officer_console.imaging.edit import Edit
from officer_console.imaging.gate import GateError, read_file
from officer_console.page_bytes import BYTES_LIMIT
from officer_console.services.capture import Capture
from officer_console.services.review import Review
from tests import builders
from tests.central.process import Central
from tests.faults.proxy import LOSE_ANSWER, Fault, Proxy, reply
from tests.faults.workplace import Workplace
from tests.services.review_desk import picture, sealed_files

pytestmark = pytest.mark.xdist_group(__name__)

BOMB = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
BOMB += struct.pack(">I", zlib.crc32(BOMB[12:29])) + struct.pack(">I", 0xFFFFFFF0) + b"IDAT" + bytes(7)


def test_a_picture_comes_from_central_once_and_then_from_the_sealed_store(
    desk: Workplace, proxy: Proxy, review: Review, about: Dossier
) -> None:
    desk.round()
    sha256 = about.attachments[0].sha256

    first = review.picture(about.id, sha256)
    proxy.down = True
    second = review.picture(about.id, sha256)

    assert first == second
    assert first.startswith(b"\xff\xd8\xff")
    with Image.open(io.BytesIO(first)) as image:
        assert (image.format, image.size) == ("JPEG", (320, 200))
    assert proxy.count("GET .*/blobs/") == 1
    raw = desk.store.blobs.get(sha256)
    assert raw is not None
    assert hashlib.sha256(raw).hexdigest() == sha256
    for name in sealed_files(desk):
        assert b"\xff\xd8\xff" not in (desk.folder / "blobs" / name).read_bytes()[:16]


def test_a_picture_stays_on_the_desk_as_long_as_its_dossier_shows_it(
    desk: Workplace, review: Review, about: Dossier
) -> None:
    desk.round()
    sha256 = about.attachments[0].sha256
    review.picture(about.id, sha256)
    later = desk.clock() + timedelta(days=2)

    assert desk.store.blobs.sweep(later) == 0
    with desk.store.apply() as tx:
        tx.dossiers.remove([about.id], scope=about.scope_id)
    assert desk.store.blobs.sweep(later) == 1
    assert desk.store.blobs.get(sha256) is None


def test_a_picture_damaged_on_the_desk_is_fetched_again(
    desk: Workplace, proxy: Proxy, review: Review, about: Dossier, expect_log: Callable[[str], None]
) -> None:
    desk.round()
    sha256 = about.attachments[0].sha256
    first = review.picture(about.id, sha256)
    (name,) = sealed_files(desk)
    (desk.folder / "blobs" / name).write_bytes(b"damaged")
    expect_log("sealed picture .* is damaged")

    assert review.picture(about.id, sha256) == first
    proxy.down = True
    assert review.picture(about.id, sha256) == first


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (LOSE_ANSWER, "unreachable"),
        (reply(200, b"\xff\xd8\xff forged", "image/jpeg"), "protocol"),
        (reply(404, {"type": "urn:hgd:problem:unknown-blob", "status": 404}), "unknown-blob"),
    ],
)
def test_a_picture_that_cannot_be_had_leaves_nothing_behind(
    desk: Workplace, proxy: Proxy, review: Review, about: Dossier, fault: Fault, code: str
) -> None:
    desk.round()
    # A question whose answer is lost is asked once more on a new connection.
    proxy.spoil("GET .*/blobs/", fault, times=2 if fault is LOSE_ANSWER else 1)

    with pytest.raises(CentralError) as caught:
        review.picture(about.id, about.attachments[0].sha256)

    assert caught.value.code == code
    assert sealed_files(desk) == set()


def test_bytes_from_central_that_are_no_picture_are_not_shown(
    central: Central, desk: Workplace, review: Review, scope: str
) -> None:
    sha256 = central.blobs.put(BOMB)
    with central.database.write() as connection:
        row = {"scope_id": scope, "sha256": sha256, "media_type": "image/png", "size": len(BOMB)}
        connection.execute(insert(schema.blob).values(row))
    bad = Attachment(kind=AttachmentKind.PORTRAIT, sha256=sha256, media_type="image/png", size=len(BOMB))
    made = builders.dossier(central.fresh(), scope_id=scope, attachments=(bad,))
    central.plant(made)
    desk.round()

    with pytest.raises(GateError) as caught:
        review.picture(made.id, sha256)

    assert caught.value.code in {"not-an-image", "truncated"}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "PDF"])
def test_a_replacement_is_cleaned_and_sealed_beside_its_original(
    desk: Workplace, review: Review, capture: Capture, about: Dossier, tmp_path: Path, form: str
) -> None:
    desk.round()
    file = tmp_path / "Ảnh chân dung mới"
    file.write_bytes(picture(3, form))
    (shot,) = capture.take(read_file(file))

    photo = capture.attach(about.id, AttachmentKind.PORTRAIT, shot, Edit(), "Ảnh mờ")

    sealed = desk.store.blobs.get(photo.sha256)
    assert sealed is not None
    assert (photo.kind, photo.media_type, photo.size) == (AttachmentKind.PORTRAIT, "image/jpeg", len(sealed))
    assert sealed.startswith(b"\xff\xd8\xff")
    assert review.picture(about.id, photo.sha256).startswith(b"\xff\xd8\xff")
    with desk.store.read() as tx:
        assert tx.uploads.waiting(photo.sha256, "07906") is None
        made = tx.captures.find(about.id, photo.sha256)
    assert made is not None
    # A PDF file holds more than its page, which is kept as a TIFF file of its own.
    (original,) = (desk.store.blobs.get(sha256) for sha256 in made.originals)
    assert original is not None
    assert original.startswith(b"II*\0") if form == "PDF" else original == file.read_bytes()


UNUSABLE = [
    (b"", {"empty"}),
    (b"xin chao", {"not-an-image"}),
    (BOMB, {"not-an-image", "truncated"}),
    (picture(5)[:2500], {"truncated"}),
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), {"unsupported-format"}),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", {"not-an-image"}),
    (picture(6, "GIF"), {"unsupported-format"}),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {"not-an-image"}),
]


@pytest.mark.parametrize(("data", "codes"), UNUSABLE)
def test_a_file_that_is_no_usable_picture_is_named_and_nothing_is_sealed(
    desk: Workplace, capture: Capture, about: Dossier, tmp_path: Path, data: bytes, codes: set[str]
) -> None:
    desk.round()
    file = tmp_path / "anh.jpg"
    file.write_bytes(data)

    with pytest.raises(GateError) as caught:
        capture.take(read_file(file))

    assert caught.value.code in codes
    assert sealed_files(desk) == set()
    assert desk.stored(about) == about


def test_the_bomb_has_48_bytes() -> None:
    assert len(BOMB) == 48


def test_a_file_beyond_the_limit_is_too_large(capture: Capture, tmp_path: Path) -> None:
    file = tmp_path / "lon.jpg"
    with file.open("wb") as stream:
        stream.truncate(BYTES_LIMIT + 1)

    with pytest.raises(GateError) as caught:
        capture.take(read_file(file))

    assert caught.value.code == "too-large"


def unreadable_paths(folder: Path) -> list[Path]:
    pipe = folder / "pipe.jpg"
    if hasattr(os, "mkfifo"):
        os.mkfifo(pipe)
    return [folder / "absent.jpg", folder, pipe, Path("/dev/zero"), folder / "nul\0.jpg", folder / ("x" * 300)]


@pytest.mark.parametrize("which", range(6))
def test_a_path_that_is_no_readable_file_is_named(tmp_path: Path, which: int) -> None:
    with pytest.raises(GateError) as caught:
        read_file(unreadable_paths(tmp_path)[which])

    assert caught.value.code == "unreadable"
