"""A part of a picture, asked for as RFC 9110 says it."""

from __future__ import annotations

import hashlib

import pytest

from tests import builders
from tests.central.process import Central, Desk, problem

pytestmark = pytest.mark.parametrize("central", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def picture(central: Central) -> bytes:
    return builders.JPEG + str(central.fresh()).encode() + bytes(range(256))


@pytest.fixture
def path(desk: Desk, picture: bytes) -> str:
    return f"/v1/scopes/{builders.SCOPE}/blobs/{desk.put_blob(picture)}"


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("Bytes=10-", 10, None),
        ("bytes=-7", -7, None),
        ("bytes=200-99999", 200, None),
        ("bytes=-99999", 0, None),
    ],
)
def test_one_range_of_bytes_is_answered_with_it_and_where_it_is(
    desk: Desk, picture: bytes, path: str, asked: str, start: int, stop: int | None
) -> None:
    part = picture[start:stop]
    first = picture.index(part)

    answer = desk.get(path, Range=asked)

    assert (answer.status_code, answer.content) == (206, part)
    assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(part) - 1}/{len(picture)}"
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "asked",
    ["", "bytes=0-1,5-6", "bytes=9-3", "bytes=-", "bytes=a-b", "items=0-1", "bytes 0-1", "bytes=" + "9" * 50 + "-"],
)
def test_what_is_no_single_range_is_answered_with_the_whole(desk: Desk, picture: bytes, path: str, asked: str) -> None:
    answer = desk.get(path, Range=asked)

    assert (answer.status_code, answer.content) == (200, picture)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "Content-Range" not in answer.headers


@pytest.mark.parametrize("asked", ["bytes=100000-", "bytes=100000-100001", "bytes=-0"])
def test_bytes_there_are_none_of_are_refused_and_the_length_told(
    desk: Desk, picture: bytes, path: str, asked: str
) -> None:
    answer = desk.get(path, Range=asked)

    assert (answer.status_code, problem(answer).name) == (416, "range-not-satisfiable")
    assert answer.headers["Content-Range"] == f"bytes */{len(picture)}"


def test_a_range_of_another_state_than_this_is_answered_with_the_whole(desk: Desk, picture: bytes, path: str) -> None:
    tag = f'"{hashlib.sha256(picture).hexdigest()}"'

    assert desk.get(path, Range="bytes=1-", If_Range=tag).status_code == 206
    assert desk.get(path, Range="bytes=1-", If_Range='"another"').status_code == 200
