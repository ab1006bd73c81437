"""Whose signature a signed PDF bears, as far as the file itself says: for files that come from another desk."""

from __future__ import annotations

import io
from datetime import datetime

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from officer_console.signing.facts import SIGNING
from officer_console.signing.signer import SigningError, Trouble

_USAGE = KeyUsageConstraints(key_usage=set(SIGNING), match_all_key_usages=False)


def signer(pdf: bytes, at: datetime) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """Return the certificate of the last signature and those beside it; it is over the whole file, to the last byte.

    ``at`` is when it is said to have been made (aware). Who issued the certificate is not looked at here, and the key
    only as far as the signature fits it.

    Raises:
        SigningError: DOCUMENT: it bears no signature, one that is broken, or one behind which something was added.
    """
    try:
        last = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[-1]
        certificate = last.signer_cert
        # The certificate vouches for itself here: `chain` says whether anybody else does.
        context = ValidationContext(trust_roots=[certificate], allow_fetching=False, moment=at)
        status = validate_pdf_signature(last, context, key_usage_settings=_USAGE, skip_diff=True)
        whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        good = status.intact and status.valid and whole
        beside = tuple(last.other_embedded_certs)
    except Exception as error:  # noqa: BLE001 - a foreign file fails in the parser wherever it is broken
        raise SigningError(Trouble.DOCUMENT, type(error).__name__) from None
    if not good:
        raise SigningError(Trouble.DOCUMENT, "signature")
    return certificate, beside
