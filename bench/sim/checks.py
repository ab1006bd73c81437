"""What must hold, seen from outside: at each answer of central, and when everything has come to rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from fastapi import Response
from sqlalchemy import Connection, text

from bench.sim.central import Central, Request
from bench.sim.desk import Desk
from bench.sim.people import SCOPES
from central_server import audit, feed, statements
from central_server.decide import LEASE_LOST
from central_server.leases import OVER
from officer_console.central import wire
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import OPEN, Dossier, Status
from officer_console.store.outbox import OutboxItem
from officer_console.store.sums import ScopeSum

_THERE = text("SELECT 1 FROM decision WHERE scope_id = :scope AND op_id = :op")
_RECORDED = text("SELECT op_id, json_extract(body, '$.scope_id') AS home FROM decision WHERE scope_id = :scope")
_CAME = text("SELECT scope_id, body FROM audit WHERE json_extract(body, '$.what') = 'moved_in'")
_JUDGED = text("SELECT 1 FROM decision WHERE scope_id = :scope AND dossier_id = :dossier")
_LIVE = text("SELECT id FROM dossier WHERE scope_id = :scope AND NOT gone AND seq <= :upto")
_EVER = text("SELECT id, seq FROM dossier WHERE scope_id = :scope")
_LEASED = text("SELECT scope_id, dossier_id FROM lease WHERE expires_at > :over")
_FINAL = frozenset(Status) - OPEN


class ViolationError(AssertionError):
    """Something was lost, doubled or differs; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A decision an officer recorded, and the dossier as he had looked at it."""

    desk: Desk
    decision: Decision
    judged: Dossier


class Witness:
    """Sees every answer of central as it leaves and every decision as it is recorded."""

    def __init__(self, central: Central) -> None:
        self.recorded: dict[str, Recorded] = {}
        self.desks: dict[str, Desk] = {}
        self._central = central
        self._receipts: dict[tuple[int, str], bytes] = {}
        self._rows: dict[tuple[int, str, str], tuple[int, int, Status | None]] = {}
        self._began: set[tuple[int, str, str]] = set()
        self._lists: dict[tuple[int, str, str], tuple[int, frozenset[str]]] = {}

    def decided(self, desk: Desk, decision: Decision, judged: Dossier) -> None:
        """Note a decision that is in a desk's store now."""
        desk.weather.counts["decisions"] += decision.op_id not in self.recorded
        self.recorded.setdefault(decision.op_id, Recorded(desk=desk, decision=decision, judged=judged))
        desk.weather.tell(f"{desk.name} records {decision.op_id[-6:]} {decision.verdict.value} on v{judged.version}")

    def heard(self, request: Request, response: Response) -> None:
        """Look at an answer on its way out.

        Raises:
            ViolationError: it says that something went wrong.
        """
        if request.decides:
            self._receipt(bytes(response.body), fresh=response.status_code == 201)
        elif "/changes" in request.path:
            self._page(request, wire.decode(bytes(response.body), wire.Page))

    def refused(self, request: Request, name: str) -> None:
        """Look at a refusal on its way out.

        Raises:
            ViolationError: it refuses what central has.
        """
        op_id = dict(request.headers).get("Idempotency-Key", "")
        if request.decides and (self._central.restores, op_id) in self._receipts:
            raise ViolationError(f"duplicated: {op_id[-6:]} is refused ({name}) and central has it")

    def _receipt(self, body: bytes, *, fresh: bool) -> None:
        receipt = wire.decode(body, wire.Receipt)
        key = (self._central.restores, receipt.op_id)
        if fresh and key in self._receipts:
            raise ViolationError(f"duplicated: {receipt.op_id[-6:]} took effect twice")
        if self._receipts.setdefault(key, body) != body:
            raise ViolationError(f"duplicated: {receipt.op_id[-6:]} has two receipts")
        known = self.recorded.get(receipt.op_id)
        if known is None:
            raise ViolationError(f"nobody recorded {receipt.op_id[-6:]}")
        judged, now = known.judged, receipt.dossier
        if now.version != judged.version + 1 or _past(now)[: len(_past(judged))] != _past(judged):
            raise ViolationError(f"divergent: {receipt.op_id[-6:]} was applied to a state nobody judged")
        if any(what in LEASE_LOST for what, _, _ in _past(now)[len(_past(judged)) :]):
            raise ViolationError(f"overwritten: {receipt.op_id[-6:]} was applied although its lease had been lost")

    def _page(self, request: Request, page: wire.Page) -> None:
        parts = urlsplit(request.path)
        scope = parts.path.split("/")[3]
        desk = self.desks[request.officer_id]
        place = (self._central.restores, desk.name, scope)
        position = desk.position(scope) if "cursor" not in parse_qs(parts.query) else None
        if position is not None:
            self._lists[place] = self._listed(desk, scope)
        # Who was taken an office from has no place in its feed: given back, it is read from its beginning.
        again = position is not None and position.cursor != "" and place in self._began
        if again and self._in_step(desk, page.epoch):
            raise ViolationError(f"divergent: {desk.name} reads {scope} anew, its sums differed")
        if not page.more:
            self._began.add(place)
        rows = " ".join(
            f"{item.id[-2:]}:{item.seq}/v{item.version}{'' if item.doc else item.why}" for item in page.items
        )
        desk.weather.tell(f"    {scope} to {desk.name}: {rows or 'nothing'}{' ...' if page.more else ''}")
        for item in page.items:
            key = (self._central.restores, scope, item.id)
            now = (item.seq, item.version, None if item.doc is None else item.doc.status)
            before = self._rows.get(key)
            if before is not None and not _follows(before, now):
                raise ViolationError(f"divergent: {item.id[-2:]}@{scope} went from {before} to {now}")
            self._rows[key] = now

    def whole(self, desk: Desk) -> None:
        """Look whether a desk that read an office anew kept showing what is there, whole or not.

        Raises:
            ViolationError: a live dossier is gone from its list.
        """
        for scope in SCOPES:
            upto, before = self._lists.pop((self._central.restores, desk.name, scope), (0, frozenset[str]()))
            with self._central.database.engine.connect() as connection:
                live = set(connection.scalars(_LIVE, {"scope": scope, "upto": upto}))
            missing = before and (before & live) - self._listed(desk, scope)[1]
            # An office that was taken away meanwhile leaves the desk with all its dossiers.
            if missing and scope in self._central.officers[desk.name].scopes:
                raise ViolationError(f"lost: {desk.name} does not show {sorted(missing)[0][-2:]}@{scope} any more")

    def _listed(self, desk: Desk, scope: str) -> tuple[int, frozenset[str]]:
        """Return the last number central has given in the scope, and which of its dossiers the desk shows."""
        with self._central.database.engine.connect() as connection:
            rows = connection.execute(_EVER, {"scope": scope}).all()
        known: dict[str, int] = {row.id: row.seq for row in rows}
        with desk.peek() as tx:
            found = [tx.dossiers.get(dossier_id) for dossier_id in sorted(known)]
        mine = (dossier.id for dossier in found if dossier is not None and dossier.scope_id == scope)
        return max(known.values(), default=0), frozenset(mine)

    def _in_step(self, desk: Desk, epoch: str) -> bool:
        """Whether nothing the desk has is of another epoch: then it has no reason to read an office anew."""
        positions = [desk.position(scope) for scope in SCOPES]
        return all(position is None or position.epoch == epoch for position in positions)


