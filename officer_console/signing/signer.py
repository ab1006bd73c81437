"""What signing speaks of: certificates, what is put under a document, who signs, and what can go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Trouble(StrEnum):
    """What went wrong; each value is a code with a sentence of its own."""

    WRONG_PIN = "signing-wrong-pin"
    LAST_TRY = "signing-wrong-pin-last-try"
    PIN_LOCKED = "signing-pin-locked"
    PIN_EXPIRED = "signing-pin-expired"
    NO_TOKEN = "signing-no-token"  # noqa: S105 - a code
    TOKEN_REMOVED = "signing-token-removed"  # noqa: S105 - a code
    NO_CERTIFICATE = "signing-no-certificate"
    NO_KEY = "signing-no-key"
    EXPIRED = "signing-expired"
    NOT_YET_VALID = "signing-not-yet-valid"
    KEY_USAGE = "signing-key-usage"
    OTHER_PURPOSE = "signing-other-purpose"
    AUTHORITY = "signing-authority"
    NAMELESS = "signing-nameless"
    UNSUPPORTED_KEY = "signing-unsupported-key"
    KEY_TOO_SHORT = "signing-key-too-short"
    UNTRUSTED = "signing-untrusted"
    MODULE_MISSING = "signing-module-missing"
    MODULE_UNKNOWN = "signing-module-unknown"
    MODULE_BROKEN = "signing-module-broken"
    DRIVER = "signing-driver"
    DRIVER_HANGS = "signing-driver-hangs"
    FILE_UNREADABLE = "signing-file-unreadable"
    FILE_MALFORMED = "signing-file-malformed"
    FILES_FORBIDDEN = "signing-files-forbidden"
    WRONG_PASSWORD = "signing-wrong-password"  # noqa: S105 - a code
    STAMP_UNREACHABLE = "signing-timestamp-unreachable"
    STAMP_REFUSED = "signing-timestamp-refused"
    STAMP_FALSE = "signing-timestamp-false"
    CLOCK = "signing-clock"
    DOCUMENT = "signing-document"
    CLOSED = "signing-closed"
    SETTINGS = "signing-settings"


class PinState(StrEnum):
    """What a token tells of its PIN; PKCS#11 knows no number of tries.

    ``GOOD`` stands also for tokens that tell nothing.
    ``WRONG_BEFORE``: the last try was wrong; ``LAST_TRY``: one more wrong one locks it.
    """

    GOOD = "good"
    WRONG_BEFORE = "wrong-before"
    LAST_TRY = "last-try"
    LOCKED = "locked"


class SigningError(Exception):
    """A document was not signed, or nobody can sign.

    ``code`` is a :class:`Trouble`; ``detail`` is for support: names of conditions as the standards have them, never
    a secret, a name or a part of a document.
    """

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble.value} {detail}".strip())
        self.trouble = trouble
        self.code = trouble.value
        self.detail = detail

    @property
    def data(self) -> dict[str, str]:
        """What the sentence may show."""
        return {"detail": self.detail} if self.detail else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate that could sign. ``fingerprint``: SHA-256 of its DER form, 64 hexadecimal digits.

    ``number`` is its serial number, in hexadecimal digits, which names it together with its ``issuer``.

    ``not_before`` and ``not_after`` are aware UTC; ``signs`` tells whether its key usage (RFC 5280, 4.2.1.3) names
    digitalSignature or nonRepudiation. ``token`` and ``serial`` are the label and number of the token it is on, both
    empty for one from a file; ``pin`` is what that token tells of its PIN. ``refused``: it may not sign here, for what
    it is for, for its key or for who issued it. ``subject`` is empty only for one that is refused.
    """

    fingerprint: str
    number: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    signs: bool
    token: str = ""
    serial: str = ""
    pin: PinState = PinState.GOOD
    refused: Trouble | None = None

    def trouble(self, at: datetime) -> Trouble | None:
        """Return why nothing may be signed with it at the aware time ``at``; ``None`` when nothing speaks against."""
        if not self.signs:
            return Trouble.KEY_USAGE
        if at < self.not_before:
            return Trouble.NOT_YET_VALID
        return Trouble.EXPIRED if at > self.not_after else self.refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What is seen of a signature: the first page of the PDF ``picture``, drawn into a box of a page.

    ``page`` counts from 0, from the end when negative; ``box`` is left, bottom, right, top in points (1/72 inch) from
    the page's lower left corner. The picture keeps its proportions. In a PDF/A document it must have its fonts
    embedded, as everything has there. ``spoken`` is what a screen reader says of it.
    """

    page: int
    box: tuple[float, float, float, float]
    picture: bytes
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a signed file says of its last signature, which is over the whole of it.

    ``at``: when the signer claims to have signed (aware, whole seconds). ``about``: what he was told that it is, empty
    where nobody said.
    """

    certificate: Certificate
    at: datetime
    about: str


class Signer(Protocol):
    """Signs documents with one certificate."""

    @property
    def certificate(self) -> Certificate:
        """Whose signature it is."""

    def sign(self, pdf: bytes, reason: str, *, at: datetime, mark: Mark | None = None, about: str = "") -> bytes:
        """Return ``pdf`` with a signature added, the document itself unchanged in front of it.

        ``reason``, ``at`` (aware; the time the signer claims) and ``about`` (ASCII; which document of ours it is, for
        ``Proof``) stand in the signature. May take seconds.

        Raises:
            SigningError: DOCUMENT concerns this document only; after any other no more can be signed.
        """
