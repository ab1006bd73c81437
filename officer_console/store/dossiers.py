"""The mirror of central's dossiers: read one, apply pages of the feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

import msgspec
from sqlalchemy import Connection

from officer_console.central import wire
from officer_console.domain.dossier import OPEN, Dossier
from officer_console.store import words
from officer_console.store.sums import ScopeSum, ScopeSums

T = TypeVar("T")

# Small pieces: the interpreter is shared with the window's thread.
CHUNK = 200
DAY_SHIFT = 22

COLUMNS = (
    "scope_id", "seq", "version", "number", "kind", "status", "social_code", "full_name", "birth",
    "declared_day", "due_day", "officer_name",
)  # fmt: skip

_FOUND = (
    f"SELECT d.position, o.rank, d.id, {', '.join('d.' + column for column in COLUMNS)} FROM dossier d"  # noqa: S608
    " LEFT JOIN open_dossier o ON o.position = d.position WHERE d.id IN (SELECT value FROM json_each(?))"
)
_INSERT = f"INSERT INTO dossier (position, id, {', '.join(COLUMNS)}) VALUES (?, ?{', ?' * len(COLUMNS)})"  # noqa: S608
_UPDATE = f"UPDATE dossier SET {', '.join(column + ' = ?' for column in COLUMNS)} WHERE position = ?"  # noqa: S608
_LAST_POSITION = "SELECT max(position) FROM dossier WHERE position BETWEEN ? AND ?"
_LAST_RANK = "SELECT max(rank) FROM open_dossier WHERE rank BETWEEN ? AND ?"


class Listed(NamedTuple):
    """The list columns of one dossier, in the order of ``COLUMNS``."""

    scope_id: str
    seq: int
    version: int
    number: str
    kind: str
    status: str
    social_code: str
    full_name: str
    birth: str
    declared_day: int
    due_day: int
    officer_name: str | None

    @property
    def searched(self) -> tuple[object, ...]:
        """What the full-text words are made of."""
        return self[3:8] + self[10:11]

    @property
    def open(self) -> bool:
        """Whether the dossier belongs in the work queue."""
        return self.status in OPEN


def newer(seq: int, dossier: Dossier, stored: Listed) -> bool:
    """Whether a dossier of the feed is newer than what is here.

    Feed numbers of two scopes have nothing to do with each other; a dossier that moved is told by its version.
    """
    if stored.scope_id == dossier.scope_id:
        return seq > stored.seq
    return dossier.version > stored.version


class Stored(NamedTuple):
    """A dossier as the table has it."""

    position: int
    rank: int | None
    listed: Listed


class _Batch:
    """What one call changes; applied table by table, the full-text tables in rowid order.

    FTS5 starts a new segment whenever rowids go backwards, so unsorted writes would leave hundreds of tiny ones.
    """

    def __init__(self) -> None:
        self.gone: list[int] = []
        self.gone_ranks: list[int] = []
        self.inserts: list[tuple[object, ...]] = []
        self.updates: list[tuple[object, ...]] = []
        self.documents: list[tuple[int, bytes]] = []
        self.ranks: list[tuple[int, int, int]] = []
        self.stale_words: list[int] = []
        self.words: list[tuple[int, str]] = []
        self.stale_open_words: list[int] = []
        self.open_words: list[tuple[int, str]] = []

    def steps(self) -> tuple[tuple[str, Sequence[tuple[object, ...]]], ...]:
        """Return the statements in the order in which they must run."""
        return (
            ("DELETE FROM dossier WHERE position = ?", _ones(self.gone)),
            ("DELETE FROM dossier_document WHERE position = ?", _ones(self.gone)),
            ("DELETE FROM open_dossier WHERE rank = ?", _ones(self.gone_ranks)),
            (_INSERT, sorted(self.inserts, key=lambda row: row[0])),  # type: ignore[arg-type,return-value]
            (_UPDATE, self.updates),
            ("INSERT OR REPLACE INTO dossier_document (position, document) VALUES (?, ?)", sorted(self.documents)),
            ("INSERT INTO open_dossier (rank, position, lag) VALUES (?, ?, ?)", sorted(self.ranks)),
            ("DELETE FROM dossier_words WHERE rowid = ?", _ones(self.stale_words)),
            ("INSERT INTO dossier_words (rowid, words) VALUES (?, ?)", sorted(self.words)),
            ("DELETE FROM open_words WHERE rowid = ?", _ones(self.stale_open_words)),
            ("INSERT INTO open_words (rowid, words) VALUES (?, ?)", sorted(self.open_words)),
        )


class _Places:
    """Gives out free places within days: the last one used, plus one."""

    def __init__(self, connection: Connection, query: str) -> None:
        self._connection = connection
        self._query = query
        self._last: dict[int, int] = {}

    def next(self, day: int) -> int:
        """Return the next free ``day << 22 | n``."""
        last = self._last.get(day)
        if last is None:
            lowest = day << DAY_SHIFT
            highest = ((day + 1) << DAY_SHIFT) - 1
            found = self._connection.exec_driver_sql(self._query, (lowest, highest)).scalar()
            last = lowest - 1 if found is None else int(found)
        self._last[day] = last + 1
        return last + 1


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
        gives_way: Callable[[int, Dossier, Listed], bool] = newer,
    ) -> tuple[str, ...]:
        """Apply (seq, dossier) pairs of the feed; return the ids that were new or newer than what was here.

        ``pause`` is called between any two small pieces of work, so that the caller may let others go first;
        ``gives_way`` says whether what is here is replaced.
        """
        newest: dict[str, tuple[int, Dossier]] = {}
        for seq, dossier in dossiers:
            if dossier.id not in newest or newest[dossier.id][0] < seq:
                newest[dossier.id] = (seq, dossier)
        positions = _Places(self._connection, _LAST_POSITION)
        ranks = _Places(self._connection, _LAST_RANK)
        sums = ScopeSums(self._connection)
        batch = _Batch()
        applied: list[str] = []
        for piece in _pieces(newest.values()):
            found = self._found([dossier.id for _, dossier in piece])
            for seq, dossier in piece:
                pause()
                stored = found.get(dossier.id)
                if stored is not None and not gives_way(seq, dossier, stored.listed):
                    continue
                applied.append(dossier.id)
                if stored is not None:
                    sums.out(dossier.id, stored.listed)
                listed = _listed(seq, dossier)
                sums.add(dossier.id, listed)
                _place(batch, stored, dossier, listed, positions, ranks)
        self._run(batch, pause)
        sums.save()
        return tuple(applied)

    def remove(self, ids: Sequence[str], *, scope: str) -> None:
        """Take dossiers out that left ``scope``; ids that are unknown or in another scope by now are ignored."""
        sums = ScopeSums(self._connection)
        batch = _Batch()
        for piece in _pieces(ids):
            for dossier_id, stored in self._found(piece).items():
                if stored.listed.scope_id == scope:
                    sums.out(dossier_id, stored.listed)
                    _withdraw(batch, stored)
        self._run(batch)
        sums.save()

    def sum(self, scope: str) -> ScopeSum:
        """Return count and digest of the scope's dossiers as they are here."""
        return ScopeSums(self._connection).get(scope)

    def _found(self, ids: Sequence[str]) -> dict[str, Stored]:
        rows = self._connection.exec_driver_sql(_FOUND, (msgspec.json.encode(ids).decode(),)).cursor.fetchall()
        return {row[2]: Stored(row[0], row[1], Listed._make(row[3:])) for row in rows}

    def _run(self, batch: _Batch, pause: Callable[[], None] = lambda: None) -> None:
        for statement, rows in batch.steps():
            for piece in _pieces(rows):
                pause()
                self._connection.exec_driver_sql(statement, piece)


