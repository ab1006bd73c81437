"""What can go wrong before and while signing: each has a code of its own, and nothing hangs."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from officer_console.signing.child import Seconds
from officer_console.signing.host import SigningHost
from officer_console.signing.secret import Secret
from officer_console.signing.signer import Certificate, PinState, SigningError, Trouble
from tests.signing.authority import NOW, Authority, key_file, rsa_key
from tests.signing.conftest import MODULE, Hosted
from tests.signing.papers import plain
from tests.signing.soft_token import PIN, SoftToken
from tests.signing.test_signatures import named

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(shutil.which("softhsm2-util") is None, reason="no token made of software on this machine"),
]


def trouble(act: Callable[[], object]) -> Trouble:
    with pytest.raises(SigningError) as caught:
        act()
    return caught.value.trouble


def opening(host: SigningHost, certificate: Certificate, pin: str = PIN) -> Callable[[], object]:
    def act() -> None:
        with host.token(MODULE, certificate, Secret(pin)):
            pytest.fail("opened")

    return act


def test_a_wrong_pin_is_told_and_the_token_says_so_until_the_right_one_comes(
    token: SoftToken, hosted: Hosted, tmp_path: Path
) -> None:
    spoilt = token.copied(tmp_path)
    host = hosted(spoilt)
    rsa = named(host.certificates(MODULE), "RSA")
    assert trouble(opening(host, rsa, "000000")) is Trouble.WRONG_PIN
    assert named(host.certificates(MODULE), "RSA").pin is PinState.WRONG_BEFORE
    with host.token(MODULE, rsa, Secret(PIN)):
        pass
    assert named(host.certificates(MODULE), "RSA").pin is PinState.GOOD


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Expired", Trouble.EXPIRED),
        ("Future", Trouble.NOT_YET_VALID),
        ("Encrypts", Trouble.KEY_USAGE),
        ("Keyless", Trouble.NO_KEY),
    ],
)
def test_a_certificate_that_may_not_sign_is_refused(
    name: str, expected: Trouble, token: SoftToken, hosted: Hosted
) -> None:
    host = hosted(token)
    pin = Secret(PIN)
    with pytest.raises(SigningError) as caught, host.token(MODULE, named(host.certificates(MODULE), name), pin):
        pytest.fail("opened")
    assert caught.value.trouble is expected
    assert len(pin) == 0


def test_a_token_pulled_out_in_the_midst_of_a_batch_ends_it(token: SoftToken, hosted: Hosted, tmp_path: Path) -> None:
    away = token.copied(tmp_path)
    host = hosted(away)
    rsa = named(host.certificates(MODULE), "RSA")
    with host.token(MODULE, rsa, Secret(PIN)) as signer:
        assert signer.sign(plain(), "", at=NOW).startswith(plain())
        away.remove()
        assert trouble(lambda: signer.sign(plain(), "", at=NOW)) is Trouble.TOKEN_REMOVED
    assert trouble(lambda: host.certificates(MODULE)) is Trouble.NO_TOKEN
    assert trouble(opening(host, rsa)) is Trouble.NO_TOKEN


def test_a_module_that_is_missing_broken_or_not_allowed_is_told_apart(
    token: SoftToken, hosted: Hosted, tmp_path: Path
) -> None:
    assert trouble(lambda: hosted(module=str(tmp_path / "none.so")).certificates(MODULE)) is Trouble.MODULE_MISSING
    (tmp_path / "text.so").write_text("no library", encoding="ascii")
    assert trouble(lambda: hosted(module=str(tmp_path / "text.so")).certificates(MODULE)) is Trouble.MODULE_BROKEN
    (tmp_path / "open.so").write_bytes(b"\x7fELF")
    (tmp_path / "open.so").chmod(0o666)
    assert trouble(lambda: hosted(module=str(tmp_path / "open.so")).certificates(MODULE)) is Trouble.MODULE_BROKEN
    assert trouble(lambda: hosted(token).certificates(token.module)) is Trouble.MODULE_UNKNOWN


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_module_that_hangs_is_killed(token: SoftToken, hosted: Hosted, tmp_path: Path) -> None:
    # It waits for its configuration for ever: a driver as they are, hanging in its first call.
    os.mkfifo(tmp_path / "never.conf")
    environment = {**os.environ, "SOFTHSM2_CONF": str(tmp_path / "never.conf")}
    host = hosted(token, environment=environment, seconds=Seconds(token=0.5))
    assert trouble(lambda: host.certificates(MODULE)) is Trouble.DRIVER_HANGS


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_module_that_crashes_takes_only_its_own_process_along(token: SoftToken, hosted: Hosted) -> None:
    host = hosted(token)
    with host.token(MODULE, named(host.certificates(MODULE), "RSA"), Secret(PIN)) as signer:
        (worker,) = host._workers
        os.kill(worker._process.pid, signal.SIGSEGV)
        assert trouble(lambda: signer.sign(plain(), "", at=NOW)) is Trouble.DRIVER
    with host.token(MODULE, named(host.certificates(MODULE), "RSA"), Secret(PIN)) as signer:
        assert signer.sign(plain(), "", at=NOW).startswith(plain())


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_closing_ends_a_signature_under_way_and_nothing_is_opened_after(token: SoftToken, hosted: Hosted) -> None:
    host = hosted(token)
    rsa = named(host.certificates(MODULE), "RSA")
    told: list[Trouble] = []
    with host.token(MODULE, rsa, Secret(PIN)) as signer:
        (worker,) = host._workers
        os.kill(worker._process.pid, signal.SIGSTOP)
        signing = threading.Thread(target=lambda: told.append(trouble(lambda: signer.sign(plain(), "", at=NOW))))
        signing.start()
        host.close()
        signing.join(30)
    assert told == [Trouble.CLOSED]
    assert trouble(opening(host, rsa)) is Trouble.CLOSED


def test_key_files_that_cannot_be_used_are_told_apart(
    authority: Authority, token: SoftToken, hosted: Hosted, officer_file: Path, tmp_path: Path
) -> None:
    host = hosted()

    def opened(path: Path, password: str = "Mật khẩu", by: SigningHost = host) -> Trouble:  # noqa: S107
        secret = Secret(password)
        with pytest.raises(SigningError) as caught, by.file(path, secret):
            pytest.fail("opened")
        assert len(secret) == 0
        return caught.value.trouble

    assert opened(officer_file, "mật khẩu") is Trouble.WRONG_PASSWORD
    assert opened(officer_file, "") is Trouble.WRONG_PASSWORD
    assert opened(tmp_path / "none.p12") is Trouble.FILE_UNREADABLE
    assert opened(tmp_path) is Trouble.FILE_UNREADABLE
    (tmp_path / "text.p12").write_text("no keys", encoding="ascii")
    assert opened(tmp_path / "text.p12") is Trouble.FILE_MALFORMED
    (tmp_path / "bare.p12").write_bytes(key_file(rsa_key(1), None, "x"))
    assert opened(tmp_path / "bare.p12", "x") is Trouble.NO_KEY
    expired = authority.certificate(rsa_key(1), start=NOW.replace(year=2020), end=NOW.replace(year=2021))
    (tmp_path / "old.p12").write_bytes(key_file(rsa_key(1), expired, "x"))
    assert opened(tmp_path / "old.p12", "x") is Trouble.EXPIRED
    assert opened(officer_file, by=hosted(token)) is Trouble.FILES_FORBIDDEN


@pytest.mark.parametrize("pdf", [b"", b"no PDF", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_document_is_refused_and_the_next_one_is_signed(
    pdf: bytes, officer_file: Path, hosted: Hosted
) -> None:
    with hosted().file(officer_file, Secret("Mật khẩu")) as signer:
        assert trouble(lambda: signer.sign(pdf, "", at=NOW)) is Trouble.DOCUMENT
        assert signer.sign(plain(), "", at=NOW).startswith(plain())


def test_a_certificate_that_expires_in_the_midst_of_a_batch_ends_it(officer_file: Path, hosted: Hosted) -> None:
    with hosted().file(officer_file, Secret("Mật khẩu")) as signer:
        late = NOW.replace(year=NOW.year + 5)
        assert trouble(lambda: signer.sign(plain(), "", at=late)) is Trouble.EXPIRED


def test_a_pin_stands_in_no_command_line_no_environment_and_no_message(token: SoftToken, hosted: Hosted) -> None:
    host = hosted(token)
    rsa = named(host.certificates(MODULE), "RSA")
    assert PIN not in repr(Secret(PIN))
    with pytest.raises(SigningError) as caught, host.token(MODULE, rsa, Secret(PIN + "9")):
        pytest.fail("opened")
    assert PIN not in f"{caught.value!r} {caught.value.detail} {caught.value.data}"
    with host.token(MODULE, rsa, Secret(PIN)):
        (worker,) = host._workers
        for what in ("cmdline", "environ"):
            place = Path(f"/proc/{worker._process.pid}/{what}")
            if place.exists():
                assert PIN.encode() not in place.read_bytes()
