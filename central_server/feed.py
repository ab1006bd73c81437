"""The state feed of a scope: one line per dossier at its latest number, gapless, read with an opaque cursor.

A number is given under the lock of the scope's counter row and kept until commit, so whoever sees number n sees every
smaller number that will ever exist. ``digest`` is the XOR over live rows of the first 16 bytes of SHA-256 of
``scope|id|seq|version`` as 32 hex digits; client and server keep it apart and compare it after the last page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from central_server import audit, cursor, epochs, statements
from central_server.database import ServerState
from central_server.trips import Outcome, Step, run
from central_server.trips import OvertakenError as OvertakenError
from officer_console.central import wire
from officer_console.domain.dossier import Dossier

NO_DIGEST = "0" * 32
# The first key keeps it apart from locks of others; two offices with one hash only wait for each other.
_TURN = text("SELECT pg_advisory_xact_lock(7204, hashtext(:scope_id))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A dossier as the table has it. ``dossier`` is ``None`` when it has left the scope."""

    scope_id: str
    id: str
    seq: int
    version: int
    why: str | None
    dossier: Dossier | None


def row_digest(scope_id: str, dossier_id: str, seq: int, version: int) -> int:
    """Return one row's share of the scope's digest."""
    line = f"{scope_id}|{dossier_id}|{seq}|{version}".encode()
    return int.from_bytes(hashlib.sha256(line).digest()[:16], "big")


def turns(connection: Connection, *scope_ids: str) -> tuple[Step, ...]:
    """Return the steps that wait for the offices' turns; to be done before anything else is asked in the transaction.

    Only where the offices live on servers behind, and only in a write transaction. There postgres_fdw reads one
    snapshot from the first statement on: who then waits for the scope's counter finds it changed and has waited for
    nothing. So the writers of one office come one after the other, in front, and end before the next one looks.
    """
    options = connection.get_execution_options()
    if not (options.get("in_front", False) and options.get("writes", False)):
        return ()
    return tuple(Step(_TURN, {"scope_id": scope_id}) for scope_id in scope_ids)


def take_turns(connection: Connection, *scope_ids: str) -> None:
    """Do ``turns`` by themselves; two who take several must name them in the same order."""
    steps = turns(connection, *scope_ids)
    if steps:
        run(connection, *steps)


def loading(connection: Connection, scope_id: str, dossier_id: str) -> tuple[Step, ...]:
    """Return the steps that find a dossier, the last of which does; in a write transaction others cannot write it."""
    held = connection.dialect.name == "postgresql" and connection.get_execution_options().get("writes", False)
    statement = statements.DOSSIER_HELD if held else statements.DOSSIER
    return *turns(connection, scope_id), Step(statement, {"scope_id": scope_id, "id": dossier_id})


def loaded(found: Outcome, scope_id: str) -> Stored | None:
    """Return the dossier or tombstone that ``loading`` found; ``None`` when the scope never had it."""
    row = found.row
    if row is None:
        return None
    return Stored(
        scope_id=scope_id,
        id=row.id,
        seq=row.seq,
        version=row.version,
        why=row.why,
        dossier=None if row.gone else wire.decode(row.doc, Dossier),
    )


def load(connection: Connection, scope_id: str, dossier_id: str) -> Stored | None:
    """Return a dossier or its tombstone; ``None`` when the scope never had it."""
    *_, found = run(connection, *loading(connection, scope_id, dossier_id))
    return loaded(found, scope_id)


def ensure_scope(connection: Connection, scope_id: str, epoch: str) -> None:
    """Make the scope's counter row when it is missing."""
    take_turns(connection, scope_id)
    connection.execute(statements.SCOPE_ENSURE, {"scope_id": scope_id, "epoch": epoch, "digest": NO_DIGEST})


def add(connection: Connection, scope_id: str, dossiers: Iterable[Dossier]) -> int:
    """Put new dossiers at the end of the scope's feed, in the order given; returns the last number.

    The scope's counter row must exist (``ensure_scope``).
    """
    fresh = list(dossiers)
    take_turns(connection, scope_id)
    row = connection.execute(statements.SCOPE_NEXT, {"scope_id": scope_id, "by": len(fresh)}).one()
    epochs.agree(connection, scope_id, row)
    seq = int(row.last_seq) - len(fresh)
    digest = int(row.digest, 16)
    rows = []
    for dossier in fresh:
        seq += 1
        digest ^= row_digest(scope_id, dossier.id, seq, dossier.version)
        rows.append(_columns(scope_id, dossier) | {"seq": seq})
    if rows:
        connection.execute(statements.DOSSIER_INSERT, rows)
    run(connection, _sum(scope_id, int(row.live_count) + len(rows), digest))
    return seq


def put(
    connection: Connection,
    stored: Stored,
    dossier: Dossier,
    *,
    before: Sequence[Step] = (),
    check: Callable[[Sequence[Outcome]], None] = lambda _: None,
    entry: Mapping[str, str | int | None] | None = None,
    after: Callable[[int], Sequence[Step]] = lambda _: (),
    commit: bool = False,
) -> int:
    """Replace what ``stored`` holds by ``dossier`` and return its new number.

    ``before`` is done before the scope's counter is taken, and ``check`` is told what came of it; ``entry`` goes into
    the audit trail, and ``after``, told the number, says what is to be done with it; all of it in as few trips as it
    can be. ``commit`` lets the transaction end with the last of them, where that saves one.

    Raises:
        OvertakenError: the row is no longer the one that was read; the transaction must not be committed.
    """
    change = Step(statements.DOSSIER_UPDATE, _columns(stored.scope_id, dossier), one=True)
    return _advance(
        connection,
        stored,
        change,
        live_after=True,
        before=before,
        check=check,
        entry=entry,
        after=after,
        commit=commit,
    )


