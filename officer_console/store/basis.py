"""What decisions rest on: the dossier as it was judged, and the household registry's answers the officer has seen."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from officer_console.central import wire
from officer_console.domain.dossier import Dossier
from officer_console.domain.judged import as_judged
from officer_console.domain.registry import RegistryAnswer
from officer_console.models import DossierRow, HouseholdRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """``dossier`` is what ``as_judged`` leaves of it; ``evidence`` is the newest answer seen, ``None`` without any."""

    dossier: Dossier
    evidence: RegistryAnswer | None


def basis_of(dossier: Dossier) -> bytes:
    """Return what a verdict on the dossier rests on, as it is kept."""
    return wire.encode(as_judged(dossier))


class HouseholdAnswers:
    """The registry's last answer about each dossier that is here, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, dossier_id: str, answer: RegistryAnswer) -> None:
        """Keep an answer in place of an earlier one; those about dossiers that have left go."""
        kept = insert(HouseholdRow).values(dossier_id=dossier_id, answer=wire.encode(answer))
        self._connection.execute(
            kept.on_conflict_do_update(index_elements=[HouseholdRow.dossier_id], set_={"answer": kept.excluded.answer})
        )
        self._connection.execute(delete(HouseholdRow).where(HouseholdRow.dossier_id.not_in(select(DossierRow.id))))

    def newest(self, dossier: Dossier) -> RegistryAnswer | None:
        """Return the newest answer about a dossier: the last one asked for here, or the one it carries."""
        found = self._connection.scalar(select(HouseholdRow.answer).where(HouseholdRow.dossier_id == dossier.id))
        asked = None if found is None else wire.decode(found, RegistryAnswer)
        known = [answer for answer in (asked, dossier.registry) if answer is not None]
        return max(known, key=lambda answer: answer.checked_at, default=None)