def _place(
    batch: _Batch, stored: Stored | None, dossier: Dossier, listed: Listed, positions: _Places, ranks: _Places
) -> None:
    """Add to ``batch`` what brings one dossier to its new state, and nothing that stays as it is."""
    if stored is not None and stored.listed.declared_day != listed.declared_day:
        _withdraw(batch, stored)
        stored = None
    if stored is None:
        position = positions.next(listed.declared_day)
        batch.inserts.append((position, dossier.id, *listed))
    else:
        position = stored.position
        batch.updates.append((*listed, position))
    batch.documents.append((position, wire.encode(dossier)))
    if stored is not None and stored.listed.searched == listed.searched:
        return
    text = words.text_of(listed.number, listed.kind, listed.status, listed.social_code, listed.full_name)
    if stored is not None:
        batch.stale_words.append(position)
    of_all = words.text_with_due(text, listed.kind, listed.due_day) if listed.open else text
    batch.words.append((position, of_all))
    _queue(batch, stored, position, listed, text, ranks)


def _queue(batch: _Batch, stored: Stored | None, position: int, listed: Listed, text: str, ranks: _Places) -> None:
    """Keep the work queue in step: an open dossier has one rank, a closed one none."""
    rank = stored.rank if stored is not None else None
    if rank is not None:
        batch.stale_open_words.append(rank)
        if not listed.open or rank >> DAY_SHIFT != listed.due_day:
            batch.gone_ranks.append(rank)
            rank = None
    if not listed.open:
        return
    if rank is None:
        rank = ranks.next(listed.due_day)
        batch.ranks.append((rank, position, listed.due_day - listed.declared_day))
    batch.open_words.append((rank, text))


def _withdraw(batch: _Batch, stored: Stored) -> None:
    batch.gone.append(stored.position)
    batch.stale_words.append(stored.position)
    if stored.rank is not None:
        batch.gone_ranks.append(stored.rank)
        batch.stale_open_words.append(stored.rank)


def _listed(seq: int, dossier: Dossier) -> Listed:
    declaration = dossier.declaration
    return Listed(
        scope_id=dossier.scope_id,
        seq=seq,
        version=dossier.version,
        number=dossier.number,
        kind=dossier.kind.value,
        status=dossier.status.value,
        social_code=declaration.social_code,
        full_name=declaration.full_name,
        birth=declaration.birth.text(),
        declared_day=dossier.declared_on.toordinal(),
        due_day=dossier.due_on.toordinal(),
        officer_name=dossier.officer_name,
    )


def _ones(keys: list[int]) -> list[tuple[int]]:
    return [(key,) for key in sorted(keys)]


def _pieces(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while piece := list(islice(iterator, CHUNK)):
        yield piece
