"""Time stamps: from a server that is asked over HTTP or HTTPS, and only from one that a known root stands for."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import Encoding

from officer_console.services.sign_documents import Batch, Choice, SignDocuments, Unsigned
from officer_console.signing.child import Seconds
from officer_console.signing.host import SigningHost
from officer_console.signing.secret import Secret
from officer_console.signing.settings import Settings, TimeStampServer
from officer_console.signing.signer import Signer, SigningError, Trouble
from tests.signing.authority import DAY, NOW, Authority, key_file, rsa_key
from tests.signing.conftest import Hosted
from tests.signing.papers import keeper, mark, notice, plain
from tests.signing.reading import pdfsig, verdicts
from tests.signing.stamp_server import Answer, modified, refusing, serve, stamper

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def honest(authority: Authority) -> Answer:
    return stamper(authority.stamping(rsa_key(3)), rsa_key(3))


Refused = Callable[[Answer], Trouble]


@pytest.fixture(scope="module")
def refused(honest: Answer, officer_file: Path, authority: Authority) -> Iterator[Refused]:
    """Return what signs while the server gives an answer and tells why nothing came of it; one worker for all."""
    with serve(honest) as served:
        allowed = Settings(key_files=True, timestamp=TimeStampServer(url=served.url, roots=authority.pem))
        host = SigningHost(lambda: allowed, clock=lambda: NOW)
        with host.file(officer_file, Secret("Mật khẩu")) as signer:

            def act(answer: Answer) -> Trouble:
                served.answer = answer
                with pytest.raises(SigningError) as caught:
                    signer.sign(plain(), "", at=NOW)
                served.answer = honest
                assert signer.sign(plain(), "", at=NOW).startswith(plain())
                return caught.value.trouble

            yield act


def failed(signer: Signer, at: datetime = NOW) -> Trouble:
    with pytest.raises(SigningError) as caught:
        signer.sign(plain(), "", at=at)
    return caught.value.trouble


def test_signatures_are_stamped_where_a_server_is_set_up(
    honest: Answer, hosted: Hosted, officer_file: Path, authority: Authority, tmp_path: Path
) -> None:
    with serve(honest) as served:
        server = TimeStampServer(url=served.url, roots=authority.pem)
        with hosted(stamps=server).file(officer_file, Secret("Mật khẩu")) as signer:
            many = [signer.sign(pdf, "", at=NOW, mark=mark()) for pdf in (notice(), plain(), plain())]
        for signed in many:
            (verdict,) = verdicts(signed, authority.root)
            assert (verdict.valid, verdict.whole, verdict.stamped) == (True, True, True)
        assert pdfsig(many[0], tmp_path) == ["Signature is Valid."]
        # the first one also asks how large stamps are
        assert served.asked == 4


def test_a_stamp_that_is_granted_with_modifications_is_one(
    honest: Answer, hosted: Hosted, officer_file: Path, authority: Authority, refused: Refused
) -> None:
    with serve(modified(honest)) as served:
        server = TimeStampServer(url=served.url, roots=authority.pem)
        with hosted(stamps=server).file(officer_file, Secret("Mật khẩu")) as signer:
            (verdict,) = verdicts(signer.sign(plain(), "", at=NOW), authority.root)
    assert (verdict.valid, verdict.stamped) == (True, True)
    # what was modified is looked at all the same
    stranger = Authority("Stranger", number=5)
    assert refused(modified(stamper(stranger.stamping(rsa_key(3)), rsa_key(3)))) is Trouble.STAMP_FALSE
    # SEQUENCE { SEQUENCE { INTEGER 1 } }: granted with modifications, without a token
    assert refused(lambda _request: bytes.fromhex("30053003020101")) is Trouble.STAMP_FALSE


@pytest.mark.parametrize(
    ("ahead", "trouble"),
    [
        (timedelta(minutes=6), Trouble.CLOCK),
        (timedelta(minutes=-6), Trouble.CLOCK),
        (timedelta(minutes=4), None),
        (timedelta(minutes=-4), None),
    ],
)
def test_a_clock_that_is_minutes_off_the_stamps_time_is_told(
    ahead: timedelta, trouble: Trouble | None, honest: Answer, hosted: Hosted, officer_file: Path, authority: Authority
) -> None:
    with serve(honest) as served:
        server = TimeStampServer(url=served.url, roots=authority.pem)
        with hosted(stamps=server).file(officer_file, Secret("Mật khẩu")) as signer:
            if trouble is None:
                assert verdicts(signer.sign(plain(), "", at=NOW + ahead), authority.root)[0].stamped
            else:
                assert failed(signer, NOW + ahead) is trouble
            # each signature is looked at for itself
            signer.sign(plain(), "", at=NOW)
            assert failed(signer, NOW + 2 * ahead) is Trouble.CLOCK


def test_an_expired_certificate_does_not_sign_at_a_desk_whose_clock_is_behind(
    honest: Answer, authority: Authority, tmp_path: Path
) -> None:
    then = NOW - 400 * DAY
    expired = authority.certificate(rsa_key(1), start=NOW - 700 * DAY, end=NOW - 300 * DAY)
    (tmp_path / "officer.p12").write_bytes(key_file(rsa_key(1), expired, ""))
    with serve(honest) as served:
        server = TimeStampServer(url=served.url, roots=authority.pem)
        host = SigningHost(lambda: Settings(key_files=True, timestamp=server), clock=lambda: then)
        service = SignDocuments(host, tmp_path / "signing.json", clock=lambda: then)
        batch, kept = Batch([Unsigned(id="a", read=plain)]), dict[str, bytes]()
        opened = service.open(Choice(file=str(tmp_path / "officer.p12")), None, Secret(""))
        with opened as signer, pytest.raises(SigningError) as caught:
            list(service.sign(batch, signer, keeper(kept)))
    assert (caught.value.trouble, kept, len(batch.left)) == (Trouble.CLOCK, {}, 1)


@pytest.mark.parametrize(
    ("start", "end", "desk", "trouble"),
    [
        (NOW - DAY, NOW - timedelta(minutes=2), NOW - timedelta(minutes=3), Trouble.EXPIRED),
        (NOW + timedelta(minutes=2), NOW + DAY, NOW + timedelta(minutes=3), Trouble.NOT_YET_VALID),
    ],
)
def test_what_is_not_valid_at_the_stamps_time_does_not_sign_in_the_minutes_a_clock_may_be_off(
    start: datetime,
    end: datetime,
    desk: datetime,
    trouble: Trouble,
    honest: Answer,
    authority: Authority,
    tmp_path: Path,
) -> None:
    file = tmp_path / "officer.p12"
    file.write_bytes(key_file(rsa_key(1), authority.certificate(rsa_key(1), start=start, end=end), ""))
    with serve(honest) as served:
        server = TimeStampServer(url=served.url, roots=authority.pem)
        host = SigningHost(lambda: Settings(key_files=True, timestamp=server), clock=lambda: desk)
        with host.file(file, Secret("")) as signer:
            assert failed(signer, desk) is trouble


def test_the_servers_certificate_is_looked_at_for_the_time_of_its_stamp(authority: Authority, tmp_path: Path) -> None:
    # both lie in the past, as on a machine whose clock is ahead
    then, server_key = NOW - 400 * DAY, rsa_key(3)
    old = authority.stamping(server_key, start=then - DAY, end=then + DAY)
    file = tmp_path / "officer.p12"
    file.write_bytes(key_file(rsa_key(1), authority.certificate(rsa_key(1), start=then - DAY), ""))
    with serve(stamper(old, server_key, at=then)) as served:
        server = TimeStampServer(url=served.url, roots=authority.pem)
        host = SigningHost(lambda: Settings(key_files=True, timestamp=server), clock=lambda: then)
        with host.file(file, Secret("")) as signer:
            assert signer.sign(plain(), "", at=then).startswith(plain())
            assert failed(signer, NOW) is Trouble.CLOCK
            served.answer = stamper(old, server_key, at=NOW)
            assert failed(signer, NOW) is Trouble.STAMP_FALSE


def test_https_is_verified(
    honest: Answer, hosted: Hosted, officer_file: Path, authority: Authority, tmp_path: Path
) -> None:
    tls = (authority.serving(rsa_key(4)), rsa_key(4), tmp_path)
    (tmp_path / "ca.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    with serve(honest, tls=tls) as served:
        known = TimeStampServer(url=served.url, roots=authority.pem, https_ca=str(tmp_path / "ca.pem"))
        with hosted(stamps=known).file(officer_file, Secret("Mật khẩu")) as signer:
            (verdict,) = verdicts(signer.sign(plain(), "", at=NOW), authority.root)
        assert verdict.stamped
        before = served.asked
        unknown = TimeStampServer(url=served.url, roots=authority.pem)
        with hosted(stamps=unknown).file(officer_file, Secret("Mật khẩu")) as signer:
            assert failed(signer) is Trouble.STAMP_UNREACHABLE
        assert served.asked == before


def test_a_stamp_of_an_unknown_root_is_not_believed(refused: Refused) -> None:
    stranger = Authority("Stranger", number=5)
    assert refused(stamper(stranger.stamping(rsa_key(3)), rsa_key(3))) is Trouble.STAMP_FALSE


def test_a_stamp_by_somebody_who_is_no_time_stamp_server_is_not_believed(
    authority: Authority, refused: Refused
) -> None:
    assert refused(stamper(authority.certificate(rsa_key(3)), rsa_key(3))) is Trouble.STAMP_FALSE


@pytest.mark.parametrize(("field", "value"), [("message_imprint", bytes(32)), ("nonce", 7)])
def test_a_stamp_about_something_else_or_for_another_question_is_not_believed(
    field: str, value: object, honest: Answer, refused: Refused
) -> None:
    def other(request: tsp.TimeStampReq) -> bytes:
        if field == "nonce":
            request[field] = value
        else:
            request[field]["hashed_message"] = value
        return honest(request)

    assert refused(other) is Trouble.STAMP_FALSE


def test_a_stamp_whose_signature_was_changed_is_not_believed(honest: Answer, refused: Refused) -> None:
    def changed(request: tsp.TimeStampReq) -> bytes:
        answer = bytearray(honest(request))
        answer[-1] ^= 1
        return bytes(answer)

    assert refused(changed) is Trouble.STAMP_FALSE


@pytest.mark.parametrize("answer", [b"", b"<html>"], ids=["empty", "page"])
def test_what_is_no_stamp_is_told_as_such(answer: bytes, refused: Refused) -> None:
    assert refused(lambda _request: answer) is Trouble.STAMP_FALSE


def test_a_server_that_refuses_or_sends_too_much_is_told_as_such(refused: Refused) -> None:
    assert refused(refusing) is Trouble.STAMP_REFUSED
    assert refused(lambda _request: bytes(300_000)) is Trouble.STAMP_REFUSED


def test_a_server_that_fails_or_is_gone_is_told_as_such(
    honest: Answer, hosted: Hosted, officer_file: Path, authority: Authority
) -> None:
    with serve(honest) as served:
        served.status = 503
        host = hosted(stamps=TimeStampServer(url=served.url, roots=authority.pem))
        with host.file(officer_file, Secret("Mật khẩu")) as signer:
            assert failed(signer) is Trouble.STAMP_REFUSED
            served.stop()
            assert failed(signer) is Trouble.STAMP_UNREACHABLE


@contextlib.contextmanager
def silent() -> Iterator[str]:
    """Take connections in and never answer."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


def test_a_server_that_does_not_answer_is_not_taken_for_a_token_that_hangs(
    authority: Authority, hosted: Hosted, officer_file: Path
) -> None:
    with silent() as url:
        host = hosted(stamps=TimeStampServer(url=url, roots=authority.pem), seconds=Seconds(timestamp=0.5))
        with host.file(officer_file, Secret("Mật khẩu")) as signer:
            assert failed(signer) is Trouble.STAMP_UNREACHABLE
