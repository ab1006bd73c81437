"""Writes down what became of a dossier: document, number, account, letters, audit, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection

from central_server import accounts, feed, statements
from central_server.feed import Stored
from central_server.letters import Letter, letter_parts
from central_server.times import stamp
from central_server.trips import Outcome, Step
from officer_console.central import wire
from officer_console.domain.dossier import Dossier, Status


def record(
    connection: Connection,
    stored: Stored,
    dossier: Dossier,
    *,
    letters: tuple[Letter, ...],
    op_id: str | None,
    officer_id: str | None,
    what: str,
    now: datetime,
    first: Sequence[Step] = (),
    check: Callable[[Sequence[Outcome]], None] = lambda _: None,
    after: Callable[[int], Sequence[Step]] = lambda _: (),
    commit: bool = False,
    noted: Mapping[str, int] = MappingProxyType({}),
) -> int:
    """Write the next state of a dossier with everything that hangs on it; returns its feed number.

    ``what`` names the step in the audit trail. ``first`` is done before anything else, and ``check`` is told what came
    of it; ``after`` says what more is to be done under the number, ``commit`` as in ``feed.put``; ``noted`` goes into
    the audit trail as well. The dossier's lease ends.

    Raises:
        OvertakenError: another writer was first; the transaction must not be committed.
    """
    here = {"scope_id": stored.scope_id, "dossier_id": stored.id}
    before = [*first, Step(statements.LEASE_DELETE, here)]
    if stored.dossier is not None and stored.dossier.status is Status.CHECKING:
        before.append(Step(statements.REGISTRY_WAIT_DELETE, here))
    if dossier.status is Status.APPROVED:
        before += accounts.steps(dossier)
    replaced = _replaced(stored, dossier)
    before += [_replace_step(stored, letter_id, now) for letter_id in replaced]
    if op_id is not None:
        before += [_outbox_step(stored, letter, op_id, now) for letter in letters]
    entry = {
        "at": stamp(now),
        "what": what,
        "dossier_id": stored.id,
        "op_id": op_id,
        "officer_id": officer_id,
        "version": dossier.version,
        "status": dossier.status.value,
        **noted,
        **({"letters_replaced": ",".join(replaced)} if replaced else {}),
    }
    return feed.put(
        connection,
        stored,
        dossier,
        before=before,
        check=lambda found: check(found[: len(first)]),
        entry=entry,
        after=after,
        commit=commit,
    )


def _replaced(stored: Stored, dossier: Dossier) -> tuple[str, ...]:
    """Return the ids of the letters that the next state of the dossier says are not sent any more."""
    known = {message.id for message in stored.dossier.messages if message.replaced} if stored.dossier else set()
    return tuple(
        message.id
        for message in dossier.messages
        if message.replaced and message.id is not None and message.id not in known
    )


def _replace_step(stored: Stored, letter_id: str, now: datetime) -> Step:
    op_id, way = letter_parts(letter_id)
    values = {"scope_id": stored.scope_id, "op_id": op_id, "channel": way, "now": stamp(now)}
    return Step(statements.OUTBOX_REPLACE, values)


def _outbox_step(stored: Stored, letter: Letter, op_id: str, now: datetime) -> Step:
    values = {
        "scope_id": stored.scope_id,
        "op_id": op_id,
        "channel": letter.way,
        "kind": letter.kind.value,
        "dossier_id": stored.id,
        "address": letter.address,
        "data": wire.encode(letter.data).decode(),
        "now": stamp(now),
    }
    return Step(statements.OUTBOX_PUT, values)
