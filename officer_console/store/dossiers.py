"""The mirror of central's dossiers: read one, apply pages of the feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from officer_console.central import wire
from officer_console.domain.dossier import Dossier
from officer_console.store import archived_numbers, words
from officer_console.store.arrivals import BETWEEN_PAUSES, COLUMNS, JUDGED, Arrival, Listed, of_dossiers
from officer_console.store.loading import DAY_SHIFT, Batch, Places, pieces
from officer_console.store.sums import ScopeSum, ScopeSums, share

CHUNK = 500

# One row, so that the interpreter is left alone while SQLite looks for them all.
_FOUND = (
    f"SELECT json_group_array(json_array(d.position, o.rank, d.id, {', '.join('d.' + column for column in COLUMNS)}))"  # noqa: S608
    " FROM dossier d LEFT JOIN open_dossier o ON o.position = d.position"
    " WHERE d.id IN (SELECT value FROM json_each(?))"
)


class Stored(NamedTuple):
    """A dossier as the table has it."""

    position: int
    rank: int | None
    listed: Listed


def newer(arriving: Listed, stored: Listed) -> bool:
    """Whether a dossier of the feed is newer than what is here.

    Feed numbers of two scopes have nothing to do with each other; a dossier that moved is told by its version.
    """
    if stored.scope_id == arriving.scope_id:
        return arriving.seq > stored.seq
    return arriving.version > stored.version


def newer_in(epoch: str, epochs: Mapping[str, str]) -> Callable[[Listed, Listed], bool]:
    """Return what says the same of dossiers that come from the feed of ``epoch``.

    ``epochs`` are those in which the scopes here were read. Versions of two lives of central have nothing to do with
    each other either: what another scope has from another epoch is not there any more, or comes with that scope's feed.
    """

    def gives_way(arriving: Listed, stored: Listed) -> bool:
        moved = stored.scope_id != arriving.scope_id
        return newer(arriving, stored) or (moved and epochs.get(stored.scope_id) != epoch)

    return gives_way


_LEFT_BEHIND = (
    "SELECT d.id FROM dossier d WHERE d.scope_id = ? AND NOT EXISTS"
    " (SELECT 1 FROM outbox o WHERE o.dossier_id = d.id AND o.state IN ('waiting', 'attention')) LIMIT ?"
)


class Dossiers:
    """Dossiers within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, dossier_id: str) -> Dossier | None:
        """Return a dossier as central last told it; ``None`` when it is not here."""
        found = self._connection.exec_driver_sql(
            "SELECT document FROM dossier_document WHERE position = (SELECT position FROM dossier WHERE id = ?)",
            (dossier_id,),
        ).scalar()
        return None if found is None else wire.decode(found, Dossier)

    def put(
        self,
        dossiers: Iterable[tuple[int, Dossier]],
        *,
        pause: Callable[[], None] = lambda: None,
        gives_way: Callable[[Listed, Listed], bool] = newer,
    ) -> tuple[str, ...]:
        """Apply (seq, dossier) pairs as ``take`` does."""
        return self.take(of_dossiers(dossiers), pause=pause, gives_way=gives_way)

    def take(
        self,
        arrivals: Iterable[Arrival],
        *,
        pause: Callable[[], None] = lambda: None,
        gives_way: Callable[[Listed, Listed], bool] = newer,
    ) -> tuple[str, ...]:
        """Apply dossiers of the feed; return the ids of those that were new or newer than what was here.

        ``pause`` is called between any two small pieces of work, so that the caller may let others go first;
        ``gives_way`` says of what arrives and what is here whether the latter is replaced.
        """
        newest: dict[str, Arrival] = {}
        for arrival in arrivals:
            other = newest.get(arrival.id)
            if other is None or other.listed.seq < arrival.listed.seq:
                newest[arrival.id] = arrival
        sums = ScopeSums(self._connection)
        batch = _Changes(self._connection)
        batch.look_up(newest.values())
        applied: list[str] = []
        numbered: list[bytes] = []
        for piece in pieces(newest.values(), CHUNK):
            pause()
            found = self._found([arrival.id for arrival in piece])
            for n, arrival in enumerate(piece):
                if n % BETWEEN_PAUSES == 0:
                    pause()
                stored = found.get(arrival.id)
                if stored is not None:
                    if not gives_way(arrival.listed, stored.listed):
                        continue
                    sums.change(stored.listed.scope_id, share(arrival.id, stored.listed), -1)
                sums.change(arrival.listed.scope_id, arrival.share, 1)
                applied.append(arrival.id)
                batch.place(stored, arrival)
                if archived_numbers.NAMED in arrival.raw:
                    numbered.append(arrival.raw)
        batch.run(self._connection, pause)
        archived_numbers.note(self._connection, numbered)
        sums.save()
        return tuple(applied)

    def remove(self, ids: Sequence[str], *, scope: str) -> None:
        """Take dossiers out that left ``scope``; ids that are unknown or in another scope by now are ignored."""
        sums = ScopeSums(self._connection)
        batch = _Changes(self._connection)
        for piece in pieces(ids, CHUNK):
            for dossier_id, stored in self._found(piece).items():
                if stored.listed.scope_id == scope:
                    sums.out(dossier_id, stored.listed)
                    batch.withdraw(stored)
        batch.run(self._connection)
        sums.save()

    def idle(self, scope: str, limit: int) -> tuple[str, ...]:
        """Return the ids of up to ``limit`` dossiers of a scope on which no decision is under way."""
        rows = self._connection.exec_driver_sql(_LEFT_BEHIND, (scope, limit))
        return tuple(str(row[0]) for row in rows)

    def let_go(self, scope: str, limit: int) -> tuple[str, ...]:
        """Take up to ``limit`` dossiers of a scope out, but for those a decision is under way on; return their ids."""
        ids = self.idle(scope, limit)
        self.remove(ids, scope=scope)
        return ids

    def sum(self, scope: str) -> ScopeSum:
        """Return count and digest of the scope's dossiers as they are here."""
        return ScopeSums(self._connection).get(scope)

    def _found(self, ids: Sequence[str]) -> dict[str, Stored]:
        wanted = msgspec.json.encode(sorted(ids)).decode()
        rows = msgspec.json.decode(self._connection.exec_driver_sql(_FOUND, (wanted,)).scalar_one())
        return {row[2]: Stored(row[0], row[1], Listed._make(row[3:])) for row in rows}


