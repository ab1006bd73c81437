"""Key and certificate from a PKCS#12 file."""

from __future__ import annotations

from asn1crypto import pkcs12, x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509 import Certificate

from officer_console.signing import facts
from officer_console.signing.signer import SigningError, Trouble


class FileKey:
    """See :class:`key.Key`."""

    def __init__(self, data: bytes, password: str) -> None:
        """Open a file's bytes.

        Raises:
            SigningError: FILE_MALFORMED (the file or its certificate), WRONG_PASSWORD, NO_KEY, UNSUPPORTED_KEY.
        """
        try:
            pkcs12.Pfx.load(data, strict=True).native  # noqa: B018 - looks at every field
        except (ValueError, TypeError, KeyError):
            raise SigningError(Trouble.FILE_MALFORMED) from None
        try:
            file = load_pkcs12(data, password.encode() if password else None)
        except ValueError:
            raise SigningError(Trouble.WRONG_PASSWORD) from None
        if file.key is None or file.cert is None:
            raise SigningError(Trouble.NO_KEY)
        if not isinstance(file.key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
            raise SigningError(Trouble.UNSUPPORTED_KEY)
        certificate = facts.read(file.cert.certificate.public_bytes(Encoding.DER))
        if certificate is None:
            raise SigningError(Trouble.FILE_MALFORMED)
        self._key = file.key
        self.certificate = certificate
        self.authorities = tuple(_asn1(each.certificate) for each in file.additional_certs)

    def sign(self, data: bytes) -> bytes:
        """Return a signature of ``data``."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), SHA256())
        return self._key.sign(data, ec.ECDSA(SHA256()))

    def close(self) -> None:
        """Nothing is kept open."""


def _asn1(certificate: Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))
