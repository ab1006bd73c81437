"""Moves a dossier from one office to another, with everything that hangs on it.

Three steps, each of which writes in one office, finds out by itself whether it was done before, and changes nothing
then:

1. ``_leave``: a tombstone takes the dossier's place in the old office and keeps the document for the new one; the lease
   ends, and letters that wait are held.
2. ``_arrive``: the document, its files, letters, and what the registry's answer is waited for with, are put in the
   new office.
3. ``_clear``: the old office gives up what was kept for the new one.

Where both offices live on one server, all of it is one transaction. Over several servers (``shards``) postgres_fdw
commits one server after the other and knows no two-phase commit, so there each step is a transaction of its own. A
break after the first leaves the dossier in no office's list, whole in the old one's tombstone: nobody decides on it and
no letter goes out. A break after the second leaves only something to tidy. Moving it again finishes it in either case.

Between two servers the tombstone keeps the document, and the letters that waited, for good: the new office's server may
be put back to a backup of before the move. The dossier is then ``unfinished`` again and arrives a second time.

What was decided stays where it was: a repeat gets its receipt in the old office, and whatever comes anew is told
``dossier-gone``. Pictures stay known there as well, because other dossiers may have the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, RowMapping, delete, insert, select, text, update

from central_server import audit, epochs, feed, schema, statements
from central_server.database import Database
from central_server.letters import HELD
from central_server.schema import outbox
from central_server.times import stamp
from central_server.trips import Step, run
from officer_console.central import wire
from officer_console.domain.dossier import TRANSITIONS, Dossier, Event, HistoryEntry, Status
from officer_console.domain.lease import REASON_LIMIT
from officer_console.domain.message import MessageState

GONE_BECAUSE = "moved_out"
WHO_LIMIT = 64
_QUEUED = MessageState.QUEUED.value
_OFFICE = select(schema.office.c.scope_id)
_SERVERS = text("SELECT DISTINCT tableoid FROM scope WHERE scope_id IN (:here, :there)")
_DECISION = text(
    "SELECT op_id, dossier_id, officer_id, base_version, verdict, body, req_sha256, receipt, received_at"
    " FROM decision WHERE scope_id = :scope_id AND op_id = :op_id"
)
DECISION_COPY = text(f"{statements.DECISION_INSERT.text} ON CONFLICT DO NOTHING")
_DOC_DROP = text("UPDATE dossier SET doc = '' WHERE scope_id = :scope_id AND id = :id AND gone")


class MoveError(Exception):
    """The dossier is not moved; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which dossier goes from the office ``here`` to the office ``there``, who says so and why."""

    dossier_id: str
    here: str
    there: str
    who: str
    reason: str

    @property
    def offices(self) -> tuple[str, str]:
        """Both offices in the order in which their locks are taken: two moves that meet do not wait for each other."""
        first, second = sorted((self.here, self.there))
        return first, second


def move(database: Database, order: Order, now: datetime, *, apart: bool | None = None) -> None:
    """Move a dossier, or finish a move that broke; nothing happens when it was moved before.

    ``apart`` is whether each step is to be a transaction of its own; by default that is so if the offices live on
    different servers.

    Raises:
        MoveError: ``same-office``, ``who-missing``, ``reason-missing`` (none, or over ``REASON_LIMIT`` letters),
            ``unknown-office``, ``unknown-dossier``, ``dossier-gone`` (it left for somewhere else).
        OvertakenError, sqlalchemy.exc.SQLAlchemyError: as ``Database.transact``; to be tried again.
    """
    if order.here == order.there:
        raise MoveError("same-office")
    if not 0 < len(order.who.strip()) <= WHO_LIMIT:
        raise MoveError("who-missing")
    if not 0 < len(order.reason.strip()) <= REASON_LIMIT:
        raise MoveError("reason-missing")
    database.transact(lambda connection: _ready(connection, order.there, database.epoch))
    if _on_two_servers(database, order) if apart is None else apart:
        for step in (_leave, _arrive, partial(_clear, keeps=True)):
            database.transact(partial(step, order=order, now=now))
    else:
        database.transact(lambda connection: _at_once(connection, order, now))


def unfinished(database: Database) -> Iterator[tuple[str, str, str]]:
    """Give id, old and new office of the dossiers whose move broke or was lost by a restore: to be moved again."""
    kept = select(schema.dossier.c.scope_id, schema.dossier.c.doc).where(
        schema.dossier.c.gone, schema.dossier.c.doc != ""
    )
    with database.read() as connection:
        for here, doc in connection.execute(kept).all():
            going = wire.decode(doc, Dossier)
            if not _has_arrived(connection, going):
                yield going.id, here, going.scope_id


def id_of(database: Database, scope_id: str, asked: str) -> str:
    """Return the id of the scope's dossier with the id or the whole số hồ sơ ``asked``; ``asked`` when there is none.

    A dossier whose move broke is still found by its old office.
    """
    if "/" not in asked:
        return asked
    mine = select(schema.dossier.c.doc).where(schema.dossier.c.scope_id == scope_id, schema.dossier.c.doc != "")
    with database.read() as connection:
        found = (wire.decode(doc, Dossier) for doc in connection.scalars(mine))
        return next((dossier.id for dossier in found if dossier.number == asked), asked)


def _ready(connection: Connection, scope_id: str, epoch: str) -> None:
    """See that an office has a counter; a misspelt one must not get any."""
    (found,) = run(connection, Step(statements.SCOPE_STATE, {"scope_id": scope_id}))
    if found.row is not None:
        return
    if connection.execute(_OFFICE.where(schema.office.c.scope_id == scope_id)).first() is None:
        raise MoveError("unknown-office")
    feed.ensure_scope(connection, scope_id, epoch)


def _on_two_servers(database: Database, order: Order) -> bool:
    if not database.shared:
        return False
    with database.read() as connection:
        return len(connection.execute(_SERVERS, {"here": order.here, "there": order.there}).all()) > 1


def _at_once(connection: Connection, order: Order, now: datetime) -> None:
    """Do all steps in one transaction: rows are held first and counters last, as everywhere."""
    feed.take_turns(connection, *order.offices)
    for scope_id in order.offices:
        feed.load(connection, scope_id, order.dossier_id)
    _letters(connection, order)
    counters = run(connection, *(Step(statements.SCOPE_LOCK, {"scope_id": scope_id}) for scope_id in order.offices))
    for scope_id, counter in zip(order.offices, counters, strict=True):
        if counter.row is not None:
            epochs.agree(connection, scope_id, counter.row)
    _leave(connection, order, now)
    _arrive(connection, order, now)
    _clear(connection, order, now)


def _leave(connection: Connection, order: Order, now: datetime) -> None:
    """Put a tombstone in the dossier's place, in which the document for the new office waits."""
    feed.take_turns(connection, *order.offices)
    stored = feed.load(connection, order.here, order.dossier_id)
    if stored is None:
        raise MoveError("unknown-dossier")
    if stored.dossier is None:
        going = _waiting(connection, order)
        if (going is None or _has_arrived(connection, going)) and not _is_there(connection, order):
            raise MoveError("dossier-gone")
        return
    going = _moved(stored.dossier, order, now)
    _letters(connection, order)
    connection.execute(
        update(outbox)
        .where(outbox.c.scope_id == order.here, outbox.c.dossier_id == order.dossier_id, outbox.c.state == _QUEUED)
        .values(state=HELD)
    )
    run(connection, Step(statements.LEASE_DELETE, {"scope_id": order.here, "dossier_id": order.dossier_id}))
    feed.bury(connection, stored, GONE_BECAUSE, kept=wire.encode(going).decode())
    audit.note(connection, order.here, _entry(GONE_BECAUSE, going, order, now) | {"to": order.there})


