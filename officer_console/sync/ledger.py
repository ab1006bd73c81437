"""Compares what this store has sent with what central's ledger names, and sends again what central has lost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from officer_console.central import wire
from officer_console.central.register import CentralRegister
from officer_console.store.store import Store
from officer_console.sync.identity import Identity
from officer_console.sync.report import Change

log = logging.getLogger(__name__)


class Ledgers:
    """Asks for the ledger of each scope this store has decided in."""

    def __init__(
        self,
        store: Store,
        central: CentralRegister,
        *,
        officer_id: str,
        clock: Callable[[], datetime],
        announce: Callable[[Change], None],
        identity: Identity,
    ) -> None:
        self._identity = identity
        self._store = store
        self._central = central
        self._officer_id = officer_id
        self._clock = clock
        self._announce = announce

    def compare(self, scope: str, stopping: Callable[[], bool]) -> int:
        """Note what central's ledger names; set back to waiting what it acknowledged once and may have no more.

        Return how many were set back. What waits or needs the officer stays where it is, and so does everything when
        the ledger comes after ``stopping()``. Each id this store has numbered under has a ledger of its own.

        Raises:
            CentralError: no usable answer.
        """
        lost: set[str] = set()
        with self._store.read() as tx:
            devices = [device for place, device in tx.outbox.numbered() if place == scope]
        for device in devices:
            self._through(scope, device, lost, stopping)
        return len(lost)

    def _through(self, scope: str, device: str, lost: set[str], stopping: Callable[[], bool]) -> None:
        """Read one ledger to its end and add to ``lost``.

        Nothing is asked of what lies before the first decision that was not put aside; when more holes are listed than
        an answer holds, the next one is asked for from there.
        """
        reached: int | None = 0
        while reached is not None and not stopping():
            with self._store.read() as tx:
                lowest = tx.outbox.lowest(scope, device, reached)
            if lowest is None:
                break
            after = lowest - 1
            ledger = self._central.ledger(scope, device, after)
            if stopping():
                break
            lost |= self._noted(scope, ledger, after, lost)
            # A central that does not know ``after`` begins anew each time and may get no further than before.
            further = ledger.full and ledger.holes[-1] > after
            reached = ledger.holes[-1] if further else None

    def _noted(self, scope: str, ledger: wire.Ledger, after: int, before: set[str]) -> set[str]:
        """Write down what the ledger says; return the dossiers of what was set back, none of ``before`` among them."""
        now = self._clock()
        with self._store.write() as tx:
            if ledger.device_id == tx.device.known() and ledger.last > tx.device.last_number(scope):
                # What is numbered here next would be refused.
                self._identity.instead_of(tx, ledger.device_id)
            lost = [item for item in tx.outbox.compare(scope, ledger, after) if item.decision.dossier_id not in before]
            for item in lost:
                tx.outbox.again(item.op_id)
                # A central that lost the decision has lost what came just before it, too; what it has it takes no
                # second time. Of one whose number is named it most likely has all, and says what it has not.
                number = item.decision.dseq
                for photo in item.decision.photos if number > ledger.last or number in ledger.holes else ():
                    tx.uploads.add(photo.sha256, scope, photo.media_type)
                tx.journal.add(now, "sent-again", self._officer_id, item.decision.dossier_id, item.op_id)
        found = {item.decision.dossier_id for item in lost}
        if found:
            log.info("%d decisions of scope %s may be no longer at central: sent again", len(found), scope)
            self._announce(Change(dossier_ids=frozenset(found)))
        return found
