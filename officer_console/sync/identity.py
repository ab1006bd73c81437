"""What a store does that finds that it is a copy of another: it takes an id of its own and numbers under that."""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Callable
from datetime import datetime

from officer_console.store.outbox import OutboxItem
from officer_console.store.store import Store, Transaction

log = logging.getLogger(__name__)


class Identity:
    """The store's id at central.

    A store file that was put back from a backup of the machine goes on where the backup was: its next numbers are used
    at central. Two copies at work use the same ones in turn. Whoever notices takes another id.
    """

    def __init__(self, store: Store, *, officer_id: str, clock: Callable[[], datetime], source: random.Random) -> None:
        self._store = store
        self._officer_id = officer_id
        self._clock = clock
        self._random = source

    def instead_of(self, tx: Transaction, device: str) -> str:
        """Return the id to number under from now on: another one than ``device``, which another copy numbers under."""
        known = tx.device.known()
        if known is not None and known != device:
            return known
        made = tx.device.renew(self._new_id)
        tx.journal.add(self._clock(), "store-id-renewed", self._officer_id, None, None)
        log.warning("another copy of this store has numbered under its id: it goes on under a new one")
        return made

    def renumber(self, item: OutboxItem) -> OutboxItem:
        """Let a decision whose number another one has go out under this store's own id; return it so.

        Central looks for the ``op_id`` first: it has not got the decision under any number.
        """
        with self._store.write() as tx:
            device = self.instead_of(tx, item.decision.device_id)
            renumbered = tx.outbox.renumber(item.op_id, device)
            tx.journal.add(self._clock(), "renumbered", self._officer_id, item.decision.dossier_id, item.op_id)
        log.info("decision renumbered op=%s", item.op_id)
        return renumbered

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))