def _follows(before: tuple[int, int, Status | None], now: tuple[int, int, Status | None]) -> bool:
    """Whether a dossier can have come from one (seq, version, status) to the other."""
    if now[0] <= before[0]:
        return now == before
    return now[1] >= before[1] and (before[2] not in _FINAL or now[2] in (before[2], None))


def _past(dossier: Dossier) -> tuple[tuple[str, str | None, str | None], ...]:
    """Return what led to a version, without times: a decision that is sent again after a restore has another."""
    return tuple((entry.what, entry.who, entry.note) for entry in dossier.history)


def at_rest(witness: Witness, central: Central) -> None:
    """Look at everything when all faults have healed and every desk is in step.

    Raises:
        ViolationError: a decision is lost or doubled, a mirror differs, or central's own books do not add up.
    """
    with central.database.read() as connection:
        _books(connection, tuple(witness.recorded))
        _homes(connection)
        for desk in witness.desks.values():
            for scope in sorted({*desk.officer.scopes} & {*central.officers[desk.name].scopes}):
                _mirror(connection, desk, scope)
        for op_id, known in witness.recorded.items():
            with known.desk.peek() as tx:
                item = tx.outbox.get(op_id)
            scope = known.decision.scope_id
            row = connection.execute(_THERE, {"scope": scope, "op": op_id}).first()
            # Who has lost the office may neither ask what a restored central has of him nor send it again.
            mute = central.restores > 0 and scope not in central.officers[known.desk.name].scopes
            mute = mute or (central.restores > 0 and scope not in known.desk.officer.scopes)
            _settled(op_id, item, there=row is not None, mute=mute)


def _settled(op_id: str, item: OutboxItem | None, *, there: bool, mute: bool) -> None:
    name = op_id[-6:]
    if item is None:
        raise ViolationError(f"lost: {name} is gone from its desk")
    if item.state == "waiting":
        raise ViolationError(f"lost: {name} waits for ever, last {item.error_code}, next try {item.next_at}")
    if item.state == "accepted" and not there and not mute:
        raise ViolationError(f"lost: {name} was accepted and central does not have it")
    if item.state in ("attention", "resolved") and there:
        raise ViolationError(f"duplicated: {name} was refused ({item.error_code}) and central has it")