def _arrive(connection: Connection, order: Order, now: datetime) -> None:
    """Put what waits in the tombstone into the new office, with everything that hangs on it."""
    feed.take_turns(connection, *order.offices)
    going = _waiting(connection, order)
    if going is None:
        return
    if _has_arrived(connection, going):
        return
    known = feed.load(connection, order.there, order.dossier_id)
    _carry_blobs(connection, going, order)
    _carry_letters(connection, order)
    if going.status is Status.CHECKING:
        _carry_wait(connection, going, order)
    if known is None:
        feed.add(connection, order.there, (going,))
    else:
        feed.put(connection, known, going)
    audit.note(connection, order.there, _entry("moved_in", going, order, now) | {"from": order.here})


def _clear(connection: Connection, order: Order, now: datetime, *, keeps: bool = False) -> None:  # noqa: ARG001 - a step like the others
    """Give up in the old office what the new one has; nothing when the dossier has come back meanwhile.

    ``keeps`` leaves the document in the tombstone, and the letters that are held.
    """
    if _waiting(connection, order) is None:
        return
    mine = delete(outbox).where(outbox.c.scope_id == order.here, outbox.c.dossier_id == order.dossier_id)
    connection.execute(mine.where(outbox.c.state != HELD) if keeps else mine)
    here = {"scope_id": order.here, "dossier_id": order.dossier_id}
    run(connection, Step(statements.REGISTRY_WAIT_DELETE, here))
    if not keeps:
        run(connection, Step(_DOC_DROP, {"scope_id": order.here, "id": order.dossier_id}, one=True))


