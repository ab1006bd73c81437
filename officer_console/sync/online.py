"""What must be asked of central right now: leases, pictures, the household check. The answers land in the store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from officer_console.central.register import CentralRegister
from officer_console.domain.dossier import Dossier
from officer_console.domain.registry import RegistryAnswer
from officer_console.store.errors import StoreError
from officer_console.store.store import Store
from officer_console.sync.report import Change


class Online:
    """Direct questions of one signed-in officer. Every method may raise ``CentralError``."""

    def __init__(self, store: Store, central: CentralRegister, announce: Callable[[Change], None]) -> None:
        self._store = store
        self._central = central
        self._announce = announce

    def take(self, scope: str, dossier_id: str, *, break_other: bool = False, reason: str | None = None) -> Dossier:
        """Take or renew the lease and return the dossier with it; the store has it then too.

        An answer may come late. What the store has learned meanwhile is returned then and stays: a newer state, or that
        the dossier is not here any more. An answer from an epoch of central in which the office has not been read is
        returned and not kept: the feed brings it.
        """
        with self._store.read() as tx:
            asked_at = tx.cursors.get(scope)
        taken = self._central.take(scope, dossier_id, break_other=break_other, reason=reason)
        with self._store.apply() as tx:
            position, here = tx.cursors.get(scope), tx.dossiers.get(dossier_id)
            if here is None:
                return taken.dossier
            if position is not None and not taken.of(position.epoch):
                over = asked_at is not None and taken.of(asked_at.epoch)
                return here if over else taken.dossier
            tx.dossiers.put([(taken.seq, taken.dossier)])
            newest = tx.dossiers.get(dossier_id)
        self._announce(Change(dossier_ids=frozenset({dossier_id})))
        return newest or taken.dossier

    def release(self, scope: str, dossier_id: str) -> None:
        """Give the lease back."""
        self._central.release(scope, dossier_id)

    def picture(self, scope: str, dossier_id: str, sha256: str) -> bytes:
        """Return a picture of a dossier from the sealed store, else from central; then it is sealed here."""
        data = self._store.blobs.get(sha256)
        if data is None:
            data = self._central.blob(scope, sha256)
            self._store.blobs.put(data, dossier_id)
        return data

    def notice(self, scope: str, dossier_id: str, sha256: str, check: Callable[[bytes], None]) -> bytes:
        """Return the file of a dossier's signed notice from the sealed store, else from central.

        ``check`` has let it pass, wherever it was, and raises what it likes; what comes from central is sealed here
        then.
        """
        here = self._store.blobs.get(sha256)
        data = self._central.blob(scope, sha256) if here is None else here
        check(data)
        if here is None:
            self._store.blobs.put(data, dossier_id)
        return data

    def household(self, scope: str, dossier_id: str) -> RegistryAnswer:
        """Ask the household registry about what a dossier declares, without deciding.

        The answer is kept: a decision rests on it. The officer has it also where the store cannot be written.
        """
        answer = self._central.household(scope, dossier_id)
        with suppress(StoreError), self._store.apply() as tx:
            tx.household.put(dossier_id, answer)
        return answer
