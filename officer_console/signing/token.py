"""Keys on tokens, through the PKCS#11 module of whoever made the token: foreign native code, in the worker only."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pkcs11
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import exceptions
from pkcs11.constants import Attribute, ObjectClass, TokenFlag
from pkcs11.mechanisms import Mechanism
from pkcs11.types import Object, SignMixin
from pkcs11.util.ec import encode_ecdsa_signature

from officer_console.signing import facts
from officer_console.signing.key import fits, public_key
from officer_console.signing.signer import Certificate, PinState, SigningError, Trouble

if TYPE_CHECKING:
    from pkcs11._pkcs11 import lib as Library  # noqa: N812 - a class

# Why a certificate may not sign, with the authorities beside it.
Refusal = Callable[[x509.Certificate, tuple[x509.Certificate, ...]], Trouble | None]

# DigestInfo of SHA-256 up to the digest (RFC 8017, 9.2)
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")

_LOGIN: dict[type[exceptions.PKCS11Error], Trouble] = {
    exceptions.PinIncorrect: Trouble.WRONG_PIN,
    exceptions.PinInvalid: Trouble.WRONG_PIN,
    exceptions.PinLenRange: Trouble.WRONG_PIN,
    exceptions.PinLocked: Trouble.PIN_LOCKED,
    exceptions.PinExpired: Trouble.PIN_EXPIRED,
}
# A token that was pulled out and put back has forgotten the session.
_GONE = (
    exceptions.DeviceRemoved,
    exceptions.TokenNotPresent,
    exceptions.SessionHandleInvalid,
    exceptions.SessionClosed,
    exceptions.UserNotLoggedIn,
)


def load(path: str) -> Library:
    """Return the module, initialised.

    Raises:
        SigningError: MODULE_MISSING, MODULE_BROKEN, DRIVER.
    """
    if not Path(path).is_file():
        raise SigningError(Trouble.MODULE_MISSING)
    try:
        return pkcs11.lib(path)
    except exceptions.PKCS11Error as error:
        # the bare kind: it is no library, one for another processor, or one without PKCS#11
        broken = type(error) is exceptions.PKCS11Error
        raise SigningError(*((Trouble.MODULE_BROKEN,) if broken else (Trouble.DRIVER, type(error).__name__))) from None


def certificates(library: Library, refusal: Refusal) -> tuple[Certificate, ...]:
    """Return the certificates of all tokens that are plugged in, authorities' own left out.

    ``refusal`` is asked of each; the authorities beside it are on the same token.

    Raises:
        SigningError: NO_TOKEN, DRIVER, and what ``refusal`` raises.
    """
    found: list[Certificate] = []
    tokens = 0
    for token in _tokens(library):
        tokens += 1
        serial, state = _serial(token), _pin_state(token)
        with _told(library, serial), token.open() as session:
            there = [each for _, each in _on_token(session)]
        authorities = tuple(each for each in there if each.ca)
        found += [
            replace(facts.facts(each, token=token.label, serial=serial, pin=state), refused=refusal(each, authorities))
            for each in there
            if not each.ca
        ]
    if not tokens:
        raise SigningError(Trouble.NO_TOKEN)
    return tuple(found)


def log_in(library: Library, serial: str, fingerprint: str, pin: str) -> TokenKey:
    """Return what signs with the key of the certificate ``fingerprint`` on the token ``serial``.

    Raises:
        SigningError: NO_TOKEN, WRONG_PIN, LAST_TRY, PIN_LOCKED, PIN_EXPIRED, NO_CERTIFICATE, NO_KEY, UNSUPPORTED_KEY,
            DRIVER.
    """
    token = next((each for each in _tokens(library) if _serial(each) == serial), None)
    if token is None:
        raise SigningError(Trouble.NO_TOKEN)
    if TokenFlag.USER_PIN_LOCKED in token.flags:
        raise SigningError(Trouble.PIN_LOCKED)
    try:
        session = token.open(user_pin=pin)
    except tuple(_LOGIN) as error:
        raise SigningError(_after_refusal(library, serial, _LOGIN[type(error)])) from None
    except exceptions.PKCS11Error as error:
        raise _trouble(library, serial, error) from None
    with _told(library, serial):
        return TokenKey(library, session, fingerprint, pin)


class TokenKey:
    """See :class:`key.Key`. Keeps the PIN only for a key that wants it for every signature."""

    def __init__(self, library: Library, session: pkcs11.Session, fingerprint: str, pin: str) -> None:
        """``fingerprint`` names the certificate on the token whose key signs."""
        self._library, self._session = library, session
        self._serial = _serial(session.token)
        on_token = list(_on_token(session))
        item, certificate = next(
            ((item, each) for item, each in on_token if each.sha256.hex() == fingerprint), (None, None)
        )
        if item is None or certificate is None:
            raise SigningError(Trouble.NO_CERTIFICATE)
        self.certificate = certificate
        self.authorities = tuple(each for _, each in on_token if each.ca)
        self._public = public_key(certificate)
        self._key = _key(session, item)
        self._pin = pin if _attribute(self._key, Attribute.ALWAYS_AUTHENTICATE) else None
        # Some tokens sign only what was hashed before; for elliptic curves hardly any does otherwise.
        self._hashes = Mechanism.SHA256_RSA_PKCS in session.token.slot.get_mechanisms()

    def sign(self, data: bytes) -> bytes:
        """Return the token's signature of ``data``, after trying it with the certificate's public key."""
        with _told(self._library, self._serial):
            if isinstance(self._public, ec.EllipticCurvePublicKey):
                made = self._key.sign(sha256(data).digest(), mechanism=Mechanism.ECDSA, pin=self._pin)
                signature = encode_ecdsa_signature(made)
            elif self._hashes:
                signature = self._key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS, pin=self._pin)
            else:
                info = SHA256_INFO + sha256(data).digest()
                signature = self._key.sign(info, mechanism=Mechanism.RSA_PKCS, pin=self._pin)
        if not fits(self._public, signature, data):
            raise SigningError(Trouble.DRIVER, "SignatureInvalid")
        return signature

    def close(self) -> None:
        """Log out."""
        with contextlib.suppress(exceptions.PKCS11Error):
            self._session.close()


@contextlib.contextmanager
def _told(library: Library, serial: str) -> Iterator[None]:
    """Tell a module's own errors in our words."""
    try:
        yield
    except exceptions.PKCS11Error as error:
        raise _trouble(library, serial, error) from None


