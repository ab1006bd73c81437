"""A PAdES signature (ETSI EN 319 142-1, B-B, with a time stamp B-T) added behind a PDF document."""

from __future__ import annotations

import asyncio
import io
import uuid
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.cms_embedder import SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from officer_console.signing import structure
from officer_console.signing.key import Key
from officer_console.signing.signer import Mark, SigningError, Trouble
from officer_console.signing.timestamp import ServerTimeStamper

DIGEST = "sha256"
# The longest signature is the one of an RSA key of 4096 bits.
SIGNATURE_BYTES = 512
# PAdES came with extensions of this version (ISO 32000-1), which is also the one PDF/A-2 is made of.
VERSION = (1, 7)
# The signature's own entry for what is signed; names with XX are for private use (ISO 32000-1, Annex E).
ABOUT = "/XXAbout"


def sign(
    pdf: bytes,
    key: Key,
    reason: str,
    *,
    at: datetime,
    mark: Mark | None,
    stamper: ServerTimeStamper | None,
    about: str = "",
) -> bytes:
    """Return ``pdf`` followed by one more section that holds the signature; what was there stays byte for byte.

    ``at`` is the aware time the signer claims; with a ``stamper`` the signature is B-T, and that time the stamp's but
    for a few minutes. ``about`` (ASCII) says in the signature, and under it, what is signed; no reader shows it.

    Raises:
        SigningError: DOCUMENT, and what key and time-stamp server say.
    """
    try:
        out = io.BytesIO()
        if stamper is not None:
            stamper.claim(at, key.certificate)
        asyncio.run(_sign(pdf, out, _KeySigner(key), reason, at, mark, stamper, about))
        return out.getvalue()
    except SigningError:
        raise
    except Exception as error:  # noqa: BLE001 - a broken PDF file fails in the parser wherever it is broken
        raise SigningError(Trouble.DOCUMENT, type(error).__name__) from None


async def _sign(
    pdf: bytes,
    out: io.BytesIO,
    signer: Signer,
    reason: str,
    at: datetime,
    mark: Mark | None,
    stamper: ServerTimeStamper | None,
    about: str,
) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    if writer.prev.encrypted:
        raise SigningError(Trouble.DOCUMENT, "encrypted")
    fields = list(enumerate_sig_fields(writer.prev))
    name = _free_name({taken for taken, _, _ in fields})
    field = SigFieldSpec(name, on_page=mark.page, box=_whole(mark.box)) if mark is not None else SigFieldSpec(name)
    meta = PdfSignatureMetadata(
        field_name=name, md_algorithm=DIGEST, reason=reason or None, subfilter=SigSeedSubFilter.PADES
    )
    style = _style(mark.picture) if mark is not None else None
    pdf_signer = _PdfSigner(meta, signer, timestamper=stamper, stamp_style=style, new_field_spec=field)
    pdf_signer.at, pdf_signer.mark, pdf_signer.about = at, mark, about
    pdf_signer.first = all(value is None for _, value, _ in fields)
    await pdf_signer.async_sign_pdf(writer, output=out)


class _KeySigner(Signer):
    """An open key as pyHanko sees it."""

    def __init__(self, key: Key) -> None:
        self._key = key
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(key.authorities)
        super().__init__(signing_cert=key.certificate, cert_registry=store)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002 - pyHanko's
        """Return a signature of ``data``, or as many bytes as it may have."""
        if digest_algorithm != DIGEST:
            raise ValueError(digest_algorithm)
        return bytes(SIGNATURE_BYTES) if dry_run else self._key.sign(data)


class _PdfSigner(PdfSigner):
    """pyHanko's, but the time is given, and the document stays the PDF 1.7 that PDF/A-2 asks for."""

    at: datetime
    mark: Mark | None
    about: str
    first: bool

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002 - pyHanko's
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        if self.about:
            session.cms_writer = _Telling(session.cms_writer, self.about)
        if self.mark is not None:
            structure.describe(pdf_out, session.sig_field, self.mark.spoken, first=self.first)
        return session

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:  # noqa: ARG002 - pyHanko's
        """Announce PAdES; the extension for elliptic curves, which pyHanko adds, is one of PDF 2.0 and not of PDF/A-2.

        EN 319 142-1 has them in PDF 1.7 as well.
        """
        pdf_out.ensure_output_version(version=VERSION)  # type: ignore[no-untyped-call]
        if pdf_out.output_version == VERSION:
            pdf_out.register_extension(ESIC_EXTENSION_1)


class _Telling:
    """pyHanko's writer of signatures; the signature object gets one more entry, which is signed with the rest."""

    def __init__(self, writer: Any, about: str) -> None:  # noqa: ANN401 - a generator of several types
        self._writer = writer
        self._about = about

    def send(self, value: object) -> Any:  # noqa: ANN401 - as above
        """Hand on what the session sends."""
        if isinstance(value, SigObjSetup):
            entry = generic.pdf_string(self._about)
            value.sig_placeholder[generic.pdf_name(ABOUT)] = entry
        return self._writer.send(value)


class _Picture(PdfContent):
    """The first page of a PDF in memory, as content of a box."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        """Bring the page over into the document and return the operator that draws it."""
        writer = self.writer
        assert writer is not None  # noqa: S101 - set by whoever draws
        page = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        name = f"/Mark{uuid.uuid4().hex}"
        self.resources.xobject[name] = page
        left, bottom, right, top = (float(side) for side in page.get_object()["/BBox"])
        self.box = layout.BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return f"{name} Do".encode("ascii")


def _style(picture: bytes) -> StaticStampStyle:
    middle = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, margins=Margins())
    return StaticStampStyle(border_width=0, background=_Picture(picture), background_layout=middle)


def _free_name(taken: set[str]) -> str:
    return next(name for number in range(1, len(taken) + 2) if (name := f"Signature{number}") not in taken)


def _whole(box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    left, bottom, right, top = (round(side) for side in box)
    return left, bottom, right, top
