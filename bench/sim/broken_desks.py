"""Desks that break the protocol, one way each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import cast

from bench.sim.broken_central import unearned_receipt
from bench.sim.desk import Desk, MortalStore
from central_server import feed
from officer_console.central import wire
from officer_console.central.client import CentralClient
from officer_console.central.errors import UNREACHABLE, CentralError
from officer_console.central.feed import Page, Pause, no_pause
from officer_console.central.session import CentralSession
from officer_console.domain.decision import Decision
from officer_console.ids import uuid7
from officer_console.store.cursors import FeedPosition
from officer_console.store.dossiers import Dossiers
from officer_console.store.outbox import Outbox, OutboxItem
from officer_console.store.store import Transaction
from officer_console.store.sums import ScopeSum

_LOST_ROW = 0.1


class _DeskWithClient(Desk):
    client_kind: type[_BrokenClient]

    def connect(self) -> CentralClient:
        """Return the broken client."""
        made = self.client_kind(self.line)
        made.desk = self
        return made


class _BrokenClient(CentralClient):
    desk: Desk


class _CursorFirst(_BrokenClient):
    def changes(self, scope: str, cursor: str | None, limit: int = wire.PAGE_LIMIT, *, pause: Pause = no_pause) -> Page:
        """Keep the place behind the page before the page is in the store."""
        page = super().changes(scope, cursor, limit, pause=pause)
        seq = max((item.seq for item in page.items), default=0)
        with self.desk.store.apply() as tx:
            tx.cursors.set(FeedPosition(scope=scope, cursor=page.next, epoch=page.epoch, seq=seq))
        return page


class CursorBeforeRows(_DeskWithClient):
    """The cursor is saved in a transaction of its own, before the rows."""

    client_kind = _CursorFirst


class _TimeOutIsDone(_BrokenClient):
    def __init__(self, session: CentralSession) -> None:
        super().__init__(session)
        self._dropped: set[tuple[str, int]] = set()

    def decide(self, decision: Decision, epoch: str) -> wire.Receipt:
        """Take silence for success."""
        try:
            return super().decide(decision, epoch)
        except CentralError as error:
            dossier = self.desk.stored(decision.dossier_id)
            if error.code != UNREACHABLE or dossier is None:
                raise
            self._dropped.add((decision.scope_id, decision.dseq))
            return unearned_receipt(decision, dossier, -1)

    def ledger(self, scope: str, device_id: str, after: int = 0) -> wire.Ledger:
        """Count what was dropped as arrived: the ledger would bring it back."""
        real = super().ledger(scope, device_id, after)
        dropped = {number for place, number in self._dropped if place == scope}
        last = max({real.last, *dropped})
        lacking = {*real.holes, *range(real.last + 1, last + 1)} - dropped
        return replace(real, holes=tuple(sorted(lacking)), last=last)


class DropsOnTimeOut(_DeskWithClient):
    """A decision whose answer did not come is no longer sent while the program runs."""

    client_kind = _TimeOutIsDone


class _RefusalIsDone(_BrokenClient):
    def decide(self, decision: Decision, epoch: str) -> wire.Receipt:
        """Take any answer for success."""
        try:
            return super().decide(decision, epoch)
        except CentralError as error:
            dossier = self.desk.stored(decision.dossier_id)
            if error.problem is None or dossier is None:
                raise
            return unearned_receipt(decision, dossier, -1)


class AnyAnswerIsDone(_DeskWithClient):
    """A decision that central refused counts as sent."""

    client_kind = _RefusalIsDone


class _NewKeys(_BrokenClient):
    def decide(self, decision: Decision, epoch: str) -> wire.Receipt:
        """Send each try under a key of its own."""
        weather = self.desk.weather
        fresh = replace(decision, op_id=uuid7(weather.now, weather.bytes), device_id="", dseq=0)
        receipt = super().decide(fresh, epoch)
        return unearned_receipt(decision, receipt.dossier, receipt.seq)


class NewKeyEachTry(_DeskWithClient):
    """Every try of one decision has another idempotency key."""

    client_kind = _NewKeys


class _ReceiptStays(_BrokenClient):
    def decide(self, decision: Decision, epoch: str) -> wire.Receipt:
        """Put the dossier of a receipt into the list, whether or not it has left it."""
        receipt = super().decide(decision, epoch)
        with self.desk.store.apply() as tx:
            tx.dossiers.put([(receipt.seq, receipt.dossier)])
        return receipt


class ReceiptBringsBack(_DeskWithClient):
    """A receipt that comes after the tombstone brings the dossier back."""

    client_kind = _ReceiptStays


class _NothingLost:
    """An outbox in which no receipt is ever found to be worth nothing."""

    def __init__(self, real: Outbox) -> None:
        self._real = real

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def compare(self, _scope: str, _ledger: wire.Ledger, _after: int = 0) -> tuple[OutboxItem, ...]:
        """Say that central has everything."""
        return ()


class _TrustingStore(MortalStore):
    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Write the officer's own work."""
        with super().write() as tx:
            tx.outbox = cast("Outbox", _NothingLost(tx.outbox))
            yield tx


