"""The keys of the codes on forms, by the office whose forms they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from officer_console.central import wire
from officer_console.domain.form import FormKeys
from officer_console.models import DossierRow, FormKeyRow


class OfficeKeys:
    """The keys within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[FormKeys, ...]:
        """Return the keys of every office there are keys of."""
        rows = self._connection.scalars(select(FormKeyRow.keys).order_by(FormKeyRow.at))
        return tuple({keys.office: keys for keys in (wire.decode(row, FormKeys) for row in rows)}.values())

    def put(self, scope: str, keys: FormKeys, at: datetime) -> None:
        """Keep an office's keys as they came for ``scope`` at ``at`` (aware)."""
        values = {"office": keys.office, "scope": scope, "keys": wire.encode(keys), "at": at}
        index = [FormKeyRow.office, FormKeyRow.scope]
        self._connection.execute(
            insert(FormKeyRow).values(values).on_conflict_do_update(index_elements=index, set_=values)
        )

    def asked_at(self, scope: str) -> datetime | None:
        """Return when the keys of the scope's own forms came; ``None`` when they are not here."""
        own = FormKeyRow.scope == scope, FormKeyRow.office == scope
        at: datetime | None = self._connection.scalar(select(FormKeyRow.at).where(*own))
        return at

    def drop(self, scope: str) -> None:
        """Forget what came for a scope: it is not the officer's any more."""
        self._connection.execute(delete(FormKeyRow).where(FormKeyRow.scope == scope))

    def strangers(self, scope: str) -> tuple[str, ...]:
        """Return a dossier of the scope, by id, for each other office that stands in a number there."""
        office = func.substr(DossierRow.number, func.instr(DossierRow.number, "/") + 1)
        numbered = DossierRow.scope_id == scope, func.instr(DossierRow.number, "/") > 0, office != scope
        rows = self._connection.scalars(select(func.min(DossierRow.id)).where(*numbered).group_by(office))
        return tuple(str(row) for row in rows)
