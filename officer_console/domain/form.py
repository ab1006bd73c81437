"""Our forms on paper: which there are, the keys of their codes, and which state of a dossier stands on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.dossier import Dossier

VERSION_LIMIT = 999
# Steps of a dossier's history that move its version on and leave alone what the citizen declared.
_STEPS = frozenset({"decided_valid", "decided_invalid", "expired", "lease_broken", "lease_lapsed", "moved"})
_REGISTRY = "registry_"


class FormKind(IntEnum):
    """The forms that carry a code; the number stands in the code.

    A form whose layout is superseded gets a new number: one that is not here is an old form's.
    """

    DECLARATION = 1
    """Form 01, for all three purposes."""
    INSURED = 2
    """TK1-TS."""
    ACCEPTED = 3
    REFUSED = 4
    RECEIPT = 5
    GUIDE = 6


KINDS = frozenset(FormKind)
# What the citizen signs and hands in; the others are for him to keep.
SIGNED = frozenset({FormKind.DECLARATION, FormKind.INSURED})


@dataclass(frozen=True, slots=True, kw_only=True)
class FormKey:
    """One generation of an office's key; ``secret`` is 64 hex digits."""

    generation: int
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormKeys:
    """The keys of one office's forms; also the wire document.

    Codes are made with the generation ``current`` and read with every one that is here: older ones, and the next, so
    that no desk meets a code of a generation it has not heard of.
    """

    office: str
    current: int
    keys: tuple[FormKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedForm:
    """A signed sheet on its way to central; also the wire body of ``PUT …/signed-form``.

    ``sha256`` names the picture of all its pages, ``replaces`` the one that the officer's desk saw in its place, which
    is that of its ``form_kind``.
    """

    sha256: str
    media_type: str
    size: int
    form_kind: int
    form_version: int
    replaces: str | None = None


def office_of(number: str) -> str:
    """Return the office in a số hồ sơ: ``1000123/07906`` → ``07906``; where a dossier began, not where it is."""
    return number.partition("/")[2].strip()


def form_version(dossier: Dossier) -> int:
    """Return the version of what the citizen declared, as it stands in a form's code.

    Every step of a dossier moves its version on by one. Those of the office (a decision, the registry's answer, a lost
    lease, a move) stand in the history, all entries of one at one time, and change nothing on the sheet: a sheet that
    was printed before them is as good as before.
    """
    steps = {entry.at for entry in dossier.history if entry.what in _STEPS or entry.what.startswith(_REGISTRY)}
    return min(max(dossier.version - len(steps), 1), VERSION_LIMIT)


def place_of(form_kind: int) -> AttachmentKind:
    """Return which picture of a dossier a signed sheet is: TK1-TS has a place of its own, all others are Form 01."""
    return AttachmentKind.SIGNED_INSURED if form_kind == FormKind.INSURED else AttachmentKind.SIGNED_FORM


def signed_form(dossier: Dossier, form_kind: int = FormKind.DECLARATION) -> str | None:
    """Return the SHA-256 of the signed sheet of this kind that the dossier has; ``None`` when it has none."""
    place = place_of(form_kind)
    return next((own.sha256 for own in dossier.attachments if own.kind is place), None)