def _mirror(connection: Connection, desk: Desk, scope: str) -> None:
    state = connection.execute(statements.SCOPE_STATE, {"scope_id": scope}).one()
    rows = connection.execute(statements.CHANGES, {"scope_id": scope, "after": 0, "limit": 10_000}).all()
    live = [row for row in rows if not row.gone]
    with desk.peek() as tx:
        mine = tx.dossiers.sum(scope)
        for row in live:
            dossier = tx.dossiers.get(row.id)
            if dossier is None or wire.encode(dossier).decode() != row.doc:
                raise ViolationError(f"divergent: {desk.name} has not {row.id[-2:]}@{scope} as central has it")
    if mine != ScopeSum(count=state.live_count, digest=state.digest):
        raise ViolationError(f"divergent: {desk.name}'s sums of {scope} are {mine}, central's {tuple(state)}")


def _books(connection: Connection, op_ids: tuple[str, ...]) -> None:
    """Look at central alone: sums, numbers, the audit chain, one effect for each decision."""
    for scope, last_seq, count, digest in connection.execute(
        text("SELECT scope_id, last_seq, live_count, digest FROM scope")
    ).all():
        rows = connection.execute(statements.CHANGES, {"scope_id": scope, "after": 0, "limit": 10_000}).all()
        sums = 0
        for row in rows:
            sums ^= 0 if row.gone else feed.row_digest(scope, row.id, row.seq, row.version)
        if (sum(not row.gone for row in rows), f"{sums:032x}") != (count, digest):
            raise ViolationError(f"divergent: central's sums of {scope} are not those of its rows")
        if rows and rows[-1].seq != last_seq:
            raise ViolationError(f"divergent: the feed of {scope} ends before its counter")
        effects = _chain(connection, scope)
        found = connection.execute(_RECORDED, {"scope": scope}).all()
        # what a dossier brought along from another office has had its effect there
        if effects != Counter(row.op_id for row in found if row.home == scope):
            raise ViolationError(f"duplicated: effects in {scope} are not one for each decision")
        if any(row.op_id not in op_ids for row in found):
            raise ViolationError(f"central has a decision in {scope} that nobody recorded")


def _homes(connection: Connection) -> None:
    """Look whether each dossier is in one office, and what hangs on it there with it."""
    rows = connection.execute(text("SELECT scope_id, id, doc FROM dossier WHERE NOT gone")).all()
    live = {(row.scope_id, row.id): wire.decode(row.doc, Dossier) for row in rows}
    ids = Counter(dossier_id for _, dossier_id in live)
    ever = set(connection.scalars(text("SELECT id FROM dossier")))
    for dossier_id in sorted(ever):
        if ids[dossier_id] != 1:
            raise ViolationError(f"{dossier_id[-2:]} is in {ids[dossier_id]} offices")
    leases = {tuple(row) for row in connection.execute(_LEASED, {"over": OVER})}
    if leases != {place for place, dossier in live.items() if dossier.lease is not None}:
        raise ViolationError("divergent: leases and dossiers that are leased differ")
    if any(dossier.status is Status.PROCESSING and dossier.lease is None for dossier in live.values()):
        raise ViolationError("divergent: a dossier is in work and nobody has it")
    for row in connection.execute(text("SELECT scope_id, dossier_id FROM registry_wait")):
        waits = live.get((row.scope_id, row.dossier_id))
        if waits is None or waits.status is not Status.CHECKING:
            raise ViolationError(f"{row.dossier_id[-2:]}@{row.scope_id} is waited for and does not wait")
    for scope, body in connection.execute(_CAME).all():
        entry = wire.decode(body, dict[str, str | int | None])
        mine = {"scope": scope, "dossier": entry["dossier_id"]}
        if entry["status"] == Status.CHECKING.value and connection.execute(_JUDGED, mine).first() is None:
            raise ViolationError(f"lost: {scope} has not the decision with which a dossier waited for the registry")


def _chain(connection: Connection, scope: str) -> Counter[str]:
    """Follow the audit chain of a scope; return how often each decision took effect."""
    effects: Counter[str] = Counter()
    prev, last = audit.BEGINNING, 0
    for row in connection.execute(
        text("SELECT n, prev, h, body FROM audit WHERE scope_id = :scope ORDER BY n"), {"scope": scope}
    ):
        if (row.prev, row.n, row.h) != (prev, last + 1, audit.chain_hash(prev, row.n, row.body)):
            raise ViolationError(f"the audit chain of {scope} breaks at {row.n}")
        prev, last = row.h, row.n
        body = wire.decode(row.body, dict[str, str | int | None])
        if str(body.get("what", "")).startswith("decided_"):
            effects[str(body.get("op_id"))] += 1
    return effects
