"""How the replacements of pictures were made: their originals and recipes, newest last for each picture."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from officer_console.models import CaptureRow, DraftRow, OutboxRow

_UNDER_WAY = ("waiting", "attention")


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """One replacement. ``recipe`` is known to ``services/capture.py`` only; all pictures are named by SHA-256.

    ``former`` is the replacement it took the place of, ``originals`` what the recipe starts from, ``at`` aware UTC.
    """

    dossier_id: str
    kind: str
    sha256: str
    size: int
    former: str | None
    recipe: bytes
    originals: tuple[str, ...]
    reason: str
    at: datetime


class Captures:
    """The replacements within one transaction. *Open* ones belong to no recorded decision yet."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, made: Captured) -> None:
        """Put a replacement on top of those of its picture."""
        values = {name: getattr(made, name) for name in Captured.__slots__}
        values["originals"] = " ".join(made.originals)
        self._connection.execute(insert(CaptureRow).values(values))

    def newest(self, dossier_id: str, kind: str) -> Captured | None:
        """Return the open replacement on top."""
        rows = select(CaptureRow.__table__).where(*_open(dossier_id, kind)).order_by(CaptureRow.n.desc()).limit(1)
        return _captured(self._connection.execute(rows).one_or_none())

    def find(self, dossier_id: str, sha256: str) -> Captured | None:
        """Return how a picture was made, whether a decision took it along or not."""
        mine = CaptureRow.dossier_id == dossier_id, CaptureRow.sha256 == sha256
        rows = select(CaptureRow.__table__).where(*mine).order_by(CaptureRow.n.desc()).limit(1)
        return _captured(self._connection.execute(rows).one_or_none())

    def drop_newest(self, dossier_id: str, kind: str) -> None:
        """Forget the open replacement on top."""
        top = select(CaptureRow.n).where(*_open(dossier_id, kind)).order_by(CaptureRow.n.desc()).limit(1)
        self._connection.execute(delete(CaptureRow).where(CaptureRow.n == top.scalar_subquery()))

    def drop_open(self, dossier_id: str, kind: str | None = None) -> None:
        """Forget the open replacements of a dossier, or of one of its pictures."""
        self._connection.execute(delete(CaptureRow).where(*_open(dossier_id, kind)))

    def settle(self, dossier_id: str, op_id: str, pictures: Collection[str]) -> None:
        """A decision takes ``pictures`` along; what else is open is forgotten."""
        taken = update(CaptureRow).where(*_open(dossier_id), CaptureRow.sha256.in_(pictures)).values(op_id=op_id)
        self._connection.execute(taken)
        self.drop_open(dossier_id)

    def tidy(self, before: datetime) -> None:
        """Forget what nobody can take back any more.

        That is what went with a decision that is neither waiting nor refused, and what is older than ``before`` and
        in no draft.
        """
        wanted = exists().where(OutboxRow.op_id == CaptureRow.op_id, OutboxRow.state.in_(_UNDER_WAY))
        drafted = exists().where(DraftRow.dossier_id == CaptureRow.dossier_id)
        over = CaptureRow.op_id.is_not(None) & ~wanted
        stale = CaptureRow.op_id.is_(None) & (CaptureRow.at < before) & ~drafted
        self._connection.execute(delete(CaptureRow).where(or_(over, stale)))

    def pictures(self) -> set[str]:
        """Return the SHA-256 of every picture a replacement was made of, took the place of, or is."""
        rows = self._connection.execute(select(CaptureRow.sha256, CaptureRow.former, CaptureRow.originals))
        return {sha256 for row in rows for sha256 in (row.sha256, row.former, *row.originals.split()) if sha256}


def _open(dossier_id: str, kind: str | None = None) -> tuple[Any, ...]:
    mine = CaptureRow.dossier_id == dossier_id, CaptureRow.op_id.is_(None)
    return mine if kind is None else (*mine, CaptureRow.kind == kind)


def _captured(row: Row[Any] | None) -> Captured | None:
    if row is None:
        return None
    values = {name: getattr(row, name) for name in Captured.__slots__}
    return Captured(**{**values, "originals": tuple(row.originals.split())})
