"""Compares what this store has sent with what central's ledger names, and sends again what central has lost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from officer_console.central.register import CentralRegister
from officer_console.store.store import Store
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
    ) -> None:
        self._store = store
        self._central = central
        self._officer_id = officer_id
        self._clock = clock
        self._announce = announce

    def compare(self, scope: str, stopping: Callable[[], bool]) -> int:
        """Note what central's ledger names; set back to waiting what it acknowledged once and has no more.

        Return how many were set back. What waits or needs the officer stays where it is, and so does everything when
        the ledger comes after ``stopping()``.

        Raises:
            CentralError: no usable answer.
        """
        with self._store.read() as tx:
            device, last = tx.device.known(), tx.device.last_number(scope)
        if device is None or last == 0 or stopping():
            return 0
        ledger = self._central.ledger(scope, device)
        if stopping():
            return 0
        now = self._clock()
        with self._store.write() as tx:
            lost = tx.outbox.compare(scope, ledger)
            for item in lost:
                tx.outbox.again(item.op_id)
                # A central that lost the decision has lost what came just before it, too; what it has it takes no
                # second time.
                for photo in item.decision.photos:
                    tx.uploads.add(photo.sha256, scope, photo.media_type)
                tx.journal.add(now, "sent-again", self._officer_id, item.decision.dossier_id, item.op_id)
        if lost:
            log.info("%d decisions of scope %s are no longer at central: sent again", len(lost), scope)
            self._announce(Change(dossier_ids=frozenset(item.decision.dossier_id for item in lost)))
        return len(lost)
