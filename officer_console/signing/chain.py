"""Whether a certificate leads to an authority that the administrator has named (RFC 5280, 6)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime

from asn1crypto import pem, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext

from officer_console.signing.signer import SigningError, Trouble


def check(certificate: x509.Certificate, beside: Iterable[x509.Certificate], roots: str, *, at: datetime) -> None:
    """Return when there is a way from the certificate to one of ``roots`` (PEM) at the aware time ``at``.

    It may lead over the certificates ``beside`` it. Nothing is fetched, so revocation is not looked at.

    Raises:
        SigningError: UNTRUSTED; SETTINGS: one of the roots is no certificate.
    """
    try:
        trusted = [x509.Certificate.load(der, strict=True) for _, _, der in pem.unarmor(roots.encode(), multiple=True)]
        for root in trusted:
            root.native  # noqa: B018 - looks at every field
    except (ValueError, TypeError, KeyError):
        raise SigningError(Trouble.SETTINGS, "roots") from None
    context = ValidationContext(trust_roots=trusted, allow_fetching=False, moment=at)
    validator = CertificateValidator(certificate, beside, context)
    try:
        asyncio.run(validator.async_validate_path())
    except Exception as error:  # noqa: BLE001 - a foreign certificate fails in the parser wherever it is broken
        raise SigningError(Trouble.UNTRUSTED, type(error).__name__) from None