def _trouble(library: Library, serial: str, error: exceptions.PKCS11Error) -> SigningError:
    if isinstance(error, _GONE) or all(_serial(each) != serial for each in _tokens(library)):
        return SigningError(Trouble.TOKEN_REMOVED)
    return SigningError(Trouble.DRIVER, type(error).__name__)


def _after_refusal(library: Library, serial: str, trouble: Trouble) -> Trouble:
    """Return what a refused PIN means: PKCS#11 has no number of tries left, only "the last one" and "locked"."""
    if trouble is not Trouble.WRONG_PIN:
        return trouble
    state = next((_pin_state(each) for each in _tokens(library) if _serial(each) == serial), PinState.GOOD)
    return {PinState.LOCKED: Trouble.PIN_LOCKED, PinState.LAST_TRY: Trouble.LAST_TRY}.get(state, Trouble.WRONG_PIN)


def _tokens(library: Library) -> Iterator[pkcs11.Token]:
    try:
        slots = library.get_slots(token_present=True)
    except exceptions.PKCS11Error:
        return
    for slot in slots:
        # a token that is being pulled out or is broken; the others are still good
        with contextlib.suppress(exceptions.PKCS11Error):
            token = slot.get_token()
            if TokenFlag.TOKEN_INITIALIZED in token.flags:
                yield token


def _serial(token: pkcs11.Token) -> str:
    return token.serial.decode("ascii", "replace").strip(" \0")


def _pin_state(token: pkcs11.Token) -> PinState:
    for flag, state in (
        (TokenFlag.USER_PIN_LOCKED, PinState.LOCKED),
        (TokenFlag.USER_PIN_FINAL_TRY, PinState.LAST_TRY),
        (TokenFlag.USER_PIN_COUNT_LOW, PinState.WRONG_BEFORE),
    ):
        if flag in token.flags:
            return state
    return PinState.GOOD


def _on_token(session: pkcs11.Session) -> Iterator[tuple[Object, x509.Certificate]]:
    """Yield the certificates; all searches are ended before, as a session can do one at a time."""
    for item in list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})):
        certificate = facts.read(_attribute(item, Attribute.VALUE) or b"")
        if certificate is not None:
            yield item, certificate


def _key(session: pkcs11.Session, item: Object) -> SignMixin:
    """Return the private key that has the certificate's CKA_ID, by which PKCS#11 joins the two."""
    wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: _attribute(item, Attribute.ID) or b""}
    for key in list(session.get_objects(wanted)):
        if isinstance(key, SignMixin):
            return key
    raise SigningError(Trouble.NO_KEY)


def _attribute(item: Object, name: Attribute) -> Any:  # noqa: ANN401 - its kind depends on the name
    """Return an attribute, ``None`` where the token does not have or tell it."""
    try:
        return item[name]
    except (exceptions.AttributeTypeInvalid, exceptions.AttributeSensitive, exceptions.FunctionFailed):
        return None
