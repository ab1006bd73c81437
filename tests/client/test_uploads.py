"""Pictures in pieces, from the real client to the real central over lines that go wrong."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.lines import Lines, Plan
from central_server.uploads import PIECES_LIMIT
from officer_console.central.client import CentralClient
from officer_console.central.errors import ATTACHMENT_CUT, PROTOCOL, UNREACHABLE, CentralError
from officer_console.central.uploads import LARGEST_PIECE, MOST_PIECES, PIECE, SMALLEST_PIECE
from tests import builders
from tests.central.process import PASSWORD, Central, running_central
from tests.faults.proxy import LOSE_ANSWER, REFUSE, Fault, Proxy, reply
from tests.faults.workplace import client as client_of

SCOPE = builders.SCOPE
JPEG = "image/jpeg"
ANNOUNCE, LOOK, SEND, PUT = (
    rf"^{method} .*/{what}"
    for method, what in (("POST", "uploads"), ("HEAD", "uploads/"), ("PATCH", "uploads/"), ("PUT", "blobs/"))
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("central")


@pytest.fixture(scope="module")
def central(folder: Path) -> Iterator[Central]:
    with running_central(folder) as running:
        yield running


@pytest.fixture
def proxy(central: Central) -> Iterator[Proxy]:
    opened = Proxy(central.url)
    yield opened
    opened.close()


def signed_in(central: Central, url: str) -> CentralClient:
    client = client_of(url)
    client.sign_in(central.officer().username, PASSWORD, "desk-1")
    return client


@pytest.fixture
def desk(central: Central, proxy: Proxy) -> CentralClient:
    """A client behind ``proxy``."""
    return signed_in(central, proxy.url)


def picture(central: Central, size: int = 5 * PIECE) -> tuple[str, bytes]:
    data = builders.JPEG + random.Random(central.fresh()).randbytes(size - len(builders.JPEG))
    return hashlib.sha256(data).hexdigest(), data


def methods(proxy: Proxy) -> list[str]:
    """Return the methods of what was asked about uploads."""
    return [line.split()[0] for line in proxy.requests if "/uploads" in line]


def test_a_small_picture_goes_in_one_request_and_a_large_one_in_pieces(
    central: Central, proxy: Proxy, desk: CentralClient
) -> None:
    small, large = picture(central, PIECE), picture(central, PIECE + 1)
    for sha256, data in (small, large):
        desk.put_blob(SCOPE, sha256, JPEG, data)
        assert central.blobs.get(sha256) == data
    assert (proxy.count(PUT), methods(proxy)) == (1, ["POST", "PATCH", "PATCH"])


def test_a_quick_line_gets_larger_pieces(central: Central, proxy: Proxy, desk: CentralClient) -> None:
    sha256, data = picture(central, 5_000_000)
    desk.put_blob(SCOPE, sha256, JPEG, data)
    assert central.blobs.get(sha256) == data
    assert proxy.count(SEND) < 5_000_000 / PIECE / 2
    assert proxy.count(SEND) >= 5_000_000 / LARGEST_PIECE


def test_a_picture_central_has_is_not_sent_again(central: Central, proxy: Proxy, desk: CentralClient) -> None:
    sha256, data = picture(central)
    desk.put_blob(SCOPE, sha256, JPEG, data)
    desk.put_blob(SCOPE, sha256, JPEG, data)
    assert methods(proxy)[-2:] == ["PATCH", "POST"]


@pytest.mark.parametrize("fault", [REFUSE, LOSE_ANSWER], ids=["lost request", "lost answer"])
@pytest.mark.parametrize("skip", [0, 1, 2])
def test_after_a_cut_the_picture_goes_on(
    central: Central, proxy: Proxy, desk: CentralClient, fault: Fault, skip: int
) -> None:
    sha256, data = picture(central, 4 * PIECE)
    proxy.spoil(SEND, fault, skip=skip)
    desk.put_blob(SCOPE, sha256, JPEG, data)
    assert central.blobs.get(sha256) == data
    assert (proxy.count(ANNOUNCE), proxy.count(LOOK)) == (1, 1)


@pytest.mark.parametrize("what", [ANNOUNCE, LOOK])
@pytest.mark.parametrize("fault", [REFUSE, LOSE_ANSWER], ids=["lost request", "lost answer"])
def test_when_central_cannot_be_asked_the_next_call_goes_on_from_there(
    central: Central, proxy: Proxy, desk: CentralClient, what: str, fault: Fault
) -> None:
    sha256, data = picture(central, 4 * PIECE)
    proxy.spoil(SEND, REFUSE, skip=1)
    # the session itself repeats a HEAD whose connection had just been closed
    proxy.spoil(what, fault, times=1 if what == ANNOUNCE else 2)
    with pytest.raises(CentralError, match=UNREACHABLE):
        desk.put_blob(SCOPE, sha256, JPEG, data)
    proxy.clear()
    before = proxy.count(SEND)
    desk.put_blob(SCOPE, sha256, JPEG, data)
    assert central.blobs.get(sha256) == data
    assert before == (0 if what == ANNOUNCE else 2)
    assert proxy.count(SEND) - before <= 4


def test_another_desk_of_the_same_officer_goes_on_as_well(central: Central, proxy: Proxy) -> None:
    officer = central.officer()
    sha256, data = picture(central, 6 * PIECE)
    first, second = client_of(proxy.url), client_of(proxy.url)
    for client, device in ((first, "desk-1"), (second, "desk-2")):
        client.sign_in(officer.username, PASSWORD, device)
    proxy.spoil(SEND, REFUSE, skip=2, times=9)
    with pytest.raises(CentralError, match=ATTACHMENT_CUT):
        first.put_blob(SCOPE, sha256, JPEG, data)
    proxy.clear()
    sent = proxy.count(SEND)
    second.put_blob(SCOPE, sha256, JPEG, data)
    assert central.blobs.get(sha256) == data
    assert proxy.count(SEND) - sent == 2, "two of the pieces had come already"


def test_a_line_that_is_down_is_tried_twice_and_no_more(central: Central, proxy: Proxy, desk: CentralClient) -> None:
    sha256, data = picture(central)
    proxy.down = True
    with pytest.raises(CentralError, match=UNREACHABLE):
        desk.put_blob(SCOPE, sha256, JPEG, data)
    assert methods(proxy) == ["POST"]


def test_pieces_that_never_come_through_become_small_and_then_wait(
    central: Central, proxy: Proxy, desk: CentralClient
) -> None:
    sha256, data = picture(central)
    proxy.spoil(SEND, REFUSE, times=99)
    with pytest.raises(CentralError, match=ATTACHMENT_CUT):
        desk.put_blob(SCOPE, sha256, JPEG, data)
    assert proxy.count(SEND) == 5
    assert PIECE // 16 == SMALLEST_PIECE


@pytest.mark.parametrize(
    ("size", "cut"),
    [(PIECE, 64 * 1024), (3_000_000, 64 * 1024), (100_000, 16 * 1024), (400_000, 16 * 1024)],
)
def test_a_picture_gets_through_a_line_that_ends_every_connection_early(central: Central, size: int, cut: int) -> None:
    sha256, data = picture(central, size)
    bad = Lines(central.url, plans=lambda _: Plan(cut_up=cut))
    try:
        signed_in(central, bad.url).put_blob(SCOPE, sha256, JPEG, data)
    finally:
        bad.close()
    assert central.blobs.get(sha256) == data


def test_the_largest_picture_is_never_cut_into_more_pieces_than_central_takes() -> None:
    assert 2 * MOST_PIECES <= PIECES_LIMIT


def test_central_asks_for_patience_and_gets_it(central: Central, proxy: Proxy, desk: CentralClient) -> None:
    sha256, data = picture(central)
    busy = b'{"type":"urn:hgd:problem:unavailable","title":"unavailable","status":503}'
    head = f"HTTP/1.1 503 X\r\nContent-Type: application/problem+json\r\nRetry-After: 7\r\nContent-Length: {len(busy)}"
    proxy.spoil(SEND, Fault(how="answer", answer=f"{head}\r\nConnection: close\r\n\r\n".encode() + busy))
    with pytest.raises(CentralError) as refused:
        desk.put_blob(SCOPE, sha256, JPEG, data)
    assert refused.value.retry_after == 7
    assert proxy.count(LOOK) == 0


def test_when_central_lost_the_pieces_the_picture_begins_anew(
    central: Central, folder: Path, proxy: Proxy, desk: CentralClient
) -> None:
    sha256, data = picture(central, 6 * PIECE)
    proxy.spoil(SEND, REFUSE, skip=2, times=9)
    with pytest.raises(CentralError, match=ATTACHMENT_CUT):
        desk.put_blob(SCOPE, sha256, JPEG, data)
    proxy.clear()
    shutil.rmtree(folder / "blobs" / ".uploads")
    desk.put_blob(SCOPE, sha256, JPEG, data)
    assert central.blobs.get(sha256) == data


def test_pieces_that_central_forgets_under_way_are_sent_again(
    central: Central, proxy: Proxy, desk: CentralClient
) -> None:
    sha256, data = picture(central, 3 * PIECE)
    gone = {"type": "urn:hgd:problem:unknown-upload", "title": "unknown-upload", "status": 404}
    proxy.spoil(SEND, reply(404, gone), skip=1)
    proxy.spoil(LOOK, Fault(how="answer", answer=b"HTTP/1.1 404 X\r\nConnection: close\r\n\r\n"))
    desk.put_blob(SCOPE, sha256, JPEG, data)
    assert central.blobs.get(sha256) == data
    assert proxy.count(ANNOUNCE) == 2


def test_pieces_of_something_else_are_dropped_once_and_sent_again(
    central: Central, folder: Path, proxy: Proxy, desk: CentralClient
) -> None:
    sha256, data = picture(central, 3 * PIECE)
    proxy.spoil(SEND, REFUSE, skip=1, times=9)
    with pytest.raises(CentralError, match=ATTACHMENT_CUT):
        desk.put_blob(SCOPE, sha256, JPEG, data)
    proxy.clear()
    (piece,) = (folder / "blobs" / ".uploads").rglob("00000000")
    piece.write_bytes(builders.JPEG.ljust(PIECE, b"\0"))
    desk.put_blob(SCOPE, sha256, JPEG, data)
    assert central.blobs.get(sha256) == data


def test_a_refusal_ends_the_upload_with_its_name(central: Central, desk: CentralClient) -> None:
    data = b"<html>" + bytes(2 * PIECE)
    for _ in range(2):
        with pytest.raises(CentralError, match="not-an-image"):
            desk.put_blob(SCOPE, hashlib.sha256(data).hexdigest(), JPEG, data)
    sha256, image = picture(central)
    with pytest.raises(CentralError, match="scope-revoked"):
        desk.put_blob("00101", sha256, JPEG, image)


def told(status: int, **headers: str) -> Fault:
    lines = [f"HTTP/1.1 {status} X", "Content-Length: 0", "Connection: close"]
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in headers.items()]
    return Fault(how="answer", answer="\r\n".join([*lines, "", ""]).encode())


@pytest.mark.parametrize(
    "answer",
    [
        told(201),
        told(201, Location="/v1/scopes/07906/uploads/" + "0" * 31, Upload_Offset="0"),
        told(201, Location="/v1/scopes/07906/uploads/../../sessions", Upload_Offset="0"),
        told(201, Location="0" * 32),
        told(201, Location="0" * 32, Upload_Offset="-1"),
        told(201, Location="0" * 32, Upload_Offset="9" * 12),
        told(201, Location="0" * 32, Upload_Offset="1e3"),
        told(302, Location="http://example.invalid/" + "0" * 32, Upload_Offset="0"),
    ],
)
def test_an_answer_that_is_none_is_not_believed(
    central: Central, proxy: Proxy, desk: CentralClient, answer: Fault
) -> None:
    sha256, data = picture(central)
    proxy.spoil(ANNOUNCE, answer)
    with pytest.raises(CentralError, match=PROTOCOL):
        desk.put_blob(SCOPE, sha256, JPEG, data)
    assert methods(proxy) == ["POST"]


def test_an_address_elsewhere_is_not_followed(central: Central, proxy: Proxy, desk: CentralClient) -> None:
    sha256, data = picture(central)
    elsewhere = f"http://127.0.0.1:9/{'0' * 32}"
    proxy.spoil(ANNOUNCE, told(201, Location=elsewhere, Upload_Offset="0"))
    desk.put_blob(SCOPE, sha256, JPEG, data)
    assert f"PATCH /v1/scopes/{SCOPE}/uploads/{'0' * 32} HTTP/1.1" in proxy.requests
    assert central.blobs.get(sha256) == data


def test_a_piece_told_as_more_than_it_was_is_asked_about(central: Central, proxy: Proxy, desk: CentralClient) -> None:
    sha256, data = picture(central)
    proxy.spoil(SEND, told(204, Upload_Offset=str(len(data))))
    desk.put_blob(SCOPE, sha256, JPEG, data)
    assert central.blobs.get(sha256) == data


class Cuts:
    """Plans that cut every connection after some bytes towards central, and what went up at most so far."""

    def __init__(self, seed: int, least: int, most: int) -> None:
        self._source = random.Random(seed)
        self._between = least, most
        self.up: list[int] = []

    def __call__(self, _number: int) -> Plan:
        self.up.append(self._source.randint(*self._between))
        return Plan(cut_up=self.up[-1])


def until_done(work: Callable[[], None], tries: int) -> int:
    """Do what the sync engine does: call again after a cut. Returns how many calls it took."""
    for call in range(1, tries + 1):
        try:
            work()
        except CentralError as error:
            if not error.passing:
                raise
        else:
            return call
    pytest.fail("not done")


def test_five_megabytes_arrive_whole_however_often_the_line_is_cut(central: Central) -> None:
    sha256, data = picture(central, 5_000_000)
    cuts = Cuts(7, 40_000, 400_000)
    lines = Lines(central.url, plans=cuts)
    try:
        desk = signed_in(central, lines.url)
        before = len(cuts.up)
        calls = until_done(lambda: desk.put_blob(SCOPE, sha256, JPEG, data), 20)
    finally:
        lines.close()
    assert central.blobs.get(sha256) == data
    assert lines.faulty >= 12
    assert sum(cuts.up[before - 1 :]) <= 1.5 * len(data)
    assert calls <= 5
