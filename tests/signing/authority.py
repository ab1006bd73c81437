"""An authority for tests: a root, and certificates of officers and of a time-stamp server under it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
OFFICER = "Nguyễn Thị Ánh Tuyết"

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(number: int) -> rsa.RSAPrivateKey:
    """Return the key of that number, made once in a process."""
    assert number >= 0
    return rsa.generate_private_key(65537, 2048)


def _name(common_name: str) -> x509.Name:
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")
    return x509.Name([country, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def usage(*names: str) -> x509.KeyUsage:
    """Return the extension with the named bits set."""
    bits = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign "
        "crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{bit: bit in names for bit in bits.split()})


class Authority:
    """A root certificate and what it signs."""

    def __init__(self, name: str = "Test Root", number: int = 0) -> None:
        self._key = rsa_key(number)
        self._name = _name(name)
        builder = self._builder(self._name, self._key, NOW - 3650 * DAY, NOW + 3650 * DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(usage("key_cert_sign", "crl_sign"), critical=True)
        self.root = builder.sign(self._key, SHA256())

    @property
    def pem(self) -> str:
        """The root as PEM."""
        return self.root.public_bytes(Encoding.PEM).decode("ascii")

    def certificate(
        self,
        key: Key,
        *,
        name: str = OFFICER,
        start: datetime = NOW - DAY,
        end: datetime = NOW + 365 * DAY,
        bits: tuple[str, ...] | None = ("digital_signature", "content_commitment"),
    ) -> x509.Certificate:
        """Return an officer's certificate; without ``bits`` it says nothing of what the key is for."""
        builder = self._builder(_name(name), key, start, end)
        if bits is not None:
            builder = builder.add_extension(usage(*bits), critical=True)
        return builder.sign(self._key, SHA256())

    def stamping(self, key: Key, *, start: datetime = NOW - DAY, end: datetime = NOW + 365 * DAY) -> x509.Certificate:
        """Return a time-stamp server's certificate."""
        builder = self._builder(_name("Test TSA"), key, start, end)
        builder = builder.add_extension(usage("digital_signature"), critical=True)
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        return builder.add_extension(stamping, critical=True).sign(self._key, SHA256())

    def serving(self, key: Key) -> x509.Certificate:
        """Return the certificate of an HTTPS server on this machine."""
        builder = self._builder(_name("localhost"), key, NOW - DAY, NOW + 365 * DAY)
        names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
        builder = builder.add_extension(usage("digital_signature", "key_encipherment"), critical=True)
        return builder.add_extension(names, critical=False).sign(self._key, SHA256())

    def _builder(self, subject: x509.Name, key: Key, start: datetime, end: datetime) -> x509.CertificateBuilder:
        ours, theirs = self._key.public_key(), key.public_key()
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(theirs)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(theirs), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ours), critical=False)
        )


def key_file(key: Key | None, certificate: x509.Certificate | None, password: str) -> bytes:
    """Return a PKCS#12 file."""
    return serialize_key_and_certificates(
        b"signing", key, certificate, None, BestAvailableEncryption(password.encode()) if password else NoEncryption()
    )


def pem(key: Key) -> bytes:
    """Return a private key as PKCS#8 in PEM."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
