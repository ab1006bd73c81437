"""A scope's next generation: read beside the list page by page, and made the list in one transaction when whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from officer_console.central import wire
from officer_console.domain.dossier import Dossier
from officer_console.models import ResyncRow, StagedCursorRow
from officer_console.store.arrivals import Listed
from officer_console.store.cursors import Cursors, FeedPosition
from officer_console.store.dossiers import Dossiers, newer_in
from officer_console.store.outbox import Outbox
from officer_console.store.sums import ScopeSum, ScopeSums, share_of

_PUT = (
    "INSERT INTO staged_dossier (scope, id, seq, version, document) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (scope, id) DO UPDATE SET seq = excluded.seq, version = excluded.version,"
    " document = excluded.document WHERE excluded.seq > seq"
)
# What is the same in both generations is not written again: after most restores that is nearly everything.
_CHANGED = (
    "SELECT s.n, s.seq, s.document FROM staged_dossier s LEFT JOIN dossier d ON d.id = s.id"
    " LEFT JOIN dossier_document t ON t.position = d.position"
    " WHERE s.scope = ? AND (d.id IS NULL OR d.scope_id <> s.scope OR d.seq <> s.seq OR d.version <> s.version"
    " OR t.document IS NOT s.document) AND s.n > ? ORDER BY s.n LIMIT ?"
)
_LEFT = (
    "SELECT d.id FROM dossier d WHERE d.scope_id = ?"
    " AND NOT EXISTS (SELECT 1 FROM staged_dossier s WHERE s.scope = d.scope_id AND s.id = d.id)"
)
_AT_ONCE = 2000
_DISCARD = "DELETE FROM staged_dossier WHERE n IN (SELECT n FROM staged_dossier WHERE scope = ? LIMIT ?)"


class Staged:
    """The generations under way within one transaction. The list knows nothing of them before ``swap``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def position(self, scope: str) -> FeedPosition | None:
        """Return how far the next generation of ``scope`` is read, ``None`` when there is none.

        The cursor is empty before the first page.
        """
        row = self._connection.execute(
            select(StagedCursorRow.cursor, StagedCursorRow.epoch, StagedCursorRow.seq).where(
                StagedCursorRow.scope == scope
            )
        ).one_or_none()
        return None if row is None else FeedPosition(scope=scope, cursor=row.cursor, epoch=row.epoch, seq=row.seq)

    def put(self, position: FeedPosition, dossiers: Iterable[tuple[int, Dossier]], gone: Sequence[str]) -> None:
        """Add one page and the place behind it."""
        scope = position.scope
        rows = [(scope, dossier.id, seq, dossier.version, wire.encode(dossier)) for seq, dossier in dossiers]
        if rows:
            self._connection.exec_driver_sql(_PUT, rows)
        if gone:
            self._connection.exec_driver_sql(
                "DELETE FROM staged_dossier WHERE scope = ? AND id = ?", [(scope, dossier_id) for dossier_id in gone]
            )
        self._at(position)

    def sum(self, scope: str) -> ScopeSum:
        """Return what the next generation adds up to, counted from its rows."""
        rows = self._connection.exec_driver_sql("SELECT id, seq, version FROM staged_dossier WHERE scope = ?", (scope,))
        count, digest = 0, 0
        for dossier_id, seq, version in rows:
            count += 1
            digest ^= share_of(scope, dossier_id, seq, version)
        return ScopeSum(count=count, digest=f"{digest:032x}")

    def swap(self, scope: str, pause: Callable[[], None] = lambda: None) -> tuple[str, ...]:
        """Make the next generation of ``scope`` the list, with its place in the feed; return the ids that changed.

        Whoever reads sees all of the old generation or all of the new one, and so does a start after a crash: it is one
        transaction with the cursor. A dossier that another of the officer's scopes has taken in meanwhile stays there
        if that scope is read in the same epoch and knows it newer. In another epoch than before, receipts of decisions
        that the new generation does not show are doubted.
        """
        position = self.position(scope)
        if position is None:
            raise ValueError("there is no next generation")
        total = self.sum(scope)
        epochs = Cursors(self._connection).epochs()
        of_epoch = newer_in(position.epoch, epochs)

        def gives_way(arriving: Listed, stored: Listed) -> bool:
            return stored.scope_id == scope or of_epoch(arriving, stored)

        dossiers = Dossiers(self._connection)
        touched: tuple[str, ...] = ()
        n = 0
        while changed := self._connection.exec_driver_sql(_CHANGED, (scope, n, _AT_ONCE)).cursor.fetchall():
            n = changed[-1][0]
            puts = ((seq, wire.decode(document, Dossier)) for _, seq, document in changed)
            touched += dossiers.put(puts, pause=pause, gives_way=gives_way)
        left = tuple(str(row[0]) for row in self._connection.exec_driver_sql(_LEFT, (scope,)))
        dossiers.remove(left, scope=scope)
        ScopeSums(self._connection).put(scope, total)
        Cursors(self._connection).set(position)
        self._connection.execute(delete(StagedCursorRow).where(StagedCursorRow.scope == scope))
        if epochs.get(scope, position.epoch) != position.epoch:
            Outbox(self._connection).doubt(scope)
        return touched + left

    def start_over(self, scope: str) -> None:
        """Let go of the next generation and of when the last one was begun."""
        self.give_up(scope)
        self._connection.execute(delete(ResyncRow).where(ResyncRow.scope == scope))

    def give_up(self, scope: str) -> None:
        """Let go of the next generation; its rows go with ``discard``."""
        self._connection.execute(delete(StagedCursorRow).where(StagedCursorRow.scope == scope))

    def left_over(self, scope: str) -> bool:
        """Whether anything of a next generation is here."""
        rows = self._connection.exec_driver_sql("SELECT 1 FROM staged_dossier WHERE scope = ? LIMIT 1", (scope,))
        return rows.first() is not None or self.position(scope) is not None

    def discard(self, scope: str, limit: int) -> bool:
        """Delete at most ``limit`` rows of a generation nobody needs; return whether some are left."""
        return self._connection.exec_driver_sql(_DISCARD, (scope, limit)).rowcount == limit

    def may_begin(self, scope: str, epoch: str, now: datetime, at_least: timedelta) -> bool:
        """Whether ``scope`` was last read anew in ``epoch`` longer ago than ``at_least``, or never."""
        at = self._connection.scalar(
            select(ResyncRow.at).where(ResyncRow.scope == scope, ResyncRow.epoch == epoch).limit(1)
        )
        # A time that lies ahead was written before the clock was put back: it says nothing.
        return at is None or not timedelta(0) <= now - at < at_least

    def begin(self, scope: str, epoch: str, now: datetime | None) -> None:
        """Remember that ``scope`` is read anew in ``epoch``; written before the first page of it is applied.

        ``now`` is what ``may_begin`` counts from, ``None`` for a reading that is not to keep the next one waiting.
        """
        self._at(FeedPosition(scope=scope, cursor="", epoch=epoch, seq=0))
        if now is None:
            return
        self._connection.execute(
            delete(ResyncRow).where(ResyncRow.scope == scope, ResyncRow.at < now - timedelta(days=1))
        )
        values = {"scope": scope, "epoch": epoch, "at": now}
        keys = [ResyncRow.scope, ResyncRow.epoch]
        self._connection.execute(
            insert(ResyncRow).values(values).on_conflict_do_update(index_elements=keys, set_={"at": now})
        )

    def _at(self, position: FeedPosition) -> None:
        values = asdict(position)
        self._connection.execute(
            insert(StagedCursorRow)
            .values(values)
            .on_conflict_do_update(index_elements=[StagedCursorRow.scope], set_=values)
        )
