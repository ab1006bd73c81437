"""A key that is open: its certificate, and signatures with it."""

from __future__ import annotations

from typing import Protocol

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_der_x509_certificate

from officer_console.signing.signer import SigningError, Trouble

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
    key = load_der_x509_certificate(certificate.dump()).public_key()
    if not isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)):
        raise SigningError(Trouble.UNSUPPORTED_KEY)
    return key


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
