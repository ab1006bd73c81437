"""Pictures of a dossier; each is addressed by the SHA-256 of its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AttachmentKind(StrEnum):
    """What a picture shows."""

    PORTRAIT = "portrait"
    ID_FRONT = "id_front"
    ID_BACK = "id_back"
    SIGNED_FORM = "signed_form"
    """Form 01."""
    SIGNED_INSURED = "signed_insured"
    """TK1-TS."""
    BIRTH_CERTIFICATE = "birth_certificate"


# Paper that was handed in; a verdict rests on none of it.
SIGNED = frozenset({AttachmentKind.SIGNED_FORM, AttachmentKind.SIGNED_INSURED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One picture. ``sha256`` is 64 lower-case hex digits; ``replaced_*`` say who put it in place of the citizen's."""

    kind: AttachmentKind
    sha256: str
    media_type: str
    size: int
    replaced_by: str | None = None
    replaced_at: datetime | None = None
