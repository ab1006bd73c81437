"""Decisions on their way to central: what the officer recorded and central has not settled yet."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BLOB,
    ColumnElement,
    Connection,
    Select,
    and_,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from officer_console.central import wire
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.domain.registry import RegistryAnswer
from officer_console.models import DecisionCountRow, DossierDocumentRow, DossierRow, OutboxRow
from officer_console.store.basis import Basis, HouseholdAnswers, basis_of
from officer_console.store.dossiers import Dossiers
from officer_console.store.errors import CONFLICT, StoreError
from officer_console.store.outbox_items import DOUBTED, ITEM, State, item_of
from officer_console.store.outbox_items import Delivery as Delivery
from officer_console.store.outbox_items import OutboxCounts as OutboxCounts
from officer_console.store.outbox_items import OutboxItem as OutboxItem

_SHOWN = (
    select(DossierRow.position)
    .join(DossierDocumentRow, DossierDocumentRow.position == DossierRow.position)
    .where(
        DossierRow.id == OutboxRow.dossier_id, func.instr(DossierDocumentRow.document, cast(OutboxRow.op_id, BLOB)) > 0
    )
    .exists()
)


class Outbox:
    """The outbox within one transaction. Only ``add`` is the officer's.

    The rest belongs to sync and the attention page.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, decision: Decision, at: datetime) -> None:
        """Keep a decision for sending.

        Raises:
            StoreError: ``store-conflict`` when a decision on the dossier waits already, or the ``op_id`` was used
            before.
        """
        dossier = Dossiers(self._connection).get(decision.dossier_id)
        basis, evidence = None, None
        if dossier is not None and dossier.version == decision.base_version:
            basis = basis_of(dossier)
            evidence = HouseholdAnswers(self._connection).newest(dossier)
        self._connection.execute(
            insert(OutboxRow).values(
                op_id=decision.op_id,
                dossier_id=decision.dossier_id,
                decision=wire.encode(decision),
                state="waiting",
                attempts=0,
                created_at=at,
                scope=decision.scope_id,
                device=decision.device_id,
                dseq=decision.dseq,
                judged=None if basis is None else hashlib.sha256(basis).hexdigest(),
                basis=basis,
                evidence=None if evidence is None else wire.encode(evidence),
            )
        )

    def for_dossier(self, dossier_id: str) -> OutboxItem | None:
        """Return the newest unsettled decision on a dossier: one that waits, or one that needs the officer."""
        items = self._items(
            ITEM.where(OutboxRow.dossier_id == dossier_id, OutboxRow.state.in_(("waiting", "attention")))
        )
        return items[-1] if items else None

    def get(self, op_id: str) -> OutboxItem | None:
        """Return a decision in whatever state; ``None`` when there never was one."""
        items = self._items(ITEM.where(OutboxRow.op_id == op_id))
        return items[0] if items else None

    def basis(self, op_id: str) -> Basis | None:
        """Return what a decision was recorded on; ``None`` when that is not known, or was put aside with it."""
        found = self._connection.execute(
            select(OutboxRow.basis, OutboxRow.evidence).where(OutboxRow.op_id == op_id)
        ).one_or_none()
        if found is None or found.basis is None:
            return None
        evidence = None if found.evidence is None else wire.decode(found.evidence, RegistryAnswer)
        return Basis(dossier=wire.decode(found.basis, Dossier), evidence=evidence)

    def due(self, now: datetime, *, early: bool = False) -> tuple[OutboxItem, ...]:
        """Return what may be sent at ``now``: the least often tried first, then in the order in which it was decided.

        ``early`` names what has to wait for its time, too: the officer wants it tried.

        So one that fails again and again gets behind the others and never holds them up. Of the decisions on one
        dossier only the first that waits is named. One whose last try lies ahead of ``now`` is ready: the clock was put
        back since, and its wait is over by any other clock.
        """
        earlier = aliased(OutboxRow)
        first = ~(
            select(earlier.n)
            .where(earlier.dossier_id == OutboxRow.dossier_id, earlier.state == "waiting", earlier.n < OutboxRow.n)
            .exists()
        )
        ready = or_(OutboxRow.next_at.is_(None), OutboxRow.next_at <= now, OutboxRow.tried_at > now)
        query = ITEM.where(OutboxRow.state == "waiting", first)
        query = query if early else query.where(ready)
        return self._items(query.order_by(None).order_by(OutboxRow.attempts, OutboxRow.n))

    def next_due(self, now: datetime | None = None) -> datetime | None:
        """Return the earliest time at which a waiting decision may be tried, the earliest after ``now`` when that is
        given; ``None`` when none has to wait.
        """
        waits = select(func.min(OutboxRow.next_at)).where(OutboxRow.state == "waiting")
        if now is not None:
            past = or_(OutboxRow.tried_at.is_(None), OutboxRow.tried_at <= now)
            waits = waits.where(OutboxRow.next_at > now, past)
        return self._connection.execute(waits).scalar_one()

    def held(self) -> int:
        """Return how many waiting decisions wait for an office to be read anew."""
        return self._counted(OutboxRow.state == "waiting", OutboxRow.error_code == "epoch-changed")

    def open(self) -> tuple[OutboxItem, ...]:
        """Return what central has not settled, oldest first: what waits and what needs the officer."""
        return self._items(ITEM.where(OutboxRow.state.in_(("waiting", "attention"))))

    def attention(self) -> tuple[OutboxItem, ...]:
        """Return what central refused and the officer has not settled, oldest first."""
        return self._items(ITEM.where(OutboxRow.state == "attention"))

    def counts(self) -> OutboxCounts:
        """Return how many wait and how many need the officer."""
        open_states = OutboxRow.state.in_(("waiting", "attention"))
        rows = self._connection.execute(
            select(OutboxRow.state, func.count()).where(open_states).group_by(OutboxRow.state)
        ).all()
        found = {row[0]: row[1] for row in rows}
        return OutboxCounts(waiting=found.get("waiting", 0), attention=found.get("attention", 0))

    def delivery(self) -> Delivery:
        """Return how many decisions were recorded here and how many of them central's ledger names.

        Rows that were tidied away had been confirmed.
        """
        numbered = OutboxRow.dseq > 0
        recorded = self._connection.execute(select(func.coalesce(func.sum(DecisionCountRow.last), 0))).scalar_one()
        aside = self._counted(OutboxRow.state == "resolved", numbered)
        owed = self._counted(OutboxRow.confirmed == 0, OutboxRow.state != "resolved", numbered)
        unread = self._counted(OutboxRow.confirmed == 0, OutboxRow.state == "accepted", numbered)
        return Delivery(recorded=recorded - aside, confirmed=recorded - aside - owed, unread=unread)

    def pictures(self) -> set[str]:
        """Return the SHA-256 of every picture named by a decision the officer has not put aside."""
        found = self._connection.scalars(select(OutboxRow.decision).where(OutboxRow.state != "resolved"))
        return {photo.sha256 for decision in found for photo in wire.decode(decision, Decision).photos}

    def accepted(self, op_id: str, at: datetime) -> None:
        """Central has it. The row stays, so that it can be sent again should central be restored from a backup."""
        self._move(op_id, ("waiting", "attention"), state="accepted", sent_at=at, next_at=None, error_code=None)

    def refused(self, op_id: str, code: str, data: dict[str, Any], at: datetime) -> None:  # noqa: ARG002
        """Central does not take it: it waits for the officer with central's code and data; the journal keeps ``at``."""
        self._move(op_id, ("waiting",), state="attention", next_at=None, error_code=code, error_data=wire.encode(data))

    def later(self, op_id: str, next_at: datetime, error_code: str, at: datetime | None = None) -> None:
        """It could not be sent (at ``at``): try again at ``next_at``."""
        self._move(
            op_id,
            ("waiting",),
            state="waiting",
            tried_at=at,
            next_at=next_at,
            error_code=error_code,
            attempts=OutboxRow.attempts + 1,
        )

    def hold(self, op_id: str, error_code: str) -> None:
        """It has to wait for something else than its time; ``error_code`` says for what."""
        self._move(op_id, ("waiting",), next_at=None, error_code=error_code)

    def doubt(self, scope: str) -> int:
        """Doubt the receipts of the scope whose dossiers, as they are here now, do not show the decision.

        Return how many. To be done when central was put back to a backup and the scope was read anew: its ledger only
        names numbers, and another copy of this store may have used one of them since.
        """
        doubts = (OutboxRow.scope == scope, OutboxRow.state == "accepted", OutboxRow.dseq > 0, ~_SHOWN)
        changes = update(OutboxRow).where(*doubts).values(confirmed=0, error_code=DOUBTED)
        return self._connection.execute(changes).rowcount

    def again(self, op_id: str) -> None:
        """Central may have lost what it had acknowledged: it waits to be sent again. ``sent_at`` stays as it was."""
        self._move(op_id, ("accepted",), state="waiting", attempts=0, next_at=None, error_code=None)

    def renumber(self, op_id: str, device: str) -> OutboxItem:
        """Let a waiting decision be counted under the store id ``device``, and be sent at once; return it so.

        Its number stays: under a new id every number of this store is free.
        """
        item = self.get(op_id)
        if item is None:
            raise StoreError(CONFLICT)
        decision = replace(item.decision, device_id=device)
        self._move(
            op_id, ("waiting",), decision=wire.encode(decision), device=device, confirmed=0, next_at=None, tried_at=None
        )
        return replace(item, decision=decision, next_at=None, confirmed=False)

    def numbered(self) -> tuple[tuple[str, str], ...]:
        """Return each scope and store id that decisions here are numbered under."""
        places = select(OutboxRow.scope, OutboxRow.device).where(OutboxRow.dseq > 0).distinct()
        found = self._connection.execute(places.order_by(OutboxRow.scope, OutboxRow.device))
        return tuple((row.scope, row.device) for row in found)

    def lowest(self, scope: str, device: str, after: int = 0) -> int | None:
        """Return the lowest number above ``after`` under the store id that the officer has not put aside.

        What he has put aside is a hole in central's ledger for ever, and nobody asks about it.
        """
        here = and_(OutboxRow.scope == scope, OutboxRow.device == device, OutboxRow.dseq > after)
        return self._connection.scalar(select(func.min(OutboxRow.dseq)).where(here, OutboxRow.state != "resolved"))

    def compare(self, scope: str, ledger: wire.Ledger, after: int = 0) -> tuple[OutboxItem, ...]:
        """Mark which decisions on the scope central's ledger names; return those it acknowledged and has no more.

        With them those whose receipt is doubted (``doubt``), whether or not their number is named. Only of those under
        the ledger's store id numbered above ``after`` the ledger tells, and a number says nothing of a decision without
        receipt: another copy of this store may have used it. Of several on one dossier only the first is returned: the
        next rests on what becomes of it. Holes beyond the last one a full ledger lists are not known to be there, nor
        to be missing.
        """
        known = ledger.holes[-1] if ledger.full else ledger.last
        here = (OutboxRow.scope == scope, OutboxRow.device == ledger.device_id, OutboxRow.dseq > after)
        sure = and_(OutboxRow.state == "accepted", OutboxRow.error_code.is_(None))
        named = and_(sure, OutboxRow.dseq <= known, OutboxRow.dseq.not_in(ledger.holes))
        missing = or_(OutboxRow.dseq > ledger.last, OutboxRow.dseq.in_(ledger.holes))
        for value, is_so in ((1, named), (0, missing)):
            changes = update(OutboxRow).where(*here, is_so, OutboxRow.confirmed == 1 - value)
            self._connection.execute(changes.values(confirmed=value))
        gone = or_(missing, OutboxRow.error_code == DOUBTED)
        lost = self._items(ITEM.where(*here, gone, OutboxRow.state == "accepted"))
        firsts: dict[str, OutboxItem] = {}
        for item in lost:
            firsts.setdefault(item.decision.dossier_id, item)
        return tuple(firsts.values())

    def tidy(self, before: datetime) -> int:
        """Delete what central acknowledged before ``before`` and its ledger still names; return how many."""
        old = delete(OutboxRow).where(
            OutboxRow.state == "accepted", OutboxRow.confirmed == 1, OutboxRow.sent_at < before
        )
        return self._connection.execute(old).rowcount

    def retry(self, op_id: str) -> None:
        """Let a waiting decision be sent in the next round instead of when its time has come."""
        self._move(op_id, ("waiting",), next_at=None)

    def resolve(self, op_id: str, at: datetime) -> None:
        """The officer has seen why central refused it and puts it aside."""
        self._move(op_id, ("attention",), state="resolved", resolved_at=at, basis=None, evidence=None)

    def _move(self, op_id: str, allowed: tuple[State, ...], **values: object) -> None:
        """Change one row that is in one of the ``allowed`` states; raises ``StoreError`` (``store-conflict``) else."""
        moved = self._connection.execute(
            update(OutboxRow).where(OutboxRow.op_id == op_id, OutboxRow.state.in_(allowed)).values(**values)
        )
        if moved.rowcount != 1:
            raise StoreError(CONFLICT)

    def _counted(self, *conditions: ColumnElement[bool]) -> int:
        return self._connection.execute(select(func.count()).select_from(OutboxRow).where(*conditions)).scalar_one()

    def _items(self, query: Select[*tuple[Any, ...]]) -> tuple[OutboxItem, ...]:
        return tuple(item_of(row) for row in self._connection.execute(query))


def judged_sha256(dossier: Dossier) -> str:
    """Return the SHA-256 of what a verdict on the dossier rests on."""
    return wire.judged_sha256(dossier)
