"""Whose signature a signed PDF bears, as far as the file itself says: for files that come from another desk."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from officer_console.signing.facts import SIGNING
from officer_console.signing.pades import ABOUT
from officer_console.signing.signer import SigningError, Trouble

_USAGE = KeyUsageConstraints(key_usage=set(SIGNING), match_all_key_usages=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The last signature of a file: its ``certificate`` and those ``beside`` it.

    ``at``: when the signer claims to have signed (aware); ``about``: what the signature says that it is of.
    """

    certificate: x509.Certificate
    beside: tuple[x509.Certificate, ...]
    at: datetime
    about: str


def read(pdf: bytes) -> Found:
    """Return the last signature; it is over the whole file, to the last byte, and so over what it says of itself.

    Who issued the certificate is not looked at here, and the key only as far as the signature fits it.

    Raises:
        SigningError: DOCUMENT: it bears no signature, one that is broken, that tells no time, or that was made while
            its certificate was not valid, or one behind which something was added.
    """
    try:
        last = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[-1]
        at = _aware(last.self_reported_timestamp)
        # The certificate vouches for itself here: `chain` says whether anybody else does.
        context = ValidationContext(trust_roots=[last.signer_cert], allow_fetching=False, moment=at)
        status = validate_pdf_signature(last, context, key_usage_settings=_USAGE, skip_diff=True)
        whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        found = Found(
            certificate=last.signer_cert,
            beside=tuple(last.other_embedded_certs),
            at=at,
            about=str(last.sig_object.get(ABOUT, "")),
        )
    except Exception as error:  # noqa: BLE001 - a foreign file fails in the parser wherever it is broken
        raise SigningError(Trouble.DOCUMENT, type(error).__name__) from None
    valid = found.certificate.not_valid_before <= found.at <= found.certificate.not_valid_after
    if not (status.intact and status.valid and whole and valid):
        raise SigningError(Trouble.DOCUMENT, "signature")
    return found


def _aware(at: datetime | None) -> datetime:
    if at is None or at.tzinfo is None:
        raise ValueError("time")
    return at
