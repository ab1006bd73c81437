"""Time stamps: from a server that is asked over HTTP or HTTPS, and only from one that a known root stands for."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import Encoding

from officer_console.signing.child import Seconds
from officer_console.signing.host import SigningHost
from officer_console.signing.secret import Secret
from officer_console.signing.settings import Settings, TimeStampServer
from officer_console.signing.signer import Signer, SigningError, Trouble
from tests.signing.authority import NOW, Authority, rsa_key
from tests.signing.conftest import Hosted
from tests.signing.papers import mark, notice, plain
from tests.signing.reading import pdfsig, verdicts
from tests.signing.stamp_server import Answer, refusing, serve, stamper

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


def failed(signer: Signer) -> Trouble:
    with pytest.raises(SigningError) as caught:
        signer.sign(plain(), "", at=NOW)
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
