"""The lists a deployment edits, as central last sent them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from officer_console.central import wire
from officer_console.domain.reference import Office, Reason, Reference, Settings
from officer_console.models import ReferenceRow

SHAPES: dict[str, Any] = {
    "settings": Settings,
    "reasons": tuple[Reason, ...],
    "offices": tuple[Office, ...],
    "labels": dict[str, dict[str, str]],
}


class ReferenceLists:
    """The reference lists within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> Reference:
        """Return all lists; what has not been fetched yet is empty or at its default."""
        rows = self._connection.execute(select(ReferenceRow.kind, ReferenceRow.body)).all()
        return Reference(**{row.kind: wire.decode(row.body, SHAPES[row.kind]) for row in rows})

    def put(self, kind: str, etag: str, body: bytes) -> None:
        """Keep one list (``settings``, ``reasons``, ``offices``, ``labels``) as JSON.

        Raises:
            WireError: the body does not have the shape of its kind; nothing was kept.
        """
        wire.decode(body, SHAPES[kind])
        values = {"kind": kind, "etag": etag, "body": body}
        self._connection.execute(
            insert(ReferenceRow).values(values).on_conflict_do_update(index_elements=[ReferenceRow.kind], set_=values)
        )

    def etag(self, kind: str) -> str | None:
        """Return the entity tag of the list that is here."""
        return self._connection.scalar(select(ReferenceRow.etag).where(ReferenceRow.kind == kind))