def bury(connection: Connection, stored: Stored, why: str, *, kept: str = "") -> int:
    """Leave a tombstone (``deleted``, ``moved_out``, ``withdrawn``) in place of the dossier; returns its number.

    ``kept`` is a document that waits in it for somebody; no feed tells it.

    Raises:
        OvertakenError: the row is no longer the one that was read; the transaction must not be committed.
    """
    values = {
        "scope_id": stored.scope_id,
        "id": stored.id,
        "version": stored.version + 1,
        "gone": True,
        "why": why,
        "doc": kept,
    }
    return _advance(connection, stored, Step(statements.DOSSIER_BURY, values, one=True), live_after=False)


def page(connection: Connection, state: ServerState, scope_id: str, after_cursor: str | None, limit: int) -> bytes:
    """Return one page of the feed as JSON, built from the stored documents without decoding them.

    ``connection`` must be one snapshot: the last page carries the scope's count and digest as of the same moment.

    Raises:
        ProblemError: ``cursor-expired`` (unreadable, of another scope), ``epoch-changed``.
        OtherEpochError: the office is of another epoch than ``state``, or the cursor is ahead of it.
    """
    after, first = cursor.place(state, scope_id, after_cursor)
    found, changed = run(
        connection,
        Step(statements.SCOPE_STATE, {"scope_id": scope_id}),
        Step(statements.CHANGES, {"scope_id": scope_id, "after": after, "limit": limit + 1}),
        commit=True,
    )
    last_seq, live_count, digest, epoch = (0, 0, NO_DIGEST, state.epoch) if found.row is None else tuple(found.row)
    if epoch != state.epoch:
        raise epochs.OtherEpochError(scope_id)
    if after > last_seq:
        # the seal says that this central has given it: what the desk has read is gone from here
        raise epochs.OtherEpochError(scope_id, proof=True)
    rows = changed.rows
    more = len(rows) > limit
    upto = rows[limit - 1].seq if more else last_seq
    parts = [f'{{"epoch":{_quoted(state.epoch)},"items":[']
    comma, following = "", cursor.make(state, scope_id, upto, first=first and more)
    for row in rows[:limit]:
        head = f'{comma}{{"id":{_quoted(row.id)},"seq":{row.seq},"version":{row.version},'
        if row.gone:
            parts.append(f'{head}"op":"gone","why":{_quoted(row.why)}}}')
        else:
            parts += (head, '"op":"put","doc":', row.doc, "}")
        comma = ","
    parts.append(f'],"next":{_quoted(following)},"more":{"true" if more else "false"}')
    if not more:
        parts.append(f',"state":{{"seq":{last_seq},"count":{live_count},"digest":"{digest}"}}')
    parts.append("}")
    return "".join(parts).encode()


def _columns(scope_id: str, dossier: Dossier) -> dict[str, object]:
    return {
        "scope_id": scope_id,
        "id": dossier.id,
        "version": dossier.version,
        "status": dossier.status.value,
        "doc": wire.encode(dossier).decode(),
        "gone": False,
        "declared_on": dossier.declared_on.isoformat(),
        "due_on": dossier.due_on.isoformat(),
        "handed_in": dossier.handed_in_at is not None,
        "social_code": dossier.declaration.social_code,
    }


def _advance(
    connection: Connection,
    stored: Stored,
    change: Step,
    *,
    live_after: bool,
    before: Sequence[Step] = (),
    check: Callable[[Sequence[Outcome]], None] = lambda _: None,
    entry: Mapping[str, str | int | None] | None = None,
    after: Callable[[int], Sequence[Step]] = lambda _: (),
    commit: bool = False,
) -> int:
    scope_id = stored.scope_id
    counter = Step(statements.SCOPE_NEXT, {"scope_id": scope_id, "by": 1})
    found = run(connection, *before, counter, *(() if entry is None else (audit.last(scope_id),)))
    check(found[: len(before)])
    row = found[len(before)].row
    epochs.agree(connection, scope_id, row)
    seq = int(row.last_seq)
    digest = int(row.digest, 16)
    live_before = stored.dossier is not None
    if live_before:
        digest ^= row_digest(scope_id, stored.id, stored.seq, stored.version)
    if live_after:
        digest ^= row_digest(scope_id, stored.id, seq, int(str(change.values["version"])))
    place = {"seq": seq, "base": stored.version, "base_seq": stored.seq}
    run(
        connection,
        change._replace(values={**change.values, **place}),
        _sum(scope_id, int(row.live_count) + live_after - live_before, digest),
        *(() if entry is None else (audit.following(found[-1], scope_id, entry),)),
        *after(seq),
        commit=commit,
    )
    return seq


def _sum(scope_id: str, live_count: int, digest: int) -> Step:
    return Step(statements.SCOPE_SUM, {"scope_id": scope_id, "live_count": live_count, "digest": f"{digest:032x}"})


def _quoted(text: str) -> str:
    return wire.encode(text).decode()
