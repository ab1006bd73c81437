"""What an X.509 certificate says, as plain values."""

from __future__ import annotations

from datetime import UTC, datetime

from asn1crypto import x509

from officer_console.signing.signer import Certificate, PinState

SIGNING = frozenset({"digital_signature", "non_repudiation"})
NAME_LIMIT = 200


def read(der: bytes) -> x509.Certificate | None:
    """Return the certificate in ``der``, read to its last field; ``None`` when it is none."""
    try:
        certificate = x509.Certificate.load(der, strict=True)
        facts(certificate)
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
        subject=_common_name(certificate.subject),
        issuer=_common_name(certificate.issuer),
        not_before=_utc(certificate.not_valid_before),
        not_after=_utc(certificate.not_valid_after),
        signs=usage is not None and bool(SIGNING & usage.native),
        token=token,
        serial=serial,
        pin=pin,
    )


def _common_name(name: x509.Name) -> str:
    found = name.native.get("common_name") or name.native.get("organization_name") or ""
    text = found if isinstance(found, str) else ", ".join(str(each) for each in found)
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:NAME_LIMIT]


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
