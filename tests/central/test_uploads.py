"""Uploads in pieces, spoken with the running server as tus 1.0 says."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
from urllib.parse import urlsplit

import pytest

from central_server.blobs import BLOB_LIMIT
from officer_console.domain.officer import Role
from tests import builders
from tests.central.process import Central, Desk, problem, wait_until
from tests.central.tus import BASE, PIECE, begin, call, coded, metadata, name, offset, picture, place, send

pytestmark = pytest.mark.parametrize("central", ["sqlite"], indirect=True, scope="session")


def test_a_picture_in_three_pieces_becomes_one_of_the_office(central: Central, desk: Desk) -> None:
    data = picture(central)
    where = place(desk, data)
    for start, end in ((0, 400), (400, 401), (401, len(data))):
        digest = base64.b64encode(hashlib.sha256(data[start:end]).digest()).decode()
        answer = send(desk, where, start, data[start:end], Upload_Checksum=f"sha256 {digest}")
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(end)), answer.text
        assert offset(desk, where) == end
    given = desk.get(f"/v1/scopes/{builders.SCOPE}/blobs/{name(data)}")
    assert (given.content, given.headers["Content-Type"]) == (data, "image/jpeg")
    told = call(desk, "HEAD", where).headers
    assert (told["Upload-Length"], told["Upload-Metadata"]) == (str(len(data)), metadata(data))


def test_what_is_spoken_is_told(desk: Desk) -> None:
    answer = call(desk, "OPTIONS", BASE, Tus_Resumable=None)
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {"creation", "checksum", "expiration", "termination"}
    assert answer.headers["Tus-Max-Size"] == str(BLOB_LIMIT)
    assert "sha1" in answer.headers["Tus-Checksum-Algorithm"].split(",")


@pytest.mark.parametrize("spoken", [None, "0.2.2", "1.0.1", ""])
def test_another_version_is_refused_and_ours_is_told(central: Central, desk: Desk, spoken: str | None) -> None:
    data = picture(central)
    answer = call(
        desk, "POST", BASE, Tus_Resumable=spoken, Upload_Length=str(len(data)), Upload_Metadata=metadata(data)
    )
    assert (problem(answer).name, answer.status_code) == ("unsupported-version", 412)
    assert answer.headers["Tus-Version"] == "1.0.0"


def test_a_picture_the_office_has_already_is_told_as_received(central: Central, desk: Desk) -> None:
    data = picture(central)
    desk.put_blob(data)
    answer = begin(desk, data)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(data)))
    assert offset(desk, answer.headers["Location"]) == len(data)
    elsewhere = central.desk(scopes=("00101",))
    told = elsewhere.call(
        "POST",
        "/v1/scopes/00101/uploads",
        Tus_Resumable="1.0.0",
        Upload_Length=str(len(data)),
        Upload_Metadata=metadata(data),
    )
    assert told.headers["Upload-Offset"] == "0", "another office does not learn who has what"


def test_a_desk_that_forgot_everything_finds_its_pieces_again(central: Central, desk: Desk) -> None:
    data = picture(central)
    where = place(desk, data)
    send(desk, where, 0, data[:700])
    again = begin(desk, data)
    assert (again.headers["Location"], again.headers["Upload-Offset"]) == (where, "700")
    assert send(desk, where, 700, data[700:]).status_code == 204
    assert central.blobs.get(name(data)) == data


def test_a_piece_at_another_place_is_refused_and_changes_nothing(central: Central, desk: Desk) -> None:
    data = picture(central)
    where = place(desk, data)
    send(desk, where, 0, data[:100])
    for wrong in (0, 99, 101, 10**11):
        answer = send(desk, where, wrong, data[100:200])
        assert (problem(answer).name, answer.status_code) == ("offset-conflict", 409)
    assert offset(desk, where) == 100


def test_a_piece_that_was_changed_on_the_way_is_refused_and_not_kept(central: Central, desk: Desk) -> None:
    data = picture(central)
    where = place(desk, data)
    digest = base64.b64encode(hashlib.sha1(data[:100], usedforsecurity=False).digest()).decode()
    answer = send(desk, where, 0, b"x" + data[1:100], Upload_Checksum=f"sha1 {digest}")
    assert (problem(answer).name, answer.status_code) == ("checksum-mismatch", 460)
    assert offset(desk, where) == 0
    assert send(desk, where, 0, data[:100], Upload_Checksum=f"sha1 {digest}").status_code == 204


@pytest.mark.parametrize("checksum", ["md5 AAAA", "sha256", "sha256 ", "sha256 !", "x" * 150, "sha1 a"])
def test_a_checksum_that_is_none_is_refused(central: Central, desk: Desk, checksum: str) -> None:
    data = picture(central)
    answer = send(desk, place(desk, data), 0, data, Upload_Checksum=checksum)
    assert (problem(answer).name, answer.status_code) == ("malformed", 400)


def test_more_than_was_announced_is_refused(central: Central, desk: Desk) -> None:
    data = picture(central)
    where = place(desk, data)
    assert problem(send(desk, where, 0, data + b"x")).name == "too-large"
    assert problem(begin(desk, data, length=BLOB_LIMIT + 1)).name == "too-large"
    chunks = (bytes(2**20) for _ in range(13))
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": PIECE}
    answer = desk.http.patch(desk.central.url + where, data=chunks, headers=headers, timeout=60)
    assert (problem(answer).name, answer.status_code) == ("too-large", 413)
    assert offset(desk, where) == 0


@pytest.mark.parametrize(
    ("told", "length", "refused"),
    [
        ("", 9, "validation"),
        ("sha256", 9, "validation"),
        (f"sha256 {coded('x' * 64)},filetype {coded('image/png')}", 9, "validation"),
        (f"sha256 {coded('a' * 64)},sha256 {coded('a' * 64)},filetype {coded('image/png')}", 9, "validation"),
        ("sha256 ***", 9, "validation"),
        ("sha256 gICA", 9, "validation"),
        ("x" * 1001, 9, "validation"),
        (f"sha256 {coded('a' * 64)},filetype {coded('text/html')}", 9, "not-an-image"),
        (f"sha256 {coded('a' * 64)}", 9, "not-an-image"),
        (f"sha256 {coded('a' * 64)},filetype {coded('image/png')}", 0, "not-an-image"),
        (f"sha256 {coded('a' * 64)},filetype {coded('image/png')}", -1, "validation"),
        (f"sha256 {coded('a' * 64)},filetype {coded('image/png')}", "9" * 13, "validation"),
        (f"sha256 {coded('a' * 64)},filetype {coded('image/png')}", "", "validation"),
        (f"sha256 {coded('a' * 64)},filetype {coded('image/png')}", "1e3", "validation"),
    ],
)
def test_an_announcement_that_is_none_is_refused(desk: Desk, told: str, length: object, refused: str) -> None:
    answer = call(desk, "POST", BASE, Upload_Length=str(length), Upload_Metadata=told)
    assert problem(answer).name == refused


@pytest.mark.parametrize("upload_id", ["0" * 32, "0" * 31, "..%2f" + "0" * 32, "A" * 32, "%00"])
@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_an_upload_nobody_began_is_unknown(desk: Desk, method: str, upload_id: str) -> None:
    answer = desk.call(
        method, f"{BASE}/{upload_id}", raw=b"x", Tus_Resumable="1.0.0", Upload_Offset="0", Content_Type=PIECE
    )
    assert answer.status_code in ((404,) if upload_id == "0" * 32 else (404, 405, 422))


@pytest.mark.parametrize("headers", [{"Upload_Offset": "-1"}, {"Upload_Offset": "x"}, {"Upload_Offset": "9" * 13}])
def test_a_place_that_is_none_is_refused(central: Central, desk: Desk, headers: dict[str, str]) -> None:
    data = picture(central)
    assert problem(send(desk, place(desk, data), 0, data, **headers)).name == "validation"


def test_what_is_not_sent_as_a_piece_is_refused(central: Central, desk: Desk) -> None:
    data = picture(central)
    where = place(desk, data)
    for media_type in ("image/jpeg", "", "application/octet-stream"):
        answer = send(desk, where, 0, data, Content_Type=media_type)
        assert (problem(answer).name, answer.status_code) == ("wrong-media-type", 415)


def test_bytes_that_are_not_what_was_announced_are_dropped_at_the_end(central: Central, desk: Desk) -> None:
    data = picture(central)
    where = place(desk, data)
    send(desk, where, 0, data[:500])
    answer = send(desk, where, 500, b"x" * (len(data) - 500))
    assert (problem(answer).name, problem(answer).code) == ("validation", "sha256-mismatch")
    assert call(desk, "HEAD", where).status_code == 404
    assert not central.blobs.has(name(data))
    where = place(desk, data)
    assert send(desk, where, 0, data).status_code == 204
    webpage = b"<html>" + data
    answer = send(desk, place(desk, webpage), 0, webpage)
    assert problem(answer).name == "not-an-image"


def test_another_officer_neither_sees_nor_ends_an_upload_and_an_administrator_begins_none(
    central: Central, desk: Desk
) -> None:
    data = picture(central)
    where = place(desk, data)
    other = central.desk()
    assert call(other, "HEAD", where).status_code == 404
    assert problem(send(other, where, 0, data)).name == "unknown-upload"
    assert problem(call(other, "DELETE", where)).name == "unknown-upload"
    assert problem(begin(central.desk(role=Role.ADMINISTRATOR), data)).name == "forbidden"
    assert offset(desk, where) == 0


def test_a_dropped_upload_is_gone_and_a_kept_picture_stays(central: Central, desk: Desk) -> None:
    data = picture(central)
    where = place(desk, data)
    send(desk, where, 0, data[:10])
    assert call(desk, "DELETE", where).status_code == 204
    assert problem(send(desk, where, 10, data[10:])).name == "unknown-upload"
    where = place(desk, data)
    send(desk, where, 0, data)
    assert call(desk, "DELETE", where).status_code == 204
    assert central.blobs.get(name(data)) == data


def test_a_client_without_patch_says_what_it_means(central: Central, desk: Desk) -> None:
    data = picture(central)
    where = place(desk, data)
    headers = {"X_HTTP_Method_Override": "PATCH", "Upload_Offset": "0", "Content_Type": PIECE}
    assert call(desk, "POST", where, data, **headers).status_code == 204
    assert central.blobs.has(name(data))
    unknown = call(desk, "POST", f"{BASE}/{'0' * 32}", X_HTTP_Method_Override="HEAD")
    assert problem(unknown).name == "unknown-upload"


def test_two_desks_that_send_the_same_picture_at_once_both_have_sent_it(central: Central) -> None:
    data = picture(central, 200_000)
    finals: list[int] = []

    def told(desk: Desk, where: str) -> int | None:
        answer = call(desk, "HEAD", where)
        return int(answer.headers["Upload-Offset"]) if answer.status_code == 200 else None

    def asked(desk: Desk, where: str) -> int:
        # While another desk finishes the same picture the answer may be to ask again.
        return wait_until(lambda: told(desk, where))

    def deliver(desk: Desk, start: threading.Barrier) -> None:
        where = place(desk, data)
        start.wait(20)
        at = 0
        while at < len(data):
            answer = send(desk, where, at, data[at : at + 50_000])
            at = int(answer.headers["Upload-Offset"]) if answer.status_code == 204 else asked(desk, where)
        finals.append(asked(desk, where))

    same = central.desk()
    desks = [same, Desk(central, same.grant.officer.username), central.desk()]
    start = threading.Barrier(len(desks))
    threads = [threading.Thread(target=deliver, args=(desk, start)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert finals == [len(data)] * 3
    assert central.blobs.get(name(data)) == data


def cut_off(central: Central, desk: Desk, where: str, data: bytes, sent: int, *extra: str) -> None:
    """Send ``sent`` bytes of a piece and hang up."""
    target = urlsplit(central.url)
    with socket.create_connection((str(target.hostname), target.port or 0), timeout=60) as line:
        head = [
            f"PATCH {where} HTTP/1.1",
            "Host: central",
            f"Authorization: Bearer {desk.grant.access_token}",
            "Tus-Resumable: 1.0.0",
            "Upload-Offset: 0",
            f"Content-Type: {PIECE}",
            f"Content-Length: {len(data)}",
            *extra,
        ]
        line.sendall("\r\n".join([*head, "", ""]).encode() + data[:sent])


def test_what_came_before_a_cut_is_kept(central: Central, desk: Desk) -> None:
    data = picture(central, 100_000)
    where = place(desk, data)
    cut_off(central, desk, where, data, 70_000)
    at = wait_until(lambda: offset(desk, where) or None)
    assert at == 70_000
    assert send(desk, where, at, data[at:]).status_code == 204
    assert central.blobs.get(name(data)) == data


def test_half_a_piece_with_a_checksum_is_not_kept(central: Central, desk: Desk) -> None:
    data = picture(central, 100_000)
    where = place(desk, data)
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    cut_off(central, desk, where, data, 70_000, f"Upload-Checksum: sha256 {digest}")
    assert send(desk, where, 0, data, Upload_Checksum=f"sha256 {digest}").status_code == 204