class _Changes(Batch):
    """Works out what brings a dossier to its new state, and nothing that stays as it is."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._positions = Places(connection, "dossier", "position")
        self._ranks = Places(connection, "open_dossier", "rank")

    def look_up(self, arrivals: Iterable[Arrival]) -> None:
        """Get ready for ``place`` of these dossiers."""
        listed = [(arrival.listed, arrival.open) for arrival in arrivals]
        self._positions.look_up(one.declared_day for one, _ in listed)
        self._ranks.look_up(one.due_day for one, waits in listed if waits)

    def place(self, stored: Stored | None, arrival: Arrival) -> None:
        """Put a dossier, which was looked up, in the place of ``stored``, or in a new one."""
        listed = arrival.listed
        if stored is not None and stored.listed.declared_day != listed.declared_day:
            self.withdraw(stored)
            stored = None
        if stored is None:
            position = self._positions.next(listed.declared_day)
            self.inserts.append((position, arrival.id, *listed))
        else:
            position = stored.position
            if stored.listed[JUDGED:] == listed[JUDGED:] and stored.listed.scope_id == listed.scope_id:
                self.judged.append((position, *listed[1:JUDGED]))
            else:
                self.updates.append((position, *listed))
        self.documents.append((position, arrival.raw))
        self._name_paper(position, stored.listed.paper if stored is not None else None, listed.paper)
        if stored is not None and stored.listed.searched == listed.searched:
            return
        text = arrival.words
        self.words.append((position, words.text_with_due(text, listed.kind, listed.due_day) if arrival.open else text))
        self._queue(stored, position, arrival)

    def withdraw(self, stored: Stored) -> None:
        """Take a dossier out."""
        self.gone.append(stored.position)
        self.stale_words.append(stored.position)
        if stored.listed.paper:
            self.stale_papers.append(stored.position)
        if stored.rank is not None:
            self.gone_ranks.append(stored.rank)
            self.stale_open_words.append(stored.rank)

    def _name_paper(self, position: int, before: str | None, now: str | None) -> None:
        if now and now != before:
            self.papers.append((position, words.paper(now)))
        elif before and not now:
            self.stale_papers.append(position)

    def _queue(self, stored: Stored | None, position: int, arrival: Arrival) -> None:
        """Keep the work queue in step: an open dossier has one rank, a closed one none."""
        listed = arrival.listed
        rank = stored.rank if stored is not None else None
        if rank is not None and (not arrival.open or rank >> DAY_SHIFT != listed.due_day):
            self.gone_ranks.append(rank)
            self.stale_open_words.append(rank)
            rank = None
        if not arrival.open:
            return
        if rank is None:
            rank = self._ranks.next(listed.due_day)
            self.ranks.append((rank, position, listed.due_day - listed.declared_day))
        self.open_words.append((rank, arrival.words))
