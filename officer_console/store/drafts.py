"""What the officer has typed on dossiers and not recorded: sealed with everything else, one draft a dossier."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from officer_console.models import DraftRow


class Drafts:
    """The drafts within one transaction. What stands in one is known to ``services/drafts.py`` only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, dossier_id: str, draft: bytes, at: datetime, pictures: Iterable[str] = ()) -> None:
        """Keep ``draft`` in place of an earlier one.

        Args:
            dossier_id: whose draft it is.
            draft: the whole draft.
            at: aware time of keeping it.
            pictures: SHA-256 of the sealed pictures it names; they stay as long as the draft.
        """
        kept = insert(DraftRow).values(dossier_id=dossier_id, draft=draft, pictures=" ".join(pictures), at=at)
        newest = {name: kept.excluded[name] for name in ("draft", "pictures", "at")}
        self._connection.execute(kept.on_conflict_do_update(index_elements=[DraftRow.dossier_id], set_=newest))

    def get(self, dossier_id: str) -> tuple[bytes, datetime] | None:
        """Return the draft and when it was kept (aware UTC); ``None`` when there is none."""
        row = self._connection.execute(
            select(DraftRow.draft, DraftRow.at).where(DraftRow.dossier_id == dossier_id)
        ).one_or_none()
        return None if row is None else (row.draft, row.at)

    def drop(self, dossier_id: str) -> None:
        """Forget the draft of a dossier, if there is one."""
        self._connection.execute(delete(DraftRow).where(DraftRow.dossier_id == dossier_id))

    def pictures(self) -> set[str]:
        """Return the SHA-256 of every picture a draft names."""
        return {sha256 for names in self._connection.scalars(select(DraftRow.pictures)) for sha256 in names.split()}
