"""The household registry (HGĐ) behind a port, and the one this server plays from its own tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import update

from central_server import statements
from central_server.database import Database
from central_server.schema import registry_outage
from central_server.trips import Step, run
from officer_console.domain.names import Likeness, compare
from officer_console.domain.registry import RegistryAnswer, RegistryVerdict


class RegistrySilentError(Exception):
    """The registry gave no answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRecord:
    """One person on record under a code; ``birth`` as ``BirthDate.text()``."""

    full_name: str
    birth: str


class HouseholdRegistry(Protocol):
    """Where names and codes are looked up."""

    def look_up(self, social_code: str) -> Sequence[RegistryRecord]:
        """Return everybody on record under the code (none, one, or by mistake several).

        Raises:
            RegistrySilentError: no answer.
        """
        ...


class SqlRegistry:
    """The registry of demo, training and tests: rows of ``registry_person``, silent on codes of ``registry_outage``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look_up(self, social_code: str) -> Sequence[RegistryRecord]:
        """Return the rows of the code.

        Raises:
            RegistrySilentError: the code is in an outage; each question brings its end nearer.
        """
        about = {"social_code": social_code}
        with self._database.look() as connection:
            outage, found = run(connection, Step(statements.OUTAGE, about), Step(statements.PERSONS, about))
        if outage.row is not None and outage.row.asks_left:
            if outage.row.asks_left > 0:
                self._count_down(social_code)
            raise RegistrySilentError
        return tuple(RegistryRecord(full_name=row.full_name, birth=row.birth) for row in found.rows)

    def _count_down(self, social_code: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(registry_outage)
                .where(registry_outage.c.social_code == social_code, registry_outage.c.asks_left > 0)
                .values(asks_left=registry_outage.c.asks_left - 1)
            )


_VERDICTS: dict[Likeness, RegistryVerdict] = {
    Likeness.SAME: RegistryVerdict.MATCH,
    Likeness.DIACRITICS: RegistryVerdict.MARKS_DIFFER,
    Likeness.SPELLING: RegistryVerdict.NAME_DIFFERS,
    Likeness.DIFFERENT: RegistryVerdict.NAME_DIFFERS,
}


def ask(registry: HouseholdRegistry, social_code: str, full_name: str, now: datetime) -> RegistryAnswer:
    """Return what the registry says to a code and a name (V14); silence is an answer, too."""
    try:
        records = registry.look_up(social_code)
    except RegistrySilentError:
        return RegistryAnswer(verdict=RegistryVerdict.SILENT, checked_at=now)
    if not records:
        return RegistryAnswer(verdict=RegistryVerdict.CODE_ABSENT, checked_at=now)
    if len(records) > 1:
        return RegistryAnswer(verdict=RegistryVerdict.AMBIGUOUS, checked_at=now)
    (record,) = records
    return RegistryAnswer(
        verdict=_VERDICTS[compare(full_name, record.full_name)], checked_at=now, registry_name=record.full_name
    )
