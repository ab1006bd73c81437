"""What an X.509 certificate says, as plain values."""

from __future__ import annotations

from datetime import UTC, datetime

from asn1crypto import x509

from officer_console.signing.signer import Certificate, PinState, Trouble

SIGNING = frozenset({"digital_signature", "non_repudiation"})
# Extended key usages (RFC 5280, 4.2.1.12) of machines that sign by themselves. Issuers give their officers all kinds of
# others, among them some of their own, and many none at all.
MACHINES = frozenset({"server_auth", "time_stamping", "ocsp_signing"})
# What names a signer, the best first; a number that identifies a person is no name.
_NAMES = (
    ("common_name",),
    ("name",),
    ("surname", "given_name"),
    ("pseudonym",),
    ("organization_name",),
    ("organizational_unit_name",),
    ("email_address",),
)
NAME_LIMIT = 200


def read(der: bytes) -> x509.Certificate | None:
    """Return the certificate in ``der``, read to its last field; ``None`` when it is none."""
    try:
        certificate = x509.Certificate.load(der, strict=True)
        facts(certificate)
        unfit(certificate)
    except (ValueError, TypeError, KeyError):
        return None
    return certificate


def facts(
    certificate: x509.Certificate, token: str = "", serial: str = "", pin: PinState = PinState.GOOD
) -> Certificate:
    """Return the facts; one without the extension of key usage does not sign: authorities have to set it."""
    usage = certificate.key_usage_value
    return Certificate(
        fingerprint=certificate.sha256.hex(),
        number=f"{certificate.serial_number:x}",
        subject=_name(certificate.subject),
        issuer=_name(certificate.issuer),
        not_before=_utc(certificate.not_valid_before),
        not_after=_utc(certificate.not_valid_after),
        signs=usage is not None and bool(SIGNING & usage.native),
        token=token,
        serial=serial,
        pin=pin,
    )


def unfit(certificate: x509.Certificate) -> Trouble | None:
    """Return why a certificate is none to sign documents with, whoever issued it; ``None`` when it is.

    One of an authority is not, nor one whose extended key usage names machines only, nor one that names nobody.
    """
    if certificate.ca:
        return Trouble.AUTHORITY
    purposes = certificate.extended_key_usage_value
    if purposes is not None and MACHINES.issuperset(purposes.native):
        return Trouble.OTHER_PURPOSE
    return None if _name(certificate.subject) else Trouble.NAMELESS


def _name(name: x509.Name) -> str:
    """Return what can be read of a name; empty when no attribute that names has a letter or digit."""
    told = name.native
    for kinds in _NAMES:
        text = " ".join(_shown(told[kind]) for kind in kinds if kind in told).strip()
        if any(char.isalnum() for char in text):
            return text[:NAME_LIMIT]
    return ""


def _shown(value: str | list[str]) -> str:
    text = value if isinstance(value, str) else ", ".join(value)
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
