"""What a change of account data changes: old beside new, as the confirmation shows it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from officer_console.domain.person import Declaration

# A change of these also opens procedure 608a, the re-issue of book and card (BHXH Việt Nam, 27/08/2021).
LINKED_608A = frozenset({"full_name", "sex", "birth"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One changed field; ``old`` and ``new`` are plain text, wire values for enumerations, ``None`` for nothing."""

    field: str
    old: str | None
    new: str | None


def changes(previous: Declaration, declaration: Declaration) -> tuple[FieldChange, ...]:
    """Return what differs between the account's data and the declaration, in the order of Mẫu 01.

    Writings that Unicode holds equal (NFC, NFD) are no change; a changed mark or capital is one.
    """
    before, now = _texts(previous), _texts(declaration)
    found = [FieldChange(field=name, old=before[name], new=now[name]) for name in now if before[name] != now[name]]
    if previous.address != declaration.address and before["address"] == now["address"]:
        # The same words on another administrative map, or under another unit code, are another address.
        found.append(FieldChange(field="address", old=before["address"], new=now["address"]))
    return tuple(found)


def linked_608a(found: tuple[FieldChange, ...]) -> tuple[str, ...]:
    """Return the changed fields that also open procedure 608a."""
    return tuple(change.field for change in found if change.field in LINKED_608A)


def _texts(declaration: Declaration) -> dict[str, str | None]:
    guardian = declaration.guardian
    texts = {
        "full_name": declaration.full_name,
        "social_code": declaration.social_code,
        "birth": declaration.birth.text(),
        "sex": declaration.sex.value,
        "paper_kind": declaration.paper_kind.value if declaration.paper_kind else None,
        "paper_number": declaration.paper_number,
        "address": declaration.address.text(),
        "phone": declaration.phone,
        "email": declaration.email,
        "guardian.full_name": guardian.full_name if guardian else None,
        "guardian.paper_number": guardian.paper_number if guardian else None,
        "guardian.relation": guardian.relation if guardian else None,
        "guardian.phone": guardian.phone if guardian else None,
    }
    return {name: unicodedata.normalize("NFC", text) if text else None for name, text in texts.items()}
