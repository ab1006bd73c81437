"""What becomes of unfinished uploads: their time, their folder, and a disk that takes no more."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central_server import uploads
from central_server.blobs import BLOB_LIMIT, BlobFolder, BlobStoreError
from central_server.database import Database
from central_server.problems import ProblemError
from central_server.shelves import FolderShelf
from central_server.uploads import LIFE, UNFINISHED_BYTES_LIMIT, UNFINISHED_LIMIT, Uploads
from tests import builders
from tests.central.process import Desk, problem, running_central
from tests.central.tus import begin as begin_over_http
from tests.central.tus import name, offset, picture, place, send

DATA = builders.JPEG + bytes(1000)
SCOPE = builders.SCOPE


class Clock:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def under_way(tmp_path: Path, folder: Path, clock: Clock) -> Iterator[Uploads]:
    database = Database.open(f"sqlite:///{tmp_path / 'central.db'}")
    yield Uploads(database, BlobFolder(folder), clock)
    database.close()


def begin(under_way: Uploads, officer: str = "o1", data: bytes = DATA) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    begun = under_way.create(officer, SCOPE, sha256=sha256, media_type="image/jpeg", length=len(data), metadata="")
    return begun.upload.id


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def fill(under_way: Uploads, officer: str, count: int = UNFINISHED_LIMIT) -> list[str]:
    """Begin so many uploads of different pictures; return their ids."""
    return [begin(under_way, officer, DATA + str(n).encode()) for n in range(count)]


def test_who_has_too_many_unfinished_begins_no_more_and_goes_on_with_those_he_has(under_way: Uploads) -> None:
    first, *_ = fill(under_way, "o1")

    with pytest.raises(ProblemError, match="uploads-full"):
        begin(under_way, "o1")

    assert begin(under_way, "o1", DATA + b"0") == first
    assert under_way.append("o1", SCOPE, first, 0, DATA).offset == len(DATA)
    begin(under_way, "o2")


@pytest.mark.parametrize("way", ["finished", "dropped", "not what was announced", "run out", "kept meanwhile"])
def test_an_upload_that_is_unfinished_no_more_makes_room(under_way: Uploads, clock: Clock, way: str) -> None:
    first, *_ = fill(under_way, "o1")
    if way == "finished":
        under_way.append("o1", SCOPE, first, 0, DATA + b"0")
    elif way == "dropped":
        under_way.drop("o1", SCOPE, first)
    elif way == "run out":
        clock.now += LIFE
    elif way == "kept meanwhile":
        under_way.append("o2", SCOPE, begin(under_way, "o2", DATA + b"0"), 0, DATA + b"0")
    else:
        with pytest.raises(ProblemError, match="validation"):
            under_way.append("o1", SCOPE, first, 0, DATA + b"x")

    begin(under_way, "o1")

    if way != "run out":
        with pytest.raises(ProblemError, match="uploads-full"):
            begin(under_way, "o1", DATA + b"one more")


def test_what_one_officer_has_unfinished_is_bounded_in_bytes(under_way: Uploads) -> None:
    def announce(officer: str, n: int) -> None:
        sha256 = hashlib.sha256(str(n).encode()).hexdigest()
        told = {"sha256": sha256, "media_type": "image/jpeg", "metadata": ""}
        under_way.create(officer, SCOPE, length=BLOB_LIMIT, **told)

    for n in range(UNFINISHED_BYTES_LIMIT // BLOB_LIMIT):
        announce("o1", n)
    with pytest.raises(ProblemError, match="uploads-full"):
        announce("o1", 1000)
    announce("o2", 1000)


def test_a_picture_the_office_has_is_announced_whatever_is_unfinished(under_way: Uploads) -> None:
    under_way.append("o2", SCOPE, begin(under_way, "o2"), 0, DATA)
    fill(under_way, "o1")

    begin(under_way, "o1")


def test_central_says_that_too_much_is_unfinished(tmp_path: Path) -> None:
    with running_central(tmp_path) as central:
        desk = central.desk()
        for _ in range(UNFINISHED_LIMIT):
            place(desk, picture(central))

        refused = problem(begin_over_http(desk, picture(central)))

    assert (refused.name, refused.status) == ("uploads-full", 409)


def test_an_upload_whose_time_is_over_is_unknown_and_its_pieces_are_swept(
    under_way: Uploads, folder: Path, clock: Clock
) -> None:
    old = begin(under_way)
    under_way.append("o1", SCOPE, old, 0, DATA[:10])
    clock.now += LIFE / 2
    young = begin(under_way, "o2")
    assert under_way.expire() == 0
    clock.now += LIFE / 2
    with pytest.raises(ProblemError, match="unknown-upload"):
        under_way.find("o1", SCOPE, old)
    assert under_way.expire() == 1
    assert under_way.find("o2", SCOPE, young).offset == 0
    assert files(folder) == [str(len(DATA)), "info"]
    assert begin(under_way) == old
    assert under_way.find("o1", SCOPE, old).offset == 0


def test_an_upload_that_ran_out_begins_anew_before_anybody_swept(under_way: Uploads, clock: Clock) -> None:
    upload = begin(under_way)
    under_way.append("o1", SCOPE, upload, 0, DATA[:10])
    clock.now += LIFE + timedelta(seconds=1)
    assert begin(under_way) == upload
    assert under_way.find("o1", SCOPE, upload).offset == 0


def test_what_a_killed_server_left_half_written_is_no_piece_and_is_swept(under_way: Uploads, folder: Path) -> None:
    upload = begin(under_way)
    under_way.append("o1", SCOPE, upload, 0, DATA[:10])
    (pieces,) = folder.rglob("pieces")
    (pieces / ".0123").write_bytes(b"half")
    assert under_way.find("o1", SCOPE, upload).offset == 10
    (pieces.parent / "info").write_bytes(b'{"id')
    with pytest.raises(ProblemError, match="unknown-upload"):
        under_way.find("o1", SCOPE, upload)
    assert under_way.expire() == 1
    assert files(folder) == []


def test_a_server_killed_before_it_tidied_up_has_the_whole_picture_all_the_same(
    under_way: Uploads, folder: Path
) -> None:
    upload = begin(under_way)
    under_way.append("o1", SCOPE, upload, 0, DATA[:10])
    # all pieces are there, and nobody made the picture of them
    FolderShelf(folder / ".uploads").create(f"{SCOPE}/{upload}/pieces/{10:08d}", DATA[10:])
    assert under_way.find("o1", SCOPE, upload).offset == len(DATA)
    assert files(folder) == sorted([hashlib.sha256(DATA).hexdigest(), "info"])


def test_crumbs_are_refused_before_they_fill_the_folder(under_way: Uploads, folder: Path) -> None:
    upload = begin(under_way, data=DATA + bytes(uploads.PIECES_LIMIT))
    shelf = FolderShelf(folder / ".uploads")
    for at in range(uploads.PIECES_LIMIT):
        path = folder / ".uploads" / SCOPE / upload / "pieces" / f"{at:08d}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    with pytest.raises(ProblemError) as refused:
        under_way.append("o1", SCOPE, upload, uploads.PIECES_LIMIT, b"x")
    assert refused.value.document.code == "too-many-pieces"
    assert shelf.sizes() == {}


def test_a_name_is_given_once(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    assert shelf.create("a/b", b"one")
    assert not shelf.create("a/b", b"two")
    assert shelf.read("a/b") == b"one"
    assert shelf.sizes("a") == {"a/b": 3}
    shelf.remove("a")
    shelf.remove("a")
    assert shelf.read("a/b") is None


def test_a_disk_that_takes_nothing_is_told_as_such_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "full").write_bytes(b"a file where a folder should be")
    with pytest.raises(BlobStoreError):
        FolderShelf(tmp_path / "full").create("a/b", b"one")
    pictures = BlobFolder(tmp_path / "blobs")
    sha256 = hashlib.sha256(DATA).hexdigest()
    (tmp_path / "blobs" / sha256[:2]).write_bytes(b"a file where a folder should be")
    with pytest.raises(BlobStoreError):
        pictures.put(DATA)
    assert files(tmp_path / "blobs") == [sha256[:2]]


def test_an_upload_goes_on_after_the_server_was_killed(tmp_path: Path) -> None:
    with running_central(tmp_path) as central:
        desk = central.desk()
        data = picture(central, 300_000)
        where = place(desk, data)
        for start in (0, 100_000):
            assert send(desk, where, start, data[start : start + 100_000]).status_code == 204
        central.kill()
    with running_central(tmp_path) as central:
        desk = Desk(central, desk.grant.officer.username)
        assert offset(desk, where) == 200_000
        assert send(desk, where, 200_000, data[200_000:]).status_code == 204
        assert central.blobs.get(name(data)) == data
