"""A key that is open: its certificate, and signatures with it."""

from __future__ import annotations

from typing import Protocol

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_der_x509_certificate

from officer_console.signing.signer import SigningError, Trouble

# The shortest keys that may sign (NIST SP 800-131A rev. 2, table 2: 112 bits of security or more).
RSA_BITS = 2048
CURVE_BITS = 256

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


class Key(Protocol):
    """A private key that can be used."""

    @property
    def certificate(self) -> x509.Certificate:
        """Its certificate."""

    @property
    def authorities(self) -> tuple[x509.Certificate, ...]:
        """Certificates of authorities that lie beside it."""

    def sign(self, data: bytes) -> bytes:
        """Return a signature of the SHA-256 of ``data``: PKCS #1 v1.5 for RSA, ECDSA in DER for curves.

        Raises:
            SigningError: TOKEN_REMOVED, DRIVER.
        """

    def close(self) -> None:
        """Let go of it."""


def public_key(certificate: x509.Certificate) -> PublicKey:
    """Return the public key; raises SigningError (UNSUPPORTED_KEY) where it is neither RSA nor on a curve."""
    try:
        key = load_der_x509_certificate(certificate.dump()).public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise SigningError(Trouble.UNSUPPORTED_KEY) from None
    if not isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)):
        raise SigningError(Trouble.UNSUPPORTED_KEY)
    return key


def check_length(certificate: x509.Certificate) -> None:
    """Raise SigningError (KEY_TOO_SHORT, UNSUPPORTED_KEY) for a certificate whose key is too weak to sign with."""
    key = public_key(certificate)
    if key.key_size < (RSA_BITS if isinstance(key, rsa.RSAPublicKey) else CURVE_BITS):
        raise SigningError(Trouble.KEY_TOO_SHORT)


def fits(key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether ``signature`` is one of ``data`` by the owner of ``key``."""
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), SHA256())
        else:
            key.verify(signature, data, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
