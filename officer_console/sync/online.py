"""What must be asked of central right now: leases, pictures, the household check. The answers land in the store."""

from __future__ import annotations

from collections.abc import Callable

from officer_console.central.client import CentralRegister
from officer_console.domain.dossier import Dossier
from officer_console.domain.registry import RegistryAnswer
from officer_console.store.store import Store
from officer_console.sync.report import Change


class Online:
    """Direct questions of one signed-in officer. Every method may raise ``CentralError``."""

    def __init__(self, store: Store, central: CentralRegister, announce: Callable[[Change], None]) -> None:
        self._store = store
        self._central = central
        self._announce = announce

    def take(self, scope: str, dossier_id: str, *, break_other: bool = False, reason: str | None = None) -> Dossier:
        """Take or renew the lease and return the dossier as central has it; the store has it then too."""
        leased = self._central.take(scope, dossier_id, break_other=break_other, reason=reason)
        with self._store.apply() as tx:
            tx.dossiers.put([(leased.seq, leased.dossier)])
        self._announce(Change(dossier_ids=frozenset({dossier_id})))
        return leased.dossier

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

    def household(self, scope: str, dossier_id: str) -> RegistryAnswer:
        """Ask the household registry about what a dossier declares, without deciding."""
        return self._central.household(scope, dossier_id)
