"""What the HTTP session refuses: redirects, foreign shapes, floods, plain http to the world."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from datetime import UTC, datetime

import pytest
import zstandard

from officer_console.central.client import CentralClient
from officer_console.central.errors import CentralError
from officer_console.central.session import DOCUMENT_LIMIT, LONGEST_RETRY_AFTER, PROBLEM_LIMIT, CentralSession
from tests.client.site import JSON, META, PROBLEM, Reply, Site, session


@pytest.mark.parametrize("url", ["http://central.example", "ftp://central.example", "central.example"])
def test_an_address_without_tls_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        session(url)


def test_a_question_on_a_connection_that_was_just_closed_is_asked_once_more(site: Site) -> None:
    site.replies = [None, (200, JSON, META)]
    assert session(site.url).send("GET", "/v1/meta").body == META
    assert site.paths == ["/v1/meta"] * 2


@pytest.mark.parametrize(("method", "times"), [("GET", 2), ("POST", 1)])
def test_hanging_up_is_no_answer_in_the_end(site: Site, method: str, times: int) -> None:
    site.replies = [None, None]
    with pytest.raises(CentralError) as refused:
        session(site.url).send(method, "/v1/meta")
    assert refused.value.code == "unreachable"
    assert len(site.paths) == times


def test_a_good_answer_is_read(site: Site) -> None:
    site.replies = [(200, JSON, META)]

    assert CentralClient(session(site.url)).meta().epoch == "e" * 32


@pytest.mark.parametrize(
    "reply",
    [
        (302, {"Location": "http://127.0.0.1:1/elsewhere"}, b""),
        (302, {"Location": "http://["}, b""),
        (302, {"Location": "http://127.0.0.1:99999999/"}, b""),
        (307, JSON, META),
        (400, PROBLEM | {"Retry-After": "\u00b2"}, b"{"),
        (200, JSON, b"{"),
        (200, JSON, b'{"epoch": 3}'),
        (200, JSON, b"[" * 100_000),
        (200, {"Content-Type": "text/html"}, b"<html>"),
        (400, {"Content-Type": "text/html"}, b"<html>"),
        (404, PROBLEM, b"{"),
        (404, PROBLEM, json.dumps({"type": "https://elsewhere.example/problem"}).encode()),
        (409, PROBLEM, bytes(PROBLEM_LIMIT + 1)),
    ],
)
def test_an_answer_of_another_shape_is_a_protocol_error(site: Site, reply: Reply) -> None:
    site.replies = [reply]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert caught.value.code == "protocol"
    assert len(site.paths) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_an_overloaded_central_is_asked_again_later(site: Site, status: int) -> None:
    site.replies = [(status, {"Content-Type": "text/plain", "Retry-After": "7"}, b"busy")]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert (caught.value.code, caught.value.retry_after, caught.value.passing) == ("unreachable", 7.0, True)


@pytest.mark.parametrize(
    ("status", "kind", "code", "answered"),
    [
        (500, "urn:hgd:problem:internal", "internal", True),
        (503, "urn:hgd:problem:unavailable", "unavailable", True),
        (429, "urn:hgd:problem:of-a-later-central", "of-a-later-central", True),
        (502, "about:blank", "unreachable", False),
    ],
)
def test_what_central_says_of_itself_keeps_its_name_and_may_be_asked_again(
    site: Site,
    status: int,
    kind: str,
    code: str,
    answered: bool,  # noqa: FBT001
) -> None:
    site.replies = [(status, PROBLEM | {"Retry-After": "7"}, json.dumps({"type": kind, "status": status}).encode())]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    told = caught.value
    assert (told.code, told.retry_after, told.passing, told.answered) == (code, 7.0, True, answered)


@pytest.mark.parametrize("asked", ["\u00b2", "soon", "-1", "1e3", ""])
def test_a_wait_that_is_no_number_of_seconds_is_no_wait(site: Site, asked: str) -> None:
    site.replies = [(503, {"Content-Type": "text/plain", "Retry-After": asked}, b"busy")]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert (caught.value.code, caught.value.retry_after) == ("unreachable", None)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("Mon, 23 Nov 2026 08:02:00 GMT", 120),
        ("Monday, 23-Nov-26 08:02:00 GMT", 120),
        ("Mon Nov 23 08:02:00 2026", 120),
        ("Mon, 23 Nov 2026 07:00:00 GMT", 0),
        ("Tue, 24 Nov 2026 08:00:00 GMT", LONGEST_RETRY_AFTER),
        ("86400", LONGEST_RETRY_AFTER),
        ("9" * 400, LONGEST_RETRY_AFTER),
    ],
)
def test_a_wait_may_be_told_as_a_date_of_centrals_clock_and_is_an_hour_at_most(
    site: Site, asked: str, seconds: float
) -> None:
    now = "Mon, 23 Nov 2026 08:00:00 GMT"
    site.replies = [(503, {"Content-Type": "text/plain", "Date": now, "Retry-After": asked}, b"busy")]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert caught.value.retry_after == pytest.approx(seconds, abs=2)


def test_the_body_of_a_redirect_is_not_read(site: Site) -> None:
    promised = str(10 * 1024 * 1024)
    site.replies = [(302, {"Location": "/elsewhere", "Content-Length": promised}, b"the rest never comes")]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert caught.value.code == "protocol"


def test_an_answer_that_drips_is_given_up_though_every_piece_is_in_time(site: Site) -> None:
    seconds = iter(range(0, 100_000, 10))
    slow = CentralSession(site.url, ca_bundle=None, new_id=lambda: "r-1", monotonic=lambda: float(next(seconds)))
    drops = [(200, JSON, META), (200, JSON | {"Content-Length": "5000000"}, bytes(5_000_000))]
    site.replies = drops[:]

    assert slow.send("GET", "/v1/meta").body == META
    with pytest.raises(CentralError) as caught:
        slow.send("GET", "/v1/meta")

    assert caught.value.code == "unreachable"


@pytest.mark.parametrize("size", [0, 1, 70_000, 300_000])
def test_a_packed_answer_comes_out_whole(site: Site, size: int) -> None:
    packed = gzip.compress(b"x" * size)
    site.replies = [(200, JSON | {"Content-Encoding": "gzip"}, packed), (200, JSON, b"y" * size)]

    assert session(site.url).send("GET", "/").body == b"x" * size
    assert session(site.url).send("GET", "/").body == b"y" * size


@pytest.mark.parametrize("size", [0, 1, 70_000, 300_000])
def test_an_answer_packed_by_zstd_comes_out_whole(site: Site, size: int) -> None:
    site.replies = [(200, JSON | {"Content-Encoding": "zstd"}, zstandard.compress(b"x" * size, 1))]

    assert session(site.url).send("GET", "/").body == b"x" * size
    assert "zstd" in site.headers[-1]["Accept-Encoding"]


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_small_body_that_unpacks_far_beyond_the_bound_is_refused_without_taking_the_memory(
    site: Site, name: str
) -> None:
    zeros = bytes(1 << 20)
    if name == "gzip":
        packer = zlib.compressobj(1, wbits=31)
        bomb = b"".join(packer.compress(zeros) for _ in range(128)) + packer.flush()
    else:
        stream = zstandard.ZstdCompressor(level=1).compressobj()
        bomb = b"".join(stream.compress(zeros) for _ in range(128)) + stream.flush()
    assert len(bomb) < 2 << 20
    site.replies = [(200, JSON | {"Content-Encoding": name}, bomb)]

    tracemalloc.start()
    try:
        with pytest.raises(CentralError) as caught:
            session(site.url).send("GET", "/")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert caught.value.code == "protocol"
    assert most < DOCUMENT_LIMIT + (8 << 20)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("br", b"x"),
        ("gzip", b"no gzip"),
        ("zstd", b"no zstd"),
        ("gzip", gzip.compress(META, mtime=0)[:-9]),
        ("gzip", gzip.compress(META, mtime=0) + b"more"),
        ("zstd", zstandard.ZstdCompressor(level=1).compress(META)[:-1]),
        ("zstd, gzip", gzip.compress(META, mtime=0)),
    ],
)
def test_a_body_that_is_not_packed_as_it_says_is_a_protocol_error(site: Site, encoding: str, body: bytes) -> None:
    site.replies = [(200, JSON | {"Content-Encoding": encoding}, body)]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert caught.value.code == "protocol"


def test_centrals_clock_is_told_by_its_answers_whatever_this_machine_shows(site: Site) -> None:
    seconds = [100.0]
    slow = CentralSession(site.url, ca_bundle=None, new_id=lambda: "r-1", monotonic=lambda: seconds[0])
    site.replies = [(200, JSON | {"Date": "Sun, 22 Nov 2026 20:00:00 GMT"}, META)]

    assert slow.server_time() is None
    slow.send("GET", "/v1/meta")
    seconds[0] += 60

    assert slow.server_time() == datetime(2026, 11, 22, 20, 1, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize("body", [gzip.compress(b"x" * 500_000, mtime=0), b"x" * 500_000])
def test_an_answer_beyond_its_limit_is_refused(site: Site, body: bytes) -> None:
    packed = {"Content-Encoding": "gzip"} if len(body) < 500_000 else {}
    site.replies = [(200, JSON | packed, body)]

    with pytest.raises(CentralError) as caught:
        session(site.url).send("GET", "/", limit=400_000)

    assert caught.value.code == "protocol"


def test_an_answer_cut_short_counts_as_no_answer(site: Site) -> None:
    site.replies = [(200, JSON | {"Content-Length": "5000"}, META)]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert caught.value.code == "unreachable"


def test_a_problem_carries_its_data(site: Site) -> None:
    body = {"type": "urn:hgd:problem:leased", "by": "Trần Thị Bình", "until": "2026-01-01T08:00:00+07:00"}
    site.replies = [(409, PROBLEM, json.dumps(body).encode())]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert caught.value.code == "leased"
    assert caught.value.problem is not None
    assert caught.value.problem.by == "Trần Thị Bình"


def test_nobody_listening_is_unreachable(site: Site) -> None:
    url = site.url
    site.close()

    with pytest.raises(CentralError) as caught:
        CentralClient(session(url)).meta()

    assert caught.value.code == "unreachable"
