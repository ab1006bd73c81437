"""What tokens answer that no token made of software answers: PINs that lock, a key that is not the certificate's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import exceptions
from pkcs11.constants import Attribute, ObjectClass, TokenFlag
from pkcs11.mechanisms import Mechanism
from pkcs11.types import SignMixin

from officer_console.signing import token
from officer_console.signing.signer import PinState, SigningError, Trouble
from tests.signing.authority import Authority, rsa_key

INITIALISED = TokenFlag.TOKEN_INITIALIZED
SERIAL = "0001"


class FakeKey(SignMixin):
    """Gives out what it was told to."""

    def __init__(self, answer: Callable[[], bytes]) -> None:
        self._answer = answer

    def __getitem__(self, _name: Attribute) -> object:
        raise exceptions.AttributeTypeInvalid

    def sign(self, _data: bytes, **_how: object) -> bytes:  # type: ignore[override]
        return self._answer()


class FakeSession:
    """One certificate and one key."""

    def __init__(self, on: FakeToken) -> None:
        self.token = on

    def get_objects(self, wanted: dict[Attribute, object]) -> list[object]:
        if wanted[Attribute.CLASS] is ObjectClass.CERTIFICATE:
            return [{Attribute.VALUE: self.token.der, Attribute.ID: b"1"}]
        return [FakeKey(self.token.answer)]

    def __enter__(self) -> FakeSession:
        return self

    def __exit__(self, *_about: object) -> None:
        return None


class FakeToken:
    """A token, its slot and its module in one."""

    label = "Fake"
    serial = SERIAL.encode()

    def __init__(self, der: bytes = b"") -> None:
        self.der = der
        self.flags = INITIALISED
        self.flags_after = INITIALISED
        self.refusal: type[exceptions.PKCS11Error] | None = None
        self.answer: Callable[[], bytes] = lambda: bytes(256)
        self.tried = 0
        self.slot = self

    def get_slots(self, *, token_present: bool) -> list[FakeToken]:
        assert token_present
        return [self]

    def get_token(self) -> FakeToken:
        return self

    def get_mechanisms(self) -> set[Mechanism]:
        return {Mechanism.SHA256_RSA_PKCS}

    def open(self, user_pin: str | None = None) -> FakeSession:
        if user_pin is not None:
            self.tried += 1
            self.flags = self.flags_after
            if self.refusal is not None:
                raise self.refusal
        return FakeSession(self)


@pytest.fixture(scope="module")
def der(authority: Authority) -> bytes:
    return authority.certificate(rsa_key(1)).public_bytes(Encoding.DER)


def log_in(fake: FakeToken) -> token.TokenKey:
    (certificate,) = token.certificates(fake, lambda _certificate, _beside: None)  # type: ignore[arg-type]
    return token.log_in(fake, SERIAL, certificate.fingerprint, "1234")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("refusal", "after", "expected"),
    [
        (exceptions.PinIncorrect, INITIALISED, Trouble.WRONG_PIN),
        (exceptions.PinIncorrect, INITIALISED | TokenFlag.USER_PIN_COUNT_LOW, Trouble.WRONG_PIN),
        (exceptions.PinIncorrect, INITIALISED | TokenFlag.USER_PIN_FINAL_TRY, Trouble.LAST_TRY),
        (exceptions.PinIncorrect, INITIALISED | TokenFlag.USER_PIN_LOCKED, Trouble.PIN_LOCKED),
        (exceptions.PinLenRange, INITIALISED, Trouble.WRONG_PIN),
        (exceptions.PinLocked, INITIALISED, Trouble.PIN_LOCKED),
        (exceptions.PinExpired, INITIALISED, Trouble.PIN_EXPIRED),
        (exceptions.GeneralError, INITIALISED, Trouble.DRIVER),
        (exceptions.DeviceRemoved, INITIALISED, Trouble.TOKEN_REMOVED),
    ],
)
def test_a_refused_pin_is_told_with_what_is_left(
    refusal: type[exceptions.PKCS11Error], after: TokenFlag, expected: Trouble, der: bytes
) -> None:
    fake = FakeToken(der)
    fake.refusal, fake.flags_after = refusal, after
    with pytest.raises(SigningError) as caught:
        log_in(fake)
    assert caught.value.trouble is expected
    assert fake.tried == 1


def test_a_locked_token_is_told_before_a_pin_is_tried(der: bytes) -> None:
    fake = FakeToken(der)
    fake.flags |= TokenFlag.USER_PIN_LOCKED
    with pytest.raises(SigningError) as caught:
        log_in(fake)
    assert caught.value.trouble is Trouble.PIN_LOCKED
    assert fake.tried == 0


@pytest.mark.parametrize(
    ("flag", "state"),
    [
        (TokenFlag.USER_PIN_COUNT_LOW, PinState.WRONG_BEFORE),
        (TokenFlag.USER_PIN_FINAL_TRY, PinState.LAST_TRY),
        (TokenFlag.USER_PIN_LOCKED, PinState.LOCKED),
    ],
)
def test_what_a_token_tells_of_its_pin_is_told_with_the_certificate(
    flag: TokenFlag, state: PinState, der: bytes
) -> None:
    fake = FakeToken(der)
    fake.flags |= flag
    (certificate,) = token.certificates(fake, lambda _certificate, _beside: None)  # type: ignore[arg-type]
    assert certificate.pin is state


def test_a_signature_that_does_not_fit_the_certificate_is_not_taken(der: bytes) -> None:
    fake = FakeToken(der)
    key = log_in(fake)
    with pytest.raises(SigningError) as caught:
        key.sign(b"data")
    assert (caught.value.trouble, caught.value.detail) == (Trouble.DRIVER, "SignatureInvalid")


def test_an_error_in_the_midst_is_the_drivers_while_the_token_is_there(der: bytes) -> None:
    def fail() -> bytes:
        raise exceptions.DeviceError

    fake = FakeToken(der)
    fake.answer = fail
    key = log_in(fake)
    with pytest.raises(SigningError) as caught:
        key.sign(b"data")
    assert (caught.value.trouble, caught.value.detail) == (Trouble.DRIVER, "DeviceError")