def _moved(dossier: Dossier, order: Order, now: datetime) -> Dossier:
    """Return the document as it is in the new office: nobody's, one version on."""
    entry = HistoryEntry(at=now, what="moved", who=order.who, note=f"{order.here} → {order.there}: {order.reason}")
    return replace(
        dossier,
        scope_id=order.there,
        status=TRANSITIONS.get((dossier.status, Event.RELEASE), dossier.status),
        version=dossier.version + 1,
        lease=None,
        officer_name=None if dossier.judgement is None else dossier.judgement.officer_name,
        history=(*dossier.history, entry),
    )


def _waiting(connection: Connection, order: Order) -> Dossier | None:
    """Return the document that waits in the old office's tombstone for the new office."""
    *_, found = run(connection, *feed.loading(connection, order.here, order.dossier_id))
    if found.row is None or not found.row.gone or not found.row.doc:
        return None
    dossier = wire.decode(found.row.doc, Dossier)
    return dossier if dossier.scope_id == order.there else None


def _has_arrived(connection: Connection, going: Dossier) -> bool:
    """Whether the new office has what left for it; by now it may even have gone on from there."""
    known = feed.load(connection, going.scope_id, going.id)
    return known is not None and known.version >= going.version


def _is_there(connection: Connection, order: Order) -> bool:
    known = feed.load(connection, order.there, order.dossier_id)
    return known is not None and known.dossier is not None


def _carry_blobs(connection: Connection, going: Dossier, order: Order) -> None:
    named = [attachment.sha256 for attachment in going.attachments] + [notice.sha256 for notice in going.notices]
    for sha256 in dict.fromkeys(named):
        (found,) = run(connection, Step(statements.BLOB, {"scope_id": order.here, "sha256": sha256}))
        if found.row is not None:
            values = {"scope_id": order.there, "sha256": sha256, "media_type": found.row.media_type}
            run(connection, Step(statements.BLOB_PUT, values | {"size": found.row.size}))


def _letters(connection: Connection, order: Order) -> Sequence[RowMapping]:
    """Return the dossier's letters in the old office; on PostgreSQL no worker takes one of them from here on."""
    mine = select(outbox).where(outbox.c.scope_id == order.here, outbox.c.dossier_id == order.dossier_id)
    return connection.execute(mine.with_for_update()).mappings().all()


def _carry_letters(connection: Connection, order: Order) -> None:
    rows = _letters(connection, order)
    connection.execute(delete(outbox).where(outbox.c.scope_id == order.there, outbox.c.dossier_id == order.dossier_id))
    if rows:
        fresh = [
            {**row, "scope_id": order.there, "state": _QUEUED if row["state"] == HELD else row["state"]} for row in rows
        ]
        connection.execute(insert(outbox), fresh)


def _carry_wait(connection: Connection, going: Dossier, order: Order) -> None:
    """Carry what central's own job goes on with when the registry answers: its turn, and the decision that waits.

    The copy has no number of the desk's: no ledger counts it.
    """
    there = {"scope_id": order.there, "dossier_id": order.dossier_id}
    wait = select(schema.registry_wait.c.asks, schema.registry_wait.c.next_at).where(
        schema.registry_wait.c.scope_id == order.here, schema.registry_wait.c.dossier_id == order.dossier_id
    )
    row = connection.execute(wait).first()
    run(connection, Step(statements.REGISTRY_WAIT_DELETE, there))
    if row is not None:
        run(
            connection,
            Step(statements.REGISTRY_WAIT_FIRST, there | {"asks": row.asks, "next_at": stamp(row.next_at)}),
        )
    if going.judgement is None:
        return
    (found,) = run(connection, Step(_DECISION, {"scope_id": order.here, "op_id": going.judgement.op_id}))
    if found.row is not None:
        copy = found.row._asdict()
        run(connection, Step(DECISION_COPY, copy | {"scope_id": order.there, "device_id": None, "dseq": None}))


def _entry(what: str, going: Dossier, order: Order, now: datetime) -> dict[str, str | int | None]:
    return {
        "at": stamp(now),
        "what": what,
        "dossier_id": order.dossier_id,
        "by": order.who,
        "reason": order.reason,
        "version": going.version,
        "status": going.status.value,
    }
