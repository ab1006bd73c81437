"""What the HTTP session refuses: redirects, foreign shapes, floods, plain http to the world."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import zstandard

from officer_console.central import wire
from officer_console.central.client import CentralClient
from officer_console.central.errors import CentralError
from officer_console.central.session import DOCUMENT_LIMIT, PROBLEM_LIMIT, CentralSession
from tests import builders
from tests.domain.samples import DOSSIER

Reply = tuple[int, dict[str, str], bytes]


class _Site:
    """A real HTTP server whose next answers a test decides."""

    def __init__(self) -> None:
        # None hangs up without an answer
        self.replies: list[Reply | None] = []
        self.paths: list[str] = []
        self.headers: list[Message] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                site.paths.append(self.path)
                site.headers.append(self.headers)
                length = int(self.headers.get("Content-Length") or 0)
                self.rfile.read(length)
                reply = site.replies.pop(0)
                if reply is None:
                    self.close_connection = True
                    return
                status, headers, body = reply
                (self.send_response_only if "Date" in headers else self.send_response)(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the names the base class calls

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - signature of the base class
                del format, args

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


@pytest.fixture
def site() -> Iterator[_Site]:
    opened = _Site()
    yield opened
    opened.close()


def session(url: str) -> CentralSession:
    return CentralSession(url, ca_bundle=None, new_id=lambda: "r-1")


JSON = {"Content-Type": "application/json"}
PROBLEM = {"Content-Type": "application/problem+json"}
META = json.dumps({"epoch": "e" * 32, "server_time": "2026-01-01T00:00:00Z"}).encode()


@pytest.mark.parametrize("url", ["http://central.example", "ftp://central.example", "central.example"])
def test_an_address_without_tls_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        session(url)


def test_a_question_on_a_connection_that_was_just_closed_is_asked_once_more(site: _Site) -> None:
    site.replies = [None, (200, JSON, META)]
    assert session(site.url).send("GET", "/v1/meta").body == META
    assert site.paths == ["/v1/meta"] * 2


@pytest.mark.parametrize(("method", "times"), [("GET", 2), ("POST", 1)])
def test_hanging_up_is_no_answer_in_the_end(site: _Site, method: str, times: int) -> None:
    site.replies = [None, None]
    with pytest.raises(CentralError) as refused:
        session(site.url).send(method, "/v1/meta")
    assert refused.value.code == "unreachable"
    assert len(site.paths) == times


def test_a_good_answer_is_read(site: _Site) -> None:
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
def test_an_answer_of_another_shape_is_a_protocol_error(site: _Site, reply: Reply) -> None:
    site.replies = [reply]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert caught.value.code == "protocol"
    assert len(site.paths) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_an_overloaded_central_is_asked_again_later(site: _Site, status: int) -> None:
    site.replies = [(status, {"Content-Type": "text/plain", "Retry-After": "7"}, b"busy")]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert (caught.value.code, caught.value.retry_after, caught.value.passing) == ("unreachable", 7.0, True)


@pytest.mark.parametrize("asked", ["\u00b2", "soon", "-1", "1e3", ""])
def test_a_wait_that_is_no_number_of_seconds_is_no_wait(site: _Site, asked: str) -> None:
    site.replies = [(503, {"Content-Type": "text/plain", "Retry-After": asked}, b"busy")]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert (caught.value.code, caught.value.retry_after) == ("unreachable", None)


def test_the_body_of_a_redirect_is_not_read(site: _Site) -> None:
    promised = str(10 * 1024 * 1024)
    site.replies = [(302, {"Location": "/elsewhere", "Content-Length": promised}, b"the rest never comes")]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert caught.value.code == "protocol"


def test_an_answer_that_drips_is_given_up_though_every_piece_is_in_time(site: _Site) -> None:
    seconds = iter(range(0, 100_000, 10))
    slow = CentralSession(site.url, ca_bundle=None, new_id=lambda: "r-1", monotonic=lambda: float(next(seconds)))
    drops = [(200, JSON, META), (200, JSON | {"Content-Length": "5000000"}, bytes(5_000_000))]
    site.replies = drops[:]

    assert slow.send("GET", "/v1/meta").body == META
    with pytest.raises(CentralError) as caught:
        slow.send("GET", "/v1/meta")

    assert caught.value.code == "unreachable"


@pytest.mark.parametrize("size", [0, 1, 70_000, 300_000])
def test_a_packed_answer_comes_out_whole(site: _Site, size: int) -> None:
    packed = gzip.compress(b"x" * size)
    site.replies = [(200, JSON | {"Content-Encoding": "gzip"}, packed), (200, JSON, b"y" * size)]

    assert session(site.url).send("GET", "/").body == b"x" * size
    assert session(site.url).send("GET", "/").body == b"y" * size


@pytest.mark.parametrize("size", [0, 1, 70_000, 300_000])
def test_an_answer_packed_by_zstd_comes_out_whole(site: _Site, size: int) -> None:
    site.replies = [(200, JSON | {"Content-Encoding": "zstd"}, zstandard.compress(b"x" * size, 1))]

    assert session(site.url).send("GET", "/").body == b"x" * size
    assert "zstd" in site.headers[-1]["Accept-Encoding"]


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_small_body_that_unpacks_far_beyond_the_bound_is_refused_without_taking_the_memory(
    site: _Site, name: str
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
def test_a_body_that_is_not_packed_as_it_says_is_a_protocol_error(site: _Site, encoding: str, body: bytes) -> None:
    site.replies = [(200, JSON | {"Content-Encoding": encoding}, body)]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert caught.value.code == "protocol"


def test_centrals_clock_is_told_by_its_answers_whatever_this_machine_shows(site: _Site) -> None:
    seconds = [100.0]
    slow = CentralSession(site.url, ca_bundle=None, new_id=lambda: "r-1", monotonic=lambda: seconds[0])
    site.replies = [(200, JSON | {"Date": "Sun, 22 Nov 2026 20:00:00 GMT"}, META)]

    assert slow.server_time() is None
    slow.send("GET", "/v1/meta")
    seconds[0] += 60

    assert slow.server_time() == datetime(2026, 11, 22, 20, 1, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize("body", [gzip.compress(b"x" * 500_000, mtime=0), b"x" * 500_000])
def test_an_answer_beyond_its_limit_is_refused(site: _Site, body: bytes) -> None:
    packed = {"Content-Encoding": "gzip"} if len(body) < 500_000 else {}
    site.replies = [(200, JSON | packed, body)]

    with pytest.raises(CentralError) as caught:
        session(site.url).send("GET", "/", limit=400_000)

    assert caught.value.code == "protocol"


def test_an_answer_cut_short_counts_as_no_answer(site: _Site) -> None:
    site.replies = [(200, JSON | {"Content-Length": "5000"}, META)]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert caught.value.code == "unreachable"


def test_a_problem_carries_its_data(site: _Site) -> None:
    body = {"type": "urn:hgd:problem:leased", "by": "Trần Thị Bình", "until": "2026-01-01T08:00:00+07:00"}
    site.replies = [(409, PROBLEM, json.dumps(body).encode())]

    with pytest.raises(CentralError) as caught:
        CentralClient(session(site.url)).meta()

    assert caught.value.code == "leased"
    assert caught.value.problem is not None
    assert caught.value.problem.by == "Trần Thị Bình"


def test_nobody_listening_is_unreachable(site: _Site) -> None:
    url = site.url
    site.close()

    with pytest.raises(CentralError) as caught:
        CentralClient(session(url)).meta()

    assert caught.value.code == "unreachable"


def test_an_expired_token_is_renewed_once_and_the_request_repeated(site: _Site) -> None:
    officer = {"id": "o", "username": "ha", "full_name": "Hà", "role": "officer", "scopes": ["07906"]}

    def grant(number: int) -> Reply:
        body = {"access_token": f"a{number}", "expires_in": 900, "refresh_token": f"r{number}", "officer": officer}
        return 200, JSON, json.dumps(body).encode()

    expired: Callable[[], Reply] = lambda: (  # noqa: E731 - a reply made anew each time
        401,
        PROBLEM,
        b'{"type": "urn:hgd:problem:token-expired"}',
    )
    page = json.dumps({"epoch": "e", "items": [], "next": "c", "more": False}).encode()
    kept: list[str] = []
    client = CentralClient(session(site.url))
    client.keep_refresh_token(kept.append)
    site.replies = [grant(1), expired(), grant(2), (200, JSON, page)]

    client.sign_in("ha", "secret", "device")
    assert client.changes("07906", None).next == "c"
    assert kept == ["r1", "r2"]

    site.replies = [expired(), (401, PROBLEM, b'{"type": "urn:hgd:problem:invalid-credentials"}')]
    with pytest.raises(CentralError) as caught:
        client.changes("07906", None)
    assert caught.value.code == "sign-in-needed"
    assert not client.signed_in


def signed_in(site: _Site, *replies: Reply) -> CentralClient:
    """Return a client with a session whose next answers are ``replies``."""
    officer = {"id": "o", "username": "ha", "full_name": "Hà", "role": "officer", "scopes": ["07906"]}
    grant = {"access_token": "a", "expires_in": 900, "refresh_token": "r", "officer": officer}
    site.replies = [(200, JSON, json.dumps(grant).encode()), *replies]
    client = CentralClient(session(site.url))
    client.sign_in("ha", "secret", "device")
    return client


@pytest.mark.parametrize("scope", ["07906", "00101"])
def test_a_page_with_a_dossier_of_another_office_is_a_protocol_error(site: _Site, scope: str) -> None:
    item = wire.FeedItem(id=DOSSIER.id, seq=1, version=DOSSIER.version, op="put", doc=DOSSIER)
    state = wire.FeedState(seq=1, count=1, digest="0" * 32)
    page = wire.Page(epoch="e", items=(item,), next="c", more=False, state=state)
    client = signed_in(site, (200, JSON, wire.encode(page)))

    if scope == DOSSIER.scope_id:
        (line,) = client.changes(scope, None).items
        assert (line.id, line.seq, line.raw) == (DOSSIER.id, 1, wire.encode(DOSSIER))
    else:
        with pytest.raises(CentralError) as caught:
            client.changes(scope, None)
        assert caught.value.code == "protocol"


@pytest.mark.parametrize("forged", [False, True])
def test_a_receipt_for_other_bytes_is_a_protocol_error(site: _Site, forged: bool) -> None:  # noqa: FBT001 - a parameter
    about = builders.dossier()
    decision = builders.decision(about)
    sent = wire.encode(replace(decision, note="another")) if forged else wire.encode(decision)
    receipt = wire.Receipt(
        op_id=decision.op_id,
        req_sha256=hashlib.sha256(sent).hexdigest(),
        seq=2,
        received_at=builders.DECIDED_AT,
        dossier=about,
    )
    client = signed_in(site, (201, JSON, wire.encode(receipt)))

    if not forged:
        assert client.decide(decision, "e") == receipt
    else:
        with pytest.raises(CentralError) as caught:
            client.decide(decision, "e")
        assert caught.value.code == "protocol"


def test_a_time_without_offset_in_a_dossier_is_a_protocol_error(site: _Site) -> None:
    officer = {"id": "o", "username": "ha", "full_name": "Hà", "role": "officer", "scopes": ["07906"]}
    grant = {"access_token": "a", "expires_in": 900, "refresh_token": "r", "officer": officer}
    document = wire.encode(replace(DOSSIER, handed_in_at=datetime(2026, 11, 1, 8)))  # noqa: DTZ001 - the point
    site.replies = [(200, JSON, json.dumps(grant).encode()), (200, JSON, document)]
    client = CentralClient(session(site.url))
    client.sign_in("ha", "secret", "device")

    with pytest.raises(CentralError) as caught:
        client.dossier("07906", DOSSIER.id)

    assert caught.value.code == "protocol"


def test_a_blob_with_other_bytes_than_its_name_is_refused(site: _Site) -> None:
    officer = {"id": "o", "username": "ha", "full_name": "Hà", "role": "officer", "scopes": ["07906"]}
    grant = {"access_token": "a", "expires_in": 900, "refresh_token": "r", "officer": officer}
    site.replies = [(200, JSON, json.dumps(grant).encode()), (200, {"Content-Type": "image/png"}, b"forged")]
    client = CentralClient(session(site.url))
    client.sign_in("ha", "secret", "device")

    with pytest.raises(CentralError) as caught:
        client.blob("07906", "0" * 64)

    assert caught.value.code == "protocol"
