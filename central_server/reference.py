"""The lists a deployment edits (settings, reasons, labels, offices), as central serves and uses them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from central_server.database import Database
from central_server.schema import office
from officer_console.central import wire
from officer_console.domain.reference import Office, Reason, Reference, Settings

_ROOT = Path(__file__).resolve().parent.parent
# beside the sources in a checkout, inside the client's package when installed
_FOLDERS = (_ROOT / "resources" / "reference", _ROOT / "officer_console" / "_data" / "resources" / "reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceList:
    """One list as it is served: JSON bytes and strong entity tag."""

    body: bytes
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """All lists, decoded and as served."""

    reference: Reference
    served: dict[str, ReferenceList]

    def reason_words(self, code: str | None, own_words: str | None) -> str:
        """Return what the citizen reads as the reason: the list's words, then the officer's own."""
        words = next((reason.label for reason in self.reference.reasons if reason.code == code), "")
        return ": ".join(part for part in (words, (own_words or "").strip()) if part)

    def office_name(self, scope_id: str) -> str:
        """Return the office's name, its code when it has none."""
        return next((place.name for place in self.reference.offices if place.code == scope_id), scope_id)


def default_folder() -> Path:
    """Return the folder of the lists that come with the program."""
    return next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDERS[0])


def load_references(folder: Path, database: Database) -> References:
    """Read ``settings.json``, ``reasons.json`` and ``labels.json`` from ``folder`` and the offices from the database.

    Raises:
        OSError: a list is missing.
        officer_console.central.wire.WireError: a list has the wrong shape.
    """
    with database.read() as connection:
        rows = connection.execute(select(office).order_by(office.c.scope_id)).all()
    reference = Reference(
        settings=wire.decode((folder / "settings.json").read_bytes(), Settings),
        reasons=wire.decode((folder / "reasons.json").read_bytes(), tuple[Reason, ...]),
        labels=wire.decode((folder / "labels.json").read_bytes(), dict[str, dict[str, str]]),
        offices=tuple(Office(code=row.scope_id, name=row.name) for row in rows),
    )
    lists: dict[str, object] = {
        "settings": reference.settings,
        "reasons": reference.reasons,
        "labels": reference.labels,
        "offices": reference.offices,
    }
    return References(reference=reference, served={kind: _served(value) for kind, value in lists.items()})


def _served(value: object) -> ReferenceList:
    body = wire.encode(value)
    return ReferenceList(body=body, etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"')
