"""What independent readers say of a signed PDF: poppler's pdfsig and pdftotext, and pyHanko's validator."""

from __future__ import annotations

import io
import subprocess
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

SIGNS = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What pyHanko says of one signature; ``whole``: nothing was added after it."""

    intact: bool
    valid: bool
    trusted: bool
    whole: bool
    stamped: bool
    subfilter: str
    reason: str


def verdicts(pdf: bytes, root: x509.Certificate) -> list[Verdict]:
    """Return what pyHanko says of each signature, ``root`` being trusted."""
    trusted = asn1_x509.Certificate.load(root.public_bytes(Encoding.DER))
    found = []
    for signature in PdfFileReader(io.BytesIO(pdf)).embedded_signatures:
        context = ValidationContext(trust_roots=[trusted], allow_fetching=False)
        status = validate_pdf_signature(signature, context, ts_validation_context=context, key_usage_settings=SIGNS)
        stamp = status.timestamp_validity
        found.append(
            Verdict(
                intact=status.intact,
                valid=status.valid and status.bottom_line,
                trusted=status.trusted,
                whole=status.coverage.name == "ENTIRE_FILE",
                stamped=stamp is not None and stamp.intact and stamp.valid and stamp.trusted,
                subfilter=str(signature.sig_object["/SubFilter"]),
                reason=str(signature.sig_object.get("/Reason", "")),
            )
        )
    return found


def pdfsig(pdf: bytes, folder: Path) -> list[str]:
    """Return poppler's sentence about each signature, its certificate's issuer left aside."""
    file = folder / "signed.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=False, timeout=60)
    mark = "- Signature Validation: "
    return [line.split(mark)[1] for line in told.stdout.splitlines() if mark in line]


def text(pdf: bytes, folder: Path) -> str:
    """Return the text as poppler reads it."""
    file = folder / "read.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True, timeout=60)
    return told.stdout.decode("utf-8")
