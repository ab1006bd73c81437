"""What the pictures of the dossiers look like, to notice one of them in another dossier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from officer_console.models import DossierRow, FingerprintRow

_SIGN = 1 << 63
_BITS = 1 << 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Of a picture named by its SHA-256: its 64 ``bits`` and its ``shades``, as ``imaging`` makes them.

    A picture that was last seen before there were shades has none.
    """

    dossier_id: str
    sha256: str
    kind: str
    bits: int
    shades: bytes | None = None


class Seen(NamedTuple):
    """A picture of a dossier by its SHA-256, and its shades; there may be tens of thousands of them."""

    dossier_id: str
    sha256: str
    shades: bytes


class Fingerprints:
    """The fingerprints within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, found: Fingerprint) -> None:
        """Remember what a picture looks like."""
        bits = found.bits - _BITS if found.bits >= _SIGN else found.bits
        values = {
            "dossier_id": found.dossier_id,
            "sha256": found.sha256,
            "kind": found.kind,
            "bits": bits,
            "shades": found.shades,
        }
        keys = [FingerprintRow.dossier_id, FingerprintRow.sha256]
        self._connection.execute(
            insert(FingerprintRow).values(values).on_conflict_do_update(index_elements=keys, set_=values)
        )

    def known(self, dossier_id: str, sha256: str) -> bool:
        """Return whether the picture is remembered with all that is remembered now."""
        row = select(FingerprintRow.bits).where(
            FingerprintRow.dossier_id == dossier_id,
            FingerprintRow.sha256 == sha256,
            FingerprintRow.shades.is_not(None),
        )
        return self._connection.execute(row).one_or_none() is not None

    def drop(self, dossier_id: str, sha256: str) -> None:
        """Forget a picture that is not taken after all."""
        mine = FingerprintRow.dossier_id == dossier_id, FingerprintRow.sha256 == sha256
        self._connection.execute(delete(FingerprintRow).where(*mine))

    def elsewhere(self, dossier_id: str, kind: str) -> tuple[Seen, ...]:
        """Return the pictures of that kind in other dossiers, those without shades left out."""
        rows = self._connection.execute(
            select(FingerprintRow.dossier_id, FingerprintRow.sha256, FingerprintRow.shades).where(
                FingerprintRow.kind == kind,
                FingerprintRow.dossier_id != dossier_id,
            )
        )
        return tuple(Seen(one, sha256, shades) for one, sha256, shades in rows if shades is not None)

    def without_shades(self, dossier_id: str, kind: str, bits: int, within: int) -> tuple[Fingerprint, ...]:
        """Return those without shades that differ in at most ``within`` bits, nearest first."""
        rows = self._connection.execute(
            select(FingerprintRow.dossier_id, FingerprintRow.sha256, FingerprintRow.bits).where(
                FingerprintRow.kind == kind, FingerprintRow.dossier_id != dossier_id, FingerprintRow.shades.is_(None)
            )
        )
        near = []
        for row in rows:
            theirs = row.bits % _BITS
            apart = (theirs ^ bits).bit_count()
            if apart <= within:
                found = Fingerprint(dossier_id=row.dossier_id, sha256=row.sha256, kind=kind, bits=theirs)
                near.append((apart, found.dossier_id, found))
        return tuple(found for _, _, found in sorted(near, key=lambda one: one[:2]))

    def tidy(self) -> None:
        """Forget the pictures of dossiers that are not here any more."""
        here = select(DossierRow.id)
        self._connection.execute(delete(FingerprintRow).where(FingerprintRow.dossier_id.not_in(here)))