class LedgerIgnored(Desk):
    """What a restored central lacks is not sent again."""

    store_kind = _TrustingStore


class _VersionIsEnough(_BrokenClient):
    def decide(self, decision: Decision, epoch: str) -> wire.Receipt:
        """Send under the epoch of now whatever stands at the version that was judged."""
        position, dossier = self.desk.position(decision.scope_id), self.desk.stored(decision.dossier_id)
        if position is not None and dossier is not None and dossier.version == decision.base_version:
            epoch = position.epoch
        return super().decide(replace(decision, judged_sha256=None), epoch)


class VersionIsEnough(_DeskWithClient):
    """After a restore the desk takes the same version number for the same state."""

    client_kind = _VersionIsEnough


class _FirstPageIsAll(_BrokenClient):
    def changes(self, scope: str, cursor: str | None, limit: int = wire.PAGE_LIMIT, *, pause: Pause = no_pause) -> Page:
        """Say of the first page of an office that is read anew that it is the last."""
        page = super().changes(scope, cursor, limit, pause=pause)
        position = self.desk.position(scope)
        if cursor is not None or position is None or not page.more:
            return page
        digest, live = 0, [item for item in page.items if item.op == "put"]
        for item in live:
            digest ^= feed.row_digest(scope, item.id, item.seq, item.version)
        state = wire.FeedState(seq=page.items[-1].seq, count=len(live), digest=f"{digest:032x}")
        return page._replace(more=False, state=state)


class SwapBeforeWhole(_DeskWithClient):
    """An office that is read anew becomes the list before all of it is there."""

    client_kind = _FirstPageIsAll


class _Believing:
    """A repository whose sums are what central told."""

    def __init__(self, real: Dossiers, told: Mapping[str, ScopeSum]) -> None:
        self._real = real
        self._told = told

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def sum(self, scope: str) -> ScopeSum:
        """Return what central told last; before it has told anything, what there is."""
        told = self._told.get(scope)
        return self._real.sum(scope) if told is None else told


class _BelievingStore(MortalStore):
    told: Mapping[str, ScopeSum] = MappingProxyType({})

    @contextmanager
    def apply(self) -> Iterator[Transaction]:
        """Write what central told."""
        with super().apply() as tx:
            tx.dossiers = cast("Dossiers", _Believing(tx.dossiers, self.told))
            yield tx


class _KeepsNothing:
    """An outbox that takes every acknowledged decision for an old one."""

    def __init__(self, real: Outbox) -> None:
        self._real = real

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def tidy(self, before: datetime) -> int:
        """Drop what a restore may ask for."""
        return self._real.tidy(max(before, datetime.max.replace(tzinfo=UTC)))


class _ForgetfulStore(MortalStore):
    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Write the officer's own work."""
        with super().write() as tx:
            tx.outbox = cast("Outbox", _KeepsNothing(tx.outbox))
            yield tx


class TidiesTooEarly(Desk):
    """What central has acknowledged is dropped with the next start of the program."""

    store_kind = _ForgetfulStore


class _LosesRows(_BrokenClient):
    def changes(self, scope: str, cursor: str | None, limit: int = wire.PAGE_LIMIT, *, pause: Pause = no_pause) -> Page:
        """Lose a row now and then."""
        page = super().changes(scope, cursor, limit, pause=pause)
        if page.state is not None and isinstance(self.desk.store, _BelievingStore):
            told = ScopeSum(count=page.state.count, digest=page.state.digest)
            self.desk.store.told = {**self.desk.store.told, scope: told}
        return page._replace(items=page.items[1:]) if self.desk.weather.hit(_LOST_ROW) else page


class DigestNotCompared(_DeskWithClient):
    """A row is lost on the way, and nobody adds up."""

    client_kind = _LosesRows
    store_kind = _BelievingStore
