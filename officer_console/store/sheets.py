"""Signed sheets: kept sealed until their dossier is here and central has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from officer_console.central import wire
from officer_console.domain.form import SignedForm
from officer_console.models import CursorRow, DossierRow, SheetRow

WAITING, ATTENTION, FILED = "waiting", "attention", "filed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One signed sheet of ``pages`` pages. ``state``: waiting, attention (central refused it) or filed.

    ``dossier_id`` and ``scope`` are those of the dossier with the ``number``, ``None`` while that is not here.
    """

    n: int
    number: str
    dossier_id: str | None
    scope: str | None
    form: SignedForm
    pages: int
    state: str
    error_code: str | None
    at: datetime


class Sheets:
    """The sheets within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, number: str, form: SignedForm, pages: int, at: datetime, dossier_id: str | None = None) -> None:
        """Keep a sheet that is to be filed; its picture is in the blob store. An equal one that waits stays one."""
        same = SheetRow.number == number, SheetRow.sha256 == form.sha256, SheetRow.state != FILED
        self._connection.execute(delete(SheetRow).where(*same))
        values = {
            "number": number,
            "dossier_id": dossier_id,
            "form": wire.encode(form),
            "sha256": form.sha256,
            "pages": pages,
            "state": WAITING,
            "at": at,
        }
        self._connection.execute(insert(SheetRow).values(values))

    def any(self) -> bool:
        """Whether there are sheets at all, filed ones included."""
        return self._connection.scalar(select(SheetRow.n).limit(1)) is not None

    def bind(self) -> None:
        """Find the dossiers of the sheets as they are on this desk now: they come, move and go."""
        unbound = SheetRow.dossier_id.is_(None), SheetRow.state == WAITING
        if self._connection.scalar(select(SheetRow.n).where(*unbound).limit(1)) is not None:
            # Numbers have no index: one pass over the dossiers for all sheets.
            found = self._connection.execute(
                select(SheetRow.n, DossierRow.id)
                .join_from(DossierRow, SheetRow, DossierRow.number == SheetRow.number)
                .where(*unbound)
            ).all()
            for n, dossier_id in found:
                self._connection.execute(update(SheetRow).where(SheetRow.n == n).values(dossier_id=dossier_id))
        scope = select(DossierRow.scope_id).where(DossierRow.id == SheetRow.dossier_id).scalar_subquery()
        self._connection.execute(update(SheetRow).values(scope=scope))

    def due(self) -> tuple[Sheet, ...]:
        """Return what is to be sent, the oldest first: what waits and is bound to a dossier, and what was filed in an
        epoch of central that is over, for that may be lost there.
        """
        epoch = select(CursorRow.epoch).where(CursorRow.scope == SheetRow.scope).scalar_subquery()
        lost = (SheetRow.state == FILED) & (SheetRow.epoch != epoch)
        wanted = SheetRow.scope.is_not(None) & ((SheetRow.state == WAITING) | lost)
        return self._sheets(wanted)

    def open(self) -> tuple[Sheet, ...]:
        """Return what is not filed, the oldest first."""
        return self._sheets(SheetRow.state != FILED)

    def filed(self, n: int, epoch: str) -> None:
        """Central has it, in this epoch."""
        values = {"state": FILED, "epoch": epoch, "error_code": None}
        self._connection.execute(update(SheetRow).where(SheetRow.n == n).values(values))

    def refused(self, n: int, code: str) -> None:
        """Central does not take it: it waits for the officer."""
        self._connection.execute(update(SheetRow).where(SheetRow.n == n).values(state=ATTENTION, error_code=code))

    def again(self, n: int, form: SignedForm) -> None:
        """The officer wants it filed all the same, in place of what he has seen there."""
        values = {"state": WAITING, "error_code": None, "form": wire.encode(form)}
        self._connection.execute(update(SheetRow).where(SheetRow.n == n).values(values))

    def drop(self, n: int) -> None:
        """Forget a sheet that is not to be filed."""
        self._connection.execute(delete(SheetRow).where(SheetRow.n == n, SheetRow.state != FILED))

    def tidy(self, before: datetime) -> None:
        """Forget what was filed and came before ``before``."""
        self._connection.execute(delete(SheetRow).where(SheetRow.state == FILED, SheetRow.at < before))

    def pictures(self) -> set[str]:
        """Return the SHA-256 of every sheet."""
        return {str(sha256) for sha256 in self._connection.scalars(select(SheetRow.sha256))}

    def _sheets(self, wanted: Any) -> tuple[Sheet, ...]:  # noqa: ANN401 - SQLAlchemy's own types for a condition are many
        rows = self._connection.execute(select(SheetRow.__table__).where(wanted).order_by(SheetRow.n))
        return tuple(_sheet(row) for row in rows)


def _sheet(row: Row[Any]) -> Sheet:
    values = {name: getattr(row, name) for name in Sheet.__slots__}
    return Sheet(**{**values, "form": wire.decode(row.form, SignedForm)})
