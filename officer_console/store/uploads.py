"""Pictures central has to have before it can take the decision that names them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from officer_console.models import UploadRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One picture for one scope; the bytes are in the blob store under ``sha256``."""

    sha256: str
    scope: str
    media_type: str


class Uploads:
    """The uploads within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, sha256: str, scope: str, media_type: str) -> None:
        """Ask for an upload; one that was done is asked for again (central says it lacks it)."""
        values = {"sha256": sha256, "scope": scope, "media_type": media_type, "done": 0}
        keys = [UploadRow.sha256, UploadRow.scope]
        self._connection.execute(
            insert(UploadRow).values(values).on_conflict_do_update(index_elements=keys, set_=values)
        )

    def want(self, sha256: str, scope: str, media_type: str) -> None:
        """Ask for an upload unless there is one, done or not."""
        values = {"sha256": sha256, "scope": scope, "media_type": media_type, "done": 0}
        self._connection.execute(insert(UploadRow).values(values).on_conflict_do_nothing())

    def waiting(self, sha256: str, scope: str) -> Upload | None:
        """Return the upload of a picture to a scope when it is still owed."""
        row = self._connection.execute(
            select(UploadRow.scope, UploadRow.media_type).where(
                UploadRow.sha256 == sha256, UploadRow.scope == scope, UploadRow.done == 0
            )
        ).one_or_none()
        return None if row is None else Upload(sha256=sha256, scope=row.scope, media_type=row.media_type)

    def done(self, sha256: str, scope: str) -> None:
        """Central has the picture for this scope."""
        self._connection.execute(
            update(UploadRow).where(UploadRow.sha256 == sha256, UploadRow.scope == scope).values(done=1)
        )
